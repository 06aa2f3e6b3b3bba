"""The problem and its routes as arrays: a row of eight int64 (a cache line) for each node, vehicle and stop.

Nodes are numbered: pickups 0 … n-1, their deliveries n … 2n-1, riders aboard, then each vehicle's start and end. A
break is a pickup and a delivery at one place, so heavy in a dimension of its own that nobody else can be aboard.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from machikado.engines.dispatch.chance import state
from machikado.engines.dispatch.words import NEVER

Int64 = npt.NDArray[np.int64]

# Columns of Net.node.
PLACE, OPEN, CLOSE, SERVICE, PARTNER, RIDE, VEHICLE, PRIZE = range(8)
# Columns of Net.fleet.
START, END, DURATION, FIXED, LOCKED = range(5)
# Columns of Routes.row.
NODE, EARLIEST, LATEST, SLACK, DRIVEN = range(5)
# Columns of Routes.where.
ROUTE, POSITION = range(2)

WIDTH = 8
NOBODY = -1
UNREACHABLE = 2 * NEVER
FULL = 1 << 20  # what a break weighs in its own dimension; a person weighs 1


class Net(NamedTuple):
    """What does not change while a plan is made.

    travel, cost: (places, places). node: (nodes, 8). load: (nodes, kinds), negative where riders leave.
    fleet: (vehicles, 8). layouts: (vehicles, layouts, kinds). requests: (1,), how many pairs of nodes there are.
    """

    travel: Int64
    cost: Int64
    node: Int64
    load: Int64
    fleet: Int64
    layouts: Int64
    requests: Int64


class Routes(NamedTuple):
    """What changes. A route of `size` places begins with its vehicle's start and ends with its end.

    row: (vehicles, room, 8): node, earliest and latest begin of service, how much longer the drive to the next place
    may take for those aboard, and driving with service until here. aboard: (vehicles, room, kinds), after the place.
    size, cost: (vehicles,). where: (nodes, 2): route and position, NOBODY where it is in none.
    """

    row: Int64
    aboard: Int64
    size: Int64
    cost: Int64
    where: Int64


class Room(NamedTuple):
    """Scratch of one search: an order of nodes, their times, where in the order each node stands, and a die."""

    order: Int64
    times: Int64
    place: Int64
    die: npt.NDArray[np.uint64]


def empty_routes(net: Net, room: int) -> Routes:
    """Return routes without times; `room` is the longest that a route may get, start and end included."""
    vehicles, kinds = len(net.fleet), net.load.shape[1]
    return Routes(
        np.zeros((vehicles, room, WIDTH), np.int64),
        np.zeros((vehicles, room, kinds), np.int64),
        np.zeros(vehicles, np.int64),
        np.zeros(vehicles, np.int64),
        np.full((len(net.node), 2), NOBODY, np.int64),
    )


def scratch(net: Net, room: int, seed: int) -> Room:
    """Return room for one order of nodes at a time, with a die that falls the same for the same seed."""
    die = np.array([state(seed)], np.uint64)
    return Room(np.zeros(room, np.int64), np.zeros(room, np.int64), np.full(len(net.node), NOBODY, np.int64), die)
