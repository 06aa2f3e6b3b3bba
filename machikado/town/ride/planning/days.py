"""Rows of a day → the engine's agenda, whole or as it is left at a moment → rows."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from machikado.engines.dispatch import problems
from machikado.engines.dispatch.progress import depart, wait
from machikado.engines.dispatch.promises import Agenda, Band, Promise
from machikado.engines.dispatch.words import (
    Action,
    Matrix,
    Plan,
    Problem,
    Request,
    Rider,
    Route,
    Step,
    Stop,
    Vehicle,
    Visit,
)
from machikado.town.ride.planning.leaving import on_its_way
from machikado.town.ride.planning.travel import travel_of
from machikado.town.ride.queries.day_rows import BREAK, DELIVERY, PICKUP, DayRows, Promised, Row, Rows
from machikado.town.ride.queries.grounds import Van


def whole_day(day: DayRows) -> Agenda:
    """Return the day with the very times of the rows: from its first minute, or from where what happened was past."""
    brought, seated = _past(day)
    requests = {
        code: request_of(day, day.promised[code]) for code in day.in_order if code not in brought and code not in seated
    }
    vehicles = tuple(vehicle_of(day, van) for van in day.vans)
    problem = Problem(travel_of(day.table), tuple(requests.values()), vehicles)
    routes = tuple(_route(day, problem.travel, vehicle, van) for vehicle, van in zip(vehicles, day.vans, strict=True))
    planned = {row.who for van in day.vans for row in day.ahead(van)}
    left = tuple(code for code in requests if code not in planned)
    plan = Plan(routes, left, cost=sum(route.cost for route in routes))
    promises = tuple(promise_of(day, day.promised[code]) for code in day.in_order if code not in brought)
    return Agenda(problem, plan, promises, day.version)


def _past(day: DayRows) -> tuple[set[str], set[str]]:
    """Who was brought in the past, and who was fetched and sits in a vehicle."""
    past = [row for van in day.fleet for row in day.past(van)]
    brought = {row.who for row in past if row.action == DELIVERY}
    return brought, {row.who for row in past if row.action == PICKUP} - brought


def rest_of_day(day: DayRows, now: int) -> Agenda:
    """Return what is left of the day at a second of it: what has begun is done, whoever drives is on the way.

    Before the first shift begins it is the same at every moment.
    """
    return _rest_of_day(day, max(now, min((van["opens"] for van in day.vans), default=now) - 1))


@lru_cache(maxsize=4)
def _rest_of_day(day: DayRows, now: int) -> Agenda:
    started = day
    for van in day.vans:
        started = on_its_way(started, van, now)
    agenda = whole_day(started)
    for number, van in enumerate(started.vans):
        ahead = started.ahead(van)
        if ahead and ahead[0].set_out is not None:
            agenda = depart(agenda, number, ahead[0].set_out)
    return replace(wait(agenda, now), version=day.version)


def rest_as_ordered(day: DayRows, now: int) -> Agenda:
    """Return what is left of a day whose times may not hold: each shift with its steps in their order, without times.

    Whatever has begun is past in it, and whoever drives has it written when they set out (see `leaving`).
    """
    brought, seated = _past(day)
    codes = [code for code in day.in_order if code not in brought]
    requests = tuple(request_of(day, day.promised[code]) for code in codes if code not in seated)
    travel = travel_of(day.table)
    vehicles = tuple(_standing(day, van, travel, now) for van in day.vans)
    routes = tuple(
        Route(vehicle.name, vehicle.open, vehicle.open, 0, tuple(_untimed(day, van, row) for row in day.ahead(van)))
        for vehicle, van in zip(vehicles, day.vans, strict=True)
    )
    planned = {row.who for van in day.vans for row in day.ahead(van)}
    left = tuple(request.name for request in requests if request.name not in planned)
    promises = tuple(promise_of(day, day.promised[code]) for code in codes)
    return Agenda(Problem(travel, requests, vehicles), Plan(routes, left, cost=0), promises, day.version)


def _standing(day: DayRows, van: Van, travel: Matrix, now: int) -> Vehicle:
    """A vehicle that stands where it is until now, or drives to its next step since it set out."""
    vehicle, ahead = vehicle_of(day, van), day.ahead(van)
    if ahead and ahead[0].set_out is not None:
        way = int(travel[vehicle.start, _place(day, van, ahead[0])])
        return replace(vehicle, open=max(ahead[0].set_out, now - way), locked=(_step(day, van, ahead[0]),))
    home = int(travel[vehicle.start, van["end"]])
    return replace(vehicle, open=max(vehicle.open, min(now, vehicle.close - home)))


def _untimed(day: DayRows, van: Van, row: Row) -> Stop:
    return Stop(_step(day, van, row), _place(day, van, row), 0, 0, 0, ())


def rows_after(day: DayRows, after: Agenda, now: int) -> Rows:
    """Return all steps of the day: what was done by now as it was, and the rest as an agenda of the rest has it."""
    driven = {
        van["shift"]: tuple(_rows(day, van, (vehicle, route), now))
        for van, vehicle, route in zip(day.vans, after.problem.vehicles, after.plan.routes, strict=True)
    }
    return {van["shift"]: driven.get(van["shift"], day.past(van)) for van in day.fleet}


def faults(day: DayRows, before: DayRows | None = None) -> list[str]:
    """Return what is wrong with a day, by the engine's own independent check; [] is sound.

    Each shift is checked with whoever rides in it. One that is as it was on a day `before`, which was sound, still is.
    """
    held = Counter((row.who, row.action) for van in day.fleet for row in day.steps.get(van["shift"], ()) if row.who)
    found = [f"{code}: {action} happens {times} times" for (code, action), times in held.items() if times > 1]
    whole = {code for code in day.promised if (code, PICKUP) in held and (code, DELIVERY) in held}
    found += [f"{code}: promised and not in the plan" for code in day.in_order if code not in whole]
    for van in day.vans:
        part = _part(day, van)
        if before is None or not _is_same(part, before, van):
            agenda = whole_day(part)
            found += problems(agenda.problem, agenda.plan, agenda.promises)
    return found


def _part(day: DayRows, van: Van) -> DayRows:
    """A day of one shift and of those who ride in it."""
    mine = {row.who for row in day.steps.get(van["shift"], ()) if row.who}
    promised = {code: day.promised[code] for code in mine & day.promised.keys()}
    return replace(day, fleet=(van,), promised=promised)


def _is_same(part: DayRows, before: DayRows, van: Van) -> bool:
    """Whether a shift is what it was, with all that its riders were promised."""
    shift = van["shift"]
    return (
        part.table == before.table
        and van in before.fleet
        and part.steps.get(shift) == before.steps.get(shift)
        and part.state(van) == before.state(van)
        and all(before.promised.get(code) == each for code, each in part.promised.items())
    )


def vehicle_of(day: DayRows, van: Van) -> Vehicle:
    """One shift as the engine knows it, from where it really is."""
    state = day.state(van)
    breaks = (van["breaks"][number] for number in _breaks_left(van, day.past(van)))
    return Vehicle(
        van["name"],
        van["start"] if state.stop is None else day.place_of[state.stop],
        van["end"],
        van["opens"] if state.opens is None else max(van["opens"], state.opens),
        van["closes"] if state.closes is None else state.closes,
        tuple((layout[0], layout[1], layout[2]) for layout in van["layouts"]),
        aboard=tuple(_riders(day, van)),
        breaks=tuple(Visit(place, begin, begin + state.breaks_late, seconds) for place, begin, seconds in breaks),
    )


def _riders(day: DayRows, van: Van) -> Iterator[Rider]:
    """Whoever was fetched in the past and not brought."""
    past = day.past(van)
    brought = {row.who for row in past if row.action == DELIVERY}
    for row in past:
        if row.action == PICKUP and row.who not in brought:
            request = request_of(day, day.promised[row.who])
            yield Rider(row.who, request.delivery, request.load, row.leaves, request.max_ride)


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


def _route(day: DayRows, travel: Matrix, vehicle: Vehicle, van: Van) -> Route:
    """A shift's steps with their times; it drives on at once and waits where it arrives, as all plans are written."""
    stops: list[Stop] = []
    loads = [rider.load for rider in vehicle.aboard]
    aboard = tuple(map(sum, zip(*loads, strict=True))) if loads else (0, 0, 0)
    place, time, cost = vehicle.start, vehicle.open, 0
    for row in day.ahead(van):
        here = _place(day, van, row)
        if row.action != BREAK:
            sign = 1 if row.action == PICKUP else -1
            load = day.promised[row.who].load
            aboard = (aboard[0] + sign * load[0], aboard[1] + sign * load[1], aboard[2] + sign * load[2])
        way = travel.item(place, here)
        stops.append(Stop(_step(day, van, row), here, time + way, row.begins, row.leaves, aboard))
        place, time, cost = here, row.leaves, cost + way
    home = 0 if vehicle.end is None else travel.item(place, vehicle.end)
    return Route(vehicle.name, vehicle.open, time + home, cost + home, tuple(stops))


