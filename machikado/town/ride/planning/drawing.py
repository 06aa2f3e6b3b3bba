"""The lines along the roads between the places of a plan: drawn by the engine in the worker, by no web process."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache

import numpy as np

from machikado.engines import roads
from machikado.engines.roads import words
from machikado.engines.roads.speeds import FREE
from machikado.engines.roads.times import Metric
from machikado.town.common.calendar import town_zone
from machikado.town.ride import bridge
from machikado.town.ride.along import Line
from machikado.town.ride.ground import Spot
from machikado.town.ride.models import Kerb, RoadNetwork, TravelTable
from machikado.town.ride.planning.travel import travel_of

Pair = tuple[int, int]  # rows of the table
Kerbs = Mapping[int, tuple[int, int]]  # arc and centimetres along it, by row


def ways(table: TravelTable, day: date, pairs: Iterable[Pair]) -> dict[Pair, tuple[int, Line]]:
    """Return seconds and line from place to place; an empty line where no way leads or a place lies at no road."""
    metric = _metric(table.network_id, day.isoformat())
    kerbs = _kerbs(metric, table)
    seconds = travel_of(table)
    found = {}
    for origin, goal in pairs:
        line = _line(metric, kerbs.get(origin), kerbs.get(goal))
        found[origin, goal] = (int(seconds[origin, goal]) if line else 0, line)
    return found


def _line(metric: Metric, origin: tuple[int, int] | None, goal: tuple[int, int] | None) -> Line:
    if origin is None or goal is None:
        return ()
    arcs, alongs = zip(origin, goal, strict=True)
    stops = words.Stops(
        points=(words.Point(0, 0),) * 2,
        arc=np.array(arcs, np.int32),
        along_cm=np.array(alongs, np.int64),
        off_cm=np.zeros(2, np.int64),
        left=np.ones(2, bool),
    )
    route = roads.route(metric, stops, 0, 1)
    return tuple(Spot(lat, lon) for lat, lon in route.line) if route is not None else ()


def _kerbs(metric: Metric, table: TravelTable) -> Kerbs:
    """Where the places of a table lie on its roads: stops where they were found when they were put up, then depots."""
    row = {stop: number for number, stop in enumerate(table.stops)}
    found = Kerb.objects.filter(network=table.network_id, stop__in=table.stops)
    kerbs = {row[stop]: (arc, along) for stop, arc, along in found.values_list("stop_id", "arc", "along_cm")}
    for number, (lat, lon) in enumerate(table.depots, len(table.stops)):
        try:
            at = roads.snap(metric.roads.graph, [words.Point(lat, lon)])
        except words.CannotPlace:
            continue
        kerbs[number] = (int(at.arc[0]), int(at.along_cm[0]))
    return kerbs


@lru_cache(maxsize=2)
def _metric(network_id: int, day: str) -> Metric:
    """The roads of a day as plans count them: free, at noon."""
    network = RoadNetwork.objects.select_related("file").get(pk=network_id)
    noon = datetime.fromisoformat(day).replace(hour=12)
    ready = bridge.ready_roads(network, noon.replace(tzinfo=town_zone()))
    return roads.customise(ready.roads, FREE, noon)
