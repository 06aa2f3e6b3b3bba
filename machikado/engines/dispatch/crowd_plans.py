"""Plans for very many requests without windows: `construct_crowd` puts all in, `improve_crowd` shortens the routes."""

from collections.abc import Callable

import numpy as np

from machikado.engines.dispatch.arrays import NOBODY, Int64
from machikado.engines.dispatch.build import Index, refuse
from machikado.engines.dispatch.chance import STEPS, state
from machikado.engines.dispatch.crowd import ABOARD, LEG, PLACE, STOP, WIDTH, Crowd, Lines, insert_all
from machikado.engines.dispatch.crowd_search import Search, nearest_places, rounds
from machikado.engines.dispatch.words import (
    NEVER,
    Action,
    BadProblem,
    Plan,
    Problem,
    Request,
    Route,
    Step,
    Stop,
    Vehicle,
    Visit,
)

NEAR = 12  # places from which one is soonest at a place
ROUNDS_AT_ONCE = 100
HOT, COLD = 200, 7  # temperatures, in ten-thousandths of the mean cost of a request


def construct_crowd(problem: Problem) -> Plan:
    """Return a plan by putting one request after another at its cheapest gap, in the order in which they stand.

    Raises BadProblem for what is no crowd: windows, longest rides, service, several kinds of load, ends, breaks.
    """
    crowd = crowd_of(problem)
    lines = lines_of(crowd)
    insert_all(crowd, lines)
    return _plan(problem, lines, lines.where)


def improve_crowd(
    problem: Problem, plan: Plan, iterations: int, seed: int = 0, stop: Callable[[], bool] = lambda: False
) -> Plan:
    """Return the best plan met in so many rounds of taking strings out and putting them back; never a dearer one.

    `stop` is asked every hundred rounds; while it says no, the same problem, plan, iterations and seed give the same
    plan. Raises BadProblem as `construct_crowd` does.
    """
    crowd = crowd_of(problem)
    lines = lines_of(crowd)
    _lay(problem, crowd, lines, plan)
    insert_all(crowd, lines)
    served = int((lines.where != NOBODY).sum())
    if served == 0:
        return _plan(problem, lines, lines.where)
    search = _search(crowd, lines, seed)
    unit = int(search.cost[0]) // served
    for done in range(0, iterations, ROUNDS_AT_ONCE):
        if stop():
            break
        left = round((COLD / HOT) ** (done / iterations) * STEPS)  # whole, so that it is the same on any machine
        heat = unit * HOT * left // (10_000 * STEPS)
        rounds(crowd, search, min(ROUNDS_AT_ONCE, iterations - done), heat)
    return _plan(problem, search.best, lines.where)


def crowd_of(problem: Problem) -> Crowd:
    """The problem as arrays, refused where it holds more than ways and seats."""
    _refuse(problem)
    refuse(problem, Index(problem))
    places = len(problem.travel)
    away = np.ascontiguousarray(problem.travel if problem.cost is None else problem.cost)
    if max(away.max(initial=0), problem.travel.max(initial=0)) >= NEVER // 4:  # three ways are still below NEVER
        raise BadProblem("every place must be reached from every other")
    ends = np.array([(each.pickup.place, each.delivery.place) for each in problem.requests], np.int64).reshape(-1, 2)
    stops = np.argsort(ends.ravel(), kind="stable")
    return Crowd(
        away,
        np.ascontiguousarray(away.T),
        ends,
        np.array([each.load[0] for each in problem.requests], np.int64),
        np.array([vehicle.start for vehicle in problem.vehicles], np.int64),
        np.array([vehicle.layouts[0][0] for vehicle in problem.vehicles], np.int64),
        np.searchsorted(ends.ravel()[stops], np.arange(places + 1)).astype(np.int64),
        stops.astype(np.int64),
    )


def _refuse(problem: Problem) -> None:
    """Refuse what this search would not look at."""
    for request in problem.requests:
        plain = Request(
            request.name, Visit(request.pickup.place), Visit(request.delivery.place), request.load, must=request.must
        )
        if request != plain or len(request.load) != 1:
            raise BadProblem(f"{request.name}: a crowd has one kind of load and no windows, service, rides or prizes")
    for vehicle in problem.vehicles:
        layouts = vehicle.layouts
        if vehicle != Vehicle(vehicle.name, vehicle.start, None, layouts=layouts) or len(layouts) != 1:
            raise BadProblem(
                f"{vehicle.name}: a vehicle of a crowd has one layout, and no end, hours, breaks or riders"
            )


