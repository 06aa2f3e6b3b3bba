"""A day whose plan may not stand any more gets one that does: new ground, a delay, a breakdown, a stop that closes.

All of them are written into the rows first; then there is one operator, which moves as few promises as it finds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from machikado.engines.dispatch import BadProblem, repair
from machikado.engines.dispatch.mishaps import BadMishap
from machikado.engines.dispatch.promises import Agenda, Promise
from machikado.engines.dispatch.words import NEVER, Matrix, Request, Rider, Vehicle
from machikado.town.ride.models import TravelTable
from machikado.town.ride.planning.asking import RULES
from machikado.town.ride.planning.days import rest_as_ordered, rows_after, vehicle_of
from machikado.town.ride.planning.laying import drives, laid, ordered
from machikado.town.ride.planning.leaving import on_its_way
from machikado.town.ride.planning.taking import Unsound, sound
from machikado.town.ride.planning.travel import travel_of
from machikado.town.ride.queries.day_rows import DELIVERY, PASS, PICKUP, DayRows, Promised, State
from machikado.town.ride.queries.grounds import Van

BROKEN, SEATS, ROAD, TIME = "broken", "no_seats", "no_road", "no_time"


@dataclass(frozen=True, slots=True)
class Mended:
    """A day after it, who is promised something else now, and who cannot be brought any more (codes)."""

    day: DayRows
    moved: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """What a day is planned on; `instead` names another stop for each that no bus reaches any more."""

    table: TravelTable
    fleet: tuple[Van, ...]
    instead: Mapping[int, int] = field(default_factory=dict)


def on_ground(day: DayRows, ground: Ground, now: int) -> Mended:
    """Return the next version of a day on new shifts, stops or roads, whatever it costs. Raises Unsound."""
    for van in day.fleet:
        day = on_its_way(day, van, now)
    known = {van["shift"] for van in ground.fleet}
    steps = {shift: rows for shift, rows in day.steps.items() if shift in known}
    states = {shift: state for shift, state in day.states.items() if shift in known}
    moved = replace(day, table=ground.table, fleet=ground.fleet, steps=steps, states=states)
    return _mended(day, _driven(elsewhere(moved, ground.instead)), now)


def after(day: DayRows, mishap: Mapping[str, Any], now: int) -> Mended:
    """Return a day after something went wrong, as its change tells it. Raises Unsound where nothing can be done."""
    started, what = day, mishap["what"]
    for van in day.fleet:
        started = on_its_way(started, van, now)
    if what == "delay":
        begun = _delayed(started, _van(day, mishap["shift"]), mishap["seconds"], now)
    elif what == "breakdown":
        begun = _broken(started, _van(day, mishap["shift"]), mishap["stop"], now)
    else:
        begun = elsewhere(started, {int(stop): other for stop, other in mishap["instead"].items()})
    return _mended(day, begun, now)


def _van(day: DayRows, shift: int) -> Van:
    return next(van for van in day.vans if van["shift"] == shift)


def _driven(day: DayRows) -> DayRows:
    """The day without the shifts that cannot be driven: the others are planned as if those were not there."""
    travel = travel_of(day.table)
    states = {shift: state for shift, state in day.states.items() if state.past or state.out in ("", BROKEN)}
    out = {van["shift"]: why for van in day.fleet if van["shift"] not in states and (why := _why_not(day, van, travel))}
    steps = {shift: () if shift in out else rows for shift, rows in day.steps.items()}
    return replace(day, states=states | {shift: State(out=why) for shift, why in out.items()}, steps=steps)


def _why_not(day: DayRows, van: Van, travel: Matrix) -> str:
    """Why a shift cannot be driven; "" where it can."""
    if not van["layouts"]:
        return SEATS
    if np.count_nonzero(travel[van["start"]] < NEVER) <= 1 or travel[van["start"], van["end"]] >= NEVER:
        return ROAD
    return "" if drives(vehicle_of(replace(day, states={}), van), travel) else TIME


def _delayed(day: DayRows, van: Van, by: int, now: int) -> DayRows:
    """A vehicle that goes on only that much later."""
    ahead, state = day.ahead(van), day.state(van)
    if ahead and ahead[0].set_out is not None:
        first = replace(ahead[0], set_out=ahead[0].set_out + by)
        return replace(day, steps={**day.steps, van["shift"]: (*day.past(van), first, *ahead[1:])})
    ready = max(van["opens"] if state.opens is None else state.opens, now) + by
    return replace(day, states={**day.states, van["shift"]: state._replace(opens=ready)})


def _broken(day: DayRows, van: Van, stop: int, now: int) -> DayRows:
    """A vehicle that drives no more: whoever sits in it waits at a stop for another one."""
    brought = {row.who for row in day.past(van) if row.action == DELIVERY}
    stranded = [row.who for row in day.past(van) if row.action == PICKUP and row.who not in brought]
    past = tuple(
        replace(row, action=PASS, who="", stop=day.promised[row.who].stops[0]) if row.who in stranded else row
        for row in day.past(van)
    )
    waiting = {code: _stranded(day.promised[code], stop, now) for code in stranded}
    state = day.state(van)._replace(past=len(past), out=BROKEN)
    return replace(
        day,
        steps={**day.steps, van["shift"]: past},
        states={**day.states, van["shift"]: state},
        promised={**day.promised, **waiting},
    )


def _stranded(each: Promised, stop: int, now: int) -> Promised:
    """Somebody who is to be fetched a second time, and still to be there by the time they were told."""
    until = now + RULES.late_most_seconds
    return replace(each, stops=(stop, each.stops[1]), pickup=(now, until, until))


def elsewhere(day: DayRows, instead: Mapping[int, int]) -> DayRows:
    """Return a day in which other stops take the place of some, for all who were not fetched or brought there yet."""
    past = {(row.who, row.action) for van in day.fleet for row in day.past(van)}

    def ends(each: Promised) -> tuple[int, int]:
        start, goal = each.stops
        start = start if (each.code, PICKUP) in past else instead.get(start, start)
        return start, goal if (each.code, DELIVERY) in past else instead.get(goal, goal)

    return replace(day, promised={code: replace(each, stops=ends(each)) for code, each in day.promised.items()})


def _mended(before: DayRows, day: DayRows, now: int) -> Mended:
    """The next version: orders that still have times stay; else promises are kept as hard as can be."""
    gone = [code for code, each in day.promised.items() if not _is_way(day, each)]
    day = _left_out(day, gone)
    try:
        rest = rest_as_ordered(day, now)
        after = _as_ordered(rest)
        if after is None:
            after = repair(rest, (), now, RULES).agenda
            day = _promised_by(_out_longer(day, after), after)
    except (BadProblem, BadMishap) as fault:
        raise Unsound(str(fault)) from fault
    rows = rows_after(day, after, now)
    day = sound(replace(day, version=before.version + 1, steps=rows))
    both = [(old, day.promised.get(code)) for code, old in before.promised.items()]
    moved = tuple(old.code for old, new in both if new is not None and _told(new) != _told(old))
    return Mended(day, moved, tuple(old.code for old, new in both if new is None))


def _is_way(day: DayRows, each: Promised) -> bool:
    """Whether both ends lie on the roads, and apart: who would get on and off at one stop walks."""
    return each.stops[0] != each.stops[1] and day.place_of.keys() >= {*each.stops}


def _as_ordered(rest: Agenda) -> Agenda | None:
    """The same orders with times, if all are served and still have them."""
    if rest.plan.unserved:
        return None
    try:
        return replace(rest, plan=laid(rest.problem, ordered(rest)))
    except BadProblem:
        return None


def _left_out(day: DayRows, codes: list[str]) -> DayRows:
    steps = {shift: tuple(row for row in rows if row.who not in codes) for shift, rows in day.steps.items()}
    promised = {code: each for code, each in day.promised.items() if code not in codes}
    return replace(day, steps=steps, promised=promised)


def _told(each: Promised) -> tuple[object, ...]:
    return each.stops, each.pickup[:2], each.arrival[:2], each.ride[0]


def _out_longer(day: DayRows, after: Agenda) -> DayRows:
    """The day in which vehicles may be out as long, and begin their breaks as late, as the repair needs them to."""
    states = dict(day.states)
    for van, vehicle in zip(day.vans, after.problem.vehicles, strict=True):
        late = max((each.close - each.open for each in vehicle.breaks), default=0)
        before = vehicle_of(day, van)
        if vehicle.close != before.close or any(a.close != b.close for a, b in _breaks(vehicle, before)):
            states[van["shift"]] = day.state(van)._replace(closes=vehicle.close, breaks_late=late)
    return replace(day, states=states)


def _breaks(one: Vehicle, other: Vehicle) -> list[tuple[Any, Any]]:
    return list(zip(one.breaks, other.breaks, strict=True))


def _promised_by(day: DayRows, after: Agenda) -> DayRows:
    """The day with the promises and the planned ends of a repair; whoever is lost is in it no more."""
    wanted: dict[str, Request | Rider] = {request.name: request for request in after.problem.requests}
    wanted |= {rider.name: rider for vehicle in after.problem.vehicles for rider in vehicle.aboard}
    told = {each.name: each for each in after.promises}
    past = {row.who for van in day.fleet for row in day.past(van) if row.action == DELIVERY}
    promised = {
        code: _as_promised(day, told[code], wanted[code]) if code in told else each
        for code, each in day.promised.items()
        if code in told or code in past
    }
    return replace(day, promised=promised)


def _as_promised(day: DayRows, told: Promise, wanted: Request | Rider) -> Promised:
    each, stops = day.promised[told.name], day.table.stops
    if isinstance(wanted, Request):
        pickup = (told.pickup.open, told.pickup.close, wanted.pickup.close)
        start = stops[told.pickup.place]
    else:
        pickup, start = each.pickup, each.stops[0]
    return replace(
        each,
        stops=(start, stops[told.arrival.place]),
        pickup=pickup,
        arrival=(told.arrival.open, told.arrival.close, wanted.delivery.close),
        ride=(told.max_ride, wanted.max_ride),
    )
