"""Ways in from Python, for tests, to functions that only kernels call."""

from machikado.engines.compiled import kernel
from machikado.engines.dispatch import crowd, exchange, insert, memo
from machikado.engines.dispatch.arrays import Net, Room, Routes
from machikado.engines.dispatch.crowd import Crowd, Gap, Lines
from machikado.engines.dispatch.insert import Spot
from machikado.engines.dispatch.memo import Memo
from machikado.engines.dispatch.ruin import Bank


@kernel
def best_spot(net: Net, routes: Routes, room: Room, request: int) -> Spot:
    return insert.best_spot(net, routes, room, request)


@kernel
def spot_in(net: Net, routes: Routes, room: Room, ask: tuple[int, int, int], best: Spot) -> Spot:
    return insert.spot_in(net, routes, room, ask, best)


@kernel
def put_in(net: Net, routes: Routes, room: Room, request: int, spot: Spot) -> bool:
    return insert.put_in(net, routes, room, request, spot)


@kernel
def take_out(net: Net, routes: Routes, room: Room, request: int) -> bool:
    return insert.take_out(net, routes, room, request)


@kernel
def cheapest(net: Net, routes: Routes, room: Room, known: Memo, ask: tuple[int, int, int]) -> tuple[Spot, int]:
    return memo.cheapest(net, routes, room, known, ask)


@kernel
def swap_tails(net: Net, routes: Routes, room: Room, bank: Bank, ask: tuple[int, int]) -> bool:
    return exchange.swap_tails(net, routes, room, bank, ask)


@kernel
def move_block(net: Net, routes: Routes, room: Room, bank: Bank, seed: int) -> bool:
    return exchange.move_block(net, routes, room, bank, seed)


@kernel
def best_gap(known: Crowd, lines: Lines, request: int) -> Gap:
    return crowd.best_gap(known, lines, request)


@kernel
def put_into(known: Crowd, lines: Lines, request: int, gap: Gap) -> None:
    crowd.put_in(known, lines, request, gap)
