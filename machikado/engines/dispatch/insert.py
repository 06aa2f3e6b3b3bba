"""The cheapest places for a request: every vehicle, every pair of positions, the exact schedule test last.

Earliest and latest begins, loads and the spare driving of those aboard refuse most positions in O(1) (the forward and
backward times of Savelsbergh 1992, doi:10.1287/ijoc.4.2.146, here with ride limits in both). Only where a candidate
would be cheaper than the cheapest so far is the order laid out and tested exactly.
"""

from typing import NamedTuple

import numpy as np

from machikado.engines.compiled import borrowing, entered, inlined
from machikado.engines.dispatch.arrays import (
    CLOSE,
    EARLIEST,
    FIXED,
    LATEST,
    LOCKED,
    NOBODY,
    NODE,
    OPEN,
    PARTNER,
    PLACE,
    PRIZE,
    RIDE,
    SERVICE,
    SLACK,
    VEHICLE,
    Net,
    Room,
    Routes,
)
from machikado.engines.dispatch.chance import roll
from machikado.engines.dispatch.schedule import keeps_time, refresh
from machikado.engines.dispatch.words import NEVER

BLINKS = 1024


class Spot(NamedTuple):
    """Where a request would go: after which positions of a route its pickup and delivery come, at what extra cost."""

    cost: int
    vehicle: int
    first: int
    second: int


@inlined
def whole(constant: int) -> int:
    """Return a constant as a number like any other: in a tuple, numba compiles its receiver anew for each constant."""
    return int(np.int64(constant))


@entered
def insert(net: Net, routes: Routes, room: Room, request: int) -> bool:
    """Put a request at its cheapest spot; False if there is none or leaving it out is cheaper."""
    spot = best_spot(net, routes, room, request)
    worth = min(net.node[request, PRIZE], NEVER)
    return bool(spot.cost < worth and put_in(net, routes, room, request, spot))


@borrowing
def best_spot(net: Net, routes: Routes, room: Room, request: int) -> Spot:
    """Return the cheapest spot for a request in any route; its cost is NEVER if there is none."""
    best = Spot(NEVER, NOBODY, 0, 0)
    only = net.node[request, VEHICLE]
    for vehicle in range(net.fleet.shape[0]):
        if only in (NOBODY, vehicle):
            best = spot_in(net, routes, room, (vehicle, request, whole(0)), best)
    return best


@borrowing
def spot_in(net: Net, routes: Routes, room: Room, ask: tuple[int, int, int], best: Spot) -> Spot:
    """Return the cheaper of `best` and the cheapest spot in one route; `ask` is (vehicle, request, blink).

    Of 1,024 candidates `blink` are overlooked, by chance (Christiaens & Vanden Berghe 2020).
    """
    vehicle, request, blink = ask
    node, travel, row = net.node, net.travel, routes.row[vehicle]
    place, service = node[request, PLACE], node[request, SERVICE]
    size = routes.size[vehicle]
    fixed = net.fleet[vehicle, FIXED] if size == 2 else 0
    for i in range(first_in_time(net, routes, vehicle, request), size - 1):
        here, after = row[i, NODE], row[i + 1, NODE]
        reach = row[i, EARLIEST] + node[here, SERVICE] + travel[node[here, PLACE], place]
        if reach > node[request, CLOSE]:
            break
        begin = max(reach, node[request, OPEN])
        if not takes(net, routes, vehicle, i, request):
            continue
        if blink and roll(room.die, BLINKS) < blink:
            continue
        leave = begin + service
        best = _together(net, routes, room, (vehicle, request, i, begin, fixed), best)
        there = node[after, PLACE]
        extra = net.cost[node[here, PLACE], place] + net.cost[place, there] - net.cost[node[here, PLACE], there] + fixed
        longer = travel[node[here, PLACE], place] + service + travel[place, there] - travel[node[here, PLACE], there]
        arrive = leave + travel[place, there]
        if extra < best.cost and longer <= row[i, SLACK] and arrive <= row[i + 1, LATEST]:
            best = _apart(net, routes, room, (vehicle, request, i, max(arrive, row[i + 1, EARLIEST]), extra), best)
    return best


@inlined
def first_in_time(net: Net, routes: Routes, vehicle: int, request: int) -> int:
    """The first position after which the pickup could still be in time for the next stop, by halves."""
    row = routes.row[vehicle]
    ready = net.node[request, OPEN] + net.node[request, SERVICE]
    low, high = net.fleet[vehicle, LOCKED], routes.size[vehicle] - 1
    while low < high:
        middle = (low + high) // 2
        if row[middle + 1, LATEST] < ready:
            low = middle + 1
        else:
            high = middle
    return int(low)


