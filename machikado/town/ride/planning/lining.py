"""Who of the waiting list is served first when a seat comes free: the engine's rule, by codes."""

from collections.abc import Iterable
from dataclasses import dataclass

from machikado.engines.dispatch.policy import Waiting, asked_first
from machikado.engines.dispatch.promises import Band, When, Wish
from machikado.town.ride.planning.asking import NAME, RULES

_ANY_PLACE = 0


@dataclass(frozen=True, slots=True)
class InLine:
    """Somebody who waits: the code of their booking, between which seconds a seat would do, since when."""

    code: str
    span: tuple[int, int]
    since: int


def in_turn(line: Iterable[InLine], seat: tuple[int, int], now: int) -> list[str]:
    """The codes of those to whom a seat between two seconds of the day would do, in the order of their turn."""
    waiting = [Waiting(_wish(each), each.since) for each in line]
    return [each.wish.name for each in asked_first(waiting, Band(_ANY_PLACE, *seat), now, RULES)]


def _wish(each: InLine) -> Wish:
    begin, end = each.span
    return Wish(each.code or NAME, (), (), When.LEAVE, begin, max_wait=end - begin)
