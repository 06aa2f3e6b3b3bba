"""Small problems drawn by hypothesis, and the slow twins that the kernels are compared with."""

from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from machikado.engines.dispatch import Problem, Request, Vehicle, Visit
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
