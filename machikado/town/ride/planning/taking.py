"""A promise is taken into a day's plan at its cheapest place, or a search makes the plan cheaper. Rows in, rows out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from machikado.engines.dispatch import BadProblem, OfferBoard, accept, improve, offers
from machikado.engines.dispatch.plans import Board
from machikado.engines.dispatch.promises import Agenda, Choice, Offer, Promise, Refusal, When, Wish, tightened
from machikado.engines.dispatch.words import Action, Step
from machikado.town.ride.planning.asking import MOST, RULES
from machikado.town.ride.planning.days import (
    faults,
    grounded,
    promise_of,
    request_of,
    rest_of_day,
    rows_after,
)
from machikado.town.ride.queries.day_rows import DayRows, Promised, Rows


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


def on_ground(day: DayRows, now: int) -> DayRows:
    """Return the next version of a day whose shifts, stops or roads are new. Raises Unsound if it breaks a promise."""
    try:
        steps = grounded(day, now)
    except BadProblem as fault:
        raise Unsound(str(fault)) from fault
    except KeyError as gone:
        raise Unsound(f"stop {gone} lies on no road any more") from gone
    return _sound(DayRows(day.version + 1, day.table, day.fleet, steps, day.promised))


def take(day: DayRows, promised: Promised, now: int) -> Taken:
    """Return the next version of a day with somebody in it, within what was promised. Raises NoSeat, Unsound."""
    try:
        return _taken(day, promised, now)
    except BadProblem as fault:
        raise Unsound(str(fault)) from fault


def _taken(day: DayRows, promised: Promised, now: int) -> Taken:
    rest, promise = rest_of_day(day, now), promise_of(day, promised)
    offer = _fitting(rest, _pinned(day, promised, now), promise)
    kept = tightened(promise, offer, RULES.spare_seconds)
    after = accept(rest, offer, promise, RULES.spare_seconds)
    tight = replace(
        promised,
        pickup=(*promised.pickup[:2], kept.pickup.close),
        arrival=(*promised.arrival[:2], kept.arrival.close),
        ride=(promised.ride[0], kept.max_ride),
    )
    steps = offer.steps
    shift = next(van["shift"] for van in day.fleet if van["name"] == offer.vehicle)
    facts = {
        "shift": shift,
        "pickup": steps.index(Step(promised.code, Action.PICKUP)),
        "delivery": steps.index(Step(promised.code, Action.DELIVERY)),
    }
    return Taken(_next(day, after, now, {**day.promised, promised.code: tight}), facts, tight)


def take_as_written(day: DayRows, promised: Promised, facts: Mapping[str, Any], now: int) -> DayRows:
    """Do again what `take` did: the same place in the same shift at the same second gives the same plan."""
    rest = rest_of_day(day, now)
    orders = []
    for van, route in zip(day.fleet, rest.plan.routes, strict=True):
        steps = list(route.steps)
        if van["shift"] == facts["shift"]:
            steps.insert(facts["pickup"], Step(promised.code, Action.PICKUP))
            steps.insert(facts["delivery"], Step(promised.code, Action.DELIVERY))
        orders.append(steps)
    problem = replace(rest.problem, requests=(*rest.problem.requests, request_of(day, promised)))
    after = replace(rest, problem=problem, plan=Board(problem, steps=orders).plan())
    return _next(day, after, now, {**day.promised, promised.code: promised})


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
    return _next(day, replace(rest, plan=plan), now, day.promised)


def _next(day: DayRows, after: Agenda, now: int, promised: Mapping[str, Promised]) -> DayRows:
    steps: Rows = rows_after(day, after, now)
    return _sound(DayRows(day.version + 1, day.table, day.fleet, steps, promised))


def _sound(day: DayRows) -> DayRows:
    """The day, if the independent check finds nothing: every rule is kept and every promise."""
    if found := faults(day):
        raise Unsound("; ".join(found))
    return day


def _pinned(day: DayRows, promised: Promised, now: int) -> Wish:
    """The wish to be fetched and brought at the stops that were offered, within the times that were."""
    origin, destination = (day.place_of[stop] for stop in promised.stops)
    begin, end = max(promised.pickup[0], now), promised.pickup[1]
    return Wish(
        promised.code,
        (Choice(origin),),
        (Choice(destination),),
        When.LEAVE,
        begin,
        load=promised.load,
        soonest=now,
        max_wait=max(0, end - begin),
        max_ride=promised.ride[0],
        boarding=promised.boarding,
        alighting=promised.boarding,
    )


def _fitting(rest: Agenda, wish: Wish, promise: Promise) -> Offer:
    """The best offer that keeps the promise."""
    found = offers(OfferBoard(rest), wish, count=MOST)
    for offer in () if isinstance(found, Refusal) else found:
        inside = promise.pickup.open <= offer.pickup <= promise.pickup.close
        inside &= promise.arrival.open <= offer.arrival <= promise.arrival.close
        if inside and offer.ride <= promise.max_ride:
            return offer
    raise NoSeat(promise.name)
