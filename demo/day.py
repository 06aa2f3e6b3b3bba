"""The day that plays by itself: simulated people work, decide and order through the same actions as the pages."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import structlog
from django.db import OperationalError, close_old_connections
from django.db.models import Q, QuerySet

from demo import crowd, hands, office
from demo.crowd import Crowd
from demo.driving import Driving
from demo.office import Desk
from demo.recipes import DIGITS, DONATIONS, GOODS, Recipe
from machikado.town.common import clock
from machikado.town.common.errors import Cannot
from machikado.town.people.models import Organisation, Worker
from machikado.town.work.models import Assignment, Delivery, Job, Order, Task
from machikado.town.work.queries.next_tasks import batches_for

STEP_SECONDS = 1.0
AT_THE_TABLE = 6  # so many simulated people work at once: a machine of two cores has visitors too
STAYS = timedelta(minutes=25)
LEAVES_DISPUTES = 4  # for a visitor who plays the leader
DECIDES_AFTER = timedelta(hours=2)
RESTS = timedelta(hours=3)  # before an order whose work is done is delivered, so that visitors see that state too
FEW_TASKS = 30
CLOSES_AFTER = timedelta(days=1)
READS_AFTER = timedelta(hours=1)
AT_A_TIME = 5  # so many orders of simulated clients are under way at most: a board that a person can read
# What the simulated clients bring, in turn, with the number of papers.
BROUGHT = ((GOODS, 60), (DONATIONS, 30), (DIGITS, 120))
LOT = "（第"  # how the title goes on: 寄附の申込書を入力する（第3便）
BEFORE_WORK = (Order.State.INQUIRY, Order.State.ESTIMATED, Order.State.ACCEPTED, Order.State.PREPARING)
UNDER_WAY = (*BEFORE_WORK, Order.State.RUNNING, Order.State.DELIVERED, Order.State.REWORK)

log = structlog.get_logger("machikado.day")


@dataclass
class Seat:
    """One simulated person at work: until when they stay, and when their next item will be done."""

    worker: Worker
    until: datetime
    next_at: datetime


@dataclass
class Day:
    """The state of the play; everything that matters is in the database, so it can stop at any moment."""

    crowd: Crowd
    chance: Random = field(default_factory=Random)
    seats: list[Seat] = field(default_factory=list)
    driving: Driving = field(default_factory=Driving)

    def step(self, now: datetime) -> None:
        """Play one moment: each person, the office, the buses. Who stumbles leaves the table, and the others go on."""
        self._come_and_go(now)
        for seat in self.seats:
            if seat.next_at <= now and not lives_on(self._do_next, seat, office.lately(now)):
                seat.until = now
        lives_on(self._office, office.lately(now))
        lives_on(self.driving.step, now)

    def _come_and_go(self, now: datetime) -> None:
        """People leave when their minutes are over; others sit down."""
        self.seats = [seat for seat in self.seats if seat.until > now]
        if len(self.seats) < AT_THE_TABLE:
            seated = {seat.worker.pk for seat in self.seats}
            worker = self.chance.choice([each for each in self.crowd.workers if each.pk not in seated])
            self.seats.append(Seat(worker, now + STAYS * self.chance.uniform(0.4, 2), now))

    def _do_next(self, seat: Seat, now: datetime) -> None:
        """Hand in the item that is open, and open the next; take a new bundle where nothing is in hand."""
        habit = self.crowd.habit(seat.worker)
        opened = self._held(seat.worker).filter(state="started").first()
        if opened is not None:
            hands.do(opened, habit, self.chance, now)
        following = self._in_hand(seat.worker, now)
        if following is None:
            seat.until = now
            return
        hands.begin(following, now)
        seat.next_at = now + timedelta(seconds=hands.seconds_for(following.task.job, habit, self.chance))

    def _in_hand(self, worker: Worker, now: datetime) -> Assignment | None:
        """The next item that this person holds."""
        if (first := self._held(worker).first()) is not None:
            return first
        open_jobs = sorted({batch.job_id for batch in batches_for(worker)})
        self.chance.shuffle(open_jobs)
        for job_id in open_jobs:
            if not Task.objects.filter(job_id=job_id, known__isnull=False).exists():
                continue  # a visitor's own papers: what is on them, only people can read
            job = Job.objects.get(pk=job_id)
            if hands.take(worker, job, max(1, min(10, 900 // job.expected_seconds)), now):
                return self._held(worker).first()
        return None

    def _held(self, worker: Worker) -> QuerySet[Assignment]:
        """What this person has in hand, in order."""
        held = Assignment.objects.filter(worker=worker, state__in=("accepted", "started"))
        return held.select_related("task__job__schema", "worker__person").order_by("pk")

    def _office(self, now: datetime) -> None:
        """The staff: settle, deliver, decide, and find new work when little is left."""
        desk = Desk(self.crowd, self.chance)
        for job in Job.objects.filter(state=Job.State.OPEN, order__state__in=("running", "rework")).select_related(
            "order"
        ):
            lives_on(self._care_for, job, desk, now)
        for delivery in Delivery.objects.filter(
            order__in=lots(), order__state=Order.State.DELIVERED, decision=None, made_at__lt=now - DECIDES_AFTER
        ).select_related("order__inquiry"):
            lives_on(desk.decide, delivery, (), now)
        for order in lots().filter(state=Order.State.ACCEPTED_BY_CLIENT, stepped_at__lt=now - CLOSES_AFTER):
            lives_on(desk.close, order, now)
        desk.read_messages(now - READS_AFTER, now)
        begun = lots().filter(state__in=BEFORE_WORK).select_related("inquiry").order_by("pk").first()
        ready = Task.objects.filter(open_slots__gt=0, batch__state="ready", job__order__state="running")
        if begun or (ready.count() < FEW_TASKS and lots().filter(state__in=UNDER_WAY).count() < AT_A_TIME):
            lives_on(self._order_more, desk, begun, now)

    def _care_for(self, job: Job, desk: Desk, now: datetime) -> None:
        """Settle what people differ on, and hand over what is done and has rested."""
        is_unfinished = self._is_unfinished(job)
        for task in office.disputed(job)[LEAVES_DISPUTES if is_unfinished else 0 :]:
            lives_on(desk.settle, [task], now)
        if not is_unfinished and job.order.stepped_at < now - RESTS and not office.disputed(job):
            desk.deliver(job.order, office.lately(now))

    def _is_unfinished(self, job: Job) -> bool:
        """Whether people are still to answer."""
        return Task.objects.filter(job=job, state__in=("ready", "in_flight", "submitted", "needs_more")).exists()

    def _order_more(self, desk: Desk, begun: Order | None, now: datetime) -> None:
        """A client brings new papers, one step a moment; what was begun comes before anything new."""
        if begun is None:
            recipe, client, items = _next_lot()
            begun = desk.inquire(recipe, client, items, now)
        recipe = next(recipe for recipe, _items in BROUGHT if begun.title.startswith(recipe.title + LOT))
        desk.bring_on(begun, recipe.called(begun.title), now)


def lives_on(do: Callable[..., object], *with_what: object) -> bool:
    """Do one thing and say whether it went well. What goes wrong is logged, and the day goes on with the next thing.

    A refusal is usual: a visitor or the worker was quicker.
    """
    try:
        do(*with_what)
    except Exception as fault:
        say = log.info if isinstance(fault, Cannot | OperationalError) else log.error
        say("day looks again", at=getattr(do, "__name__", ""), why=type(fault).__qualname__)
        return False
    return True


def lots() -> QuerySet[Order]:
    """The orders that the simulated clients brought since the day began; the town's first ones are for visitors."""
    titles = [Q(title__startswith=recipe.title + LOT) for recipe, _items in BROUGHT]
    return Order.objects.filter(Q(*titles, _connector=Q.OR), inquiry__organisation_name__in=crowd.LIVING)


def _next_lot() -> tuple[Recipe, Organisation, int]:
    """What is brought next, by whom, and how many papers; the turns of clients and of papers do not keep step."""
    number = lots().count()
    turn, place = divmod(number, len(BROUGHT))
    recipe, items = BROUGHT[place]
    client = Organisation.objects.get(name=crowd.LIVING[(number + turn) % len(crowd.LIVING)])
    return recipe.called(f"{recipe.title}{LOT}{turn + 1}便）"), client, items


def play(*, minutes: int) -> None:
    """Play town minutes (0: until SIGTERM or SIGINT). What a visitor changed meanwhile is simply the next moment."""
    day = Day(crowd.load())
    end = clock.now() + timedelta(minutes=minutes) if minutes else None
    with _until_signal() as stopped:
        while not stopped and (end is None or clock.now() < end):
            close_old_connections()
            clock.note()  # the town's time goes on only while somebody notes it
            lives_on(day.step, clock.now())
            time.sleep(STEP_SECONDS)


@contextmanager
def _until_signal() -> Iterator[list[int]]:
    """A list that is filled when the process is asked to stop."""
    stopped: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: stopped.append(received))
    yield stopped