@inlined
def takes(net: Net, routes: Routes, vehicle: int, position: int, request: int) -> bool:
    """Whether the request fits beside those aboard after a position."""
    aboard = routes.aboard[vehicle, position]
    for layout in range(net.layouts.shape[1]):
        good = True
        for kind in range(net.load.shape[1]):
            if aboard[kind] + net.load[request, kind] > net.layouts[vehicle, layout, kind]:
                good = False
                break
        if good:
            return True
    return False


@inlined
def _together(net: Net, routes: Routes, room: Room, ask: tuple[int, int, int, int, int], best: Spot) -> Spot:
    """Try the delivery right after the pickup; `ask` is (vehicle, request, position, begin of pickup, fixed cost)."""
    vehicle, request, i, begin, fixed = ask
    node, travel, row = net.node, net.travel, routes.row[vehicle]
    delivery = node[request, PARTNER]
    a, p, d, b = node[row[i, NODE], PLACE], node[request, PLACE], node[delivery, PLACE], node[row[i + 1, NODE], PLACE]
    extra = net.cost[a, p] + net.cost[p, d] + net.cost[d, b] - net.cost[a, b] + fixed
    if extra >= best.cost:
        return best
    longer = travel[a, p] + travel[p, d] + travel[d, b] - travel[a, b]
    if longer + node[request, SERVICE] + node[delivery, SERVICE] > row[i, SLACK] or travel[p, d] > node[request, RIDE]:
        return best
    reach = max(begin + node[request, SERVICE] + travel[p, d], node[delivery, OPEN])
    if reach > node[delivery, CLOSE] or reach + node[delivery, SERVICE] + travel[d, b] > row[i + 1, LATEST]:
        return best
    if _exact(net, routes, room, (vehicle, request, i, i)):
        return Spot(extra, vehicle, i, i)
    return best


@inlined
def _apart(net: Net, routes: Routes, room: Room, ask: tuple[int, int, int, int, int], best: Spot) -> Spot:
    """Try the delivery after later stops; `ask` is (vehicle, request, position, begin at the next stop, cost)."""
    vehicle, request, i, now, extra = ask
    node, travel, row = net.node, net.travel, routes.row[vehicle]
    delivery = node[request, PARTNER]
    d, service = node[delivery, PLACE], node[delivery, SERVICE]
    p = node[request, PLACE]
    aboard = travel[p, node[row[i + 1, NODE], PLACE]]
    for j in range(i + 1, routes.size[vehicle] - 1):
        if now > row[j, LATEST] or not takes(net, routes, vehicle, j, request):
            break
        here, after = row[j, NODE], row[j + 1, NODE]
        a, b = node[here, PLACE], node[after, PLACE]
        reach = now + node[here, SERVICE] + travel[a, d]
        if reach > node[delivery, CLOSE]:
            break
        aboard += node[here, SERVICE]
        if aboard > node[request, RIDE]:
            break
        cost = extra + net.cost[a, d] + net.cost[d, b] - net.cost[a, b]
        done = max(reach, node[delivery, OPEN]) + service + travel[d, b]
        longer = travel[a, d] + service + travel[d, b] - travel[a, b]
        good = cost < best.cost and longer <= row[j, SLACK] and done <= row[j + 1, LATEST]
        if (
            good
            and aboard + travel[a, d] <= node[request, RIDE]
            and _exact(net, routes, room, (vehicle, request, i, j))
        ):
            best = Spot(cost, vehicle, i, j)
        now = max(now + node[here, SERVICE] + travel[a, b], row[j + 1, EARLIEST])
        aboard += travel[a, b]
    return best


@borrowing
def _exact(net: Net, routes: Routes, room: Room, ask: tuple[int, int, int, int]) -> bool:
    """Lay the order out and test it; `ask` is (vehicle, request, after which position the pickup, and the delivery).

    Nobody can come earlier than without the request, so the test begins with those times.
    """
    vehicle, request, first, second = ask
    row = routes.row[vehicle]
    size = routes.size[vehicle]
    put = 0
    for k in range(size):
        room.order[put] = row[k, NODE]
        room.times[put] = row[k, EARLIEST]
        put += 1
        if k == first:
            room.order[put] = request
            room.times[put] = net.node[request, OPEN]
            put += 1
        if k == second:
            room.order[put] = net.node[request, PARTNER]
            room.times[put] = net.node[net.node[request, PARTNER], OPEN]
            put += 1
    for k in range(put):
        room.place[room.order[k]] = k
    good = keeps_time(net, room, vehicle, put)
    for k in range(put):
        room.place[room.order[k]] = NOBODY
    return good


