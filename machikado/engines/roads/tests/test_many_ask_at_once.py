"""Web processes answer with several threads, which all ask the same roads: each gets its own right answer."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from machikado.engines.roads.hierarchy import hierarchy
from machikado.engines.roads.search import Distances
from machikado.engines.roads.words import Turns

SIDE, THREADS, ROUNDS = 40, 4, 400


def _grid() -> Distances:
    """Sixteen hundred states, each with its neighbours; every weight another one."""
    states = np.arange(SIDE * SIDE, dtype=np.int32).reshape(SIDE, SIDE)
    pairs = [(states[:, :-1], states[:, 1:]), (states[:-1], states[1:])]
    source = np.concatenate([one.ravel() for pair in pairs for one in pair])
    target = np.concatenate([other.ravel() for pair in pairs for other in reversed(pair)])
    none = np.empty(0, np.int32)
    grid = Turns(states.ravel(), source, target, np.zeros(len(source), bool), none, none)
    made = hierarchy(grid, *np.divmod(np.arange(SIDE * SIDE), SIDE))
    return made.customised(np.random.default_rng(7).integers(1, 1000, len(source)).astype(np.uint32))


def test_each_of_many_threads_gets_its_own_answer():
    distances, chance = _grid(), np.random.default_rng(11)
    asked = [chance.integers(0, SIDE * SIDE, (2, 1 + number)).astype(np.uint32) for number in range(20)]
    alone = [distances.table(*each) for each in asked]

    def ask(thread: int) -> int:
        order = np.random.default_rng(thread).integers(0, len(asked), ROUNDS)
        wrong = sum(not np.array_equal(distances.table(*asked[number]), alone[number]) for number in order)
        paths = (distances.path(int(asked[number][0, 0]), int(asked[number][1, 0]))[0] for number in order)
        return wrong + sum(found != alone[number][0, 0] for number, found in zip(order, paths, strict=True))

    with ThreadPoolExecutor(THREADS) as threads:
        assert sum(threads.map(ask, range(THREADS))) == 0
