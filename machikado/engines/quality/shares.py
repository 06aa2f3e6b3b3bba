"""Shares that the town shows, each with the interval that its small number deserves."""

from collections.abc import Iterable, Mapping
from math import isqrt

from machikado.engines.quality.words import Agreement, Share, State

WHOLE = 10_000
Z_95 = 1960


def wilson(successes: int, total: int, z1000: int = Z_95) -> tuple[int, int]:
    """Return (low, high) of the score interval in ten-thousandths, rounded outwards; (0, 10000) of nothing.

    `z1000` is the normal quantile in thousandths. E. B. Wilson 1927, doi:10.1080/01621459.1927.10502953, without its
    decimals: the bounds are (2·10⁶s + z² ± √(z²(4·10⁶s(n−s)/n + z²))) / 2(10⁶n + z²), in exact integers.
    Raises ValueError unless 0 ≤ successes ≤ total and z1000 > 0.
    """
    if not 0 <= successes <= total or z1000 <= 0:
        raise ValueError(f"no share: {successes} of {total}, z {z1000}")
    if total == 0:
        return 0, WHOLE
    square = z1000 * z1000
    middle = WHOLE * (2_000_000 * successes + square)
    under_root = WHOLE * WHOLE * square * (4_000_000 * successes * (total - successes) + square * total)
    # The smallest whole number not below the root: of it alone both bounds round outwards.
    root = isqrt(-(-under_root // total) - 1) + 1
    below = 2 * (1_000_000 * total + square)
    return (middle - root) // below, -(-(middle + root) // below)


def agreed_at_first(agreements: Iterable[Agreement]) -> Share:
    """Return of how many settled items all who answered said the same; open and unchecked items do not count."""
    settled = [each for each in agreements if each.state in (State.AGREED, State.DISPUTED)]
    return share_of(sum(each.state is State.AGREED and not each.dissenting for each in settled), len(settled))


def accuracy(found: Mapping[int, str], known: Mapping[int, str]) -> Share:
    """Return how many results equal the known label, by item; items without a known label do not count."""
    both = found.keys() & known.keys()
    return share_of(sum(found[item] == known[item] for item in both), len(both))


def share_of(successes: int, total: int) -> Share:
    """Return so many of so many with their interval. Raises ValueError as `wilson`."""
    return Share(successes, total, *wilson(successes, total))
