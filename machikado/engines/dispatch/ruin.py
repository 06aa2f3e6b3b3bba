"""Which requests are taken out in one round of the search: strings beside a seed, kin of a seed, the dearest, or any.

Strings: slack induction by string removals (Christiaens & Vanden Berghe 2020, doi:10.1287/trsc.2019.0914), here over
the stops of pairs: a pair goes if one of its stops lies in the string. Kin: Shaw 1998 (doi:10.1007/3-540-49481-2_30).
The dearest: Ropke & Pisinger 2006 (doi:10.1287/trsc.1050.0135).
"""

from typing import NamedTuple

import numpy as np

from machikado.engines.compiled import borrowing, inlined, kernel
from machikado.engines.dispatch.arrays import (
    CLOSE,
    LOCKED,
    NOBODY,
    NODE,
    OPEN,
    PARTNER,
    PLACE,
    POSITION,
    ROUTE,
    SERVICE,
    Int64,
    Net,
    Room,
    Routes,
)
from machikado.engines.dispatch.chance import roll
from machikado.engines.dispatch.words import NEVER

# Columns of Bank.habit: requests in a round, stops in a string, and of 1,024 how many strings are split, positions
# overlooked, rounds that put back by regret, take out kin, the dearest, swap tails, and move a block.
AVERAGE, LONGEST, SPLIT, BLINK, REGRET, KIN, DEAREST, TAILS, BLOCKS = range(9)


class Bank(NamedTuple):
    """The requests that are out. request: (pairs,) the first `size[0]` are out; out: (pairs,) 1 for those.

    key: (pairs,), scratch. touched: (vehicles,) 1 for routes that changed in this round. kin: (pairs, some), the
    nearest requests of each. habit: (9,), how much is taken out and how. budget: (1,), what putting back may cost.
    price: (pairs,), what it costs that one is out.
    """

    request: Int64
    size: Int64
    out: Int64
    key: Int64
    touched: Int64
    kin: Int64
    habit: Int64
    budget: Int64
    price: Int64


@inlined
def out(bank: Bank, routes: Routes, request: int) -> None:
    """Mark a request as taken out; its route is put right by `close_gaps`."""
    bank.request[bank.size[0]] = request
    bank.size[0] += 1
    bank.out[request] = 1
    bank.touched[routes.where[request, ROUTE]] = 1


@borrowing
def close_gaps(net: Net, routes: Routes, bank: Bank) -> None:
    """Take what is marked out of the rows of touched routes. Their times are not brought up to date."""
    pairs = net.requests[0]
    for vehicle in range(bank.touched.shape[0]):
        if not bank.touched[vehicle]:
            continue
        row = routes.row[vehicle]
        put = 0
        for k in range(routes.size[vehicle]):
            at = row[k, NODE]
            pair = at if at < pairs else at - pairs
            if pair < pairs and bank.out[pair]:
                routes.where[at, ROUTE] = NOBODY
                continue
            row[put, NODE] = at
            put += 1
        routes.size[vehicle] = put


