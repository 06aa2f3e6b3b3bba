"""Puts a request into a route and brings up to date only what that changes, so that long routes cost little more.

What is kept of a route is what `refresh` would work out anew; this is its quick twin for one insertion. Begins move
later only from the pickup on, until they stand as before; rides that get too long push their pickups, and so on until
nothing moves (Bellman 1958, as in `schedule`). The greatest begins move sooner in the same way.
"""

from machikado.engines.compiled import borrowing, inlined
from machikado.engines.dispatch.arrays import (
    CLOSE,
    DRIVEN,
    DURATION,
    EARLIEST,
    LATEST,
    NODE,
    OPEN,
    PARTNER,
    PLACE,
    POSITION,
    RIDE,
    ROUTE,
    SERVICE,
    SLACK,
    WIDTH,
    Net,
    Routes,
)
from machikado.engines.dispatch.insert import Spot
from machikado.engines.dispatch.words import NEVER


@borrowing
def seat(net: Net, routes: Routes, request: int, spot: Spot) -> bool:
    """Put a request where a spot says. False if there is no schedule: then only nodes and size can be read of it."""
    first, last = spot.first + 1, spot.second + 2
    _make_room(net, routes, request, spot)
    if not _later(net, routes, (spot.vehicle, first, last)):
        return False
    _sooner(net, routes, (spot.vehicle, first, last))
    _drive(net, routes, (spot.vehicle, first, last))
    _spare(net, routes, (spot.vehicle, first, last))
    routes.cost[spot.vehicle] += spot.cost
    return True


@borrowing
def _make_room(net: Net, routes: Routes, request: int, spot: Spot) -> None:
    """Write the two nodes into the row, with the windows as their times, and who is aboard."""
    row, aboard, where = routes.row[spot.vehicle], routes.aboard[spot.vehicle], routes.where
    delivery, size = net.node[request, PARTNER], routes.size[spot.vehicle] + 2
    routes.size[spot.vehicle] = size
    for k in range(size - 1, spot.first, -1):
        source = k - 2 if k > spot.second + 1 else k - 1
        at = row[source, NODE]
        for column in range(WIDTH):
            row[k, column] = row[source, column]
        for kind in range(aboard.shape[1]):
            carried = net.load[request, kind] if k < spot.second + 2 else 0
            aboard[k, kind] = aboard[source, kind] + carried
        if k == spot.second + 2:
            at = delivery
        elif k == spot.first + 1:
            at = request
        else:
            where[at, POSITION] = k
            continue
        row[k, NODE], row[k, EARLIEST], row[k, LATEST] = at, net.node[at, OPEN], net.node[at, CLOSE]
        where[at, ROUTE], where[at, POSITION] = spot.vehicle, k


@inlined
def _way(net: Net, before: int, after: int) -> int:
    """Service at a node and the way to the next."""
    return int(net.node[before, SERVICE] + net.travel[net.node[before, PLACE], net.node[after, PLACE]])


@borrowing
def _later(net: Net, routes: Routes, change: tuple[int, int, int]) -> bool:
    """Push least begins from the pickup on; False where one comes after its window."""
    vehicle, low, sure = change
    node, row = net.node, routes.row[vehicle]
    size, longest = routes.size[vehicle], net.fleet[vehicle, DURATION]
    for _ in range(size):
        high = size
        for k in range(low, size):
            at, now = row[k, NODE], row[k, EARLIEST]
            if k:
                now = max(now, row[k - 1, EARLIEST] + _way(net, row[k - 1, NODE], at))
            if now > node[at, CLOSE]:
                return False
            if k > sure and now == row[k, EARLIEST]:
                high = k
                break
            row[k, EARLIEST] = now
        low, sure = _board_later(net, routes, (vehicle, max(low, 1), min(high, size - 1)))
        if row[size - 1, EARLIEST] - longest > row[0, EARLIEST]:
            row[0, EARLIEST] = row[size - 1, EARLIEST] - longest
            low = 0
        if low == size:
            return True
    return False


