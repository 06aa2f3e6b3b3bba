"""Which parts of the network reach each other both ways, and which stops lie outside the main one."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from machikado.engines.roads.search import FOREVER
from machikado.engines.roads.times import Metric
from machikado.engines.roads.words import Flags, Stops


@dataclass(frozen=True, eq=False)
class Islands:
    """The strong components of a network, largest first by length."""

    main: Flags  # arcs of the largest: from each of them every other one is reached
    km: tuple[float, ...]  # length of the arcs of each component, both directions counted


def islands(metric: Metric) -> Islands:
    """Return the strong components at the metric's moment (Tarjan 1972, doi:10.1137/0201010), closed arcs left out."""
    turns, graph = metric.roads.turns, metric.roads.graph
    usable = metric.weights < FOREVER
    size = len(turns.state_arc)
    links = csr_matrix((np.ones(usable.sum(), np.int8), (turns.source[usable], turns.target[usable])), (size, size))
    label = connected_components(links, connection="strong")[1][: graph.arcs]
    length = np.where(metric.arc_ms < FOREVER, graph.length_cm, 0)
    km = np.bincount(label, length) / 100_000
    order = sorted(set(label.tolist()), key=lambda each: (-km[each], each))
    main = (label == order[0]) & (metric.arc_ms < FOREVER)
    return Islands(main, tuple(float(km[each]) for each in order if km[each] > 0))


def on_islands(found: Islands, stops: Stops) -> list[int]:
    """The numbers of the stops that lie outside the main component: a bus gets there or away, but not both."""
    return np.flatnonzero(~found.main[stops.arc]).tolist()
