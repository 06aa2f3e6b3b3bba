"""Where the buses are now: by their tablets, or estimated from the plan where none has spoken for a while."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import QuerySet

from machikado.town.common import clock
from machikado.town.common.calendar import town_date
from machikado.town.ride.along import Here, expected, late_by, place_at, place_near
from machikado.town.ride.ground import Spot
from machikado.town.ride.hours import second_of
from machikado.town.ride.models import Booking, DayPlan, PlanStep, ServiceArea, VehiclePosition, VehicleShift
from machikado.town.ride.queries.runs import DayRuns, Run, runs_of

FRESH = timedelta(seconds=60)  # after so long it is said how old a place is
STALE = timedelta(minutes=5)  # after so long the plan knows better where a bus is
AROUND = 15 * 60  # seconds before and after a shift in which its vehicle is on the map


class Source(StrEnum):
    """How it is known where a bus is."""

    TABLET = "tablet"
    OLD = "old"  # by the tablet, some minutes ago
    PLAN = "plan"  # estimated from the plan


@dataclass(frozen=True, slots=True)
class Bus:
    """A shift's vehicle at a moment. `run` is None as long as nobody has booked for the day."""

    shift: VehicleShift
    here: Here
    source: Source
    age_seconds: int
    speed_kmh: int | None
    late_seconds: int
    run: Run | None
    second: int

    @property
    def heard_at(self) -> datetime | None:
        """When its tablet spoke last."""
        position = position_of(self.shift)
        return position.heard_at if position else None

    @property
    def next(self) -> int | None:
        """The number of the call that it drives to, or stands at; None when all are done."""
        if self.run is None:
            return None
        number = self.here.leg
        if number and self.run.calls[number - 1].leaves + self.late_seconds > self.second and not self.here.share:
            number -= 1  # it still stands there
        return number if number < len(self.run.calls) else None

    def expected_at(self, number: int) -> int:
        """The second of the day at which it will be at a call."""
        assert self.run is not None
        spans = [call.span for call in self.run.calls]
        return expected(self.run.legs, spans, self.here, self.second, number)


@dataclass(frozen=True, eq=False)
class Now:
    """The buses that are out, and the runs of the days that they drive."""

    buses: tuple[Bus, ...]
    days: Mapping[date, DayRuns]
    mark: str  # of all plans: another one says that somebody's calls or lines have changed

    def name_of(self, bus: Bus, number: int) -> str:
        """What the place of a call is called; "" for a depot."""
        return self.days[bus.shift.day].names.get(bus.run.calls[number].place, "") if bus.run else ""


def buses_now(area: ServiceArea, now: datetime) -> Now:
    """Return the buses that are out, in the order of their names; four queries while the plans stay as they are."""
    shifts = _one_each([shift for shift in shifts_around(area, now) if is_out(shift, now)], now)
    plans = plans_around(area, now)
    days = {plan.day: runs_of(plan) for plan in plans}
    buses = tuple(bus_of(shift, _run(days, shift), now) for shift in shifts)
    return Now(buses, days, "-".join(day.mark for day in days.values()))


def bus_for(booking: Booking, now: datetime) -> tuple[Bus, tuple[int, int]] | None:
    """The bus that fetches or carries somebody, and the numbers of the calls at which they get on and off."""
    plan = DayPlan.objects.select_related("table").filter(area=booking.area_id, day=booking.day).first()
    step = PlanStep.objects.filter(booking=booking).values_list("shift", flat=True).first()
    if plan is None or step is None:
        return None
    shift = VehicleShift.objects.select_related("vehicle", "driver", "position").get(pk=step)
    run = runs_of(plan).runs.get(shift.pk)
    mine = [number for number, call in enumerate(run.calls) if call.booking == booking.pk] if run else []
    return (bus_of(shift, run, now), (mine[0], mine[1])) if len(mine) == 2 else None


def shifts_around(area: ServiceArea, now: datetime) -> "QuerySet[VehicleShift]":
    """The shifts of today and yesterday, with vehicle, driver and last place."""
    today = town_date(now)
    rows = VehicleShift.objects.filter(vehicle__area=area, day__in=(today - timedelta(days=1), today), dropped_at=None)
    return rows.select_related("vehicle", "driver", "position").order_by("vehicle__name", "day", "begins")


def is_out(shift: VehicleShift, now: datetime) -> bool:
    """Say whether a shift's vehicle is on the map."""
    second = second_of(shift.day, now)
    return shift.begins * 60 - AROUND <= second < shift.ends * 60 + AROUND


def _one_each(shifts: Sequence[VehicleShift], now: datetime) -> Sequence[VehicleShift]:
    """Of the shifts of a vehicle the one that is driven, or else the nearest in time."""

    def away(shift: VehicleShift) -> int:
        second = second_of(shift.day, now)
        return max(shift.begins * 60 - second, second - shift.ends * 60 + 1, 0)

    nearest: dict[int, VehicleShift] = {}
    for shift in sorted(shifts, key=away, reverse=True):
        nearest[shift.vehicle_id] = shift
    return [shift for shift in shifts if nearest[shift.vehicle_id] is shift]


def bus_of(shift: VehicleShift, run: Run | None, now: datetime) -> Bus:
    """Where a shift's vehicle is at a moment."""
    second = second_of(shift.day, now)
    position = position_of(shift)
    age = now - position.at if position else STALE
    slack = max(clock.speed() / 10, 1)  # a sample town lives faster than its tablets can speak
    if position is None or age >= STALE * slack:
        here = place_at(run.legs, second) if run else Here(_depot(shift), 0, 0, 0.0)
        return Bus(shift, here, Source.PLAN, 0, None, 0, run, second)
    spot = Spot(position.lat, position.lon)
    measured = second_of(shift.day, position.at)
    here = place_near(run.legs, measured, spot) if run else Here(spot, 0, 0, 0.0)
    if position.heading_deg is not None:
        here = here._replace(heading=position.heading_deg)
    late = late_by(run.legs[here.leg], here.share, measured) if run else 0
    source = Source.TABLET if age < FRESH * slack else Source.OLD
    return Bus(shift, here, source, max(int(age.total_seconds()), 0), position.speed_kmh, late, run, measured)


def position_of(shift: VehicleShift) -> VehiclePosition | None:
    """The last place of a shift that was asked for with it."""
    position: VehiclePosition | None = getattr(shift, "position", None)
    return position


def plans_around(area: ServiceArea, now: datetime) -> Sequence[DayPlan]:
    """The plans of today and yesterday."""
    today = town_date(now)
    plans = DayPlan.objects.filter(area=area, day__in=(today - timedelta(days=1), today))
    return list(plans.select_related("table").order_by("day"))


def _run(days: Mapping[date, DayRuns], shift: VehicleShift) -> Run | None:
    return days[shift.day].runs.get(shift.pk) if shift.day in days else None


def _depot(shift: VehicleShift) -> Spot:
    return Spot(shift.vehicle.depot_lat, shift.vehicle.depot_lon)
