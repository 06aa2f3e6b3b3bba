"""Rows → engine values → rows: reads maps of roads, puts stops on the kerb. Never called in a transaction.

Whoever needs it imports it in the function that asks: the engine weighs some 100 MB, and most web processes never ask.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from machikado.engines import roads
from machikado.engines.roads import words
from machikado.engines.roads.components import Islands, islands
from machikado.engines.roads.speeds import FREE
from machikado.engines.roads.times import Roads
from machikado.town.common import files
from machikado.town.common.calendar import town_date
from machikado.town.ride.ground import CannotPlace, Spot, degrees, metres, nearest_in
from machikado.town.ride.models import RoadNetwork
from machikado.town.ride.road_facts import CannotReadRoads, KerbFacts, RoadFacts

ENDINGS = {f".{kind.value}": kind for kind in sorted(words.Kind, key=lambda kind: -len(kind.value))}
MOST_OFF_M = 150  # farther from every road is no roadside
MOST_OFF_MAP_M = 1000  # farther from the map is the sea, or another town
REMARKS_KEPT = 50
# What the map on a page shows of each class; the rest is drawn as a street.
DRAWN = {"motorway": 4, "motorway_link": 3, "trunk": 3, "primary": 3, "secondary": 2, "tertiary": 2}
ON_FOOT = frozenset({"footway", "steps", "path", "pedestrian", "cycleway"})


@dataclass(frozen=True, eq=False)
class Ready:
    """Roads that are ready to be asked, and the parts of them in which everything reaches everything."""

    roads: Roads
    islands: Islands
    box: tuple[float, float, float, float]


def kind_of(name: str) -> words.Kind:
    """Return the format of a map by the ending of its name. Raises CannotReadRoads."""
    for ending, kind in ENDINGS.items():
        if name.lower().endswith(ending):
            return kind
    raise CannotReadRoads("ending", endings=", ".join(sorted(ENDINGS)))


def read(sha256: str, kind: words.Kind, now: datetime) -> tuple[Ready, RoadFacts]:
    """Read a stored map and say what is in it. Raises CannotReadRoads; never returns a part of a broken file."""
    try:
        ready = _stored(sha256, kind.value, town_date(now).isoformat())
    except words.CannotRead as fault:
        raise CannotReadRoads("broken") from fault
    graph = ready.roads.graph
    network = graph.network
    remarks = (*network.remarks, *graph.remarks)
    facts = RoadFacts(
        kind=kind.value,
        counts={
            "nodes": len(network.node_ids),
            "ways": len(network.ways),
            "arcs": graph.arcs,
            "km": int(graph.length_cm.sum()) // 100_000,
        },
        island_metres=[round(km * 1000) for km in ready.islands.km],
        remark_counts=dict(Counter(remark.code for remark in remarks)),
        remark_lines=[(remark.code, remark.element, remark.text) for remark in remarks[:REMARKS_KEPT]],
        is_synthetic=all(way.tags.get("source") == "synthetic" for way in network.ways),
        box=ready.box,
        drawing=_drawing(network),
    )
    return ready, facts


def ready_roads(network: RoadNetwork, now: datetime) -> Ready:
    """Return a stored version ready to be asked; kept in the process, so that only the first asker waits."""
    assert network.file is not None
    return _stored(network.sha256, network.kind, town_date(now).isoformat())


def on_kerb(ready: Ready, spot: Spot) -> KerbFacts:
    """Return where a position lies on the roads. Raises CannotPlace when it lies off the map or off every road."""
    (found,) = on_kerbs(ready, [spot])
    if isinstance(found, CannotPlace):
        raise found
    return found


def on_kerbs(ready: Ready, spots: Sequence[Spot]) -> list[KerbFacts | CannotPlace]:
    """The same for many positions: each comes out as its kerb or as the reason why it has none."""
    near = [number for number, spot in enumerate(spots) if _off_map_m(ready, spot) <= MOST_OFF_MAP_M]
    kerbs = _snapped(ready, [(number, spots[number]) for number in near])
    return [kerbs.get(number) or _reason(ready, spot) for number, spot in enumerate(spots)]


def _snapped(ready: Ready, spots: Sequence[tuple[int, Spot]]) -> dict[int, KerbFacts]:
    """The kerbs of those that have a road. For one that has none the engine refuses all: then each half is asked."""
    try:
        found = roads.snap(ready.roads.graph, [_point(spot) for _number, spot in spots])
    except words.CannotPlace:
        middle = len(spots) // 2
        return _snapped(ready, spots[:middle]) | _snapped(ready, spots[middle:]) if middle else {}
    kerbs = zip(spots, _kerbs(ready, found), strict=True)
    return {number: kerb for (number, _spot), kerb in kerbs if kerb.off_cm <= MOST_OFF_M * 100}


def _off_map_m(ready: Ready, spot: Spot) -> float:
    return metres(spot, nearest_in(ready.box, spot))


def _reason(ready: Ready, spot: Spot) -> CannotPlace:
    """Why a position has no kerb."""
    facts = {"lat": degrees(spot.lat), "lon": degrees(spot.lon)}
    if (gone := _off_map_m(ready, spot)) > MOST_OFF_MAP_M:
        return CannotPlace("off_map", km=f"{gone / 1000:.1f}", **facts)
    return CannotPlace("no_road", metres=MOST_OFF_M, **facts)


def _point(spot: Spot) -> words.Point:
    return words.Point(spot.lat, spot.lon, None if spot.bearing is None else float(spot.bearing))


def _kerbs(ready: Ready, found: words.Stops) -> list[KerbFacts]:
    columns = zip(found.arc.tolist(), found.along_cm.tolist(), found.off_cm.tolist(), found.left.tolist(), strict=True)
    return [KerbFacts(arc, along, off, left, bool(ready.islands.main[arc])) for arc, along, off, left in columns]


@lru_cache(maxsize=2)
def _stored(sha256: str, kind: str, _day: str) -> Ready:
    """By the day as well, as roads close in winter."""
    network = roads.read(files.path_of(sha256).read_bytes(), words.Kind(kind))
    moment = datetime.fromisoformat(_day).replace(hour=12)  # by the town's own clock
    prepared = roads.prepare(network)
    lat, lon = network.lat, network.lon
    box = (float(lat.min()), float(lon.min()), float(lat.max()), float(lon.max()))
    return Ready(prepared, islands(roads.customise(prepared, FREE, moment)), box)


def _drawing(network: words.Network) -> bytes:
    """The roads as GeoJSON for the map of a page: `w` is how wide a road is drawn. Ways on foot are not on it."""
    features: list[dict[str, Any]] = []
    for way in network.ways:
        highway = way.tags.get("highway", "")
        if highway in ON_FOOT:
            continue
        wide = DRAWN.get(highway, 1)
        line = [[round(float(network.lon[node]), 6), round(float(network.lat[node]), 6)] for node in way.nodes]
        properties = {"w": wide} | ({"name": way.tags["name"]} if "name" in way.tags else {})
        shape = {"type": "LineString", "coordinates": line}
        features.append({"type": "Feature", "properties": properties, "geometry": shape})
    return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":")).encode()
