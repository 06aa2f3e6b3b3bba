"""A die for kernels: xorshift64* (Vigna 2016, doi:10.1145/2845077), in whole numbers: it falls the same everywhere."""

import math

import numpy as np

from machikado.engines.compiled import borrowing

STEPS = 4096
MASK = (1 << 64) - 1
# -ln(u) for u in the middle of each of 4,096 equal steps, in 65,536ths: what simulated annealing compares with.
WAITS = np.array([round(-math.log((k + 0.5) / STEPS) * 65536) for k in range(STEPS)], np.int64)


@borrowing
def roll(die, faces: int) -> int:  # type: ignore[no-untyped-def]
    """Return a number from 0 to faces - 1; `die` is (1,) uint64 and moves on."""
    x = die[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    die[0] = x
    high = np.int64((x * np.uint64(2685821657736338717)) >> np.uint64(33))
    return int((high * faces) >> 31)


def state(seed: int) -> int:
    """The state in which the die of a seed begins: odd, so that it is never nothing."""
    return (2 * seed + 1) & MASK


class Die:
    """The same die for plain Python."""

    def __init__(self, seed: int) -> None:
        """The same numbers for the same seed, other ones for other seeds."""
        self._state = state(seed)
        for _ in range(8):  # the first numbers of small seeds are much alike
            self.roll(2)

    def roll(self, faces: int) -> int:
        """Return a number from 0 to faces - 1."""
        x = self._state
        x ^= x >> 12
        x ^= (x << 25) & MASK
        x ^= x >> 27
        self._state = x
        return ((((x * 2685821657736338717) & MASK) >> 33) * faces) >> 31

    def happens(self, permille: int) -> bool:
        """Whether something happens that happens so many times in a thousand."""
        return self.roll(1000) < permille