@inlined
def _board_later(net: Net, routes: Routes, change: tuple[int, int, int]) -> tuple[int, int]:
    """Begin rides that are too long later, of those brought between two positions; return the ends of the change.

    Nothing moved: (size, 0).
    """
    vehicle, begin, end = change
    node, row = net.node, routes.row[vehicle]
    low, high = routes.size[vehicle], 0
    for k in range(begin, end):
        pickup = node[row[k, NODE], PARTNER]
        if 0 <= pickup < row[k, NODE]:
            need, there = row[k, EARLIEST] - node[pickup, RIDE] - node[pickup, SERVICE], routes.where[pickup, POSITION]
            if need > row[there, EARLIEST]:
                row[there, EARLIEST] = need
                low, high = min(low, there), max(high, there)
    return low, high


@borrowing
def _sooner(net: Net, routes: Routes, change: tuple[int, int, int]) -> None:
    """Pull greatest begins from the delivery back."""
    vehicle, sure, high = change
    node, row, where = net.node, routes.row[vehicle], routes.where
    size, longest = routes.size[vehicle], net.fleet[vehicle, DURATION]
    while high >= 0:
        low = -1
        for k in range(high, -1, -1):
            now = row[k, LATEST]
            if k + 1 < size:
                now = min(now, row[k + 1, LATEST] - _way(net, row[k, NODE], row[k + 1, NODE]))
            if k < sure and now == row[k, LATEST]:
                low = k
                break
            row[k, LATEST] = now
        end, high, sure = high, -1, size
        for k in range(max(low, 0) + 1, min(end + 1, size - 2)):
            at, delivery = row[k, NODE], node[row[k, NODE], PARTNER]
            if delivery > at:
                most, there = row[k, LATEST] + node[at, SERVICE] + node[at, RIDE], where[delivery, POSITION]
                if most < row[there, LATEST]:
                    row[there, LATEST] = most
                    high, sure = max(high, there), min(sure, there)
        if row[0, LATEST] + longest < row[size - 1, LATEST]:
            row[size - 1, LATEST] = row[0, LATEST] + longest
            high, sure = size - 1, min(sure, size - 1)


@borrowing
def _drive(net: Net, routes: Routes, change: tuple[int, int, int]) -> None:
    """Count the driving anew where the ways changed, and move what comes after."""
    vehicle, first, last = change
    row = routes.row[vehicle]
    more = 0
    for k in range(first, routes.size[vehicle]):
        if k in (first, first + 1, last, last + 1):
            driven = row[k - 1, DRIVEN] + _way(net, row[k - 1, NODE], row[k, NODE])
            more = driven - row[k, DRIVEN]
            row[k, DRIVEN] = driven
        else:
            row[k, DRIVEN] += more


@borrowing
def _spare(net: Net, routes: Routes, change: tuple[int, int, int]) -> None:
    """Less can be spared on the ways of those who are aboard where the ways changed, and on all for the duration."""
    vehicle, first, last = change
    node, row, aboard = net.node, routes.row[vehicle], routes.aboard[vehicle]
    size, people = routes.size[vehicle], routes.aboard.shape[2] - 1
    whole = min(net.fleet[vehicle, DURATION] - row[size - 1, DRIVEN], NEVER)
    for k in range(size):
        row[k, SLACK] = min(row[k, SLACK], whole)
    begin = first
    while begin > 1 and aboard[begin - 1, people] != 0:
        begin -= 1
    for k in range(begin, last):
        at, delivery = row[k, NODE], node[row[k, NODE], PARTNER]
        if delivery > at and node[at, RIDE] < NEVER:
            there = routes.where[delivery, POSITION]
            spare = node[at, RIDE] + node[at, SERVICE] - (row[there, DRIVEN] - row[k, DRIVEN])
            for i in range(k, there):
                row[i, SLACK] = min(row[i, SLACK], spare)
