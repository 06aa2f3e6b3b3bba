"""How many items of a pile fit into somebody's time, with a margin so that they really do."""

from collections.abc import Iterable

from machikado.engines.matching.reasons import why
from machikado.engines.matching.words import Bundle, Limits, Pile, Reason, ReasonCode


def margin(seconds: int, limits: Limits) -> int:
    """Return the seconds of the time that stay free: a share of it, rounded up, and never less than a fixed part."""
    return max(-(-seconds * limits.margin_share // 10_000), limits.margin_seconds)


def fill(seconds: int, pile: Pile, limits: Limits) -> Bundle | None:
    """Return the largest bundle that leaves the margin free; one item that fits the bare time is better than none."""
    usable = max(0, seconds - margin(seconds, limits))
    items = min(usable // pile.seconds, pile.available, limits.most_items)
    if items == 0 and pile.available and limits.most_items and pile.seconds <= seconds:
        items = 1
    if items == 0:
        return None
    needed = items * pile.seconds
    code = ReasonCode.FITS if needed <= usable else ReasonCode.JUST_FITS
    fits = Reason(code, (("seconds", needed), ("spare_seconds", seconds - needed)))
    yen = items * pile.price_yen // pile.price_items
    return Bundle(pile.job, items, needed, yen, seconds - needed, (fits, *why(pile, items, limits)))


def shortest(piles: Iterable[Pile]) -> Pile | None:
    """Return the pile with the shortest item, for a page that has to say how long anything takes; None without any."""
    return min((pile for pile in piles if pile.available), key=lambda pile: (pile.seconds, pile.job), default=None)
