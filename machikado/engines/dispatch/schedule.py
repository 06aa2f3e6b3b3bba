"""Whether an order of stops can be kept, exactly, and when: difference constraints on a line, solved by rounds.

A route is a line of begins of service t_0 … t_m with t_k ≥ t_(k-1) + service + driving, windows, and constraints that
point back: t_delivery - t_pickup ≤ service + longest ride, t_m - t_0 ≤ longest duration. One round walks the line
forward and then raises what the backward constraints raise. A least solution is reached after as many rounds as there
are backward constraints that bind, plus one; if it is not, there is none (a cycle of positive length; Bellman 1958).
Equal in power to the eight steps of Cordeau & Laporte 2003, §4 (doi:10.1016/S0191-2615(02)00045-0).
"""

from machikado.engines.compiled import borrowing, entered, inlined
from machikado.engines.dispatch.arrays import (
    CLOSE,
    DRIVEN,
    DURATION,
    EARLIEST,
    FIXED,
    LATEST,
    NOBODY,
    NODE,
    OPEN,
    PARTNER,
    PLACE,
    POSITION,
    RIDE,
    ROUTE,
    SERVICE,
    SLACK,
    Net,
    Room,
    Routes,
)
from machikado.engines.dispatch.words import NEVER


@borrowing
def keeps_time(net: Net, room: Room, vehicle: int, size: int) -> bool:
    """Whether room.order[:size] has a schedule not before room.times[:size]; its least times then stand there.

    Every node of the order must stand in room.place with its position, and nodes that are not in it with NOBODY.
    """
    times = room.times
    longest = net.fleet[vehicle, DURATION]
    low = 0
    for _ in range(size):
        if not _forward(net, room, low, size):
            return False
        low = _raise(net, room, size)
        if times[size - 1] - longest > times[0]:
            times[0] = times[size - 1] - longest
            low = 0
        if low == size:
            return True
    return False


@inlined
def _forward(net: Net, room: Room, low: int, size: int) -> bool:
    """Push the times along the line from a position; False where one comes after its window."""
    node, order, times, travel = net.node, room.order, room.times, net.travel
    last = order[low]
    now = times[low]
    if now > node[last, CLOSE]:
        return False
    for k in range(low + 1, size):
        at = order[k]
        now = max(now + node[last, SERVICE] + travel[node[last, PLACE], node[at, PLACE]], times[k])
        if now > node[at, CLOSE]:
            return False
        times[k] = now
        last = at
    return True


@inlined
def _raise(net: Net, room: Room, size: int) -> int:
    """Begin the rides that are too long later; return the first position that moved, `size` if none did."""
    node, order, times = net.node, room.order, room.times
    low = size
    for k in range(2, size - 1):
        at = order[k]
        pickup = node[at, PARTNER]
        if pickup < 0 or pickup > at:
            continue
        need = times[k] - node[pickup, RIDE] - node[pickup, SERVICE]
        if need > times[room.place[pickup]]:
            times[room.place[pickup]] = need
            low = min(low, room.place[pickup])
    return low


@entered
def refresh(net: Net, routes: Routes, room: Room, vehicle: int) -> bool:
    """Bring everything that is kept of a route up to date with its nodes; False if it has no schedule.

    Loads are not judged here. Without a schedule nothing but nodes and size can be read of the route.
    """
    size = routes.size[vehicle]
    row = routes.row[vehicle]
    for k in range(size):
        at = row[k, NODE]
        room.order[k] = at
        room.place[at] = k
        room.times[k] = net.node[at, OPEN]
        routes.where[at, ROUTE] = vehicle
        routes.where[at, POSITION] = k
    good = keeps_time(net, room, vehicle, size)
    if good:
        for k in range(size):
            row[k, EARLIEST] = room.times[k]
        latest(net, room, vehicle, size)
        for k in range(size):
            row[k, LATEST] = room.times[k]
        _measure(net, routes, vehicle)
        _slack(net, routes, room, vehicle)
    for k in range(size):
        room.place[row[k, NODE]] = NOBODY
    return good


@borrowing
def latest(net: Net, room: Room, vehicle: int, size: int) -> None:
    """Put the greatest times of an order that has a schedule into room.times."""
    node, order, times = net.node, room.order, room.times
    for k in range(size):
        times[k] = node[order[k], CLOSE]
    longest = net.fleet[vehicle, DURATION]
    lowered = True
    while lowered:
        lowered = False
        for k in range(size - 2, -1, -1):
            at = order[k]
            drive = net.travel[node[at, PLACE], node[order[k + 1], PLACE]]
            times[k] = min(times[k], times[k + 1] - node[at, SERVICE] - drive)
        for k in range(1, size - 2):
            at = order[k]
            delivery = node[at, PARTNER]
            if delivery <= at or room.place[delivery] == NOBODY:
                continue
            most = times[k] + node[at, SERVICE] + node[at, RIDE]
            if most < times[room.place[delivery]]:
                times[room.place[delivery]] = most
                lowered = True
        if times[0] + longest < times[size - 1]:
            times[size - 1] = times[0] + longest
            lowered = True


@borrowing
def _measure(net: Net, routes: Routes, vehicle: int) -> None:
    """Count driving, cost and who is aboard along a route."""
    node, row, aboard = net.node, routes.row[vehicle], routes.aboard[vehicle]
    size = routes.size[vehicle]
    cost = net.fleet[vehicle, FIXED] if size > 2 else 0
    last = row[0, NODE]
    row[0, DRIVEN] = 0
    for kind in range(aboard.shape[1]):
        aboard[0, kind] = net.load[last, kind]
    for k in range(1, size):
        at = row[k, NODE]
        a, b = node[last, PLACE], node[at, PLACE]
        row[k, DRIVEN] = row[k - 1, DRIVEN] + node[last, SERVICE] + net.travel[a, b]
        cost += net.cost[a, b]
        for kind in range(aboard.shape[1]):
            aboard[k, kind] = aboard[k - 1, kind] + net.load[at, kind]
        last = at
    routes.cost[vehicle] = cost


@borrowing
def _slack(net: Net, routes: Routes, room: Room, vehicle: int) -> None:
    """Count for each place how much longer the way to the next may take without breaking a ride or the duration."""
    node, row = net.node, routes.row[vehicle]
    size = routes.size[vehicle]
    whole = min(net.fleet[vehicle, DURATION] - row[size - 1, DRIVEN], NEVER)
    for k in range(size):
        row[k, SLACK] = whole
    for k in range(1, size - 2):
        at = row[k, NODE]
        delivery = node[at, PARTNER]
        if delivery <= at or node[at, RIDE] >= NEVER or room.place[delivery] == NOBODY:
            continue
        there = room.place[delivery]
        spare = node[at, RIDE] + node[at, SERVICE] - (row[there, DRIVEN] - row[k, DRIVEN])
        for i in range(k, there):
            row[i, SLACK] = min(row[i, SLACK], spare)
