"""How many rounds fit into a span of time: for callers with a clock, since a search cools by rounds and has none."""

from collections.abc import Callable

FEW, MORE = 200, 1000


def rounds_within(seconds: float, search: Callable[[int], object], clock: Callable[[], float]) -> int:
    """Return how many rounds `search` will do in so many seconds, less the two short searches made to measure it.

    `search` takes a number of rounds; `clock` says seconds, of the processor or of the wall. Where even these two took
    longer, it is one round.
    """
    begun = clock()
    search(FEW)
    few = clock() - begun
    search(MORE)
    both = clock() - begun
    a_round = max((both - 2 * few) / (MORE - FEW), 1e-9)
    before = max(few - FEW * a_round, 0.0)  # what every search does first
    return max(1, int((seconds - both - before) / a_round))
