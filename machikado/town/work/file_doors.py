"""Who may read the files of work: uploads of a batch, images of tasks, deliveries. Asked each time a file is opened."""

from machikado.town.people.models import Role
from machikado.town.people.viewer import Viewer
from machikado.town.work.models import Delivery, Task
from machikado.town.work.seams import may_open


def may_read_upload(viewer: Viewer, noun_id: int) -> bool:
    """The table and images of an import as they were uploaded: coordinators."""
    return Role.COORDINATOR in viewer.roles


def may_read_image(viewer: Viewer, noun_id: int) -> bool:
    """The image of a task: whoever may open the task."""
    task = Task.objects.filter(pk=noun_id).first()
    return task is not None and may_open(viewer, task)


def may_read_delivery(viewer: Viewer, noun_id: int) -> bool:
    """The files of a delivery: staff, and the client whose order it is."""
    delivery = Delivery.objects.filter(pk=noun_id).select_related("order").first()
    if delivery is None:
        return False
    return viewer.is_staff or delivery.order.client_id in viewer.organisation_ids(Role.CLIENT)
