"""Everybody into fewer vehicles: who does not fit pushes others out, those who gave least trouble so far first.

Guided ejection search (Nagata & Braysy 2009, doi:10.1016/j.orl.2009.04.006; for pairs Nagata & Kobayashi 2010,
doi:10.1007/978-3-642-15844-5_54). Who is out lies on a stack. The last one goes in where it can. Where it cannot, its
penalty grows, and from one route one or two are pushed out whose penalties together are less and least. Then the plan
is stirred by moves that keep it sound.
"""

from typing import NamedTuple

from machikado.engines.compiled import borrowing, inlined, kernel
from machikado.engines.dispatch.arrays import (
    LOCKED,
    NOBODY,
    NODE,
    PARTNER,
    POSITION,
    ROUTE,
    VEHICLE,
    Int64,
    Net,
    Room,
    Routes,
)
from machikado.engines.dispatch.chance import roll
from machikado.engines.dispatch.insert import Spot, shift_in, spot_in, whole
from machikado.engines.dispatch.memo import Memo, cheapest, renew
from machikado.engines.dispatch.schedule import refresh
from machikado.engines.dispatch.words import NEVER

STIRS = 40  # tries to move somebody after a push
OVERLOOKED = 512  # of 1,024 positions, when somebody is moved
SHY = 100  # of 1,024 vehicles are overlooked when somebody goes in


class Hunt(NamedTuple):
    """Where a search for a smaller fleet stands.

    work: the routes. spare: a route being tried. pool: (pairs,), the first `size[0]` are out, the last goes in next.
    penalty: (pairs,), how often each found no place.
    """

    work: Routes
    spare: Routes
    memo: Memo
    pool: Int64
    size: Int64
    penalty: Int64


class Push(NamedTuple):
    """Who would be pushed out (NOBODY: only one), and where the one who pushes would go."""

    penalty: int
    one: int
    other: int
    spot: Spot


@kernel
def push_on(net: Net, hunt: Hunt, room: Room, count: int) -> int:
    """Take so many from the stack, or as many as there are; return how many were taken."""
    for done in range(count):
        if hunt.size[0] == 0:
            return done
        hunt.size[0] -= 1
        request = hunt.pool[hunt.size[0]]
        spot, _ = cheapest(net, hunt.work, room, hunt.memo, (request, whole(SHY), whole(0)))
        if spot.cost < NEVER:
            place(net, hunt, room, request, spot)
            continue
        hunt.penalty[request] += 1
        push = _least_push(net, hunt, room, request)
        if push.one == NOBODY:
            _onto_stack(hunt, request)
        else:
            for out in (push.one, push.other):
                if out != NOBODY:
                    remove(net, hunt, room, out)
                    _onto_stack(hunt, out)
            place(net, hunt, room, request, push.spot)
        for _ in range(STIRS):
            _stir(net, hunt, room)
    return count


@inlined
def _onto_stack(hunt: Hunt, request: int) -> None:
    hunt.pool[hunt.size[0]] = request
    hunt.size[0] += 1


@borrowing
def place(net: Net, hunt: Hunt, room: Room, request: int, spot: Spot) -> None:
    """Put a request at a spot that was found for it."""
    shift_in(net, hunt.work, request, spot)
    renew(net, hunt.work, room, hunt.memo, spot.vehicle)


@borrowing
def remove(net: Net, hunt: Hunt, room: Room, request: int) -> bool:
    """Take a request out of its route; False if that leaves no schedule, as can be where a detour is shorter."""
    vehicle = hunt.work.where[request, ROUTE]
    _without(net, hunt.work, hunt.work, vehicle, (request, whole(NOBODY)))
    hunt.work.where[request, ROUTE] = NOBODY
    hunt.work.where[net.node[request, PARTNER], ROUTE] = NOBODY
    return renew(net, hunt.work, room, hunt.memo, vehicle)


