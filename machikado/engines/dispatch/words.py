"""The words of dispatch: requests and vehicles in, plans and offers out. Times, loads and costs are whole numbers.

The caller chooses the unit of time and of cost (seconds and yen, say); a place is a row of the travel matrix. Window,
ride and duration are those of the dial-a-ride problem (Cordeau & Laporte 2003, doi:10.1016/S0191-2615(02)00045-0).
"""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.int64]
NEVER = 1 << 60  # later than any time, longer than any ride, dearer than any plan that can be driven


class BadProblem(ValueError):
    """A request, vehicle or matrix that no plan could be made of; says which and why."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One stop wanted: the service may begin within [open, close] and takes `service`."""

    place: int
    open: int = 0
    close: int = NEVER
    service: int = 0


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody to be fetched and brought; `load` counts what is needed of each kind (seats, wheelchair places, ...).

    `max_wait` counts from the opening of the pickup's window, `max_ride` from the end of boarding to arrival's service.
    A request that is not a `must` may be left out at the cost of `prize`.
    """

    name: str
    pickup: Visit
    delivery: Visit
    load: tuple[int, ...] = (1,)
    max_wait: int = NEVER
    max_ride: int = NEVER
    must: bool = True
    prize: int = 0


@dataclass(frozen=True, slots=True)
class Rider:
    """Somebody who sits in a vehicle already, and was aboard and seated at `boarded`."""

    name: str
    delivery: Visit
    load: tuple[int, ...] = (1,)
    boarded: int = 0
    max_ride: int = NEVER


class Action(StrEnum):
    """What happens at a stop."""

    PICKUP = "pickup"
    DELIVERY = "delivery"
    BREAK = "break"


@dataclass(frozen=True, slots=True)
class Step:
    """One stop of a route before it has times: whose, and what happens."""

    name: str
    action: Action


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle from where and when it is free to be led.

    A vehicle on its way to a stop starts there, at the time when it can leave. `layouts` are the loads that it can
    take, one of them at a time (seats folded for a wheelchair). `end` None: it may stay where it is. `locked` steps
    come first, in their order. Each break is taken within its window, at its place, with nobody aboard.
    """

    name: str
    start: int
    end: int | None
    open: int = 0
    close: int = NEVER
    layouts: tuple[tuple[int, ...], ...] = ((1,),)
    max_duration: int = NEVER
    fixed_cost: int = 0
    aboard: tuple[Rider, ...] = ()
    breaks: tuple[Visit, ...] = ()
    locked: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """What is to be planned. From a to b it takes `travel[a, b]` and costs `cost[a, b]` (None: as much as it takes)."""

    travel: Matrix
    requests: tuple[Request, ...]
    vehicles: tuple[Vehicle, ...]
    cost: Matrix | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop of a plan: service begins at `begin` (at arrival or after waiting) and ends at `leave`."""

    step: Step
    place: int
    arrive: int
    begin: int
    leave: int
    aboard: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """What one vehicle does: it leaves its start at `leave` and is done at `end`."""

    vehicle: str
    leave: int
    end: int
    cost: int
    stops: tuple[Stop, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """The stops without their times."""
        return tuple(stop.step for stop in self.stops)


@dataclass(frozen=True, slots=True)
class Plan:
    """One route for each vehicle, in the problem's order, and the names of the requests that nobody takes."""

    routes: tuple[Route, ...]
    unserved: tuple[str, ...] = ()
    cost: int = field(default=0, kw_only=True)
