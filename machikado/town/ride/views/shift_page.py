"""Everything that the page of a week of shifts shows: a table of the week, and bars for one day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from machikado.town.ride.hours import Span, clock_of
from machikado.town.ride.models import RideVehicle, ServiceArea, VehicleShift
from machikado.town.ride.queries.area import spans_on
from machikado.town.ride.queries.shifts import shifts_between, vehicles_of

WEEK = 7
HOUR_PX = 76
ROW_PX = 56
LEFT_PX = 72


@dataclass(frozen=True, slots=True)
class Cell:
    """One vehicle on one day."""

    day: date
    shifts: Sequence[VehicleShift]


@dataclass(frozen=True, slots=True)
class Row:
    """One vehicle through the week."""

    vehicle: RideVehicle
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Bar:
    """A shift as it is drawn: pixels from the left, and the pixels of its breaks."""

    shift: VehicleShift
    x: int
    y: int
    width: int
    breaks: Sequence[tuple[int, int]]

    @property
    def middle(self) -> int:
        """Where its words stand."""
        return self.x + 10

    @property
    def base(self) -> int:
        """The line on which they stand."""
        return self.y + 25


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of one day by vehicle, under a line of hours."""

    width: int
    height: int
    hours: Sequence[tuple[int, str]]
    names: Sequence[tuple[int, str]]
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class WeekPage:
    """A week of shifts around a day."""

    day: date
    today: date
    days: Sequence[date]
    rows: Sequence[Row]
    chart: Chart
    spans: Sequence[Span]
    shifts_of_day: Sequence[VehicleShift]

    @property
    def before(self) -> date:
        """The week before."""
        return self.day - timedelta(days=WEEK)

    @property
    def after(self) -> date:
        """The week after."""
        return self.day + timedelta(days=WEEK)

    @property
    def hours(self) -> str:
        """When the bus runs on the day."""
        return ", ".join(f"{clock_of(span.opens)}–{clock_of(span.closes)}" for span in self.spans)


def week_page(area: ServiceArea, day: date, today: date) -> WeekPage:
    """Ask for everything that the page shows: the week that begins on the Monday before the day."""
    monday = day - timedelta(days=day.weekday())
    days = [monday + timedelta(days=number) for number in range(WEEK)]
    shifts = list(shifts_between(area, monday, WEEK))
    vehicles = [each for each in vehicles_of(area) if each.retired_on is None or each.retired_on > monday]
    rows = [
        Row(van, [Cell(on, [s for s in shifts if s.vehicle_id == van.pk and s.day == on]) for on in days])
        for van in vehicles
    ]
    spans = spans_on(area, day)
    mine = [shift for shift in shifts if shift.day == day]
    return WeekPage(day, today, days, rows, _chart(vehicles, mine, spans), spans, mine)


def _chart(vehicles: Sequence[RideVehicle], shifts: Sequence[VehicleShift], spans: Sequence[Span]) -> Chart:
    """From the hour in which the first begins to that in which the last ends."""
    begin = min([span.opens for span in spans] + [shift.begins for shift in shifts], default=480) // 60
    end = -(-max([span.closes for span in spans] + [shift.ends for shift in shifts], default=1020) // 60)
    row_of = {van.pk: number for number, van in enumerate(vehicles)}

    def across(minute: int) -> int:
        return LEFT_PX + (minute - begin * 60) * HOUR_PX // 60

    bars = [
        Bar(
            shift,
            x=across(shift.begins),
            y=32 + row_of[shift.vehicle_id] * ROW_PX,
            width=across(shift.ends) - across(shift.begins),
            breaks=[(across(each.begins), across(each.ends) - across(each.begins)) for each in shift.breaks.all()],
        )
        for shift in shifts
        if shift.vehicle_id in row_of
    ]
    hours = [(across(hour * 60), f"{hour}:00") for hour in range(begin, end + 1)]
    names = [(32 + number * ROW_PX + 25, van.name) for number, van in enumerate(vehicles)]
    return Chart(across(end * 60) + 24, 32 + len(vehicles) * ROW_PX, hours, names, bars)
