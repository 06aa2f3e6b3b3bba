"""Moves that take nobody out: two routes swap their tails, a block of stops moves along its route.

Tails: 2-opt* (Potvin & Rousseau 1995, doi:10.1057/jors.1995.204), here cut only where nobody is aboard. Blocks: Or-opt
(Or 1976), here of up to three stops, each pickup still before its delivery. The order is tested exactly, as everywhere.
"""

from machikado.engines.compiled import borrowing, inlined
from machikado.engines.dispatch.arrays import (
    EARLIEST,
    LATEST,
    LOCKED,
    NOBODY,
    NODE,
    OPEN,
    PARTNER,
    PLACE,
    POSITION,
    ROUTE,
    SERVICE,
    VEHICLE,
    Net,
    Room,
    Routes,
)
from machikado.engines.dispatch.chance import roll
from machikado.engines.dispatch.insert import whole
from machikado.engines.dispatch.ruin import Bank
from machikado.engines.dispatch.schedule import keeps_time

BLOCK = 3


@borrowing
def swap_tails(net: Net, routes: Routes, room: Room, bank: Bank, ask: tuple[int, int]) -> bool:
    """Let the routes of two requests swap what comes after a cut before the first request, where that costs least.

    The vehicles must be alike. False where there is no such swap. The rows are written and marked as touched, not
    brought up to date.
    """
    seed = ask[0]
    one, two = routes.where[seed, ROUTE], routes.where[ask[1], ROUTE]
    first = routes.where[seed, POSITION] - 1
    while first > net.fleet[one, LOCKED] and not _empty(net, routes, one, first):
        first -= 1
    second = _second_cut(net, routes, (one, first, two))
    if second == NOBODY or _bound(net, routes, one, first) or _bound(net, routes, two, second):
        return False
    size, other = routes.size[one], routes.size[two]
    for k in range(first + 1, size - 1):
        room.order[k] = routes.row[one, k, NODE]
    ends = routes.row[one, size - 1, NODE], routes.row[two, other - 1, NODE]
    for k in range(second + 1, other - 1):
        routes.row[one, first + k - second, NODE] = routes.row[two, k, NODE]
    for k in range(first + 1, size - 1):
        routes.row[two, second + k - first, NODE] = room.order[k]
    routes.size[one], routes.size[two] = first + other - second, second + size - first
    routes.row[one, routes.size[one] - 1, NODE], routes.row[two, routes.size[two] - 1, NODE] = ends
    bank.touched[one] = bank.touched[two] = 1
    return True


@borrowing
def _second_cut(net: Net, routes: Routes, ask: tuple[int, int, int]) -> int:
    """Where to cut the second route; NOBODY where no cut gives two routes in time. `ask` is (route, cut, second)."""
    one, first, two = ask
    best, least = NOBODY, 1 << 62
    if first < net.fleet[one, LOCKED] or not _empty(net, routes, one, first):
        return NOBODY
    for k in range(net.fleet[two, LOCKED], routes.size[two] - 1):
        if not _empty(net, routes, two, k) or (first == 0 and k == 0):
            continue
        if _late(net, routes, (one, first, two, k)) or _late(net, routes, (two, k, one, first)):
            continue
        extra = _way(net, routes, (one, first, two, k)) + _way(net, routes, (two, k, one, first))
        extra -= _way(net, routes, (one, first, one, first)) + _way(net, routes, (two, k, two, k))
        if extra < least:
            best, least = k, extra
    return int(best)


@inlined
def _empty(net: Net, routes: Routes, vehicle: int, position: int) -> bool:
    """Whether nobody is aboard after a position."""
    return bool(routes.aboard[vehicle, position, net.load.shape[1] - 1] == 0)


@inlined
def _way(net: Net, routes: Routes, ask: tuple[int, int, int, int]) -> int:
    """The cost from a stop of one route to the stop after one of another."""
    one, i, two, j = ask
    a, b = routes.row[one, i, NODE], routes.row[two, j + 1, NODE]
    return int(net.cost[net.node[a, PLACE], net.node[b, PLACE]])


@inlined
def _late(net: Net, routes: Routes, ask: tuple[int, int, int, int]) -> bool:
    """Whether the way from a stop of one route to the stop after one of another is too long for its latest begin."""
    one, i, two, j = ask
    a, b = routes.row[one, i, NODE], routes.row[two, j + 1, NODE]
    ready = routes.row[one, i, EARLIEST] + net.node[a, SERVICE]
    return bool(ready + net.travel[net.node[a, PLACE], net.node[b, PLACE]] > routes.row[two, j + 1, LATEST])


