"""What waits for a leader, tab by tab, with how much it is."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import F, Min, Q, QuerySet

from machikado.town.people.viewer import Viewer
from machikado.town.work.models import Job, Review, Settlement, Task
from machikado.town.work.queries.answers import waiting_objections
from machikado.town.work.queries.reviews import reviews_visible_to, to_check, to_settle
from machikado.town.work.queries.tasks import tasks_to_check
from machikado.town.work.queries.workers import questions_visible_to

DISPUTED, ALONE, DIFFERING, QUESTIONS = "disputed", "alone", "differing", "questions"


def _disputed(viewer: Viewer) -> QuerySet[Task]:
    """No answer has most on its side."""
    return to_settle(viewer).filter(state=Task.State.DISPUTED)


def _alone(viewer: Viewer) -> QuerySet[Task]:
    """One answer was wanted, and nobody has looked at it."""
    return to_settle(viewer).filter(state=Task.State.SUBMITTED)


def _asked(viewer: Viewer) -> QuerySet[Task]:
    """Somebody asked, and nobody has answered."""
    asked = questions_visible_to(viewer).filter(answered_at=None).order_by()
    tasks = tasks_to_check(viewer).filter(pk__in=asked.values("task")).select_related("job__order")
    return tasks.annotate(since=Min("questions__asked_at", filter=Q(questions__answered_at=None))).order_by(
        "since", "pk"
    )


_BY_TAB: dict[str, Callable[[Viewer], QuerySet[Task]]] = {
    DISPUTED: _disputed,
    ALONE: _alone,
    DIFFERING: to_check,
    QUESTIONS: _asked,
}
TABS = tuple(_BY_TAB)


def waiting(viewer: Viewer, tab: str, job: Job | None) -> QuerySet[Task]:
    """The tasks of one tab, longest waiting first, with `since`; of one job if asked."""
    tasks = _BY_TAB[tab](viewer)
    return tasks.filter(job=job) if job else tasks


def counts(viewer: Viewer, job: Job | None) -> dict[str, int]:
    """How much waits, by tab."""
    return {tab: waiting(viewer, tab, job).count() for tab in TABS}


def jobs_with_work(viewer: Viewer) -> QuerySet[Job]:
    """The jobs of which anything waits, for the filter."""
    anything = Q()
    for tab in TABS:
        anything |= Q(pk__in=waiting(viewer, tab, None).order_by().values("job"))
    return Job.objects.filter(anything).order_by("title", "pk")


def next_task(viewer: Viewer, tab: str, after: Task) -> Task | None:
    """What a leader looks at next: the longest waiting task of the tab."""
    return waiting(viewer, tab, None).exclude(pk=after.pk).first()


def open_objections(viewer: Viewer) -> QuerySet[Review]:
    """The redos and rejections that wait for a second person, the oldest first; one's own proposals are among them."""
    rows = reviews_visible_to(viewer).filter(pk__in=waiting_objections().values("pk"))
    task = "submission__assignment__task"
    return rows.select_related("by", f"{task}__job__schema", f"{task}__job__procedure").order_by("made_at")


def settled_since(viewer: Viewer, since: datetime) -> QuerySet[Settlement]:
    """What the viewer settled from then on and can be taken back: its result stands and has not left."""
    mine = Settlement.objects.filter(by_id=viewer.person_id, made_at__gte=since, task__in=tasks_to_check(viewer))
    return mine.filter(task__state=Task.State.RESOLVED, task__resolved_at=F("made_at")).select_related("task__job")
