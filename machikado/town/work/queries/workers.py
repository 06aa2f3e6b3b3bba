"""What a worker sees of their own: what is in hand, what can be taken up again, what was earned."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import Coalesce

from machikado.town.common.calendar import town_date
from machikado.town.people.models import Worker
from machikado.town.people.viewer import Viewer
from machikado.town.work.models import Assignment, Question, ShownTerms, Submission
from machikado.town.work.queries.piles import offered_back
from machikado.town.work.seams import SEES_TASKS


@dataclass(frozen=True, slots=True)
class Day:
    """What one person did on one town day."""

    on: date
    items: int
    yen: int
    seconds: int

    @property
    def minutes(self) -> int:
        """Whole minutes, for the person's own eyes; nobody is paid by them."""
        return round(self.seconds / 60)


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a worker: `days` are those with work, oldest first; `best_yen` the height of a bar of 100 %."""

    first: date
    days: tuple[Day, ...]

    @property
    def items(self) -> int:
        """Items handed in for the first time."""
        return sum(day.items for day in self.days)

    @property
    def yen(self) -> int:
        """Yen earned; rejected answers are not in it."""
        return sum(day.yen for day in self.days)

    @property
    def minutes(self) -> int:
        """Whole minutes."""
        return round(sum(day.seconds for day in self.days) / 60)

    @property
    def best_yen(self) -> int:
        """The most of a day."""
        return max((day.yen for day in self.days), default=0)


def name_of(worker: Worker) -> str:
    """How staff call a worker: the family name, or the machine's. `person` and `machine` are loaded."""
    return worker.person.family_name if worker.person else worker.machine.name if worker.machine else ""


def assignments_visible_to(viewer: Viewer) -> QuerySet[Assignment]:
    """A worker sees their own assignments, whoever checks sees all, nobody else any."""
    if viewer.actor.has(*SEES_TASKS):
        return Assignment.objects.all()
    return Assignment.objects.filter(worker_id=viewer.worker_id) if viewer.worker_id else Assignment.objects.none()


def terms_visible_to(viewer: Viewer) -> QuerySet[ShownTerms]:
    """Staff see all wordings of terms, a worker those that they were shown."""
    if viewer.is_staff:
        return ShownTerms.objects.all()
    return ShownTerms.objects.filter(pk__in=assignments_visible_to(viewer).values("terms"))


def questions_visible_to(viewer: Viewer) -> QuerySet[Question]:
    """A worker sees their own questions, whoever answers sees all, the oldest unanswered first."""
    rows = Question.objects.select_related("task__job", "worker__person").order_by("answered_at", "asked_at")
    if viewer.actor.has(*SEES_TASKS):
        return rows
    return rows.filter(worker_id=viewer.worker_id) if viewer.worker_id else rows.none()


def general_questions(viewer: Viewer) -> QuerySet[Question]:
    """The unanswered questions that are about no task, the oldest first."""
    return questions_visible_to(viewer).filter(task=None, answered_at=None)


def in_hand(worker: Worker) -> QuerySet[Assignment]:
    """What the worker holds now: begun before unopened, redo requests included; with task and job."""
    held = worker.assignments.filter(state__in=Assignment.HOLDING)
    return held.select_related("task__job").order_by(F("started_at").asc(nulls_last=True), "pk")


def drafts_offered_back(worker: Worker) -> QuerySet[Assignment]:
    """続きから: what the worker began, what ran out or went back, and what is still free; with task and job."""
    begun = offered_back(worker).exclude(draft={})
    return begun.select_related("task__job").order_by("-accepted_at", "pk")


def _earning(worker: Worker) -> QuerySet[Submission]:
    """The submissions that earn: all but those of rejected assignments."""
    return Submission.objects.filter(assignment__worker=worker).exclude(assignment__state=Assignment.State.REJECTED)


def earned(worker: Worker) -> int:
    """Yen earned by this worker ever."""
    total: int = _earning(worker).aggregate(yen=Coalesce(Sum("yen"), 0))["yen"]
    return total


def month_of(worker: Worker, now: datetime) -> Month:
    """This month of the worker, day by day, in one query."""
    first = town_date(now).replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    rows = _earning(worker).filter(received_on__gte=first, received_on__lt=following).values("received_on")
    sums = rows.annotate(items=Count("assignment", distinct=True), yen=Sum("yen"), seconds=Sum("seconds"))
    days = (Day(row["received_on"], row["items"], row["yen"], row["seconds"]) for row in sums.order_by("received_on"))
    return Month(first, tuple(days))
