"""The bus of the sample town lives: made-up tablets say where it is and who got on, and people book the next day."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID, uuid5

from demo import bus, rides, tickets
from machikado.town.common.actors import Actor, ActorKind
from machikado.town.common.calendar import town_date
from machikado.town.people.queries import grants_of
from machikado.town.ride.actions import running
from machikado.town.ride.actions.positions import report_position
from machikado.town.ride.actions.running import CannotRun, Press, Taken
from machikado.town.ride.along import heading_of, place_at
from machikado.town.ride.hours import minute_of, moment_at, second_of
from machikado.town.ride.models import Booking, ServiceArea, VehicleShift
from machikado.town.ride.queries.buses import plans_around, position_of, shifts_around
from machikado.town.ride.queries.day_rows import PICKUP
from machikado.town.ride.queries.runs import Call, Run, runs_of

SILENT = "4号車"  # its tablet is switched off, so that a visitor sees an estimated place too
AFTER_SOMEBODY = timedelta(minutes=15)  # so long a bus is left to the visitor who drives it
DRIVES_KMH = 32
LEAVES_SECONDS = 60  # so long a call is over before the made-up driver presses: a visitor may want to
KEYS = UUID(int=0x0D0718, version=4)


@dataclass
class Driving:
    """What the made-up tablets have said last, so that a visitor's own tablet is not contradicted."""

    said: dict[int, datetime] = field(default_factory=dict)
    pressed: set[tuple[int, str]] = field(default_factory=set)
    supplied: date | None = None
    calls: list[rides.Call] = field(default_factory=list)
    chance: Random = field(default_factory=Random)

    def step(self, now: datetime) -> None:
        """Say where each bus is that somebody drives; on a new day plan shifts and let people book."""
        area = ServiceArea.objects.first()
        if area is None:
            return
        runs = {shift: run for plan in plans_around(area, now) for shift, run in runs_of(plan).runs.items()}
        for shift in shifts_around(area, now):
            second = second_of(shift.day, now)
            if shift.begins * 60 <= second < shift.ends * 60 and self._is_mine(shift, now):
                run = runs.get(shift.pk)
                self._say(shift, run, now)
                self._press(shift, run.calls if run else (), now)
        if self.supplied != town_date(now):
            self._supply(area, now)
        elif self.calls:
            rides.telephone(area, self.calls.pop(0), self.chance, now)

    def _supply(self, area: ServiceArea, now: datetime) -> None:
        """Plan shifts where the days ahead lack them; people will telephone for tomorrow, at first for today too."""
        bus.plan_ahead(area, now)
        rides.enter_others(now)
        today = town_date(now)
        if self.supplied is None:
            self.calls = rides.calls_for(area, today, minute_of(today, now) + 20, self.chance)
        self.calls += rides.calls_for(area, today + timedelta(days=1), 0, self.chance)
        self.supplied = today

    def _is_mine(self, shift: VehicleShift, now: datetime) -> bool:
        """Whether nobody else speaks for this bus."""
        if shift.vehicle.name == SILENT or not shift.driver.is_sample:
            return False
        known = position_of(shift)
        return known is None or known.at == self.said.get(shift.pk) or now - known.at > AFTER_SOMEBODY

    def _say(self, shift: VehicleShift, run: Run | None, now: datetime) -> None:
        if run is None:
            return
        second = second_of(shift.day, now)
        here, soon = place_at(run.legs, second), place_at(run.legs, second + 5)
        drives = here.spot != soon.spot
        report_position(
            shift=shift,
            at=now,
            lat=here.spot.lat,
            lon=here.spot.lon,
            heading_deg=heading_of(here.spot, soon.spot) if drives else here.heading,
            speed_kmh=DRIVES_KMH if drives else 0,
            by=_driver(shift),
            now=now,
        )
        self.said[shift.pk] = now

    def _press(self, shift: VehicleShift, calls: Sequence[Call], now: datetime) -> None:
        """Tell who got on and off since the last look; told again, as after a new start, it is done once."""
        over = moment_at(shift.day, LEAVES_SECONDS)
        for call in calls:
            told = (call.booking or 0, call.action)
            if call.booking is not None and told not in self.pressed and over + timedelta(seconds=call.leaves) <= now:
                self.pressed.add(told)
                with suppress(CannotRun):  # whoever cancelled meanwhile is not there
                    _tell(shift, call, now)


def _tell(shift: VehicleShift, call: Call, now: datetime) -> None:
    """Arrived, and then got on and paid, or got off."""
    booking = Booking.objects.select_related("rider").get(pk=call.booking or 0)
    at, by = moment_at(shift.day, call.begins), _driver(shift)

    def press(kind: str) -> Press:
        return Press(shift, uuid5(KEYS, f"{booking.code} {call.action} {kind}"), at, at)

    on = call.action == PICKUP
    stop = booking.promise.pickup_stop if on else booking.promise.arrival_stop
    running.arrive(press=press("arrive"), stop=stop, by=by, now=now)
    if not on:
        running.alight(press=press("alight"), booking=booking, by=by, now=now)
        return
    running.aboard(press=press("aboard"), booking=booking, by=by, now=now)
    if booking.promise.yen:
        taken = Taken(booking.promise.yen, *tickets.how(booking))
        running.take_fare(press=press("fare"), booking=booking, taken=taken, by=by, now=now)


def _driver(shift: VehicleShift) -> Actor:
    return Actor(kind=ActorKind.PERSON, person_id=shift.driver_id, grants=grants_of(shift.driver))
