"""The way from one stop to another: arcs, line on the map, list of turns."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from machikado.engines.roads.ground import steps_cm
from machikado.engines.roads.journeys import before_ms, journey_ms, sides
from machikado.engines.roads.search import FOREVER
from machikado.engines.roads.times import CROSSING, Metric
from machikado.engines.roads.turnlist import Leg, turn_list
from machikado.engines.roads.words import UNREACHABLE, Graph, Route, Stops

Line = list[tuple[float, float]]


@dataclass(frozen=True)
class _Found:
    """A path of states with its time; `begin_cm` on its first arc, `end_cm` on its last."""

    ms: int
    states: list[int]
    begin_cm: int
    end_cm: int


def route(metric: Metric, stops: Stops, origin: int, destination: int) -> Route | None:
    """Return the way between two stops by number, in the time that the matrix says; None where no way leads."""
    pairs = [(a, b) for a in sides(metric, stops) for b in sides(metric, stops)]
    ways = [_way(metric, (a, origin), (b, destination)) for a, b in pairs]
    best = min(ways, key=lambda way: way.ms)
    if best.ms >= UNREACHABLE:
        return None
    legs = list(_legs(metric, best))
    line = [place for leg in legs for place in leg.line]
    return Route(
        ms=best.ms,
        metres=round(sum(leg.cm for leg in legs) / 100),
        arcs=tuple(leg.arc for leg in legs),
        line=tuple(place for at, place in enumerate(line) if at == 0 or place != line[at - 1]),
        turns=turn_list(metric, best.states, legs),
    )


def _way(metric: Metric, leaving: tuple[Stops, int], coming: tuple[Stops, int]) -> _Found:
    (origins, i), (destinations, j) = leaving, coming
    first, last = int(origins.arc[i]), int(destinations.arc[j])
    begin_cm, end_cm = int(origins.along_cm[i]), int(destinations.along_cm[j])
    before, until = int(before_ms(metric, origins)[i]), int(before_ms(metric, destinations)[j])
    if first == last and until == before:
        return _Found(0, [first], begin_cm, begin_cm)
    if max(metric.arc_ms[first], metric.arc_ms[last]) >= FOREVER:
        return _Found(UNREACHABLE, [], 0, 0)
    if first == last and until > before:
        return _Found(until - before, [first], begin_cm, end_cm)
    distance, states = _round(metric, first) if first == last else _path(metric, first, last)
    ms = int(journey_ms(distance, metric.mask))
    if ms < UNREACHABLE:
        ms += int(metric.arc_ms[first]) - before - (int(metric.arc_ms[last]) - until)
    return _Found(ms, states, begin_cm, end_cm)


def _path(metric: Metric, state: int, arc: int) -> tuple[int, list[int]]:
    """The shortest path from a state to any state of an arc."""
    states = np.flatnonzero(metric.roads.turns.state_arc == arc)
    return min(metric.distances.path(state, int(each)) for each in states)


def _round(metric: Metric, arc: int) -> tuple[int, list[int]]:
    """The shortest way from an arc round to itself."""
    turns = metric.roads.turns
    best: tuple[int, list[int]] = (FOREVER, [])
    for turn in np.flatnonzero((turns.source == arc) & (metric.weights < FOREVER)):
        distance, states = _path(metric, int(turns.target[turn]), arc)
        best = min(best, (distance + int(metric.weights[turn]), [arc, *states]))
    return best


def _legs(metric: Metric, found: _Found) -> Iterator[Leg]:
    """The arcs with the parts of them that are driven; the time of the turn before an arc is the arc's."""
    graph, turns = metric.roads.graph, metric.roads.turns
    arcs = [int(turns.state_arc[state]) for state in found.states]
    for at, arc in enumerate(arcs):
        begin = found.begin_cm if at == 0 else 0
        end = found.end_cm if at == len(arcs) - 1 else int(graph.length_cm[arc])
        moving, length = int(metric.moving_ms[arc]), int(graph.length_cm[arc])
        ms = moving * end // length if at == len(arcs) - 1 else int(metric.arc_ms[arc])
        if at == 0:
            ms -= moving * begin // length
        else:
            turn = np.flatnonzero((turns.source == found.states[at - 1]) & (turns.target == found.states[at]))[0]
            ms += int(metric.weights[turn]) % CROSSING - int(metric.arc_ms[arc])
        yield Leg(arc, end - begin, ms, tuple(_cut(graph, arc, begin, end)))


def _cut(graph: Graph, arc: int, begin_cm: int, end_cm: int) -> Line:
    """The positions of an arc's line between two distances from its tail."""
    nodes = graph.nodes(arc)
    lat, lon = graph.network.lat[nodes], graph.network.lon[nodes]
    at = np.concatenate([[0], np.cumsum(steps_cm(lat, lon))])
    inner = at[(at > begin_cm) & (at < end_cm)]
    wanted = np.concatenate([[begin_cm], inner, [end_cm]])
    places = zip(np.interp(wanted, at, lat).tolist(), np.interp(wanted, at, lon).tolist(), strict=True)
    return [(round(a, 7), round(b, 7)) for a, b in places]
