"""How requests that are out go back in: one after another in an order that is drawn, or whom it hurts most to wait.

Orders and blinks: Christiaens & Vanden Berghe 2020 (doi:10.1287/trsc.2019.0914). Regret: Ropke & Pisinger 2006
(doi:10.1287/trsc.1050.0135), the request first whose second-best vehicle is dearest beside its best.
"""

from machikado.engines.compiled import borrowing, inlined
from machikado.engines.dispatch.arrays import (
    CLOSE,
    NOBODY,
    OPEN,
    PARTNER,
    PLACE,
    PRIZE,
    START,
    Net,
    Room,
    Routes,
)
from machikado.engines.dispatch.chance import roll
from machikado.engines.dispatch.insert import Spot, shift_in, whole
from machikado.engines.dispatch.memo import Memo, cheapest, renew
from machikado.engines.dispatch.ruin import BLINK, REGRET, Bank
from machikado.engines.dispatch.words import NEVER


@borrowing
def put_back(net: Net, routes: Routes, room: Room, memo: Memo, bank: Bank) -> bool:
    """Put each of the bank in, if it is worth it; False as soon as that costs more than the budget."""
    if bank.size[0] > 1 and roll(room.die, 1024) < bank.habit[REGRET]:
        return _by_regret(net, routes, room, memo, bank)
    _order(net, room, bank)
    for k in range(bank.size[0]):
        request = bank.request[k]
        spot, _ = cheapest(net, routes, room, memo, (request, bank.habit[BLINK], whole(0)))
        if not _put(net, routes, bank, request, spot) or not _renew(net, routes, room, memo, spot):
            return False
    return True


@borrowing
def _by_regret(net: Net, routes: Routes, room: Room, memo: Memo, bank: Bank) -> bool:
    """Put in again and again whom waiting would hurt most; False as soon as that costs more than the budget."""
    for done in range(bank.size[0]):
        chosen, most = done, -1
        best = Spot(NEVER, NOBODY, 0, 0)
        for k in range(done, bank.size[0]):
            spot, second = cheapest(net, routes, room, memo, (bank.request[k], bank.habit[BLINK], whole(1)))
            if spot.cost < NEVER and second - spot.cost > most:
                chosen, most, best = k, second - spot.cost, spot
        request = bank.request[chosen]
        bank.request[chosen] = bank.request[done]
        bank.request[done] = request
        if not _put(net, routes, bank, request, best) or not _renew(net, routes, room, memo, best):
            return False
    return True


@borrowing
def _put(net: Net, routes: Routes, bank: Bank, request: int, spot: Spot) -> bool:
    """Put a request at its spot, or leave it out if that is cheaper, and pay for it; False if the budget is spent."""
    if spot.cost >= min(net.node[request, PRIZE], NEVER):
        bank.budget[0] -= bank.price[request]
        return bool(bank.budget[0] > 0)
    bank.budget[0] -= spot.cost
    if bank.budget[0] <= 0:
        return False
    bank.touched[spot.vehicle] = 1
    shift_in(net, routes, request, spot)
    return True


@inlined
def _renew(net: Net, routes: Routes, room: Room, memo: Memo, spot: Spot) -> bool:
    """Bring the route of a spot up to date; False if it has no schedule."""
    return spot.vehicle == NOBODY or renew(net, routes, room, memo, spot.vehicle)


@borrowing
def _order(net: Net, room: Room, bank: Bank) -> None:
    """Sort the bank by what the die says: any, far first, near first, narrow first, early first, far apart first."""
    way = roll(room.die, 12)
    depot = net.node[net.fleet[0, START], PLACE]
    for k in range(bank.size[0]):
        request = bank.request[k]
        key = _rank(net, room, (request, way, depot))
        at = k
        while at > 0 and bank.key[at - 1] > key:
            bank.key[at], bank.request[at] = bank.key[at - 1], bank.request[at - 1]
            at -= 1
        bank.key[at], bank.request[at] = key, request


@inlined
def _rank(net: Net, room: Room, ask: tuple[int, int, int]) -> int:
    """The key of a request in an order; `ask` is (request, which order, place of the depot)."""
    request, way, depot = ask
    delivery = net.node[request, PARTNER]
    here, there = net.node[request, PLACE], net.node[delivery, PLACE]
    if way < 4:
        return roll(room.die, 1 << 30)
    if way < 6:
        return int(-net.travel[depot, here] - net.travel[depot, there])
    if way < 7:
        return int(net.travel[depot, here] + net.travel[depot, there])
    if way < 9:
        pickup_window = net.node[request, CLOSE] - net.node[request, OPEN]
        return int(min(pickup_window, net.node[delivery, CLOSE] - net.node[delivery, OPEN]))
    if way < 10:
        return int(net.node[request, CLOSE])
    return int(-net.travel[here, there])
