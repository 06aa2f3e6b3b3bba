"""The way that a driver takes from one stop to the next: its line, its list of turns, the streets around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache

from machikado.engines import roads
from machikado.engines.roads import words
from machikado.engines.roads.speeds import FREE
from machikado.engines.roads.times import Metric
from machikado.town.common.calendar import midnight
from machikado.town.ride import bridge
from machikado.town.ride.ground import Spot
from machikado.town.ride.models import RoadNetwork

NOON = time(12)
Line = tuple[tuple[float, float], ...]  # (lat, lon)
Box = tuple[float, float, float, float]  # south, west, north, east


@dataclass(frozen=True, slots=True)
class TurnLine:
    """One line of a driver's list: what to do, on to which road, and how far it is to the next line."""

    code: str
    road: str
    junction: str
    exit: int
    metres: int


@dataclass(frozen=True, slots=True)
class Way:
    """From one place to the next."""

    metres: int
    seconds: int
    line: Line
    turns: tuple[TurnLine, ...]


def way(network: RoadNetwork, start: Spot, goal: Spot, day: date) -> Way | None:
    """Return the way of a van on a day; None where no road leads from one to the other."""
    return _way(network.pk, start, goal, day)


@lru_cache(maxsize=512)
def _way(network_id: int, start: Spot, goal: Spot, day: date) -> Way | None:
    metric = _driving(network_id, day)
    points = [words.Point(spot.lat, spot.lon, _degrees(spot)) for spot in (start, goal)]
    try:
        stops = roads.snap(metric.roads.graph, points)
    except words.CannotPlace:
        return None
    found = roads.route(metric, stops, 0, 1)
    if found is None:
        return None
    turns = tuple(TurnLine(turn.code.value, turn.road, turn.junction, turn.exit, turn.metres) for turn in found.turns)
    return Way(found.metres, -(-found.ms // 1000), found.line, turns)


def _degrees(spot: Spot) -> float | None:
    return None if spot.bearing is None else float(spot.bearing)


@lru_cache(maxsize=2)
def _driving(network_id: int, day: date) -> Metric:
    """The roads of a day, kept in the process, so that only the first asker waits."""
    network = RoadNetwork.objects.select_related("file").get(pk=network_id)
    ready = bridge.ready_roads(network, midnight(day))
    return roads.customise(ready.roads, FREE, datetime.combine(day, NOON))


def streets(network: RoadNetwork, box: Box, day: date) -> Sequence[Line]:
    """The streets that come into a box, for the drawing of a way."""
    south, west, north, east = box
    return [
        line
        for (low, left, high, right), line in _streets(network.pk, day)
        if low <= north and high >= south and left <= east and right >= west
    ]


@lru_cache(maxsize=2)
def _streets(network_id: int, day: date) -> list[tuple[Box, Line]]:
    network = _driving(network_id, day).roads.graph.network
    found = []
    for each in network.ways:
        if each.tags.get("highway", "") in bridge.ON_FOOT:
            continue
        line = tuple((round(float(network.lat[n]), 6), round(float(network.lon[n]), 6)) for n in each.nodes)
        lats, lons = [lat for lat, _lon in line], [lon for _lat, lon in line]
        found.append(((min(lats), min(lons), max(lats), max(lons)), line))
    return found
