"""Calls every kernel of roads once, on a crossing, with the types of a real town: `make install` compiles them here."""

import json
from datetime import datetime

from machikado.engines.roads import customise, matrix, prepare, read, route, snap
from machikado.engines.roads.dijkstra import plain
from machikado.engines.roads.speeds import FREE
from machikado.engines.roads.tags import DRIVE
from machikado.engines.roads.times import quickest
from machikado.engines.roads.words import Kind, Point

ARMS = [[(137.95, 36.11), (137.96, 36.11)], [(137.955, 36.105), (137.955, 36.11), (137.955, 36.115)]]
MOMENT = datetime(2026, 11, 24, 10)  # noqa: DTZ001  the town's own time


def warm() -> None:
    """Read, snap, measure and route on a small crossing, by both engines."""
    lines = [
        {
            "type": "Feature",
            "properties": {"highway": "tertiary"},
            "geometry": {"type": "LineString", "coordinates": arm},
        }
        for arm in ARMS
    ]
    network = read(json.dumps({"type": "FeatureCollection", "features": lines}).encode(), Kind.GEOJSON)
    for search in (quickest, plain):
        roads = prepare(network, DRIVE, search)
        stops = snap(roads.graph, [Point(36.1101, 137.951), Point(36.106, 137.9551), Point(36.1101, 137.953)])
        metric = customise(roads, FREE, MOMENT)
        matrix(metric, stops, stops)
        route(metric, stops, 0, 2)


PARTS = (warm,)
