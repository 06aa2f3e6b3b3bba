"""What leaders look at: the queue, answers side by side, rejections that wait for a second person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Exists, Min, OuterRef, QuerySet, Value, When

from machikado.town.people.models import Worker
from machikado.town.people.viewer import Viewer
from machikado.town.work.models import Assignment, Job, Review, Submission, Task
from machikado.town.work.queries.answers import standing, waiting_objections
from machikado.town.work.queries.deadlines import review_until
from machikado.town.work.queries.workers import name_of
from machikado.town.work.seams import SEES_TASKS


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """One answer: whose (family name), and until when it can still be sent back; `waiting` is an objection."""

    submission: Submission
    name: str
    state: str
    is_own: bool
    until: datetime
    waiting: Review | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The answers of a task side by side."""

    task: Task
    columns: tuple[AnswerColumn, ...]

    @property
    def has_own(self) -> bool:
        """Whether the viewer wrote one of these answers, and so may not decide."""
        return any(column.is_own for column in self.columns)


def to_settle(viewer: Viewer) -> QuerySet[Task]:
    """Tasks that no result stands for without a leader: disputed ones first, then lone answers, the oldest in front.

    `since` is when the first answer came in. Tasks with an answer of the viewer's own are for somebody else.
    """
    if not viewer.actor.has(*SEES_TASKS):
        return Task.objects.none()
    waiting = (Task.State.DISPUTED, Task.State.SUBMITTED)
    jobs = Job.objects.exclude(state=Job.State.DRAFT).values("pk")
    tasks = Task.objects.filter(job__in=jobs, state__in=waiting).select_related("job__order")
    first = Case(When(state=Task.State.DISPUTED, then=Value(0)), default=Value(1))
    return _not_own(tasks, viewer).annotate(since=Min("assignments__submitted_at")).order_by(first, "since", "pk")


def to_check(viewer: Viewer) -> QuerySet[Task]:
    """Tasks that are resolved by the others, with an answer that differs and that nobody has looked at."""
    if not viewer.actor.has(*SEES_TASKS):
        return Task.objects.none()
    checking = Assignment.objects.filter(state=Assignment.State.CHECKING).values("task")
    resolved = (Task.State.RESOLVED, Task.State.DELIVERED)
    tasks = Task.objects.filter(pk__in=checking, state__in=resolved).select_related("job__order")
    return _not_own(tasks, viewer).annotate(since=Min("assignments__submitted_at")).order_by("since", "pk")


def _not_own(tasks: QuerySet[Task], viewer: Viewer) -> QuerySet[Task]:
    """Leave out what the viewer, or a machine for which the viewer answers, has answered."""
    own = Worker.objects.filter(person_id=viewer.person_id) | Worker.objects.filter(
        machine__responsible_id=viewer.person_id
    )
    answered = Assignment.objects.filter(task=OuterRef("pk"), worker__in=own.values("pk"), submitted_at__isnull=False)
    return tasks.filter(~Exists(answered))


def reviews_visible_to(viewer: Viewer) -> QuerySet[Review]:
    """Whoever checks sees all reviews, a worker those of their own answers."""
    if viewer.actor.has(*SEES_TASKS):
        return Review.objects.all()
    return Review.objects.filter(submission__assignment__worker__person_id=viewer.person_id)


def comparison(task: Task, viewer: Viewer) -> Comparison:
    """The answers that stand for a task, side by side."""
    return Comparison(task, tuple(_columns(standing(task), viewer)))


def _columns(answers: list[Submission], viewer: Viewer) -> Iterator[AnswerColumn]:
    """One column for each answer."""
    workers = Worker.objects.select_related("person", "machine").in_bulk(
        [each.assignment.worker_id for each in answers]
    )
    waiting = {review.submission_id: review for review in waiting_objections().filter(submission__in=answers)}
    for each in answers:
        worker = workers[each.assignment.worker_id]
        yield AnswerColumn(
            submission=each,
            name=name_of(worker),
            state=each.assignment.state,
            is_own=worker.author_id == viewer.person_id,
            until=review_until(each),
            waiting=waiting.get(each.pk),
        )
