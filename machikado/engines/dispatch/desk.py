"""A plan that lives all day and takes one request after another within microseconds: `Desk`.

To hand sixteen arrays to a kernel takes longer than to find the cheapest spot, so all of a desk lies in one array and
the kernel reads at its head where each part begins. The spots are those of `best_spot`; but here candidates are first
ranked by what can be told in O(1). The cheapest is put in, and bringing its route up to date is the exact test: where
there is no schedule it is taken out again, and the next is tried.
"""

import numpy as np

from machikado.engines.compiled import borrowing, inlined, kernel
from machikado.engines.dispatch.arrays import (
    CLOSE,
    EARLIEST,
    FIXED,
    LATEST,
    NOBODY,
    NODE,
    OPEN,
    PARTNER,
    PLACE,
    PRIZE,
    RIDE,
    ROUTE,
    SERVICE,
    SLACK,
    VEHICLE,
    Int64,
    Net,
    Room,
    Routes,
)
from machikado.engines.dispatch.insert import Spot, first_in_time, take_out, takes
from machikado.engines.dispatch.plans import Board
from machikado.engines.dispatch.seat import seat as seat_in
from machikado.engines.dispatch.words import NEVER, Plan, Problem

PARTS = 16  # arrays of Net, Routes and Room
HEAD = 4 * PARTS  # for each: where it begins and its shape


class Desk:
    """A board that is asked for one request at a time. Raises BadProblem as a board does."""

    def __init__(self, problem: Problem) -> None:
        """Lay out the arrays; nobody is served yet but riders, locked steps and breaks."""
        self._board = board = Board(problem)
        self._number = {request.name: at for at, request in enumerate(problem.requests)}
        parts = [*board.net, *board.routes, *board.room]
        self._memory = np.zeros(HEAD + sum(part.size for part in parts), np.int64)
        begin = HEAD
        views = []
        for at, part in enumerate(parts):
            self._memory[4 * at] = begin
            self._memory[4 * at + 1 : 4 * at + 1 + part.ndim] = part.shape
            view = self._memory[begin : begin + part.size].view(part.dtype).reshape(part.shape)
            view[:] = part
            views.append(view)
            begin += part.size
        net, routes = len(Net._fields), len(Net._fields) + len(Routes._fields)
        board.net, board.routes, board.room = Net(*views[:net]), Routes(*views[net:routes]), Room(*views[routes:])

    def book(self, name: str) -> int | None:
        """Put a request at its cheapest spot; return what it costs more, None if there is none. KeyError: unknown."""
        cost = seat(self._memory, self._number[name])
        return None if cost >= NEVER else cost

    def plan(self) -> Plan:
        """The plan as it stands, with times that keep people least aboard."""
        return self._board.plan()


@kernel
def seat(memory: Int64, request: int) -> int:
    """Put a request at its cheapest spot in a desk's memory; return what it costs more, NEVER if there is none."""
    net = Net(
        _square(memory, 0),
        _square(memory, 1),
        _square(memory, 2),
        _square(memory, 3),
        _square(memory, 4),
        _cube(memory, 5),
        _line(memory, 6),
    )
    routes = Routes(_cube(memory, 7), _cube(memory, 8), _line(memory, 9), _line(memory, 10), _square(memory, 11))
    room = Room(_line(memory, 12), _line(memory, 13), _line(memory, 14), _line(memory, 15).view(np.uint64))
    if routes.where[request, ROUTE] != NOBODY:
        return 0
    return _seat(net, routes, room, request)


@inlined
def _line(memory: Int64, part: int) -> Int64:
    """One part of the memory."""
    begin = memory[4 * part]
    return memory[begin : begin + memory[4 * part + 1]]


@inlined
def _square(memory: Int64, part: int) -> Int64:
    """A part with rows."""
    begin, rows, columns = memory[4 * part], memory[4 * part + 1], memory[4 * part + 2]
    return memory[begin : begin + rows * columns].reshape(rows, columns)


@inlined
def _cube(memory: Int64, part: int) -> Int64:
    """A part with rows of rows."""
    begin, a, b, c = memory[4 * part], memory[4 * part + 1], memory[4 * part + 2], memory[4 * part + 3]
    return memory[begin : begin + a * b * c].reshape(a, b, c)


@borrowing
def _seat(net: Net, routes: Routes, room: Room, request: int) -> int:
    """Put a request in at the cheapest candidate; where its route then has no schedule, at the next."""
    worth = min(net.node[request, PRIZE], NEVER)
    spot = Spot(-NEVER, NOBODY, 0, 0)
    while True:
        floor = spot
        spot = Spot(worth, NOBODY, 0, 0)
        for vehicle in range(net.fleet.shape[0]):
            if net.node[request, VEHICLE] in (NOBODY, vehicle):
                spot = _candidate(net, routes, (vehicle, request), spot, floor)
        if spot.vehicle == NOBODY:
            return NEVER
        if seat_in(net, routes, request, spot):
            return spot.cost
        take_out(net, routes, room, request)


