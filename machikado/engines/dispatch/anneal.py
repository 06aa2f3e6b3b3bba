"""One round after another: take requests out, put them back with blinks, keep what simulated annealing keeps."""

from typing import NamedTuple

import numpy as np

from machikado.engines.compiled import kernel
from machikado.engines.dispatch.arrays import (
    CLOSE,
    NOBODY,
    NODE,
    OPEN,
    PARTNER,
    PLACE,
    PRIZE,
    ROUTE,
    START,
    Int64,
    Net,
    Room,
    Routes,
)
from machikado.engines.dispatch.chance import STEPS, WAITS, roll
from machikado.engines.dispatch.insert import best_spot, put_in
from machikado.engines.dispatch.ruin import Bank, close_gaps, dearest, kin, strings
from machikado.engines.dispatch.schedule import refresh
from machikado.engines.dispatch.words import NEVER

BLINK = 10  # of 1,024


class Course(NamedTuple):
    """How a search goes: work is tried, now is where it stands, best was the best; dear is what a missing must costs.

    cost: (2,), of now and of best. improved: (1,), how often best was replaced.
    """

    work: Routes
    now: Routes
    best: Routes
    bank: Bank
    cost: Int64
    stale: Int64
    dear: Int64


@kernel
def rounds(net: Net, course: Course, room: Room, count: int, heat: int) -> int:
    """Go so many rounds at one temperature; return how many were kept."""
    kept = 0
    pairs = net.requests[0]
    for _ in range(count):
        if not _round(net, course, room, roll(room.die, pairs)):
            _back(net, course)
            continue
        cost = whole_cost(net, course.work, course.dear[0])
        wait = WAITS[roll(room.die, STEPS)]
        if cost < course.cost[0] + ((heat * wait) >> 16):
            _keep(course, cost)
            kept += 1
        else:
            _back(net, course)
    return kept


@kernel
def whole_cost(net: Net, routes: Routes, dear: int) -> int:
    """What the routes cost, with what is left out."""
    cost = 0
    for vehicle in range(routes.cost.shape[0]):
        cost += routes.cost[vehicle]
    for request in range(net.requests[0]):
        if routes.where[request, ROUTE] == NOBODY:
            prize = net.node[request, PRIZE]
            cost += min(prize, dear) if prize <= NEVER else dear << 10  # a break is never given up for anybody
    return cost


@kernel
def _round(net: Net, course: Course, room: Room, seed: int) -> bool:
    """Take out and put back; False where what is left of a route has no schedule."""
    bank, work = course.bank, course.work
    bank.size[0] = 0
    bank.touched[:] = 0
    pairs = net.requests[0]
    for request in range(pairs):
        bank.out[request] = 0
    way = roll(room.die, 16)
    if way == 0:
        dearest(net, work, room, bank)
    elif way < 3:
        kin(net, work, room, bank, seed)
    else:
        strings(net, work, room, bank, seed)
    close_gaps(net, work, bank)
    for vehicle in range(bank.touched.shape[0]):
        if bank.touched[vehicle] and not refresh(net, work, room, vehicle):
            return False
    for request in range(pairs):
        if work.where[request, ROUTE] == NOBODY and not bank.out[request]:
            bank.request[bank.size[0]] = request
            bank.size[0] += 1
            bank.out[request] = 1
    return _put_back(net, course, room)


@kernel
def _put_back(net: Net, course: Course, room: Room) -> bool:
    """Put each of the bank at its cheapest spot, in an order that is drawn."""
    bank, work = course.bank, course.work
    _order(net, bank, room)
    for k in range(bank.size[0]):
        request = bank.request[k]
        spot = best_spot(net, work, room, request, BLINK)
        if spot.cost < min(net.node[request, PRIZE], NEVER):
            bank.touched[spot.vehicle] = 1
            if not put_in(net, work, room, request, spot):
                return False
    return True


@kernel
def _order(net: Net, bank: Bank, room: Room) -> None:
    """Sort the bank by what the die says: any, far first, near first, narrow first, early first, heavy first."""
    way = roll(room.die, 12)
    size = bank.size[0]
    depot = net.node[net.fleet[0, START], PLACE]
    keys = np.empty(size, np.int64)
    for k in range(size):
        request = bank.request[k]
        delivery = net.node[request, PARTNER]
        if way < 4:
            keys[k] = roll(room.die, 1 << 30)
        elif way < 6:
            keys[k] = -net.travel[depot, net.node[request, PLACE]] - net.travel[depot, net.node[delivery, PLACE]]
        elif way < 7:
            keys[k] = net.travel[depot, net.node[request, PLACE]]
        elif way < 9:
            keys[k] = min(
                net.node[request, CLOSE] - net.node[request, OPEN], net.node[delivery, CLOSE] - net.node[delivery, OPEN]
            )
        elif way < 10:
            keys[k] = net.node[request, CLOSE]
        else:
            keys[k] = -net.travel[net.node[request, PLACE], net.node[delivery, PLACE]]
    order = np.argsort(keys)
    bank.request[:size] = bank.request[:size][order]


@kernel
def _copy(source: Routes, target: Routes, vehicle: int) -> None:
    """Copy one route."""
    size = source.size[vehicle]
    target.size[vehicle] = size
    target.cost[vehicle] = source.cost[vehicle]
    target.row[vehicle, :size] = source.row[vehicle, :size]
    target.aboard[vehicle, :size] = source.aboard[vehicle, :size]


@kernel
def _keep(course: Course, cost: int) -> None:
    """Stand where work is, and remember it if it is the best so far."""
    for vehicle in range(course.bank.touched.shape[0]):
        if course.bank.touched[vehicle]:
            _copy(course.work, course.now, vehicle)
            course.stale[vehicle] = 1
    course.cost[0] = cost
    if cost < course.cost[1]:
        course.cost[1] = cost
        for vehicle in range(course.stale.shape[0]):
            if course.stale[vehicle]:
                _copy(course.now, course.best, vehicle)
                course.stale[vehicle] = 0


@kernel
def _back(net: Net, course: Course) -> None:
    """Bring work back to where it stood."""
    bank, work = course.bank, course.work
    pairs = net.requests[0]
    for k in range(bank.size[0]):
        work.where[bank.request[k], ROUTE] = NOBODY
        work.where[bank.request[k] + pairs, ROUTE] = NOBODY
    for vehicle in range(bank.touched.shape[0]):
        if bank.touched[vehicle]:
            _copy(course.now, work, vehicle)
            for k in range(work.size[vehicle]):
                work.where[work.row[vehicle, k, NODE], 0] = vehicle
                work.where[work.row[vehicle, k, NODE], 1] = k
