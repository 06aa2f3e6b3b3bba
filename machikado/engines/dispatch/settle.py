"""When each stop of a chosen order is served so that people sit least in the vehicle.

Least times are pushed later, block by block: a block of stops without waiting in it may begin later by the wait behind
it, which moves that wait from those who are aboard there to those aboard before the block.
"""

from machikado.engines.compiled import borrowing, entered, inlined
from machikado.engines.dispatch.arrays import (
    CLOSE,
    EARLIEST,
    FULL,
    NOBODY,
    NODE,
    PARTNER,
    PLACE,
    RIDE,
    SERVICE,
    Net,
    Room,
    Routes,
)


@entered
def settle(net: Net, routes: Routes, room: Room, vehicle: int) -> None:
    """Put the begins of service of a route into room.times; the route must be up to date."""
    row, size = routes.row[vehicle], routes.size[vehicle]
    for k in range(size):
        room.order[k] = row[k, NODE]
        room.times[k] = row[k, EARLIEST]
        room.place[row[k, NODE]] = k
    moved = True
    while moved:
        moved = False
        for k in range(size - 1, 0, -1):
            while _push(net, routes, room, vehicle, k):
                moved = True
    for k in range(size):
        room.place[row[k, NODE]] = NOBODY


@borrowing
def _push(net: Net, routes: Routes, room: Room, vehicle: int, after: int) -> bool:
    """Take the wait before one stop to where it costs least; False if it stands well."""
    wait = _wait(net, room, after)
    if wait <= 0:
        return False
    best, first, most = 0, 0, 0
    spare = wait
    for begin in range(after - 1, -1, -1):
        spare = min(spare, net.node[room.order[begin], CLOSE] - room.times[begin])
        if spare <= 0:
            break
        gain = _people(net, routes, vehicle, after - 1) - _before(net, routes, vehicle, begin, after)
        room_left = min(spare, _rides(net, room, begin, after))
        if gain > best and room_left > 0:
            best, first, most = gain, begin, room_left
        if begin and _wait(net, room, begin) > 0:
            break
    for k in range(first, after):
        if best:
            room.times[k] += most
    return best > 0


@inlined
def _wait(net: Net, room: Room, k: int) -> int:
    """How long the vehicle waits before a stop."""
    here, last = room.order[k], room.order[k - 1]
    drive = net.travel[net.node[last, PLACE], net.node[here, PLACE]]
    return int(room.times[k] - room.times[k - 1] - net.node[last, SERVICE] - drive)


@inlined
def _people(net: Net, routes: Routes, vehicle: int, k: int) -> int:
    """How many sit in the vehicle after a stop; a break is nobody."""
    return int(routes.aboard[vehicle, k, net.load.shape[1] - 1] % FULL)


@inlined
def _before(net: Net, routes: Routes, vehicle: int, begin: int, after: int) -> int:
    """How many sit in the vehicle before a block. Leaving late is better than waiting at the first stop, but makes
    nobody be served later: whoever can be served early leaves time for what goes wrong.
    """
    if begin:
        return _people(net, routes, vehicle, begin - 1)
    return -1 if after == 1 else 0


@inlined
def _rides(net: Net, room: Room, begin: int, after: int) -> int:
    """How much later a block may be without making a ride too long that began before it."""
    spare = 1 << 60
    for k in range(begin, after):
        pickup = net.node[room.order[k], PARTNER]
        if 0 <= pickup < room.order[k] and room.place[pickup] < begin:
            ride = room.times[k] - room.times[room.place[pickup]] - net.node[pickup, SERVICE]
            spare = min(spare, net.node[pickup, RIDE] - ride)
    return spare
