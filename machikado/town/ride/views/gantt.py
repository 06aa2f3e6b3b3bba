"""The day by vehicle as it is drawn: shifts, breaks, rides with each stop, the line of now. Pixels, no database."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from machikado.town.ride.models import VehicleShift
from machikado.town.ride.queries.day_rows import BREAK, PASS, PICKUP
from machikado.town.ride.queries.figures import Asked
from machikado.town.ride.queries.runs import Call, DayRuns
from machikado.town.ride.views.booking_page import clock

HOUR_PX = 132
ROW_PX = 52
TOP_PX = 32
LEFT_PX = 24
BAR_PX = 32
LABEL_PX = 34  # a narrower bar has no room for its words


class Mark(NamedTuple):
    """A stop in the drawing: where, whether somebody gets on, the words of it, the booking."""

    x: int
    on: bool
    words: str
    code: str


@dataclass(frozen=True, slots=True)
class Block:
    """From when somebody is aboard until nobody is, or a break; `kind` is past, drive, ride, late or rest."""

    kind: str
    x: int
    width: int
    label: str
    words: str
    anchor: str = ""
    marks: Sequence[Mark] = ()


@dataclass(frozen=True, slots=True)
class Lane:
    """One shift of a vehicle."""

    shift: VehicleShift
    y: int
    x: int
    width: int
    blocks: Sequence[Block]

    @property
    def drawing(self) -> SafeString:
        """Its blocks as SVG. Five hundred rides are drawn in a page, so this is no loop of a template."""
        run = reverse("ride:live_run", args=[self.shift.code])
        home = reverse("ride:home")
        return format_html_join("", "{}", ((drawn(block, self.y, run, home),) for block in self.blocks))


PAUSE = '<rect class="pause" x="{}" y="{}" width="{}" height="32" rx="6"><title>{}</title></rect>{}'
RIDE = '<a href="{}" aria-label="{}"><rect class="{}" x="{}" y="{}" width="{}" height="32" rx="6"/>{}</a>{}'
LABEL = '<text class="mid {}" x="{}" y="{}">{}</text>'
MARK = '<a class="mark" href="{}" tabindex="-1" aria-hidden="true"><title>{}</title><path class="{}" d="M{} {}"/></a>'


def drawn(block: Block, y: int, run: str, home: str) -> SafeString:
    """A block of a lane as SVG: a bar that leads to the run, with a triangle for each stop that leads to a booking."""
    tone = "on" if block.kind == "drive" else "strong"
    label = format_html(LABEL, tone, block.x + block.width // 2, y + 21, block.label) if block.label else ""
    if block.kind == "rest":
        return format_html(PAUSE, block.x, y, block.width, block.words, label)
    marks = format_html_join(
        "",
        MARK,
        (
            (f"{home}bookings/{mark.code}/", mark.words, "on", mark.x, f"{y - 5}l5 8h-10z")
            if mark.on
            else (f"{home}bookings/{mark.code}/", mark.words, "off", mark.x, f"{y + BAR_PX + 5}l5-8h-10z")
            for mark in block.marks
        ),
    )
    words = "; ".join([*([block.label] if block.label else []), *block.words.splitlines()])
    return format_html(RIDE, f"{run}#{block.anchor}", words, block.kind, block.x, y, block.width, label, marks)


@dataclass(frozen=True, slots=True)
class Gantt:
    """All lanes under a line of hours; `now_x` is None outside of what is drawn."""

    width: int
    height: int
    hours: Sequence[tuple[int, str]]
    names: Sequence[tuple[int, str]]
    lanes: Sequence[Lane]
    now_x: int | None
    first_second: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What is drawn: a day's shifts by vehicle, their runs, who asked, the second of now, seconds late by shift."""

    shifts: Sequence[VehicleShift]
    runs: DayRuns | None
    asked: Mapping[int, Asked]
    second: int
    late: Mapping[int, int] = field(default_factory=dict)

    def words_of(self, call: Call) -> str:
        """What happens at a call, in one line."""
        place = self.runs.names.get(call.place, "") if self.runs else ""
        if call.action == BREAK:
            return _("%(time)s break") % {"time": clock(call.begins)}
        if call.action == PASS:
            return _("%(time)s %(stop)s: nobody gets on") % {"time": clock(call.begins), "stop": place}
        who = self.asked.get(call.booking or 0)
        facts = {"time": clock(call.begins), "stop": place, "who": who.name if who else "", "people": call.people}
        if call.action == PICKUP:
            return _("%(time)s %(stop)s: %(who)s gets on (%(people)s)") % facts
        return _("%(time)s %(stop)s: %(who)s gets off (%(people)s)") % facts


