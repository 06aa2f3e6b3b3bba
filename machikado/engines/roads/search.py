"""What answers "how far from state to state": one small protocol, two engines with equal answers."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from machikado.engines.roads.words import Floats, Turns

Weights = NDArray[np.uint32]
FOREVER = 2**31 - 1  # the weight of what may not be used, and the distance to what is not reached


class Distances(Protocol):
    """Shortest distances for one set of weights."""

    def table(self, sources: Weights, targets: Weights) -> Weights:
        """Distances between states, one row for each source; FOREVER where there is no way."""

    def path(self, source: int, target: int) -> tuple[int, list[int]]:
        """A shortest path: its distance and its states, both ends included; (FOREVER, []) where there is none."""


class Search(Protocol):
    """A graph prepared once, to be customised with weights as often as they change."""

    def customised(self, weights: Weights) -> Distances:
        """Answers for these weights, one for each turn, FOREVER for those that may not be made."""


class Prepare(Protocol):
    """Prepares a search."""

    def __call__(self, turns: Turns, lat: Floats, lon: Floats) -> Search:
        """`lat` and `lon` are of each state; they help to order the graph and change no answer."""
