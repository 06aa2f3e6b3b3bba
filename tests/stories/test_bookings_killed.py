"""Web and worker are killed with -9 while people book the bus; each promise stands, once, and the day replays."""

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connections
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from machikado import processes
from machikado.bench import scratch
from machikado.bench.load import Session
from machikado.bench.ride_callers import BOOK, OFFER, OFFERS, PROMISE
from machikado.town.common import clock, soundness
from machikado.town.common.calendar import town_date
from machikado.town.ride.actions.vehicles import Fits
from machikado.town.ride.hours import DayType, clock_of, day_type
from machikado.town.ride.models import Booking, DayPlan
from machikado.town.ride.planning.replaying import problems_of
from machikado.town.ride.tests.riding import a_riding_town
from tests.stories.test_killed import let_silence_pass
from tests.stories.town_processes import Insistent, Process, Web, environment, wait_until

KILLS = 3  # of the web; of the worker too
PROMISES = 3  # at least so many are told between two kills
PEOPLE = 90
SEED = 20261127
GIVEN_BACK = 0.25  # so many of the promises
Form = dict[str, str]


@dataclass
class Told:
    """What the people at the other end were told: by the key of the wish, its form and the code of the promise."""

    promised: dict[str, tuple[Session, Form, str]] = field(default_factory=dict)
    given_back: set[str] = field(default_factory=set)
    refused: int = 0


@dataclass
class Town:
    """A town with a bus on a database of its own, its two processes, and who has not booked yet."""

    day: date
    web: Web
    worker: Process
    waiting: list[Session]
    told: Told = field(default_factory=Told)
    over: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def town(own_database: str, cast) -> Iterator[Town]:
    today = town_date(clock.real_now())
    ahead = (today + timedelta(days=days) for days in range(1, 7))
    day = next(day for day in ahead if day_type(day) is DayType.WEEKDAY)
    a_riding_town(cast, vans=3, layouts=(Fits(8),), day=day)
    waiting = [scratch.enter()[1] for _ in range(PEOPLE)]
    env = environment(own_database, settings.MACHIKADO_HOME)
    web, worker = Web(env), Process(processes.own_command("worker"), env)
    try:
        wait_until(web.answers, seconds=180)
        yield Town(day, web, worker, waiting)
    finally:
        web.kill()
        worker.kill()


class Caller(Insistent):
    """Somebody who books for one person after the other."""

    def __init__(self, town: Town, chance: random.Random) -> None:
        super().__init__(town.web, town.waiting[0])
        self.town, self.chance = town, chance

    def book_on(self) -> None:
        """Book until it is over."""
        try:
            while not self.town.over.is_set() and self.town.waiting:
                self.session = self.town.waiting.pop()
                if self.browser:
                    self.browser.session = self.session
                self._book(self._wish())
        finally:
            connections.close_all()

    def _wish(self) -> Form:
        start, goal = self.chance.sample(["south", "north", "east", "west"], 2)
        minute = self.chance.randrange(510, 960, 5)
        form = {"start": start, "goal": goal, "when": "leave", "day": self.town.day.isoformat(), "adults": "1"}
        return {**form, "minute": clock_of(minute), "sent_key": str(uuid4())}

    def _book(self, form: Form) -> None:
        asked = self.ask(BOOK, form)
        led_to = OFFERS.search(asked.location)
        assert led_to is not None, (asked.status, asked.body[-3000:])
        offers = OFFER.findall(self.ask(asked.location).body)
        if not offers:
            self.town.told.refused += 1
            return
        taken = self.ask(led_to[0], {"offer": offers[0].decode()})
        promise = PROMISE.search(taken.location)
        if promise is None:  # the seat was somebody else's meanwhile, which is said on the page
            assert taken.status == 200, taken.status
            self.town.told.refused += 1
            return
        self.town.told.promised[form["sent_key"]] = (self.session, form, promise[1])
        if self.chance.random() < GIVEN_BACK and self.ask(f"{promise[0]}cancel/", {}).is_redirect:
            self.town.told.given_back.add(promise[1])


def kill_now_and_then(town: Town, chance: random.Random) -> None:
    """Kill web and worker by turns, each at some moment between two promises."""
    for _number in range(KILLS):
        for process in (town.web, town.worker):
            before = len(town.told.promised)
            wait_until(lambda before=before: len(town.told.promised) >= before + PROMISES, 300)  # type: ignore[misc]
            time.sleep(chance.uniform(0, 0.3))
            process.kill()
            process.start_again()
        let_silence_pass()


@pytest.mark.long
def test_whoever_was_promised_a_ride_has_it_once_and_the_day_replays(town: Town):
    chance = random.Random(SEED)
    callers = [Caller(town, random.Random(SEED + number)) for number in range(3)]
    with ThreadPoolExecutor(len(callers)) as pool:
        busy = [pool.submit(caller.book_on) for caller in callers]
        try:
            kill_now_and_then(town, chance)
        finally:
            town.over.set()
            for each in busy:  # what stopped a caller says more than that nothing happened
                each.result()
    assert sum(caller.broken for caller in callers) > 0
    assert len(town.told.promised) >= 2 * KILLS * PROMISES
    assert town.told.given_back
    let_silence_pass()
    wait_until(lambda: not DBTaskResult.objects.exclude(status=TaskResultStatus.SUCCESSFUL).exists(), seconds=180)
    check_promises(town.told)
    say_everything_again(town, callers[0])
    check_promises(town.told)


def check_promises(told: Told) -> None:
    """What was told stands, once, and no other promise; every rule holds; the plan is what its changes make of it."""
    rows = Booking.objects.exclude(booked_at=None).values_list("sent_key", "code", "state")
    stands = {str(key): (code, state) for key, code, state in rows}
    assert len(stands) == len(rows)
    for key, (_session, _form, code) in told.promised.items():
        assert stands[key] == (code, "cancelled" if code in told.given_back else "booked")
    unheard = stands.keys() - told.promised.keys()
    assert not unheard, "a promise was kept of which nobody was told, though they asked until they heard"
    assert list(soundness.all_problems()) == []
    assert problems_of(DayPlan.objects.get()) == []


def say_everything_again(town: Town, caller: Caller) -> None:
    """The same wishes once more, with their keys, lead to the same promises."""
    before = Booking.objects.count()
    for session, form, code in list(town.told.promised.values())[:20]:
        caller.session = session
        if caller.browser:
            caller.browser.session = session
        assert f"/ride/bookings/{code}/" in caller.ask(BOOK, form).location
    assert Booking.objects.count() == before
