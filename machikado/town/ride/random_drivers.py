"""Drivers of days at random: their tablets tell what happens, keep it in a dead zone, and send some of it twice."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from machikado.town.common.actors import Actor, ActorKind
from machikado.town.people.queries import grants_of
from machikado.town.ride.actions import running
from machikado.town.ride.actions.running import CannotRun, Press, Taken
from machikado.town.ride.hours import moment_at, second_of
from machikado.town.ride.models import Booking, PlanStep, RunStep, VehicleShift
from machikado.town.ride.queries.progress import LEAST_WAIT

DEAD_ZONE = timedelta(minutes=20)
NOBODY_COMES = 0.08  # of those who are to be fetched
ANSWER_IS_LOST = 0.1  # of what is sent: the tablet sends it again


@dataclass(frozen=True, slots=True)
class Kept:
    """A press on the tablet: what, of which booking, under which key, and how it is sent."""

    kind: str
    booking: Booking
    key: UUID
    send: Callable[..., RunStep]


@dataclass(eq=False)
class RandomDriver:
    """Who drives one shift, and their tablet, which goes in a dead zone by the plan that it saw before."""

    shift: VehicleShift
    die: random.Random
    events: Counter[str]
    dark_until: datetime | None = None
    sheet: list[PlanStep] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    pressed: dict[tuple[int, str], Kept] = field(default_factory=dict)
    comes: dict[int, bool] = field(default_factory=dict)

    def into_a_dead_zone(self, now: datetime) -> None:
        """From now on nothing is sent for twenty minutes; the sheet stays as it is."""
        self._read(now)
        self.dark_until = now + DEAD_ZONE

    def drive(self, now: datetime) -> None:
        """Press what has happened since the last look, and send it as far as there is a network."""
        if self.dark_until is not None and now >= self.dark_until:
            self.dark_until = None
            self._send(now)  # what was kept comes first, by the sheet of before
        if self.dark_until is None:
            self._read(now)
        for step in self.sheet:
            if not self._press(step, now):
                break
        if self.dark_until is None:
            self._send(now)

    def lost(self) -> list[str]:
        """Presses that were sent and of which nothing is known; [] is that nothing was lost."""
        keys = set(RunStep.objects.filter(shift=self.shift).values_list("key", flat=True))
        waiting = {each.key for each in self.kept}
        return [
            f"{kept.kind} of {kept.booking.code} was told and is lost"
            for kept in self.pressed.values()
            if kept.kind != "arrive" and kept.key not in keys | waiting
        ]

    def _read(self, now: datetime) -> None:
        steps = PlanStep.objects.filter(shift=self.shift, booking__isnull=False, begins__lte=self._second(now) + 3600)
        self.sheet = list(steps.select_related("booking__rider", "booking__area").order_by("position"))

    def _second(self, now: datetime) -> int:
        return second_of(self.shift.day, now)

    def _press(self, step: PlanStep, now: datetime) -> bool:
        """Press what there is to press at a stop of the sheet. False: the bus is not there yet, or waits there."""
        booking, at = step.booking, moment_at(self.shift.day, step.begins)
        assert booking is not None  # of others the sheet has none
        if at > now:
            return False
        if step.action == "delivery":
            if self._is_pressed(booking, "aboard") and not self._is_pressed(booking, "alight"):
                self._keep("arrive", booking, at, stop=booking.promise.arrival_stop)
                self._keep("alight", booking, at)
            return True
        if self._is_pressed(booking, "aboard") or self._is_pressed(booking, "no_show"):
            return True
        self._keep("arrive", booking, at, stop=booking.promise.pickup_stop)
        if self.comes.setdefault(booking.pk, self.die.random() >= NOBODY_COMES):
            self._keep("aboard", booking, at)
            if booking.promise.yen:
                self._keep("take_fare", booking, at, taken=Taken(booking.promise.yen))
            return True
        until = max(moment_at(self.shift.day, booking.promise.pickup_by), at + LEAST_WAIT)
        if until <= now:
            self._keep("no_show", booking, now)
        return until <= now

    def _is_pressed(self, booking: Booking, kind: str) -> bool:
        return (booking.pk, kind) in self.pressed

    def _keep(self, kind: str, booking: Booking, at: datetime, **more: object) -> None:
        """Each is pressed once; an arrival once for each way."""
        told = (booking.pk, f"{kind} {more['stop']}" if kind == "arrive" else kind)
        if told not in self.pressed:
            key = UUID(int=self.die.getrandbits(128), version=4)
            facts = more if kind == "arrive" else {"booking": booking, **more}
            send = partial(getattr(running, kind), press=Press(self.shift, key, at, at), **facts)
            self.pressed[told] = Kept(kind, booking, key, send)
            self.kept.append(self.pressed[told])

    def _send(self, now: datetime) -> None:
        """In the order of the presses; what cannot be done is answered with its reason, and is kept there."""
        by = Actor(kind=ActorKind.PERSON, person_id=self.shift.driver_id, grants=grants_of(self.shift.driver))
        kept, self.kept = self.kept, []
        for each in kept:
            for _time in range(2 if self.die.random() < ANSWER_IS_LOST else 1):
                try:
                    each.send(by=by, now=now)
                    self.events[each.kind] += 1
                except CannotRun as refusal:
                    self.events[f"{each.kind}: {refusal.code}"] += 1
