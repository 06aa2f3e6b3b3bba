"""Rows of a day → the engine's agenda, whole or as it is left at a moment → rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from machikado.engines.dispatch import problems
from machikado.engines.dispatch.plans import Board
from machikado.engines.dispatch.progress import depart, departure, serve, wait
from machikado.engines.dispatch.promises import Agenda, Band, Promise
from machikado.engines.dispatch.words import Action, Plan, Problem, Request, Route, Step, Stop, Vehicle, Visit
from machikado.town.ride.planning.travel import travel_of
from machikado.town.ride.queries.day_rows import BREAK, DayRows, Promised, Row, Rows
from machikado.town.ride.queries.grounds import Van

NOTHING = (0, 0, 0)


def whole_day(day: DayRows) -> Agenda:
    """Return the day from its first minute, with the very times of the rows."""
    requests = {code: request_of(day, day.promised[code]) for code in day.in_order}
    vehicles = tuple(vehicle_of(van) for van in day.fleet)
    problem = Problem(travel_of(day.table), tuple(requests.values()), vehicles)
    routes = tuple(
        _route(problem, requests, vehicle, day.steps.get(van["shift"], ()))
        for vehicle, van in zip(vehicles, day.fleet, strict=True)
    )
    planned = {row.who for each in day.steps.values() for row in each}
    left = tuple(code for code in requests if code not in planned)
    plan = Plan(routes, left, cost=sum(route.cost for route in routes))
    return Agenda(problem, plan, tuple(promise_of(day, day.promised[code]) for code in requests), day.version)


def rest_of_day(day: DayRows, now: int) -> Agenda:
    """Return what is left of the day at a second of it: what has begun is done, whoever drives is on the way."""
    agenda = whole_day(day)
    for number, van in enumerate(day.fleet):
        done = sum(row.begins <= now for row in day.steps.get(van["shift"], ()))
        for _step in range(done):
            agenda = serve(agenda, number)
        ahead = day.steps.get(van["shift"], ())[done:]
        due = departure(agenda, number) if ahead else None
        if ahead and ahead[0].set_out is not None:
            due = ahead[0].set_out
        if due is not None and due <= now:
            agenda = depart(agenda, number, due)
    return replace(wait(agenda, now), version=day.version)


def rows_after(day: DayRows, after: Agenda, now: int) -> Rows:
    """Return all steps of the day: what was done by now as it was, and the rest as an agenda of the rest has it."""
    return {
        van["shift"]: tuple(_rows(day.steps.get(van["shift"], ()), vehicle, route, now))
        for van, vehicle, route in zip(day.fleet, after.problem.vehicles, after.plan.routes, strict=True)
    }


def grounded(day: DayRows, now: int) -> Rows:
    """Return the steps of the day on its own (perhaps new) shifts, stops and roads: whoever is promised stays so.

    Raises BadProblem where that cannot be.
    """
    fixed = {
        Step(row.who, Action(row.action)): row.begins
        for each in day.steps.values()
        for row in each
        if row.action != BREAK and (row.begins <= now or row.set_out is not None)
    }
    requests = tuple(_not_before(request_of(day, day.promised[code]), fixed, now) for code in day.in_order)
    vehicles = tuple(vehicle_of(van) for van in day.fleet)
    orders = [
        [Step(row.who, Action(row.action)) for row in day.steps.get(van["shift"], ()) if row.action != BREAK]
        for van in day.fleet
    ]
    plan = Board(Problem(travel_of(day.table), requests, vehicles), steps=orders).plan()
    return {
        van["shift"]: tuple(_rows((), replace(vehicle, locked=()), route, now))
        for van, vehicle, route in zip(day.fleet, vehicles, plan.routes, strict=True)
    }


def faults(day: DayRows) -> list[str]:
    """Return what is wrong with a day, by the engine's own independent check; [] is sound."""
    agenda = whole_day(day)
    return problems(agenda.problem, agenda.plan, agenda.promises) + [
        f"{code}: promised and not in the plan" for code in agenda.plan.unserved
    ]


