"""Small problems drawn by hypothesis, and the slow twins that the kernels are compared with."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations, pairwise, permutations, product

import numpy as np
from hypothesis import strategies as st

from machikado.engines.dispatch import (
    Action,
    BadProblem,
    Problem,
    Request,
    Rider,
    Step,
    Vehicle,
    Visit,
    construct,
)
from machikado.engines.dispatch.words import NEVER

SIDE = 30


@st.composite
def small_problems(draw: st.DrawFn, most: int = 6) -> Problem:
    """Up to `most` requests and three vehicles on a grid; ways are city blocks, so no detour is shorter."""
    count = draw(st.integers(0, most))
    points = draw(st.lists(st.tuples(*[st.integers(0, SIDE)] * 2), min_size=2 * count + 1, max_size=2 * count + 1))
    xy = np.array(points, np.int64)
    travel = np.abs(xy[:, None] - xy[None]).sum(axis=2)
    requests = tuple(draw(_requests(pair)) for pair in range(count))
    vehicles = tuple(draw(_vehicles(which)) for which in range(draw(st.integers(1, 3))))
    return Problem(travel, requests, vehicles)


@st.composite
def _requests(draw: st.DrawFn, pair: int) -> Request:
    opens = draw(st.integers(0, 120))
    pickup = Visit(2 * pair + 1, opens, opens + draw(st.integers(5, 90)), draw(st.integers(0, 4)))
    delivery = Visit(2 * pair + 2, 0, draw(st.sampled_from((NEVER, 150, 260))), draw(st.integers(0, 4)))
    load = draw(st.sampled_from(((1, 0), (2, 0), (0, 1), (1, 1))))
    ride = draw(st.sampled_from((NEVER, 90, 60, 45)))
    return Request(f"r{pair}", pickup, delivery, load, max_ride=ride)


@st.composite
def _vehicles(draw: st.DrawFn, which: int) -> Vehicle:
    layouts = draw(st.sampled_from((((4, 1),), ((3, 0), (1, 1)), ((2, 1), (4, 0)))))
    breaks = (Visit(0, 0, 200, 15),) * draw(st.sampled_from((0, 0, 1)))
    duration = draw(st.sampled_from((NEVER, 300, 180)))
    return Vehicle(f"v{which}", 0, draw(st.sampled_from((0, None))), 0, 400, layouts, duration, breaks=breaks)


def least_times(stops: list[Visit], travel: np.ndarray, back: list[tuple[int, int, int]]) -> list[int] | None:
    """Least begins by plain Bellman-Ford over every constraint, None without; `back` has t_i ≥ t_j - most."""
    edges = [(k, k + 1, a.service + int(travel[a.place, b.place])) for k, (a, b) in enumerate(pairwise(stops))]
    edges += [(late, early, -most) for early, late, most in back]
    times = [stop.open for stop in stops]
    for _ in range(len(stops) + 1):
        before = list(times)
        for i, j, weight in edges:
            times[j] = max(times[j], times[i] + weight)
        if times == before:
            return times if all(time <= stop.close for time, stop in zip(times, stops, strict=True)) else None
    return None


def closure(
    problem: Problem, vehicle: Vehicle, steps: tuple[Step, ...], name: str
) -> tuple[int, int, int, int, int] | None:
    """All times of one person's pickup and arrival in an order: (first, last, least, most, ride), None without any.

    Longest ways between all pairs of constraints (Floyd and Warshall), and loads counted one by one.
    """
    if not all(carried(vehicle, problem, steps)):
        return None
    visits, back = [Visit(vehicle.start, vehicle.open, vehicle.close)], []
    where: dict[Step, int] = {}
    for step in steps:
        where[step] = len(visits)
        visits.append(_visit(problem, vehicle, step))
    end = vehicle.end if vehicle.end is not None else vehicle.start
    visits.append(Visit(end, -NEVER, vehicle.close))
    for request in problem.requests:
        pickup = Step(request.name, Action.PICKUP)
        if pickup in where:
            most = request.max_ride + request.pickup.service
            back.append((where[pickup], where[Step(request.name, Action.DELIVERY)], most))
    back.append((0, len(visits) - 1, vehicle.max_duration))
    apart = np.full((len(visits), len(visits)), -NEVER)
    np.fill_diagonal(apart, 0)
    for k, (a, b) in enumerate(pairwise(visits)):
        home = k == len(visits) - 2 and vehicle.end is None
        apart[k, k + 1] = a.service + (0 if home else int(problem.travel[a.place, b.place]))
    for early, late, most in back:
        apart[late, early] = max(apart[late, early], -most)
    for k in range(len(visits)):
        apart = np.maximum(apart, np.maximum(apart[:, k : k + 1] + apart[k : k + 1], -NEVER))
    low = (np.array([visit.open for visit in visits])[:, None] + apart).max(axis=0)
    high = (np.array([visit.close for visit in visits])[None] - apart).min(axis=1)
    if (np.diag(apart) > 0).any() or (low > high).any():
        return None
    p, d = where[Step(name, Action.PICKUP)], where[Step(name, Action.DELIVERY)]
    return int(low[p]), int(high[p]), int(low[d]), int(high[d]), int(apart[p, d])


def carried(vehicle: Vehicle, problem: Problem, steps: Iterable[Step]) -> Iterator[bool]:
    """Whether each stop leaves with a load that a layout takes, nobody aboard in a break."""
    loads = {request.name: np.array(request.load) for request in problem.requests}
    aboard: set[str] = set()
    for step in steps:
        if step.action is Action.BREAK:
            yield not aboard
            continue
        aboard ^= {step.name}
        load = sum((loads[name] for name in aboard), np.zeros(len(vehicle.layouts[0]), int))
        yield any((load <= layout).all() for layout in np.array(vehicle.layouts))


def _visit(problem: Problem, vehicle: Vehicle, step: Step) -> Visit:
    """What is wanted at a step."""
    if step.action is Action.BREAK:
        return vehicle.breaks[int(step.name.split("/")[1])]
    request = next(each for each in problem.requests if each.name == step.name)
    return request.pickup if step.action is Action.PICKUP else request.delivery


def cheapest_plan(problem: Problem) -> tuple[int, int, int]:
    """Fewest left out, then least cost, by trying everything; and the fewest vehicles that serve as many.

    For a handful of requests and vehicles without breaks, locked steps or riders; shares nothing with the kernels.
    """
    requests = range(len(problem.requests))
    groups = [group for size in range(len(problem.requests) + 1) for group in combinations(requests, size)]
    route = {
        (which, group): _cheapest_route(problem, vehicle, group)
        for which, vehicle in enumerate(problem.vehicles)
        for group in groups
    }
    found, fewest = [], []
    for owners in product(range(-1, len(problem.vehicles)), repeat=len(problem.requests)):
        parts = [tuple(r for r in requests if owners[r] == which) for which in range(len(problem.vehicles))]
        costs = [route[which, part] for which, part in enumerate(parts)]
        if None not in costs:
            found.append((owners.count(-1), sum(cost for cost in costs if cost is not None)))
            fewest.append((owners.count(-1), sum(map(bool, parts))))
    return *min(found), min(fewest)[1]


def _cheapest_route(problem: Problem, vehicle: Vehicle, group: tuple[int, ...]) -> int | None:
    """The least cost of one vehicle that serves a group, None where it cannot."""
    if not group:
        return 0 if vehicle.end is None else int(problem.travel[vehicle.start, vehicle.end])
    costs = []
    for order in permutations([(r, end) for r in group for end in (0, 1)]):
        if all(order.index((r, 0)) < order.index((r, 1)) for r in group) and _kept(problem, vehicle, order):
            visits = [_end(problem, stop) for stop in order]
            places = [vehicle.start, *(visit.place for visit in visits)] + [vehicle.end] * (vehicle.end is not None)
            costs.append(sum(int(problem.travel[a, b]) for a, b in pairwise(places)))
    return min(costs, default=None)


def _end(problem: Problem, stop: tuple[int, int]) -> Visit:
    request = problem.requests[stop[0]]
    return request.delivery if stop[1] else request.pickup


def _kept(problem: Problem, vehicle: Vehicle, order: tuple[tuple[int, int], ...]) -> bool:
    """Whether a vehicle has times and seats for an order of stops."""
    aboard = np.zeros(len(vehicle.layouts[0]), int)
    for r, end in order:
        aboard = aboard + np.array(problem.requests[r].load) * (1 - 2 * end)
        if not any((aboard <= layout).all() for layout in np.array(vehicle.layouts)):
            return False
    visits = [_end(problem, stop) for stop in order]
    end = visits[-1].place if vehicle.end is None else vehicle.end
    stops = [Visit(vehicle.start, vehicle.open, vehicle.close), *visits, Visit(end, 0, vehicle.close)]
    back = [(0, len(stops) - 1, vehicle.max_duration)]
    for r in {r for r, _ in order}:
        most = problem.requests[r].max_ride + problem.requests[r].pickup.service
        back.append((order.index((r, 0)) + 1, order.index((r, 1)) + 1, most))
    return least_times(stops, problem.travel, back) is not None


@st.composite
def days_underway(draw: st.DrawFn) -> Problem:
    """A small problem of which some has happened: riders aboard, first steps of a plan locked."""
    problem = draw(small_problems(5))
    vehicles = tuple(
        replace(
            vehicle, aboard=(Rider(f"{vehicle.name}-rider", Visit(0), (1, 0), 0, draw(st.sampled_from((NEVER, 200)))),)
        )
        if draw(st.booleans())
        else vehicle
        for vehicle in problem.vehicles
    )
    underway = replace(problem, vehicles=vehicles)
    try:
        plan = construct(underway)
    except BadProblem:
        return problem
    locked = [route.steps[: draw(st.integers(0, 3))] for route in plan.routes]
    return replace(
        underway, vehicles=tuple(replace(v, locked=steps) for v, steps in zip(vehicles, locked, strict=True))
    )
