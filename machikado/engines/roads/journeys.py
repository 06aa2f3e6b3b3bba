"""Travel times between stops, all with all."""

from dataclasses import replace
from functools import reduce

import numpy as np

from machikado.engines.compiled import kernel
from machikado.engines.roads.search import FOREVER, Weights
from machikado.engines.roads.times import Metric
from machikado.engines.roads.words import NONE, UNREACHABLE, Ints, SmallInts, Stops


def matrix(metric: Metric, origins: Stops, destinations: Stops) -> Ints:
    """Return milliseconds, one row for each origin; UNREACHABLE where no way leads.

    From stop to stop on one arc: ahead by driving on, back only by a way round (who walks simply turns). A zone
    (access=destination) is passed through only where no other way leads.
    """
    found = [_one_sided(metric, a, b) for a in sides(metric, origins) for b in sides(metric, destinations)]
    return reduce(np.minimum, found)


def sides(metric: Metric, stops: Stops) -> list[Stops]:
    """The stops as they lie; for those who walk also as seen from the other direction of their road."""
    graph = metric.roads.graph
    if not graph.mode.walks:
        return [stops]
    back = graph.reverse[stops.arc]
    along_cm = np.where(back == NONE, stops.along_cm, graph.length_cm[stops.arc] - stops.along_cm)
    return [stops, replace(stops, arc=np.where(back == NONE, stops.arc, back).astype(np.int32), along_cm=along_cm)]


def _one_sided(metric: Metric, origins: Stops, destinations: Stops) -> Ints:
    from_arcs, rows = np.unique(origins.arc, return_inverse=True)
    to_arcs, columns = np.unique(destinations.arc, return_inverse=True)
    table = arc_table(metric, from_arcs, to_arcs)
    rounds = _rounds(metric, origins, destinations)
    arcs = (metric.arc_ms, rounds, metric.mask)
    leaving = (origins.arc, before_ms(metric, origins), rows)
    coming = (destinations.arc, before_ms(metric, destinations), columns)
    return _assemble(table, arcs, leaving, coming)


def before_ms(metric: Metric, stops: Stops) -> Ints:
    """Milliseconds from the beginning of each stop's arc to the stop; signals at its end come after it."""
    return metric.moving_ms[stops.arc] * stops.along_cm // metric.roads.graph.length_cm[stops.arc]


def arc_table(metric: Metric, states: SmallInts, arcs: SmallInts) -> Weights:
    """Distances from states to arcs (sorted, each once), by whichever of its states an arc is reached first."""
    state_arc = metric.roads.turns.state_arc
    targets = np.flatnonzero(np.isin(state_arc, arcs))
    found = metric.distances.table(states.astype(np.uint32), targets.astype(np.uint32))
    if len(targets) == len(arcs):
        return found
    order = np.argsort(state_arc[targets], kind="stable")
    begin = np.searchsorted(state_arc[targets][order], arcs)
    least: Weights = np.minimum.reduceat(found[:, order], begin, axis=1)
    return least


def _rounds(metric: Metric, origins: Stops, destinations: Stops) -> Ints:
    """The way round from each arc to itself, where a journey needs one; FOREVER elsewhere."""
    farthest = np.full(metric.roads.graph.arcs, -1, np.int64)
    np.maximum.at(farthest, origins.arc, origins.along_cm)
    found = np.full(metric.roads.graph.arcs, FOREVER, np.int64)
    arcs = np.unique(destinations.arc[destinations.along_cm < farthest[destinations.arc]])
    if not len(arcs):
        return found
    turns = metric.roads.turns
    out = np.flatnonzero(np.isin(turns.source, arcs) & (metric.weights < FOREVER))
    after, rows = np.unique(turns.target[out], return_inverse=True)
    if not len(after):
        return found
    back = arc_table(metric, after, arcs)[rows, np.searchsorted(arcs, turns.source[out])].astype(np.int64)
    np.minimum.at(found, turns.source[out], np.minimum(back + metric.weights[out], FOREVER))
    return found


@kernel
def journey_ms(distance: int, mask: int) -> int:
    """The milliseconds of a distance, or UNREACHABLE; the mask takes away the crossings of zones."""
    return UNREACHABLE if distance >= FOREVER else distance & mask


@kernel
def _assemble(
    table: Weights,
    arcs: tuple[Ints, Ints, int],
    leaving: tuple[SmallInts, Ints, Ints],
    coming: tuple[SmallInts, Ints, Ints],
) -> Ints:
    arc_ms, rounds, mask = arcs
    from_arc, from_before, rows = leaving
    to_arc, to_before, columns = coming
    found = np.full((len(from_arc), len(to_arc)), UNREACHABLE, np.int64)
    for i in range(len(from_arc)):
        first = from_arc[i]
        rest = arc_ms[first] - from_before[i]
        for j in range(len(to_arc)):
            last = to_arc[j]
            if first == last and to_before[j] == from_before[i]:
                found[i, j] = 0
            elif arc_ms[first] >= FOREVER or arc_ms[last] >= FOREVER:
                continue
            elif first == last and to_before[j] > from_before[i]:
                found[i, j] = to_before[j] - from_before[i]
            else:
                distance = int(rounds[first]) if first == last else int(table[rows[i], columns[j]])
                ms = journey_ms(distance, mask)
                if ms < UNREACHABLE:
                    found[i, j] = ms + rest - (arc_ms[last] - to_before[j])
    return found
