"""Small problems drawn by hypothesis, and the slow twins that the kernels are compared with."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from machikado.engines.dispatch import Action, Problem, Request, Step, Vehicle, Visit
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