@borrowing
def put_in(net: Net, routes: Routes, room: Room, request: int, spot: Spot) -> bool:
    """Put a request where `best_spot` said; False if there is no schedule, which it never says."""
    shift_in(net, routes, request, spot)
    return refresh(net, routes, room, spot.vehicle)


@borrowing
def shift_in(net: Net, routes: Routes, request: int, spot: Spot) -> None:
    """Write a request's two nodes into a row. Nothing else of the route is brought up to date."""
    row = routes.row[spot.vehicle]
    size = routes.size[spot.vehicle]
    for k in range(size - 1, spot.second, -1):
        row[k + 2, NODE] = row[k, NODE]
    row[spot.second + 2, NODE] = net.node[request, PARTNER]
    for k in range(spot.second, spot.first, -1):
        row[k + 1, NODE] = row[k, NODE]
    row[spot.first + 1, NODE] = request
    routes.size[spot.vehicle] = size + 2


@borrowing
def take_out(net: Net, routes: Routes, room: Room, request: int) -> bool:
    """Take a request out of its route. False if that leaves no schedule, as can be where a detour is shorter."""
    vehicle = routes.where[request, 0]
    row = routes.row[vehicle]
    delivery = net.node[request, PARTNER]
    put = 0
    for k in range(routes.size[vehicle]):
        if row[k, NODE] not in (request, delivery):
            row[put, NODE] = row[k, NODE]
            put += 1
    routes.size[vehicle] = put
    for at in (request, delivery):
        routes.where[at, 0] = NOBODY
        routes.where[at, 1] = NOBODY
    return refresh(net, routes, room, vehicle)


@entered
def insert_alone(net: Net, routes: Routes, room: Room, rider: int) -> bool:
    """Put the stop of a rider aboard at its cheapest place in the route of their vehicle; False if there is none."""
    spot = best_spot_alone(net, routes, room, rider)
    return bool(spot.cost < NEVER and put_alone(net, routes, room, rider, spot))


@borrowing
def best_spot_alone(net: Net, routes: Routes, room: Room, rider: int) -> Spot:
    """Return the cheapest place for a rider aboard in the route of the vehicle that carries them."""
    vehicle = net.node[rider, VEHICLE]
    row = routes.row[vehicle]
    best = Spot(NEVER, NOBODY, 0, 0)
    place = net.node[rider, PLACE]
    for i in range(net.fleet[vehicle, LOCKED], routes.size[vehicle] - 1):
        a, b = net.node[row[i, NODE], PLACE], net.node[row[i + 1, NODE], PLACE]
        cost = net.cost[a, place] + net.cost[place, b] - net.cost[a, b]
        if cost < best.cost and _exact_alone(net, routes, room, (vehicle, rider, i)):
            best = Spot(cost, vehicle, i, i)
    return best


@borrowing
def _exact_alone(net: Net, routes: Routes, room: Room, ask: tuple[int, int, int]) -> bool:
    """Lay the order with a rider's stop out and test it; `ask` is (vehicle, rider, after which position)."""
    vehicle, rider, position = ask
    row = routes.row[vehicle]
    size = routes.size[vehicle]
    for k in range(size + 1):
        at = rider if k == position + 1 else row[k if k <= position else k - 1, NODE]
        room.order[k] = at
        room.times[k] = net.node[at, OPEN]
        room.place[at] = k
    good = keeps_time(net, room, vehicle, size + 1)
    for k in range(size + 1):
        room.place[room.order[k]] = NOBODY
    return good


@borrowing
def put_alone(net: Net, routes: Routes, room: Room, rider: int, spot: Spot) -> bool:
    """Put a rider's stop where `best_spot_alone` said; False if there is no schedule, which it never says."""
    row = routes.row[spot.vehicle]
    size = routes.size[spot.vehicle]
    for k in range(size - 1, spot.first, -1):
        row[k + 1, NODE] = row[k, NODE]
    row[spot.first + 1, NODE] = rider
    routes.size[spot.vehicle] = size + 1
    return refresh(net, routes, room, spot.vehicle)