@borrowing
def _candidate(net: Net, routes: Routes, ask: tuple[int, int], best: Spot, floor: Spot) -> Spot:
    """Return the cheaper of `best` and the cheapest in one route that comes after `floor`; ask: (vehicle, request)."""
    vehicle, request = ask
    node, travel, row = net.node, net.travel, routes.row[vehicle]
    delivery = node[request, PARTNER]
    p, d, service, brought = (
        node[request, PLACE],
        node[delivery, PLACE],
        node[request, SERVICE],
        node[delivery, SERVICE],
    )
    size = routes.size[vehicle]
    fixed = net.fleet[vehicle, FIXED] if size == 2 else 0
    for i in range(first_in_time(net, routes, vehicle, request), size - 1):
        here, after = node[row[i, NODE], PLACE], node[row[i + 1, NODE], PLACE]
        to = travel[here, p]
        reach = row[i, EARLIEST] + node[row[i, NODE], SERVICE] + to
        if reach > node[request, CLOSE]:
            break
        extra = net.cost[here, p] + net.cost[p, after] - net.cost[here, after] + fixed
        if extra > best.cost or not takes(net, routes, vehicle, i, request):
            continue
        leave = max(reach, node[request, OPEN]) + service
        cost = net.cost[here, p] + net.cost[p, d] + net.cost[d, after] - net.cost[here, after] + fixed
        if cost < best.cost and _comes_after(floor, cost, vehicle, i, i):
            reach = max(leave + travel[p, d], node[delivery, OPEN])
            longer = to + service + travel[p, d] + brought + travel[d, after] - travel[here, after]
            good = longer <= row[i, SLACK] and travel[p, d] <= node[request, RIDE] and reach <= node[delivery, CLOSE]
            if good and reach + brought + travel[d, after] <= row[i + 1, LATEST]:
                best = Spot(cost, vehicle, i, i)
        arrive = leave + travel[p, after]
        longer = to + service + travel[p, after] - travel[here, after]
        if extra < best.cost and longer <= row[i, SLACK] and arrive <= row[i + 1, LATEST]:
            best = _later(net, routes, (vehicle, request, i, max(arrive, row[i + 1, EARLIEST]), extra), best, floor)
    return best


@inlined
def _later(net: Net, routes: Routes, ask: tuple[int, int, int, int, int], best: Spot, floor: Spot) -> Spot:
    """Try the delivery after later stops; `ask` is (vehicle, request, position, begin at the next stop, cost)."""
    vehicle, request, i, now, extra = ask
    node, travel, row = net.node, net.travel, routes.row[vehicle]
    delivery = node[request, PARTNER]
    d, service = node[delivery, PLACE], node[delivery, SERVICE]
    aboard = travel[node[request, PLACE], node[row[i + 1, NODE], PLACE]]
    for j in range(i + 1, routes.size[vehicle] - 1):
        if now > row[j, LATEST] or not takes(net, routes, vehicle, j, request):
            break
        a, b, stay = node[row[j, NODE], PLACE], node[row[j + 1, NODE], PLACE], node[row[j, NODE], SERVICE]
        reach = now + stay + travel[a, d]
        aboard += stay
        if reach > node[delivery, CLOSE] or aboard > node[request, RIDE]:
            break
        cost = extra + net.cost[a, d] + net.cost[d, b] - net.cost[a, b]
        if cost < best.cost and _comes_after(floor, cost, vehicle, i, j):
            done = max(reach, node[delivery, OPEN]) + service + travel[d, b]
            longer = travel[a, d] + service + travel[d, b] - travel[a, b]
            good = longer <= row[j, SLACK] and done <= row[j + 1, LATEST]
            if good and aboard + travel[a, d] <= node[request, RIDE]:
                best = Spot(cost, vehicle, i, j)
        now = max(now + stay + travel[a, b], row[j + 1, EARLIEST])
        aboard += travel[a, b]
    return best


@inlined
def _comes_after(floor: Spot, cost: int, vehicle: int, first: int, second: int) -> bool:
    """Whether a spot was not tested yet: those up to `floor` were, by cost and then as they stand."""
    if cost != floor.cost:
        return cost > floor.cost
    if vehicle != floor.vehicle:
        return vehicle > floor.vehicle
    return first > floor.first or (first == floor.first and second > floor.second)
