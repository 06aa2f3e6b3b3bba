"""Which tasks and procedures somebody may see, and one task as its worker sees it."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from machikado.town.people.models import Role
from machikado.town.people.viewer import Viewer
from machikado.town.work.models import Assignment, Order, Procedure, Review, Task
from machikado.town.work.queries.deadlines import in_review_time
from machikado.town.work.seams import SEES_TASKS

# In these states of its order no answer comes back to anybody.
OVER = ("accepted_by_client", "invoiced", "paid", "closed", "declined", "cancelled")


def tasks_to_check(viewer: Viewer) -> QuerySet[Task]:
    """Whoever checks sees all tasks, nobody else any."""
    return Task.objects.all() if viewer.actor.has(*SEES_TASKS) else Task.objects.none()


def tasks_readable_by(viewer: Viewer, now: datetime) -> QuerySet[Task]:
    """The tasks whose source this viewer may read now: all for whoever checks.

    A worker reads what they hold, and what they answered while it can come back to them: until somebody has checked
    it, and as long as it can be sent back or a rejection is fresh; not once the order is over. Their own answers,
    terms and yen stand on other pages, for ever.
    """
    if viewer.worker_id is None or viewer.actor.has(*SEES_TASKS):
        return tasks_to_check(viewer)
    fresh = Review.objects.filter(in_review_time(now, "second_at"), submission__assignment=OuterRef("pk"))
    unchecked = Q(state__in=(Assignment.State.SUBMITTED, Assignment.State.CHECKING))
    returning = unchecked | Q(state=Assignment.State.PASSED) & in_review_time(now)
    rejected = Q(Exists(fresh), state=Assignment.State.REJECTED)
    mine = Assignment.objects.filter(worker_id=viewer.worker_id)
    held = mine.filter(state__in=Assignment.HOLDING)
    answered = mine.filter(returning | rejected).exclude(task__job__order__state__in=OVER)
    return Task.objects.filter(Q(pk__in=held.values("task")) | Q(pk__in=answered.values("task")))


def procedures_visible_to(viewer: Viewer) -> QuerySet[Procedure]:
    """Whoever checks sees all procedures, a worker those of jobs they worked on, a client those of its orders.

    A procedure says what was commissioned, so it stays readable with the terms that name it.
    """
    if viewer.actor.has(*SEES_TASKS):
        return Procedure.objects.all()
    worked = Assignment.objects.filter(worker__person_id=viewer.person_id).values("job_id")
    owned = Order.objects.filter(client_id__in=viewer.organisation_ids(Role.CLIENT))
    return Procedure.objects.filter(Q(jobs__in=worked) | Q(jobs__order__in=owned)).distinct()


def for_page() -> QuerySet[Assignment]:
    """Assignments with all that the task's page shows, in one query."""
    return Assignment.objects.select_related(
        "worker", "task__image__file", "task__job__schema", "task__job__procedure", "task__job__order__client"
    )
