"""A town of its own for the bench: meeting points ten kilometres across, and a day of people who want to be driven."""

import numpy as np

from machikado.engines.dispatch import Problem, Request, Vehicle, Visit
from machikado.engines.dispatch.words import Matrix

STOPS = 200  # meeting points of a town of 60,000
SIDE_METRES = 10_000
METRES_PER_SECOND = 8
OPENS, CLOSES = 7 * 3600, 21 * 3600
WINDOW_SECONDS, BOARDING_SECONDS = 900, 30
LONGER, LONGER_SECONDS = 1.5, 600  # the longest ride: half as long again as the direct one, and ten minutes
AHEAD_SECONDS = 600  # before the window opens they call
SEATS = 8


def town(requests: int, vehicles: int, seed: int) -> tuple[Problem, tuple[int, ...]]:
    """Return a day's problem in seconds, in the order in which people call, and when each calls."""
    chance = np.random.default_rng(seed)
    xy = chance.uniform(0, SIDE_METRES, (STOPS, 2))
    away = np.hypot(*np.moveaxis(xy[:, None] - xy[None], 2, 0))
    travel = np.ceil(away / METRES_PER_SECOND).astype(np.int64)
    calls = np.sort(chance.integers(OPENS, CLOSES - 2 * 3600, requests)).tolist()
    asked = tuple(
        _request(str(number), int(call), chance.choice(STOPS, 2, replace=False).tolist(), travel)
        for number, call in enumerate(calls)
    )
    depots = chance.integers(0, STOPS, vehicles).tolist()
    fleet = tuple(Vehicle(f"v{k}", at, at, OPENS, CLOSES, ((SEATS,),)) for k, at in enumerate(depots))
    return Problem(travel, asked, fleet), tuple(int(call) for call in calls)


def _request(name: str, call: int, ends: list[int], travel: Matrix) -> Request:
    opens = call + AHEAD_SECONDS
    pickup = Visit(ends[0], opens, opens + WINDOW_SECONDS, BOARDING_SECONDS)
    ride = int(travel[ends[0], ends[1]] * LONGER) + LONGER_SECONDS
    return Request(name, pickup, Visit(ends[1], service=BOARDING_SECONDS), max_ride=ride)
