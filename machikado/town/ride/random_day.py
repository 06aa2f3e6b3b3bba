"""Days at random: people book, change, cancel and do not come, vans are late, break down, have no network, stops close.

After each event everything that was promised is looked at again, by the rows alone and by the engine's own check. The
tests play two thousand events, a bench as many as it is asked for: the same seed gives the same days.
"""

import random
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from machikado.town.common.actors import SYSTEM
from machikado.town.common.errors import Cannot
from machikado.town.people.models import Message, Person
from machikado.town.ride.actions import asking, bookings, mishaps, moves, plans
from machikado.town.ride.actions.asking import NewWish, Whereabouts
from machikado.town.ride.fare import Rider
from machikado.town.ride.ground import Spot
from machikado.town.ride.hours import moment_at, second_of
from machikado.town.ride.models import Booking, DayPlan, Offer, PlanStep, ServiceArea, Stop, VehicleShift
from machikado.town.ride.party import Needs, Riding
from machikado.town.ride.queries import booking_soundness, run_soundness
from machikado.town.ride.random_drivers import RandomDriver

# How often each happens, in a hundred.
OFTEN = {"book": 52, "change": 8, "cancel": 12, "dead_zone": 5, "delay": 8, "move": 6, "improve": 7, "close": 1}
RARE = {"breakdown": 1}
TOLD = ("ride.retimed", "ride.later", "ride.lost")
Promise = tuple[int, ...]


@dataclass
class Tally:
    """What happened, and what was wrong: sentences, [] is that every promise was kept and no booking was lost."""

    events: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


