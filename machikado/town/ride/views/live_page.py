"""Everything that the manager's board shows: buses, figures of today, the day by vehicle, what tablets sent amiss."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from machikado.town.common.calendar import town_date
from machikado.town.ride.fixes import REMARKS, Word
from machikado.town.ride.hours import second_of
from machikado.town.ride.models import FixRemark, RoadNetwork, ServiceArea, VehicleShift
from machikado.town.ride.queries.buses import Bus, Now, Source, buses_now, shifts_around
from machikado.town.ride.queries.figures import Asked, Figures, asked_on, figures
from machikado.town.ride.queries.roads import network_in_use
from machikado.town.ride.queries.runs import DayRuns
from machikado.town.ride.reasons import REASONS
from machikado.town.ride.views.booking_page import clock
from machikado.town.ride.views.gantt import Gantt, Shown, gantt
from machikado.town.ride.views.live_wire import place_name
from machikado.town.ride.views.stop_page import roads_url

SHAPES = ("disc", "square", "diamond", "hexagon")
COLOURS = 5
LATE_MINUTES = 3  # from here on it is said above everything else


@dataclass(frozen=True, slots=True)
class BusRow:
    """One bus as the list beside the map shows it; `style` is its shape and colour on the map."""

    bus: Bus
    style: int
    label: str
    seats: int
    aboard: int
    next: str
    next_at: str

    @property
    def shape(self) -> str:
        """Disc, square, diamond, hexagon in turn."""
        return SHAPES[self.style % len(SHAPES)]

    @property
    def colour(self) -> int:
        """One of the colours of charts; the number in the mark tells vehicles apart, colour only helps."""
        return self.style % COLOURS

    @property
    def late_minutes(self) -> int:
        """Whole minutes."""
        return self.bus.late_seconds // 60

    @property
    def age_minutes(self) -> int:
        """Since the tablet spoke."""
        return self.bus.age_seconds // 60 if self.bus.source is Source.OLD else 0

    @property
    def is_estimated(self) -> bool:
        """Whether no tablet says where it is."""
        return self.bus.source is Source.PLAN


@dataclass(frozen=True, slots=True)
class Remark:
    """What a tablet sent that was kept out."""

    vehicle: str
    sentence: str
    times: int


@dataclass(frozen=True, slots=True)
class LivePage:
    """The board of a moment."""

    day: date
    now: datetime
    rows: Sequence[BusRow]
    spare: Sequence[str]
    figures: Figures
    reasons: Sequence[tuple[str, int]]
    gantt: Gantt
    remarks: Sequence[Remark]
    network: RoadNetwork | None
    roads_url: str
    is_made_up: bool

    @property
    def heard(self) -> int:
        """How many tablets speak."""
        return sum(not row.is_estimated for row in self.rows)

    @property
    def late(self) -> Sequence[BusRow]:
        """Those that somebody should look at."""
        return [row for row in self.rows if row.late_minutes >= LATE_MINUTES]


def live_page(area: ServiceArea, account_id: int, now: datetime) -> LivePage:
    """Ask for everything that the page shows."""
    known, network = buses_now(area, now), network_in_use()
    around = shifts_around(area, now).prefetch_related("breaks", "vehicle__layouts")
    day = known.buses[0].shift.day if known.buses else town_date(now)
    shifts = [shift for shift in around if shift.day == day]
    asked, runs, second = asked_on(area, day), known.days.get(day), second_of(day, now)
    counted = figures(asked, runs.runs if runs else {}, second)
    rows = _rows(known, shifts)
    return LivePage(
        day=day,
        now=now,
        rows=rows,
        spare=_spare(known, shifts),
        figures=counted,
        reasons=[(str(REASONS.get(reason, reason)), times) for reason, times in counted.reasons],
        gantt=_gantt(shifts, runs, asked, (second, rows)),
        remarks=_remarks(shifts),
        network=network,
        roads_url=roads_url(network, account_id),
        is_made_up=any(shift.driver.is_sample for shift in shifts),
    )


def _gantt(
    shifts: Sequence[VehicleShift], runs: DayRuns | None, asked: Sequence[Asked], state: tuple[int, Sequence[BusRow]]
) -> Gantt:
    second, rows = state
    late = {row.bus.shift.pk: row.bus.late_seconds for row in rows}
    return gantt(Shown(shifts, runs, {each.pk: each for each in asked}, second, late))


def styles(names: Sequence[str]) -> Mapping[str, int]:
    """The number of the shape and colour of each vehicle, the same for everybody and all day."""
    return {name: number for number, name in enumerate(sorted(set(names)))}


def _rows(known: Now, shifts: Sequence[VehicleShift]) -> Sequence[BusRow]:
    style = styles([shift.vehicle.name for shift in shifts])
    seats = {shift.pk: max((each.seats for each in shift.vehicle.layouts.all()), default=0) for shift in shifts}
    return [_row(known, bus, style.get(bus.shift.vehicle.name, 0), seats.get(bus.shift.pk, 0)) for bus in known.buses]


def _row(known: Now, bus: Bus, style: int, seats: int) -> BusRow:
    label = label_of(bus.shift.vehicle.name, style)
    number = bus.next
    if number is None or bus.run is None:
        return BusRow(bus, style, label, seats, 0, "", "")
    call = bus.run.calls[number]
    aboard = bus.run.calls[number - 1].aboard if number else 0
    return BusRow(bus, style, label, seats, aboard, place_name(known, bus, number), clock(call.begins))


def label_of(name: str, style: int) -> str:
    """What stands in the mark of a vehicle on the map: the number in its name, else its place in the list."""
    digits = "".join(sign for sign in name if sign.isdecimal())
    return digits[:2] or str(style + 1)


def _spare(known: Now, shifts: Sequence[VehicleShift]) -> Sequence[str]:
    """The vehicles that drive today, but not now."""
    out = {bus.shift.vehicle.name for bus in known.buses}
    return sorted({shift.vehicle.name for shift in shifts} - out)


def _remarks(shifts: Sequence[VehicleShift]) -> Sequence[Remark]:
    rows = FixRemark.objects.filter(shift__in=[shift.pk for shift in shifts]).select_related("shift__vehicle")
    return [
        Remark(row.shift.vehicle.name, str(REMARKS[Word(row.code)]), row.times) for row in rows.order_by("-last_at")
    ]
