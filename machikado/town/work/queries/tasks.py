"""Which tasks somebody may see, and one task as its worker sees it."""

from django.db.models import QuerySet

from machikado.town.people.viewer import Viewer
from machikado.town.work.models import Assignment, Task
from machikado.town.work.seams import GONE, SEES_TASKS


def tasks_visible_to(viewer: Viewer) -> QuerySet[Task]:
    """Whoever checks sees all tasks, a worker those that they hold or did, nobody else any. As `seams.may_open`."""
    if viewer.actor.has(*SEES_TASKS):
        return Task.objects.all()
    if viewer.worker_id is None:
        return Task.objects.none()
    mine = Assignment.objects.filter(worker_id=viewer.worker_id).exclude(state__in=GONE)
    return Task.objects.filter(pk__in=mine.values("task"))


def for_page() -> QuerySet[Assignment]:
    """Assignments with all that the task's page shows, in one query."""
    return Assignment.objects.select_related(
        "worker", "task__image__file", "task__job__schema", "task__job__procedure", "task__job__order__client"
    )
