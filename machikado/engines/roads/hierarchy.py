"""Customisable contraction hierarchies (Dibbelt, Strasser & Wagner 2016, doi:10.1145/2886843) by pyroutingkit.

The one place that knows pyroutingkit. Its order of the graph is made once; new weights take milliseconds.
"""

from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from pyroutingkit import CCHMetric, CCHTopology

from machikado.engines.roads.search import FOREVER, Weights
from machikado.engines.roads.words import Floats, Turns


@dataclass(frozen=True, eq=False)
class _Customised:
    """Weights of a topology. Queries write into the metric, without the interpreter's lock: one at a time."""

    metric: CCHMetric
    alone: Lock = field(default_factory=Lock)

    def table(self, sources: Weights, targets: Weights) -> Weights:
        """See `search.Distances`. Uses one core."""
        with self.alone:
            found: Weights = self.metric.distances_many_to_many(sources, targets)
        return found

    def path(self, source: int, target: int) -> tuple[int, list[int]]:
        """See `search.Distances`."""
        with self.alone:
            distance, states, _ = self.metric.query(source, target)
        return (FOREVER, []) if distance >= FOREVER else (int(distance), [int(state) for state in states])


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """See `search.Search`."""

    topology: CCHTopology

    def customised(self, weights: Weights) -> _Customised:
        """See `search.Search`."""
        metric = CCHMetric(self.topology)
        metric.customize(weights)
        return _Customised(metric)


def hierarchy(turns: Turns, lat: Floats, lon: Floats) -> Hierarchy:
    """See `search.Prepare`."""
    topology = CCHTopology()
    topology.build(
        turns.source.astype(np.uint32),
        turns.target.astype(np.uint32),
        lat.astype(np.float32),
        lon.astype(np.float32),
        len(turns.state_arc),
    )
    return Hierarchy(topology)
