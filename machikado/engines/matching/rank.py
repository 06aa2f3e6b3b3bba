"""Which bundles to offer for somebody's minutes, and in which order."""

from collections.abc import Sequence

from machikado.engines.matching.fill import fill
from machikado.engines.matching.reasons import is_soon, lacks_hands
from machikado.engines.matching.words import Bundle, Limits, Pile, ReasonCode

CAREFUL = Limits()


def bundles(seconds: int, piles: Sequence[Pile], limits: Limits = CAREFUL) -> list[Bundle]:
    """Return up to `limits.places` bundles that fit into `seconds`, best first; [] when nothing fits.

    Ranked as a lexicographic order (Fishburn 1974, doi:10.1287/mnsc.20.11.1442): what the worker has begun, what is
    due, what is short of hands, what they know, what fills the time, the job's number. Raises ValueError for two piles
    of one job. Refusals, speed and passed shares are no part of it (LAW L1: a sole trader is free to refuse).
    """
    if len({pile.job for pile in piles}) != len(piles):
        raise ValueError("a job has one pile")
    filled = [(pile, bundle) for pile in piles if (bundle := fill(seconds, pile, limits))]
    filled.sort(key=lambda pair: _rank(pair[0], pair[1], limits))
    return [bundle for _, bundle in _with_something_new(filled, limits)]


def _rank(pile: Pile, bundle: Bundle, limits: Limits) -> tuple[int, ...]:
    due = pile.due_days if pile.due_days is not None and is_soon(pile, limits) else limits.soon_days + 1
    return (
        -min(pile.waiting_drafts, 1),
        due,
        -int(lacks_hands(pile, limits)),
        -min(pile.done_before, 1),
        int(bundle.reasons[0].code is ReasonCode.JUST_FITS),
        bundle.spare_seconds,
        pile.job,
    )


def _with_something_new(ranked: list[tuple[Pile, Bundle]], limits: Limits) -> list[tuple[Pile, Bundle]]:
    """Return the best, the last place given to a job new to the worker unless one is there or the place is pressing.

    Otherwise what somebody knows would keep out for ever what they could learn.
    """
    best, rest = ranked[: limits.places], ranked[limits.places :]
    fresh = next((pair for pair in rest if pair[0].done_before == 0), None)
    if fresh is None or len(best) < 2 or any(pile.done_before == 0 for pile, _ in best):
        return best
    last = best[-1][0]
    pressing = last.waiting_drafts or is_soon(last, limits)
    return best if pressing else [*best[:-1], fresh]
