"""The cheapest spot over all vehicles for a search, which asks again and again about routes that have not changed.

The cheapest spot in one route depends on nothing but the request, the stops of the route and what its vehicle is like.
So it is kept under a mark of the three; a round that changes four routes of fifteen tries positions in four.
"""

from typing import NamedTuple

import numpy as np

from machikado.engines.compiled import borrowing, entered, inlined
from machikado.engines.dispatch.arrays import END, NOBODY, NODE, START, VEHICLE, Int64, Net, Room, Routes
from machikado.engines.dispatch.chance import roll
from machikado.engines.dispatch.insert import BLINKS, Spot, spot_in, whole
from machikado.engines.dispatch.schedule import refresh
from machikado.engines.dispatch.words import NEVER

SLOTS = 1 << 16
KEY, COST, FIRST, SECOND = range(4)
ODD, ODDER = 6364136223846793005, 2862933555777941757  # multipliers of 64 bits (Steele & Vigna 2022)


class Memo(NamedTuple):
    """What was found out about routes.

    mark: (vehicles,), of what each route is now. twin: (vehicles,), the vehicle before it that is like it, or NOBODY.
    slot: (SLOTS, 4): key, and the cheapest spot; first is NOBODY where all that is known is that none is cheaper.
    open: (vehicles,), 1 for those that may be used. unsure: (vehicles,), scratch.
    """

    mark: Int64
    twin: Int64
    slot: Int64
    open: Int64
    unsure: Int64


def fresh_memo(net: Net) -> Memo:
    """Return a memo that knows nothing but which vehicles are alike."""
    vehicles = len(net.fleet)
    like: dict[bytes, int] = {}
    twin = np.full(vehicles, NOBODY, np.int64)
    for vehicle in range(vehicles):
        ends = net.node[net.fleet[vehicle, [START, END]]]
        loads = net.load[net.fleet[vehicle, START]]
        rest = net.fleet[vehicle, END + 1 :]
        sort = b"".join(part.tobytes() for part in (ends, loads, rest, net.layouts[vehicle]))
        twin[vehicle] = like.get(sort, NOBODY)
        like[sort] = vehicle
    marks, unsure = np.zeros((2, vehicles), np.int64)
    return Memo(marks, twin, np.zeros((SLOTS, 4), np.int64), np.ones(vehicles, np.int64), unsure)


@inlined
def mixed(before: int, what: int) -> int:
    """Stir a number into a mark; overflow is what it lives by."""
    stirred = (before ^ (what + 1)) * ODD
    return stirred ^ ((stirred >> 32) & 0xFFFFFFFF)


@borrowing
def kind(twin: Int64, vehicle: int) -> int:
    """The first of the vehicles that are like this one."""
    while twin[vehicle] != NOBODY:
        vehicle = twin[vehicle]
    return vehicle


@entered
def mark(row: Int64, size: Int64, twin: Int64, marks: Int64) -> None:
    """Mark all routes."""
    for vehicle in range(marks.shape[0]):
        marks[vehicle] = _marked(row[vehicle], size[vehicle], kind(twin, vehicle))


@borrowing
def _marked(row: Int64, size: int, alike: int) -> int:
    """The mark of a route of a vehicle of that kind."""
    found = mixed(ODDER, alike)
    for k in range(1, size - 1):
        found = mixed(found, row[k, NODE])
    return found


@borrowing
def renew(net: Net, routes: Routes, room: Room, memo: Memo, vehicle: int) -> bool:
    """Bring a route that changed up to date, its mark included; False if it has no schedule."""
    memo.mark[vehicle] = _marked(routes.row[vehicle], routes.size[vehicle], kind(memo.twin, vehicle))
    return refresh(net, routes, room, vehicle)


@borrowing
def cheapest(net: Net, routes: Routes, room: Room, memo: Memo, ask: tuple[int, int, int]) -> tuple[Spot, int]:
    """Return the cheapest spot of any vehicle and the cost of the next vehicle's; NEVER where there is none.

    `ask` is (request, blink, both): of 1,024 vehicles `blink` are overlooked by chance (Christiaens & Vanden Berghe
    2020 overlook positions); where `both` is 0 the second cost is not looked for and only some cost that is not less.
    """
    request, blink, both = ask
    only = net.node[request, VEHICLE]
    best, second = Spot(NEVER, NOBODY, 0, 0), NEVER
    unsure = 0
    for vehicle in range(net.fleet.shape[0]):
        if not _comes_in_question(routes, memo, vehicle, only):
            continue
        if blink and roll(room.die, BLINKS) < blink:
            continue
        key = mixed(memo.mark[vehicle], request)
        known = memo.slot[key & (SLOTS - 1)]
        if known[KEY] != key or known[FIRST] == NOBODY:
            memo.unsure[unsure] = vehicle
            unsure += 1
        elif known[COST] < best.cost:
            best, second = Spot(known[COST], vehicle, known[FIRST], known[SECOND]), best.cost
        elif known[COST] < second:
            second = known[COST]
    for k in range(unsure):
        vehicle = memo.unsure[k]
        spot = _look(net, routes, room, memo, (request, vehicle, second if both else best.cost))
        if spot.cost < best.cost:
            best, second = spot, best.cost
        elif spot.cost < second:
            second = spot.cost
    return best, second


@inlined
def _comes_in_question(routes: Routes, memo: Memo, vehicle: int, only: int) -> bool:
    """Whether a vehicle may serve who is tied to `only`, and is not one of several that stand empty and are alike."""
    if not memo.open[vehicle] or only != NOBODY:
        return bool(memo.open[vehicle] and only == vehicle)
    twin = memo.twin[vehicle]
    return bool(twin == NOBODY or not memo.open[twin] or routes.size[vehicle] > 2 or routes.size[twin] > 2)


@borrowing
def _look(net: Net, routes: Routes, room: Room, memo: Memo, ask: tuple[int, int, int]) -> Spot:
    """Try the positions of one route, unless none can be cheaper; `ask` is (request, vehicle, cost to be beaten)."""
    request, vehicle, limit = ask
    nothing = Spot(limit, NOBODY, 0, 0)
    key = mixed(memo.mark[vehicle], request)
    known = memo.slot[key & (SLOTS - 1)]
    if known[KEY] == key and known[COST] >= limit:
        return nothing
    spot = spot_in(net, routes, room, (vehicle, request, whole(0)), nothing)
    known[KEY], known[COST] = key, spot.cost
    known[FIRST] = spot.first if spot.vehicle != NOBODY else NOBODY
    known[SECOND] = spot.second
    return spot
