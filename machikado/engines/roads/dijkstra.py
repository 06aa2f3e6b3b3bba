"""Plain searches (Dijkstra 1959, doi:10.1007/BF01386390) with a binary heap, compiled.

Slower than the hierarchy by two orders of magnitude on a town, but without it: it serves where pyroutingkit has no
wheel, and its answers are compared with the hierarchy's in the tests.
"""

from dataclasses import dataclass

import numpy as np

from machikado.engines.compiled import kernel
from machikado.engines.roads.search import FOREVER, Weights
from machikado.engines.roads.words import NONE, Floats, Ints, SmallInts, Turns


@kernel
def _push(heap_key: Ints, heap_state: SmallInts, size: int, key: int, state: int) -> None:
    at = size
    while at > 0:
        parent = (at - 1) >> 1
        if heap_key[parent] <= key:
            break
        heap_key[at], heap_state[at] = heap_key[parent], heap_state[parent]
        at = parent
    heap_key[at], heap_state[at] = key, state


@kernel
def _sift(heap_key: Ints, heap_state: SmallInts, size: int) -> None:
    """Move the last entry (at `size`) to the freed root."""
    key, state = heap_key[size], heap_state[size]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and heap_key[child + 1] < heap_key[child]:
            child += 1
        if heap_key[child] >= key:
            break
        heap_key[at], heap_state[at] = heap_key[child], heap_state[child]
        at = child
    heap_key[at], heap_state[at] = key, state


@kernel
def _from_one(begin: Ints, target: SmallInts, weight: Ints, source: int) -> tuple[Ints, SmallInts]:
    """Distances from a state to all, and the state before each."""
    states = len(begin) - 1
    distance = np.full(states, FOREVER, np.int64)
    before = np.full(states, NONE, np.int32)
    heap_key = np.empty(len(target) + 1, np.int64)
    heap_state = np.empty(len(target) + 1, np.int32)
    distance[source] = 0
    heap_key[0], heap_state[0] = 0, source
    size = 1
    while size > 0:
        key, state = heap_key[0], heap_state[0]
        size -= 1
        _sift(heap_key, heap_state, size)
        if key > distance[state]:
            continue
        for turn in range(begin[state], begin[state + 1]):
            further = key + weight[turn]
            after = target[turn]
            if weight[turn] < FOREVER and further < distance[after]:
                distance[after] = further
                before[after] = state
                _push(heap_key, heap_state, size, further, after)
                size += 1
    return distance, before


@kernel
def _table(begin: Ints, target: SmallInts, weight: Ints, sources: Weights, targets: Weights) -> Weights:
    found = np.empty((len(sources), len(targets)), np.uint32)
    for row in range(len(sources)):
        distance, _ = _from_one(begin, target, weight, int(sources[row]))
        for column in range(len(targets)):
            found[row, column] = distance[targets[column]]
    return found


@dataclass(frozen=True, eq=False)
class _Customised:
    begin: Ints
    target: SmallInts
    weight: Ints

    def table(self, sources: Weights, targets: Weights) -> Weights:
        """See `search.Distances`."""
        return _table(self.begin, self.target, self.weight, sources, targets)

    def path(self, source: int, target: int) -> tuple[int, list[int]]:
        """See `search.Distances`."""
        distance, before = _from_one(self.begin, self.target, self.weight, source)
        if distance[target] >= FOREVER:
            return FOREVER, []
        states = [target]
        while states[-1] != source:
            states.append(int(before[states[-1]]))
        return int(distance[target]), states[::-1]


@dataclass(frozen=True, eq=False)
class Plain:
    """See `search.Search`: turns sorted by where they begin."""

    order: Ints
    begin: Ints
    target: SmallInts

    def customised(self, weights: Weights) -> _Customised:
        """See `search.Search`."""
        return _Customised(self.begin, self.target, weights[self.order].astype(np.int64))


def plain(turns: Turns, lat: Floats, lon: Floats) -> Plain:
    """See `search.Prepare`; positions are not needed."""
    assert len(lat) == len(lon) == len(turns.state_arc)
    order = np.argsort(turns.source, kind="stable")
    begin = np.searchsorted(turns.source[order], np.arange(len(turns.state_arc) + 1))
    return Plain(order, begin, turns.target[order])