def vehicle_of(van: Van) -> Vehicle:
    """One shift as the engine knows it."""
    return Vehicle(
        van["name"],
        van["start"],
        van["end"],
        van["opens"],
        van["closes"],
        tuple((layout[0], layout[1], layout[2]) for layout in van["layouts"]),
        breaks=tuple(Visit(place, begin, begin, seconds) for place, begin, seconds in van["breaks"]),
    )


def request_of(day: DayRows, each: Promised) -> Request:
    """Somebody who was promised a ride, with the windows that the plan keeps to."""
    places = [day.place_of[stop] for stop in each.stops]
    pickup = Visit(places[0], each.pickup[0], each.pickup[2], each.boarding)
    arrival = Visit(places[1], each.arrival[0], each.arrival[2], each.boarding)
    return Request(each.code, pickup, arrival, each.load, max_ride=each.ride[1])


def promise_of(day: DayRows, each: Promised) -> Promise:
    """What they were told."""
    places = [day.place_of[stop] for stop in each.stops]
    fetched, brought = Band(places[0], *each.pickup[:2]), Band(places[1], *each.arrival[:2])
    return Promise(each.code, fetched, brought, each.ride[0])


def _route(problem: Problem, requests: Mapping[str, Request], vehicle: Vehicle, rows: Sequence[Row]) -> Route:
    """A shift's steps with their times; it drives on at once and waits where it arrives, as all plans are written."""
    stops: list[Stop] = []
    aboard = np.zeros(3, np.int64)
    place, time = vehicle.start, vehicle.open
    for row in rows:
        step, here = _step(vehicle, row), _place(requests, vehicle, row)
        if row.action != BREAK:
            aboard += np.array(requests[row.who].load) * (1 if step.action is Action.PICKUP else -1)
        arrive = time + int(problem.travel[place, here])
        stops.append(Stop(step, here, arrive, row.begins, row.leaves, tuple(aboard.tolist())))
        place, time = here, row.leaves
    home = vehicle.end if vehicle.end is not None else place
    way = [vehicle.start, *(stop.place for stop in stops), home]
    cost = sum(int(problem.travel[one, other]) for one, other in pairwise(way))
    return Route(vehicle.name, vehicle.open, time + int(problem.travel[place, home]), cost, tuple(stops))


def _step(vehicle: Vehicle, row: Row) -> Step:
    return Step(f"{vehicle.name}/{row.number}" if row.action == BREAK else row.who, Action(row.action))


def _place(requests: Mapping[str, Request], vehicle: Vehicle, row: Row) -> int:
    if row.number is not None:
        return vehicle.breaks[row.number].place
    request = requests[row.who]
    return (request.pickup if row.action == Action.PICKUP else request.delivery).place


def _rows(before: Sequence[Row], vehicle: Vehicle, route: Route, now: int) -> Iterator[Row]:
    """What was done, then the stops of the rest; a break counts on from those that are over."""
    done = [row for row in before if row.begins <= now]
    yield from done
    rested = sum(row.action == BREAK for row in done)
    for number, stop in enumerate(route.stops):
        is_break = stop.step.action is Action.BREAK
        yield Row(
            action=stop.step.action.value,
            who="" if is_break else stop.step.name,
            number=rested + int(stop.step.name.rsplit("/", 1)[1]) if is_break else None,
            begins=stop.begin,
            leaves=stop.leave,
            set_out=vehicle.open if number == 0 and vehicle.locked else None,
        )


def _not_before(request: Request, fixed: Mapping[Step, int], now: int) -> Request:
    """A request whose stops that have begun stand as they are, and whose others begin after now."""

    def held(visit: Visit, action: Action) -> Visit:
        begin = fixed.get(Step(request.name, action))
        if begin is not None:
            return replace(visit, open=begin, close=begin)
        return replace(visit, open=min(max(visit.open, now), visit.close))

    return replace(
        request,
        pickup=held(request.pickup, Action.PICKUP),
        delivery=held(request.delivery, Action.DELIVERY),
    )
