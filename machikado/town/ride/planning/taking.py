"""A promise is taken into a day's plan at its cheapest place, or moved to another vehicle. Rows in, rows out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from machikado.engines.dispatch import BadProblem, improve
from machikado.engines.dispatch.promises import Agenda
from machikado.engines.dispatch.words import Action, Step
from machikado.town.ride.planning.asking import RULES
from machikado.town.ride.planning.days import faults, request_of, rest_of_day, rows_after
from machikado.town.ride.planning.laying import laid, ordered, put_in, put_into, where
from machikado.town.ride.queries.day_rows import DayRows, Promised


class NoSeat(Exception):
    """The plan cannot keep this promise any more."""


class Unsound(Exception):
    """A plan that breaks a rule: it is never written. Says which."""


@dataclass(frozen=True, eq=False)
class Taken:
    """A day after somebody was taken in: where, as its change will tell it, and the promise as the plan keeps it."""

    day: DayRows
    facts: Mapping[str, Any]
    promised: Promised


def take(day: DayRows, promised: Promised, now: int) -> Taken:
    """Return the next version of a day with somebody in it, within what was promised. Raises NoSeat, Unsound.

    The promise is the hard window of the search: first what is planned with, then all of it.
    """
    try:
        rest = rest_of_day(day, now)
        for kept in (_spared(promised, (0, 0, 0)), promised):
            found = put_in(rest, request_of(day, kept))
            if found is not None:
                return _taken(day, found, kept, now)
    except BadProblem as fault:
        raise Unsound(str(fault)) from fault
    raise NoSeat(promised.code)


def move(day: DayRows, code: str, shift: int, now: int) -> Taken:
    """Return the next version of a day in which a certain shift fetches somebody who was not fetched yet.

    Within all that was promised. Raises NoSeat, Unsound.
    """
    promised, out = day.promised[code], lifted(day, code)
    whole = replace(
        promised,
        pickup=(*promised.pickup[:2], promised.pickup[1]),
        arrival=(*promised.arrival[:2], promised.arrival[1]),
        ride=(promised.ride[0], promised.ride[0]),
    )
    number = next((k for k, van in enumerate(out.vans) if van["shift"] == shift), None)
    if number is None:
        raise NoSeat(code)
    try:
        found = put_into(rest_of_day(out, now), request_of(out, whole), number)
        if found is not None:
            return _taken(out, found, whole, now)
    except BadProblem as fault:
        raise Unsound(str(fault)) from fault
    raise NoSeat(code)


def lifted(day: DayRows, code: str) -> DayRows:
    """Return a day without somebody to whom nobody is on the way; the version is the same."""
    steps = {shift: tuple(row for row in each if row.who != code) for shift, each in day.steps.items()}
    promised = {name: each for name, each in day.promised.items() if name != code}
    return replace(day, steps=steps, promised=promised)


def _taken(day: DayRows, found: Agenda, promised: Promised, now: int) -> Taken:
    """A day with somebody where they were found a place, planned with so that traffic fits."""
    number, pickup, delivery = where(found, promised.code)
    fetched, brought = (found.plan.routes[number].stops[k] for k in (pickup, delivery))
    kept = _spared(promised, (fetched.begin, brought.begin, brought.begin - fetched.leave))
    is_spared = kept == promised  # so that the plan is that of the very windows it keeps to
    facts = {
        "shift": day.vans[number]["shift"],
        "pickup": pickup,
        "delivery": delivery,
        "promised": as_facts(kept),
    }
    if is_spared:
        return Taken(next_version(day, found, now, {**day.promised, kept.code: kept}), facts, kept)
    return Taken(take_as_written(day, facts, now), facts, kept)


def take_as_written(day: DayRows, facts: Mapping[str, Any], now: int) -> DayRows:
    """Do what a change says: the same place in the same shift at the same second gives the same plan."""
    rest, promised = rest_of_day(day, now), from_facts(facts["promised"])
    orders = ordered(rest)
    number = next(k for k, van in enumerate(day.vans) if van["shift"] == facts["shift"])
    orders[number].insert(facts["pickup"], Step(promised.code, Action.PICKUP))
    orders[number].insert(facts["delivery"], Step(promised.code, Action.DELIVERY))
    problem = replace(rest.problem, requests=(*rest.problem.requests, request_of(day, promised)))
    after = replace(rest, problem=problem, plan=laid(problem, orders))
    return next_version(day, after, now, {**day.promised, promised.code: promised})


def as_facts(promised: Promised) -> list[Any]:
    """A promise as JSON."""
    return [getattr(promised, name) for name in Promised.__slots__]


def from_facts(facts: list[Any]) -> Promised:
    """The same back again."""
    plain: Any = [tuple(each) if isinstance(each, list) else each for each in facts]
    return Promised(*plain)


def improved(day: DayRows, iterations: int, seed: int, now: int) -> DayRows | None:
    """Return the next version of a day after a search for less driving; None if it found none."""
    rest = rest_of_day(day, now)
    if not rest.problem.requests:
        return None
    try:
        plan = improve(rest.problem, rest.plan, iterations, seed)
    except BadProblem:
        return None  # somebody aboard is late already: nothing may be moved then
    if plan.unserved or plan.cost >= rest.plan.cost:
        return None
    return next_version(day, replace(rest, plan=plan), now, day.promised)


def next_version(day: DayRows, after: Agenda, now: int, promised: Mapping[str, Promised]) -> DayRows:
    """Return a day as an agenda of its rest has it. Raises Unsound where the independent check finds something."""
    after_it = replace(day, version=day.version + 1, steps=rows_after(day, after, now), promised=promised)
    return sound(after_it, day)


def sound(day: DayRows, before: DayRows | None = None) -> DayRows:
    """The day, if the independent check finds nothing: every rule is kept and every promise.

    What is as it was `before`, on a day that was sound, is not looked at again.
    """
    if found := faults(day, before):
        raise Unsound("; ".join(found))
    return day


def _spared(promised: Promised, least: tuple[int, int, int]) -> Promised:
    """A promise with the ends that the plan keeps to: a little is kept for traffic, but never of these times."""
    spare = RULES.spare_seconds
    ends = (promised.pickup[1], promised.arrival[1], promised.ride[0])
    pickup, arrival, ride = (max(end - spare, time) for end, time in zip(ends, least, strict=True))
    return replace(
        promised,
        pickup=(*promised.pickup[:2], max(pickup, promised.pickup[0])),
        arrival=(*promised.arrival[:2], max(arrival, promised.arrival[0])),
        ride=(promised.ride[0], max(ride, 0)),
    )