@borrowing
def strings(net: Net, routes: Routes, room: Room, bank: Bank, seed: int) -> None:
    """Take strings of stops out of the routes around a seed."""
    pairs = net.requests[0]
    stops, used = 0, 0
    for vehicle in range(routes.size.shape[0]):
        if routes.size[vehicle] > 2:
            stops += routes.size[vehicle] - 2
            used += 1
    if used == 0:
        return
    longest = min(bank.habit[LONGEST], max(1, stops // used))
    most = max(1, 4 * bank.habit[AVERAGE] // (1 + longest) - 1)
    wanted = 1 + roll(room.die, most)
    done = 0
    for k in range(-1, bank.kin.shape[1]):
        request = seed if k < 0 else bank.kin[seed, k]
        vehicle = routes.where[request, ROUTE]
        if vehicle == NOBODY or bank.out[request] or bank.touched[vehicle] == 1:
            continue
        centre = request if roll(room.die, 2) else request + pairs
        _string(net, routes, room, bank, (vehicle, routes.where[centre, POSITION], longest))
        done += 1
        if done == wanted:
            return


@borrowing
def _string(net: Net, routes: Routes, room: Room, bank: Bank, ask: tuple[int, int, int]) -> None:
    """Take one string out; `ask` is (vehicle, a position in it, most stops). Half of them keep some in the middle."""
    vehicle, centre, longest = ask
    pairs = net.requests[0]
    locked = net.fleet[vehicle, LOCKED]
    inner = routes.size[vehicle] - 2 - locked
    length = 1 + roll(room.die, min(inner, longest))
    keep = 0
    if length > 1 and roll(room.die, 1024) < bank.habit[SPLIT]:
        keep = 1
        while length + keep < inner and roll(room.die, 100) >= 1:
            keep += 1
            if roll(room.die, 2):
                break
        keep = min(keep, inner - length)
    whole = length + keep
    low = max(1 + locked, centre - whole + 1)
    high = min(centre, routes.size[vehicle] - 1 - whole)
    begin = low + roll(room.die, max(1, high - low + 1))
    skip = begin + roll(room.die, max(1, length))
    for k in range(begin, begin + whole):
        if skip <= k < skip + keep:
            continue
        at = routes.row[vehicle, k, NODE]
        pair = at if at < pairs else at - pairs
        if pair < pairs and not bank.out[pair] and _free(net, routes, pair):
            out(bank, routes, pair)
    bank.touched[vehicle] = 1


@inlined
def _free(net: Net, routes: Routes, request: int) -> bool:
    """Whether a request may go elsewhere: nothing of it is locked."""
    return bool(routes.where[request, POSITION] > net.fleet[routes.where[request, ROUTE], LOCKED])


@borrowing
def kin(net: Net, routes: Routes, room: Room, bank: Bank, seed: int) -> None:
    """Take a seed and some of its nearest out."""
    wanted = 1 + roll(room.die, min(2 * bank.habit[AVERAGE], bank.kin.shape[1] + 1))
    for k in range(-1, bank.kin.shape[1]):
        request = seed if k < 0 else bank.kin[seed, k]
        if routes.where[request, ROUTE] == NOBODY or bank.out[request] or not _free(net, routes, request):
            continue
        if k >= 0 and roll(room.die, 4) == 0:
            continue
        out(bank, routes, request)
        wanted -= 1
        if wanted == 0:
            return


@borrowing
def dearest(net: Net, routes: Routes, room: Room, bank: Bank) -> None:
    """Take out requests that cost much where they are: each the dearest of a few that were drawn."""
    pairs = net.requests[0]
    for _ in range(1 + roll(room.die, bank.habit[AVERAGE])):
        worst, most = NOBODY, -1
        for _ in range(8):
            request = roll(room.die, pairs)
            if routes.where[request, ROUTE] == NOBODY or bank.out[request] or not _free(net, routes, request):
                continue
            saved = _detour(net, routes, request) + _detour(net, routes, net.node[request, PARTNER])
            if saved > most:
                worst, most = request, saved
        if worst != NOBODY:
            out(bank, routes, worst)


@inlined
def _detour(net: Net, routes: Routes, at: int) -> int:
    """What a stop costs beyond the way from the one before to the one after."""
    row = routes.row[routes.where[at, ROUTE]]
    k = routes.where[at, POSITION]
    a, x, b = net.node[row[k - 1, NODE], PLACE], net.node[at, PLACE], net.node[row[k + 1, NODE], PLACE]
    return int(net.cost[a, x] + net.cost[x, b] - net.cost[a, b])


@kernel
def nearest(net: Net, most: int) -> Int64:
    """Return the kin of each request: (pairs, up to `most`), nearest first.

    Near is what can follow closely: the way, the wait at the end of it, and how far it is too late, for the best of the
    eight orders of two stops of the two requests (as Vidal et al. 2013, doi:10.1016/j.cor.2012.07.018).
    """
    pairs = net.requests[0]
    found = np.zeros((pairs, min(most, max(0, pairs - 1))), np.int64)
    ways = np.zeros(found.shape[1], np.int64)
    for request in range(pairs):
        size = 0
        for other in range(pairs):
            if other == request:
                continue
            way = _apart(net, request, other)
            if size == len(ways):
                if size == 0 or way >= ways[size - 1]:
                    continue
                size -= 1
            at = size
            while at > 0 and ways[at - 1] > way:
                ways[at], found[request, at] = ways[at - 1], found[request, at - 1]
                at -= 1
            ways[at], found[request, at] = way, other
            size += 1
    return found


@borrowing
def _apart(net: Net, one: int, other: int) -> int:
    """How closely two requests can follow each other."""
    near = NEVER
    for a in (one, net.node[one, PARTNER]):
        for b in (other, net.node[other, PARTNER]):
            near = min(near, _after(net, a, b), _after(net, b, a))
    return int(near)


@inlined
def _after(net: Net, first: int, second: int) -> int:
    """How closely a stop can follow another."""
    way = net.travel[net.node[first, PLACE], net.node[second, PLACE]]
    ready = net.node[first, SERVICE] + way
    wait = max(net.node[second, OPEN] - net.node[first, CLOSE] - ready, 0)
    return int(way + wait // 5 + max(net.node[first, OPEN] + ready - net.node[second, CLOSE], 0))
