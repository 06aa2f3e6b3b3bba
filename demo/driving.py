"""The bus of the sample town lives: made-up tablets say where the buses are, and each day people book the next."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from demo import bus, rides
from machikado.town.common.actors import Actor, ActorKind
from machikado.town.common.calendar import town_date
from machikado.town.people.queries import grants_of
from machikado.town.ride.actions.positions import report_position
from machikado.town.ride.along import heading_of, place_at
from machikado.town.ride.hours import minute_of, second_of
from machikado.town.ride.models import ServiceArea, VehicleShift
from machikado.town.ride.queries.buses import plans_around, position_of, shifts_around
from machikado.town.ride.queries.runs import Run, runs_of

SILENT = "4号車"  # its tablet is switched off, so that a visitor sees an estimated place too
AFTER_SOMEBODY = timedelta(minutes=15)  # so long a bus is left to the visitor who drives it
DRIVES_KMH = 32


@dataclass
class Driving:
    """What the made-up tablets have said last, so that a visitor's own tablet is not contradicted."""

    said: dict[int, datetime] = field(default_factory=dict)
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
                self._say(shift, runs.get(shift.pk), now)
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


def _driver(shift: VehicleShift) -> Actor:
    return Actor(kind=ActorKind.PERSON, person_id=shift.driver_id, grants=grants_of(shift.driver))
