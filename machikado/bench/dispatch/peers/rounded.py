"""A problem of one depot in whole numbers that every solver takes: 10,000 to the unit of the file."""

from dataclasses import dataclass

import numpy as np

from machikado.engines.dispatch import Problem, Visit
from machikado.engines.dispatch.instances import SCALE
from machikado.engines.dispatch.words import NEVER, Matrix

UNIT = SCALE // 10**4


@dataclass(frozen=True, slots=True)
class Rounded:
    """Ways rounded up, windows inwards. opens, closes, service, load: by place; pairs: places of pickup and delivery.

    ride, duration: None where there is no limit.
    """

    travel: Matrix
    opens: list[int]
    closes: list[int]
    service: list[int]
    load: list[int]
    pairs: list[tuple[int, int]]
    vehicles: int
    capacity: int
    ride: int | None
    duration: int | None

    @property
    def dear(self) -> int:
        """More than any way of driving costs: what one more vehicle costs where these count first."""
        return int(self.travel.max()) * 2 * len(self.opens)

    @property
    def fleet_counts(self) -> bool:
        """Whether fewer vehicles are better than shorter ways: instances without a longest ride."""
        return self.ride is None


def rounded(problem: Problem) -> Rounded:
    """Round the problem of an instance file."""
    places = len(problem.travel)
    van = problem.vehicles[0]
    visits = {van.start: Visit(van.start, van.open, van.close)}
    load = [0] * places
    for request in problem.requests:
        visits |= {visit.place: visit for visit in (request.pickup, request.delivery)}
        load[request.pickup.place], load[request.delivery.place] = request.load[0], -request.load[0]
    ordered = [visits[place] for place in range(places)]
    ride = problem.requests[0].max_ride
    return Rounded(
        -(-problem.travel // UNIT),
        [-(-visit.open // UNIT) for visit in ordered],
        [visit.close // UNIT for visit in ordered],
        [-(-visit.service // UNIT) for visit in ordered],
        load,
        [(request.pickup.place, request.delivery.place) for request in problem.requests],
        len(problem.vehicles),
        van.layouts[0][0],
        None if ride >= NEVER else ride // UNIT,
        None if van.max_duration >= NEVER else van.max_duration // UNIT,
    )


def spent(task: Rounded) -> Matrix:
    """Ways with the service before them."""
    found: Matrix = task.travel + np.array(task.service, np.int64)[:, None]
    return found
