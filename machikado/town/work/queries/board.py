"""The morning board: how many, what is stuck, every order that is alive, who works now, who waits for an answer."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, Q, QuerySet

from machikado.town.work.models import Assignment, Batch, Job, Order, Question, Task
from machikado.town.work.queries.burndown import Course, courses
from machikado.town.work.queries.orders import Progress, progress_of_jobs
from machikado.town.work.queries.stuck import RUNS, Stuck, stuck

ALIVE = (
    Order.State.RUNNING,
    Order.State.REWORK,
    Order.State.SUSPENDED,
    Order.State.DELIVERED,
    Order.State.PREPARING,
    Order.State.ACCEPTED,
    Order.State.ESTIMATED,
    Order.State.INQUIRY,
)
PEOPLE = 8
STUCK_SHOWN = 6
JOBS_DRAWN = 3
TITLE_SHOWN = 9


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order with how far it has come."""

    order: Order
    progress: Progress


@dataclass(frozen=True, slots=True)
class Drawn:
    """One open job with its course and progress."""

    job: Job
    course: Course
    progress: Progress


@dataclass(frozen=True, slots=True)
class AtWork:
    """One worker who holds something begun."""

    name: str
    job_title: str


@dataclass(frozen=True, slots=True)
class Board:
    """Everything of the board, as of `at`."""

    at: datetime
    stuck: list[Stuck]
    orders: list[OrderRow]
    drawn: list[Drawn]
    at_work: list[AtWork]
    to_review: int
    questions: list[Question] = field(default_factory=list)

    @property
    def first(self) -> list[Stuck]:
        """What the card shows."""
        return self.stuck[:STUCK_SHOWN]

    @property
    def more(self) -> int:
        """What it leaves out."""
        return len(self.stuck) - len(self.first)

    @property
    def running(self) -> int:
        """Orders on which people work."""
        return sum(row.order.state in RUNS for row in self.orders)

    @property
    def people(self) -> list[AtWork]:
        """The people of the list."""
        return self.at_work[:PEOPLE]

    @property
    def others(self) -> int:
        """How many more there are."""
        return len(self.at_work) - len(self.people)

    @property
    def by_job(self) -> list[tuple[str, int]]:
        """People by job, the most first."""
        counted = Counter(each.job_title for each in self.at_work).most_common(6)
        return [(_short(title), number) for title, number in counted]


def _short(title: str) -> str:
    """A title as it fits beside a bar."""
    return title if len(title) <= TITLE_SHOWN else f"{title[: TITLE_SHOWN - 1]}…"


def board(now: datetime) -> Board:
    """Look at everything once; the number of queries does not grow with the rows."""
    orders = list(Order.objects.filter(state__in=ALIVE).select_related("client", "inquiry", "coordinator"))
    jobs = list(
        Job.objects.filter(order__in=orders).select_related("order").order_by(F("due_on").asc(nulls_last=True), "pk")
    )
    progress = progress_of_jobs(orders)
    return Board(
        at=now,
        stuck=stuck(now),
        orders=_rows(orders, jobs, progress),
        drawn=_drawn(jobs, progress, now),
        at_work=at_work(now),
        to_review=_to_review(),
        questions=list(_questions()),
    )


def _rows(orders: Sequence[Order], jobs: Sequence[Job], progress: dict[int, Progress]) -> list[OrderRow]:
    """Orders in the order of their lives, what is due first in front."""
    sums = {order.pk: Progress() for order in orders}
    for job in jobs:
        sums[job.order_id] += progress.get(job.pk, Progress())
    place = {state: number for number, state in enumerate(ALIVE)}
    ordered = sorted(orders, key=lambda each: (place[Order.State(each.state)], str(each.due_on or "9999"), each.pk))
    return [OrderRow(order, sums[order.pk]) for order in ordered]


def _drawn(jobs: Sequence[Job], progress: dict[int, Progress], now: datetime) -> list[Drawn]:
    """The open jobs with most haste, as charts."""
    begun = [(job, progress[job.pk]) for job in jobs if job.state == Job.State.OPEN and job.pk in progress]
    runs = [(job, here) for job, here in begun if job.order.state in RUNS and here.finished < here.total]
    unfinished = [job for job, _progress in runs[:JOBS_DRAWN]]
    found = courses(unfinished, now)
    return [Drawn(job, found[job.pk], progress[job.pk]) for job in unfinished if job.pk in found]


def at_work(now: datetime) -> list[AtWork]:
    """Who holds something begun at this moment, each once."""
    held = Assignment.objects.filter(state=Assignment.State.STARTED, lease_until__gt=now)
    rows = held.select_related("worker__person", "worker__machine", "task__job").order_by("-started_at")
    wanted = ("worker__person__family_name", "worker__person__given_name", "worker__machine__name", "task__job__title")
    seen: dict[int, AtWork] = {}
    for row in rows.only(*wanted):
        machine = row.worker.machine
        seen.setdefault(row.worker_id, AtWork(machine.name if machine else str(row.worker.person), row.task.job.title))
    return list(seen.values())


def _to_review() -> int:
    """Tasks that wait for a leader: answers differ, or one answer is all there will be."""
    waiting = Q(state=Task.State.DISPUTED) | Q(state=Task.State.SUBMITTED, open_slots=0)
    return Task.objects.filter(waiting, batch__state=Batch.State.READY).count()


def _questions() -> QuerySet[Question]:
    """The unanswered questions, the oldest first."""
    return Question.objects.filter(answered_at=None).select_related("task__job").order_by("asked_at")[:50]