def lines_of(crowd: Crowd) -> Lines:
    """Routes that stand at their starts."""
    vehicles, room = len(crowd.start), 2 * len(crowd.load) + 1
    lines = Lines(
        np.zeros((vehicles, room, WIDTH), np.int64),
        np.ones(vehicles, np.int64),
        np.zeros(vehicles, np.int64),
        np.full(len(crowd.load), NOBODY, np.int64),
    )
    lines.row[:, 0, STOP] = NOBODY
    lines.row[:, 0, PLACE] = crowd.start
    return lines


def _lay(problem: Problem, crowd: Crowd, lines: Lines, plan: Plan) -> None:
    """Make a plan's routes the lines. Raises BadProblem for one that is not of the problem."""
    number = {request.name: at for at, request in enumerate(problem.requests)}
    if len(plan.routes) != len(problem.vehicles):
        raise BadProblem(f"the plan has {len(plan.routes)} routes for {len(problem.vehicles)} vehicles")
    stops = [stop.step for route in plan.routes for stop in route.stops]
    if len({*stops}) < len(stops):
        raise BadProblem("a step stands in the routes twice")
    for vehicle, route in enumerate(plan.routes):
        row = lines.row[vehicle]
        for k, step in enumerate(route.steps, 1):
            if step.name not in number or step.action is Action.BREAK:
                raise BadProblem(f"there is no {step.action} of {step.name}")
            request, end = number[step.name], int(step.action is Action.DELIVERY)
            if lines.where[request] != (vehicle if end else NOBODY):
                raise BadProblem(f"{step.name}: fetched twice, or brought by who did not fetch them")
            lines.where[request] = vehicle
            load = crowd.load[request]
            row[k] = 2 * request + end, crowd.ends[request, end], row[k - 1, ABOARD] + (-load if end else load), 0
        size = len(route.steps) + 1
        row[: size - 1, LEG] = crowd.away[row[: size - 1, PLACE], row[1:size, PLACE]]
        lines.size[vehicle], lines.cost[vehicle] = size, row[: size - 1, LEG].sum()
        if row[:size, ABOARD].max() > crowd.seats[vehicle] or 2 * (lines.where == vehicle).sum() != size - 1:
            raise BadProblem(f"{route.vehicle}: too many aboard, or somebody who is never brought")


def _search(crowd: Crowd, lines: Lines, seed: int) -> Search:
    """A search that begins with these lines."""
    vehicles, requests = len(lines.size), len(lines.where)

    return Search(
        lines,
        _twin(lines),
        _twin(lines),
        np.zeros(requests, np.int64),
        np.zeros(1, np.int64),
        np.zeros(vehicles, np.int64),
        np.zeros(vehicles, np.int64),
        np.zeros(vehicles, np.int64),
        nearest_places(crowd, NEAR),
        np.full(2, lines.cost.sum(), np.int64),
        np.array([state(seed)], np.uint64),
    )


def _twin(lines: Lines) -> Lines:
    """A copy that touches no more memory than the routes fill."""
    twin = Lines(np.zeros_like(lines.row), lines.size.copy(), lines.cost.copy(), lines.where.copy())
    longest = int(lines.size.max(initial=0))
    twin.row[:, :longest] = lines.row[:, :longest]
    return twin


def _plan(problem: Problem, lines: Lines, where: Int64) -> Plan:
    """The lines as a plan that leaves at once and never waits."""
    routes = []
    for vehicle, car in enumerate(problem.vehicles):
        stops, now = [], 0
        for k in range(1, int(lines.size[vehicle])):
            stop, place, aboard = lines.row[vehicle, k, :LEG].tolist()
            now += int(problem.travel[lines.row[vehicle, k - 1, PLACE], place])
            step = Step(problem.requests[stop >> 1].name, Action.DELIVERY if stop & 1 else Action.PICKUP)
            stops.append(Stop(step, place, now, now, now, (aboard,)))
        routes.append(Route(car.name, 0, now, int(lines.cost[vehicle]), tuple(stops)))
    left = [problem.requests[request].name for request in np.flatnonzero(where == NOBODY).tolist()]
    return Plan(tuple(routes), tuple(left), cost=sum(route.cost for route in routes))