@dataclass(eq=False)
class RandomDay:
    """One service day of an area with shifts, played from its first minute; `riders` are those who book."""

    area: ServiceArea
    day: date
    riders: Sequence[Person]
    seed: int
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        """Begin before the first shift."""
        self.die = random.Random(self.seed)  # noqa: S311  chance in a play, no secret
        self.shifts = list(VehicleShift.objects.filter(vehicle__area=self.area, day=self.day, dropped_at=None))
        self.begin = min(shift.begins for shift in self.shifts) * 60 - 1800
        self.end = max(shift.ends for shift in self.shifts) * 60
        self.stops = list(Stop.objects.filter(area=self.area).order_by("pk"))
        self.told: dict[str, Promise] = {}
        self.drivers = [RandomDriver(shift, self.die, self.tally.events) for shift in self.shifts]

    def play(self, events: int) -> None:
        """Let so many things happen, evenly over the day."""
        kinds, weights = zip(*(OFTEN | RARE).items(), strict=True)
        for number in range(events):
            second = self.begin + (self.end - self.begin) * number // events
            now = moment_at(self.day, second)
            kind = self.die.choices(kinds, weights)[0]
            for driver in self.drivers:
                driver.drive(now)
            try:
                with transaction.atomic():
                    getattr(self, f"_{kind}")(now)
                self.tally.events[kind] += 1
            except Cannot as refusal:  # it was said why, and nothing was changed
                self.tally.events[f"{kind}: {refusal.code}"] += 1
            self._look(f"seed {self.seed}, event {number} ({kind})", now)

    def _book(self, now: datetime, old: Booking | None = None) -> None:
        start, goal = self.die.sample(self.stops, 2)
        when = self.die.choice([Booking.When.NOW, Booking.When.LEAVE, Booking.When.ARRIVE])
        ahead = self.die.randrange(5, 150) * 60
        minute = min(max(second_of(self.day, now), 0) + ahead, 27 * 3600) // 60
        wish = NewWish(
            _place(start),
            _place(goal),
            when if when != Booking.When.NOW or second_of(self.day, now) >= self.begin + 1800 else Booking.When.LEAVE,
            self.day,
            minute,
            Riding({Rider.ADULT: self.die.choice([1, 1, 1, 2, 3])}, Needs(slow=self.die.random() < 0.2)),
            sent_key=UUID(int=self.die.getrandbits(128)),
            replaces=old,
        )
        rider = old.rider if old is not None and old.rider is not None else self.die.choice(self.riders)
        made = asking.ask(area=self.area, rider=rider, wish=wish, by=SYSTEM, now=now)
        offers = list(made.offers.all())
        if offers and made.day == self.day:
            bookings.accept(offer=self.die.choice(offers), by=SYSTEM, now=now)

    def _change(self, now: datetime) -> None:
        with suppress(IndexError):
            self._book(now, self.die.choice(self._live()))

    def _cancel(self, now: datetime) -> None:
        with suppress(IndexError):
            bookings.cancel(booking=self.die.choice(self._live()), by=SYSTEM, now=now)

    def _dead_zone(self, now: datetime) -> None:
        self.die.choice(self.drivers).into_a_dead_zone(now)

    def _delay(self, now: datetime) -> None:
        mishaps.delay(shift=self.die.choice(self.shifts), minutes=self.die.choice([3, 5, 8, 20]), by=SYSTEM, now=now)

    def _breakdown(self, now: datetime) -> None:
        shift, near = self.die.choice(self.shifts), self.die.choice(self.stops)
        mishaps.break_down(shift=shift, near=near, by=SYSTEM, now=now)

    def _close(self, now: datetime) -> None:
        if self.die.random() < 0.5:
            mishaps.close_now(stop=self.die.choice(self.stops), reason="工事", by=SYSTEM, now=now)

    def _move(self, now: datetime) -> None:
        with suppress(IndexError):
            moves.move(booking=self.die.choice(self._live()), shift=self.die.choice(self.shifts), by=SYSTEM, now=now)

    def _improve(self, now: datetime) -> None:
        plan = DayPlan.objects.filter(area=self.area, day=self.day).select_related("area").first()
        if plan is not None:
            plans.search(plan, now)

    def _live(self) -> list[Booking]:
        rows = Booking.objects.filter(area=self.area, day=self.day, state=Booking.State.BOOKED)
        return list(rows.select_related("area", "rider").order_by("pk"))

    def _look(self, when: str, now: datetime) -> None:
        """Everybody is fetched and brought as they were told, and whose promise is another one was told so."""
        faults = [*self._broken(), *booking_soundness.problems(), *run_soundness.problems(), *self._unsound()]
        faults += [fault for driver in self.drivers for fault in driver.lost()]
        self.tally.faults += [f"{when}: {fault}" for fault in faults]

    def _unsound(self) -> list[str]:
        from machikado.town.ride.planning.days import faults
        from machikado.town.ride.queries.day_rows import day_rows

        plan = DayPlan.objects.filter(area=self.area, day=self.day).select_related("area", "table__file__file").first()
        return faults(day_rows(plan)) if plan is not None else []

    def _broken(self) -> list[str]:
        """Written a second time, by the rows alone."""
        faults, messages = [], set(Message.objects.filter(kind__in=TOLD).values_list("url", "kind"))
        taken = Offer.objects.filter(taken_at__isnull=False, booking__day=self.day, booking__area=self.area)
        steps: dict[int, dict[str, PlanStep]] = {}
        for step in PlanStep.objects.filter(plan__day=self.day, plan__area=self.area).exclude(booking=None):
            steps.setdefault(step.booking_id or 0, {})[step.action] = step
        known = set()
        for offer in taken.select_related("booking"):
            booking = offer.booking
            known.add(booking.code)
            heard = any(booking.code in url for url, _kind in messages)
            if booking.state == Booking.State.CANCELLED and booking.cancel_reason == Booking.CancelReason.BUS:
                faults += [f"{booking.code} was lost and not told"] * (not heard)
            if booking.state != Booking.State.BOOKED:
                continue
            mine = steps.get(booking.pk, {})
            if len(mine) < 2:
                faults.append(f"{booking.code} is booked and stands in no plan")
                continue
            faults += _kept(offer, mine["pickup"], mine["delivery"])
            if self.told.setdefault(booking.code, _as_told(offer)) != _as_told(offer):
                self.told[booking.code] = _as_told(offer)
                faults += [f"{booking.code} is promised something else and was not told"] * (not heard)
        return faults + [f"{code} is lost" for code in self.told.keys() - known]


def _place(stop: Stop) -> Whereabouts:
    return Whereabouts(stop.name, Spot(stop.lat, stop.lon))


def _as_told(offer: Offer) -> Promise:
    times = (offer.pickup_from, offer.pickup_by, offer.arrival_from, offer.arrival_by, offer.max_ride_seconds)
    return (offer.pickup_stop_id, offer.arrival_stop_id, *times)


def _kept(offer: Offer, fetched: PlanStep, brought: PlanStep) -> list[str]:
    code, ride = offer.booking.code, brought.begins - fetched.leaves
    found = []
    if not offer.pickup_from <= fetched.begins <= offer.pickup_by:
        found.append(f"{code} is fetched at {fetched.begins}, not from {offer.pickup_from} to {offer.pickup_by}")
    if not offer.arrival_from <= brought.begins <= offer.arrival_by:
        found.append(f"{code} is brought at {brought.begins}, not from {offer.arrival_from} to {offer.arrival_by}")
    if ride > offer.max_ride_seconds:
        found.append(f"{code} rides for {ride}, the most is {offer.max_ride_seconds}")
    if (fetched.shift_id, fetched.position < brought.position) != (brought.shift_id, True):
        found.append(f"{code} is brought by another vehicle, or before being fetched")
    return found