def _step(day: DayRows, van: Van, row: Row) -> Step:
    """A row as the engine's step; it counts only the breaks that are left."""
    if row.number is None:
        return Step(row.who, Action(row.action))
    return Step(f"{van['name']}/{_breaks_left(van, day.past(van)).index(row.number)}", Action.BREAK)


def _place(day: DayRows, van: Van, row: Row) -> int:
    if row.number is not None:
        return van["breaks"][row.number][0]
    return day.place_of[day.promised[row.who].stops[row.action == DELIVERY]]


def _breaks_left(van: Van, done: Sequence[Row]) -> list[int]:
    """The numbers of the breaks that are still to be taken."""
    rested = {row.number for row in done if row.action == BREAK}
    return [number for number in range(len(van["breaks"])) if number not in rested]


def _rows(day: DayRows, van: Van, driven: tuple[Vehicle, Route], now: int) -> Iterator[Row]:
    """What was done, then the stops of the rest."""
    vehicle, route = driven
    done = [*day.past(van), *(row for row in day.ahead(van) if row.begins <= now)]
    yield from done
    left = _breaks_left(van, done)
    for number, stop in enumerate(route.stops):
        is_break = stop.step.action is Action.BREAK
        yield Row(
            action=stop.step.action.value,
            who="" if is_break else stop.step.name,
            number=left[int(stop.step.name.rsplit("/", 1)[1])] if is_break else None,
            begins=stop.begin,
            leaves=stop.leave,
            set_out=vehicle.open if number == 0 and vehicle.locked else None,
        )