@borrowing
def _without(net: Net, source: Routes, target: Routes, vehicle: int, out: tuple[int, int]) -> None:
    """Write the nodes of a route without one or two requests."""
    put = 0
    pairs = net.requests[0]
    for k in range(source.size[vehicle]):
        at = source.row[vehicle, k, NODE]
        request = at - pairs if at >= pairs else at
        if request not in out or at >= 2 * pairs:
            target.row[vehicle, put, NODE] = at
            put += 1
    target.size[vehicle] = put


@borrowing
def _least_push(net: Net, hunt: Hunt, room: Room, request: int) -> Push:
    """Find who must go so that a request can come: one or two of one route, with the least penalties together."""
    best = Push(hunt.penalty[request], NOBODY, NOBODY, Spot(NEVER, NOBODY, 0, 0))
    vehicles = net.fleet.shape[0]
    begin = roll(room.die, vehicles)
    for k in range(vehicles):
        vehicle = (begin + k) % vehicles
        if hunt.memo.open[vehicle] and net.node[request, VEHICLE] in (NOBODY, vehicle):
            best = _push_in(net, hunt, room, (request, vehicle), best)
    return best


@borrowing
def _push_in(net: Net, hunt: Hunt, room: Room, ask: tuple[int, int], best: Push) -> Push:
    """The lesser of `best` and the least push in one route; `ask` is (request, vehicle)."""
    vehicle = ask[1]
    size = hunt.work.size[vehicle]
    turn = roll(room.die, size)
    for k in range(size):
        one = hunt.work.row[vehicle, (k + turn) % size, NODE]
        if not _may_go(net, hunt, one) or hunt.penalty[one] >= best.penalty:
            continue
        best = _try_push(net, hunt, room, (*ask, one, whole(NOBODY)), best)
        for m in range(k + 1, size):
            other = hunt.work.row[vehicle, (m + turn) % size, NODE]
            if _may_go(net, hunt, other) and hunt.penalty[one] + hunt.penalty[other] < best.penalty:
                best = _try_push(net, hunt, room, (*ask, one, other), best)
    return best


@inlined
def _may_go(net: Net, hunt: Hunt, at: int) -> bool:
    """Whether a node is a pickup that may go elsewhere."""
    return bool(
        at < net.requests[0]
        and net.node[at, VEHICLE] == NOBODY
        and hunt.work.where[at, POSITION] > net.fleet[hunt.work.where[at, ROUTE], LOCKED]
    )


@borrowing
def _try_push(net: Net, hunt: Hunt, room: Room, ask: tuple[int, int, int, int], best: Push) -> Push:
    """Try one push; `ask` is (request, vehicle, who goes, who else goes or NOBODY)."""
    request, vehicle, one, other = ask
    _without(net, hunt.work, hunt.spare, vehicle, (one, other))
    if not refresh(net, hunt.spare, room, vehicle):
        return best
    spot = spot_in(net, hunt.spare, room, (vehicle, request, whole(0)), Spot(NEVER, NOBODY, 0, 0))
    if spot.cost >= NEVER:
        return best
    penalty = hunt.penalty[one] + (hunt.penalty[other] if other != NOBODY else 0)
    return Push(penalty, one, other, spot)


@borrowing
def _stir(net: Net, hunt: Hunt, room: Room) -> None:
    """Move somebody, drawn by chance, to the vehicle of somebody else, drawn by chance, if there is a place."""
    request = roll(room.die, net.requests[0])
    vehicle = hunt.work.where[roll(room.die, net.requests[0]), ROUTE]
    home = hunt.work.where[request, ROUTE]
    if vehicle not in (home, NOBODY) and home != NOBODY and _may_go(net, hunt, request):
        spot = spot_in(net, hunt.work, room, (vehicle, request, whole(OVERLOOKED)), Spot(NEVER, NOBODY, 0, 0))
        if spot.cost < NEVER:
            pickup, delivery = hunt.work.where[request, POSITION], hunt.work.where[net.node[request, PARTNER], POSITION]
            if not remove(net, hunt, room, request):  # without this detour the others are too late
                spot = Spot(spot.cost, home, pickup - 1, delivery - 2)
            place(net, hunt, room, request, spot)
