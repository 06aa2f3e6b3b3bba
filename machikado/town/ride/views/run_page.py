"""Everything that the page of one shift's run shows: each stop with who gets on and off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from machikado.town.people.models import Person
from machikado.town.ride.hours import second_of
from machikado.town.ride.models import VehicleShift
from machikado.town.ride.queries.day_rows import BREAK, PICKUP, plan_of
from machikado.town.ride.queries.figures import Asked, asked_on
from machikado.town.ride.queries.runs import Call, DayRuns, runs_of
from machikado.town.ride.views.booking_page import clock


@dataclass(frozen=True, slots=True)
class Line:
    """One call of a run: when, where, who gets on or off, with their booking."""

    at: str
    until: str
    anchor: str
    stop: str
    on: bool
    who: str
    people: int
    aboard: int
    code: str
    is_break: bool
    is_past: bool


@dataclass(frozen=True, slots=True)
class RunPage:
    """One shift with all its calls."""

    shift: VehicleShift
    driver: Person
    lines: Sequence[Line]


def run_page(shift: VehicleShift, now: datetime) -> RunPage:
    """Ask for everything that the page of a run shows."""
    area = shift.vehicle.area
    plan = plan_of(area, shift.day)
    runs = runs_of(plan) if plan else None
    run = runs.runs.get(shift.pk) if runs else None
    names = {each.pk: each for each in asked_on(area, shift.day)}
    second = second_of(shift.day, now)
    lines = [_line(runs, call, names.get(call.booking or 0), second) for call in run.calls] if run and runs else []
    return RunPage(shift, shift.driver, lines)


def _line(runs: DayRuns, call: Call, who: Asked | None, second: int) -> Line:
    return Line(
        at=clock(call.begins),
        until=clock(call.leaves),
        anchor=f"c{call.begins}",
        stop=runs.names.get(call.place, ""),
        on=call.action == PICKUP,
        who=who.name if who else "",
        people=call.people,
        aboard=call.aboard,
        code=who.code if who else "",
        is_break=call.action == BREAK,
        is_past=call.leaves < second,
    )
