"""What must hold of the bundles offered to a worker, checked one sentence at a time."""

from collections.abc import Sequence
from fractions import Fraction

from machikado.engines.matching.words import Bundle, Limits, Pile


def problems(offered: Sequence[Bundle], seconds: int, piles: Sequence[Pile], limits: Limits) -> list[str]:
    """Return what is wrong with the bundles offered for `seconds` from the piles; [] is sound."""
    by_job = {pile.job: pile for pile in piles}
    found = []
    if len(offered) > limits.places:
        found.append(f"{len(offered)} bundles for {limits.places} places")
    if len({bundle.job for bundle in offered}) < len(offered):
        found.append("a job is offered twice")
    if not offered and any(pile.available and pile.seconds <= seconds for pile in piles):
        found.append("nothing is offered, though an item fits")
    for bundle in offered:
        pile = by_job.get(bundle.job)
        faults = ["there is no such pile"] if pile is None else _faults(bundle, pile, seconds, limits)
        found += [f"job {bundle.job}: {fault}" for fault in faults]
    return found


def _faults(bundle: Bundle, pile: Pile, seconds: int, limits: Limits) -> list[str]:
    free = max(Fraction(seconds * limits.margin_share, 10_000), Fraction(limits.margin_seconds))
    fits_well = bundle.seconds + free <= seconds
    one_more = bundle.seconds + pile.seconds + free <= seconds
    could_grow = bundle.items < pile.available and bundle.items < limits.most_items
    stated = {reason.code.value for reason in bundle.reasons}
    rules = {
        "it has no item": bundle.items >= 1,
        "it has more items than there are": bundle.items <= min(pile.available, limits.most_items),
        "its time is not that of its items": bundle.seconds == sum([pile.seconds] * bundle.items),
        "it is longer than the time": bundle.seconds <= seconds,
        "it eats the margin": fits_well or bundle.items == 1,
        "one more item would fit": not (one_more and could_grow),
        "time and spare time are not the whole": bundle.seconds + bundle.spare_seconds == seconds,
        "it promises another pay": bundle.yen == int(Fraction(pile.price_yen, pile.price_items) * bundle.items),
        "it says of its margin what is not so": ("fits" in stated) == fits_well == ("just_fits" not in stated),
        "it does not say that what is done stays paid": "stays_paid" in stated,
        "it says a reason twice": len(stated) == len(bundle.reasons),
    }
    return [sentence for sentence, holds in rules.items() if not holds]