def gantt(shown: Shown) -> Gantt:
    """Lay the day out."""
    first = min((shift.begins for shift in shown.shifts), default=480) // 60
    last = -(-max((shift.ends for shift in shown.shifts), default=1020) // 60)

    def across(second: int) -> int:
        return LEFT_PX + (second - first * 3600) * HOUR_PX // 3600

    names = list(dict.fromkeys(shift.vehicle.name for shift in shown.shifts))
    lanes = [
        Lane(
            shift,
            y=TOP_PX + names.index(shift.vehicle.name) * ROW_PX + 6,
            x=across(shift.begins * 60),
            width=across(shift.ends * 60) - across(shift.begins * 60),
            blocks=[_block(shown, shift, calls, across) for calls in _rides(_calls(shown, shift))],
        )
        for shift in shown.shifts
    ]
    width, now_x = across(last * 3600) + 24, across(shown.second)
    return Gantt(
        width=width,
        height=TOP_PX + len(names) * ROW_PX + 4,
        hours=[(across(hour * 3600), f"{hour}:00") for hour in range(first, last + 1)],
        names=[(TOP_PX + number * ROW_PX + 27, name) for number, name in enumerate(names)],
        lanes=lanes,
        now_x=now_x if LEFT_PX <= now_x <= width else None,
        first_second=first * 3600,
    )


def _calls(shown: Shown, shift: VehicleShift) -> Sequence[Call]:
    """The calls of a shift; its breaks alone while nobody has booked."""
    run = shown.runs.runs.get(shift.pk) if shown.runs else None
    if run is not None and run.calls:
        return run.calls
    return [Call(BREAK, None, 0, each.begins * 60, each.ends * 60, None, 0, 0) for each in shift.breaks.all()]


def _rides(calls: Sequence[Call]) -> Iterator[list[Call]]:
    """Calls from the first who gets on until the bus is empty; a break is one of its own.

    An empty bus that passes a stop is none.
    """
    ride: list[Call] = []
    for call in calls:
        if call.action == BREAK:
            yield [call]
            continue
        if call.action == PASS and not ride:
            continue
        ride.append(call)
        if call.aboard == 0:
            yield ride
            ride = []
    if ride:
        yield ride


def _block(shown: Shown, shift: VehicleShift, calls: Sequence[Call], across: Callable[[int], int]) -> Block:
    begins, ends = calls[0].begins, calls[-1].leaves
    x, width = across(begins), max(across(ends) - across(begins), 6)
    words = [shown.words_of(call) for call in calls]
    if calls[0].action == BREAK:
        return Block("rest", x, width, _("rest") if width >= LABEL_PX else "", words[0])
    most = max(call.aboard for call in calls)
    kind = "past" if ends < shown.second else "drive" if begins <= shown.second else "ride"
    if kind == "drive" and shown.late.get(shift.pk, 0) >= 60:
        kind = "late"
    label = _("%(count)s riding") % {"count": most} if width >= LABEL_PX else ""
    marks = [
        Mark(across(call.begins), call.action == PICKUP, line, who.code)
        for call, line in zip(calls, words, strict=True)
        if (who := shown.asked.get(call.booking or 0)) is not None
    ]
    return Block(kind, x, width, label, "\n".join(words), f"c{begins}", marks)
