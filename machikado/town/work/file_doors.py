"""Who may read the files of work: uploads of a batch, images of tasks, deliveries. Asked each time a file is opened."""

from machikado.town.common import clock
from machikado.town.people.models import Role
from machikado.town.people.viewer import Viewer
from machikado.town.work.models import Delivery
from machikado.town.work.queries.tasks import tasks_readable_by


def may_read_upload(viewer: Viewer, noun_id: int) -> bool:
    """The table and images of an import as they were uploaded: coordinators."""
    return Role.COORDINATOR in viewer.roles


def may_read_image(viewer: Viewer, noun_id: int) -> bool:
    """The image of a task: whoever may read the task now."""
    return tasks_readable_by(viewer, clock.now()).filter(pk=noun_id).exists()


def may_read_delivery(viewer: Viewer, noun_id: int) -> bool:
    """The files of a delivery: staff, and the client whose order it is."""
    delivery = Delivery.objects.filter(pk=noun_id).select_related("order").first()
    if delivery is None:
        return False
    return viewer.is_staff or delivery.order.client_id in viewer.organisation_ids(Role.CLIENT)