@borrowing
def _bound(net: Net, routes: Routes, vehicle: int, position: int) -> bool:
    """Whether a stop after a position belongs to this vehicle and no other."""
    for k in range(position + 1, routes.size[vehicle] - 1):
        if net.node[routes.row[vehicle, k, NODE], VEHICLE] != NOBODY:
            return True
    return False


@borrowing
def move_block(net: Net, routes: Routes, room: Room, bank: Bank, seed: int) -> bool:
    """Move the seed's pickup or delivery, with up to two stops after it, to where it costs least in its route.

    False where every other place costs more than the budget or breaks something. The row is written and marked as
    touched, not brought up to date.
    """
    vehicle = routes.where[seed, ROUTE]
    if vehicle == NOBODY:
        return False
    begin = routes.where[seed if roll(room.die, 2) else net.node[seed, PARTNER], POSITION]
    length = min(1 + roll(room.die, BLOCK), routes.size[vehicle] - 1 - begin)
    if begin <= net.fleet[vehicle, LOCKED]:
        return False
    best, least = whole(NOBODY), bank.budget[0]
    for after in range(net.fleet[vehicle, LOCKED], routes.size[vehicle] - 1):
        if begin - 1 <= after < begin + length:
            continue
        extra = _block_cost(net, routes, vehicle, (begin, length, after))
        if extra < least and _block_fits(net, routes, room, vehicle, (begin, length, after)):
            best, least = after, extra
    if best == NOBODY:
        return False
    _lay_block(net, routes, room, vehicle, (begin, length, best))
    for k in range(routes.size[vehicle]):
        routes.row[vehicle, k, NODE] = room.order[k]
    bank.touched[vehicle] = 1
    return True


@inlined
def _block_cost(net: Net, routes: Routes, vehicle: int, ask: tuple[int, int, int]) -> int:
    """What moving a block costs; `ask` is (its first position, how many stops, after which position it goes)."""
    begin, length, after = ask
    row = routes.row[vehicle]
    a, p, q = row[begin - 1, NODE], row[begin, NODE], row[begin + length - 1, NODE]
    b, x, y = row[begin + length, NODE], row[after, NODE], row[after + 1, NODE]
    a, b, p, q = net.node[a, PLACE], net.node[b, PLACE], net.node[p, PLACE], net.node[q, PLACE]
    x, y = net.node[x, PLACE], net.node[y, PLACE]
    gone = net.cost[a, p] + net.cost[q, b] + net.cost[x, y]
    return int(net.cost[a, b] + net.cost[x, p] + net.cost[q, y] - gone)


@borrowing
def _lay_block(net: Net, routes: Routes, room: Room, vehicle: int, ask: tuple[int, int, int]) -> None:
    """Write the order with a block moved into room.order, and the openings into room.times."""
    begin, length, after = ask
    put = 0
    for k in range(routes.size[vehicle]):
        if not begin <= k < begin + length:
            room.order[put] = routes.row[vehicle, k, NODE]
            put += 1
        if k == after:
            for m in range(begin, begin + length):
                room.order[put] = routes.row[vehicle, m, NODE]
                put += 1
    for k in range(put):
        room.times[k] = net.node[room.order[k], OPEN]


@borrowing
def _block_fits(net: Net, routes: Routes, room: Room, vehicle: int, ask: tuple[int, int, int]) -> bool:
    """Whether the order with a block moved keeps pickups before deliveries, loads and times."""
    size = routes.size[vehicle]
    _lay_block(net, routes, room, vehicle, ask)
    for k in range(size):
        room.place[room.order[k]] = k
    good = True
    for k in range(1, size - 1):
        pickup = net.node[room.order[k], PARTNER]
        if 0 <= pickup < room.order[k] and room.place[pickup] > k:
            good = False
    good = good and _carries(net, room, vehicle, size) and keeps_time(net, room, vehicle, size)
    for k in range(size):
        room.place[room.order[k]] = NOBODY
    return good


@borrowing
def _carries(net: Net, room: Room, vehicle: int, size: int) -> bool:
    """Whether one layout takes every load of room.order; that more of them in turn would is not seen here."""
    for layout in range(net.layouts.shape[1]):
        fits = True
        for load in range(net.load.shape[1]):
            now = 0
            for k in range(size):
                now += net.load[room.order[k], load]
                fits = fits and now <= net.layouts[vehicle, layout, load]
        if fits:
            return True
    return False
