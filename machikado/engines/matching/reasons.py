"""Why a pile is offered, in the order in which a page says it; no reason blames or hurries anybody."""

from collections.abc import Iterator

from machikado.engines.matching.words import Limits, Pile, Reason, ReasonCode


def is_soon(pile: Pile, limits: Limits) -> bool:
    """Whether the job is due within the days that count as soon, or past due."""
    return pile.due_days is not None and pile.due_days <= limits.soon_days


def lacks_hands(pile: Pile, limits: Limits) -> bool:
    """Whether those who worked on it lately cannot finish what it still lacks by its day, today included."""
    if pile.due_days is None:
        return False
    days = max(0, pile.due_days + 1)
    return pile.wanted * pile.seconds > pile.hands * days * limits.seconds_a_day


def why(pile: Pile, items: int, limits: Limits) -> Iterator[Reason]:
    """Yield the reasons for `items` items of the pile, besides that they fit."""
    if pile.waiting_drafts:
        yield Reason(ReasonCode.YOUR_DRAFTS, (("drafts", min(pile.waiting_drafts, items)),))
    if pile.due_days is not None and is_soon(pile, limits):
        code = ReasonCode.PAST_DUE if pile.due_days < 0 else ReasonCode.DUE_SOON
        yield Reason(code, (("days", abs(pile.due_days)),))
    if lacks_hands(pile, limits):
        yield Reason(ReasonCode.SHORT_OF_HANDS, (("wanted", pile.wanted), ("hands", pile.hands)))
    yield _experience(pile, limits)
    yield Reason(ReasonCode.STAYS_PAID)


def _experience(pile: Pile, limits: Limits) -> Reason:
    """Said in favour or not at all: a low share, or one of few, is no reason and no rank (MISSION, Must never)."""
    if pile.done_before == 0:
        return Reason(ReasonCode.NEW_TO_YOU)
    share = pile.passed_share if pile.checked >= limits.well_items else None
    if share is not None and share >= limits.well_share:
        return Reason(ReasonCode.DONE_WELL, (("done", pile.done_before), ("passed_share", share)))
    return Reason(ReasonCode.DONE_BEFORE, (("done", pile.done_before),))
