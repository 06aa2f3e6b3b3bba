"""Puts a position on the road: the nearest arc that has it on its left, since one drives and stops on the left."""

from collections.abc import Sequence
from math import isfinite

import numpy as np

from machikado.engines.compiled import kernel
from machikado.engines.roads.ground import metres_per_degree, steps_cm
from machikado.engines.roads.words import (
    NONE,
    Access,
    CannotPlace,
    Flags,
    Floats,
    Graph,
    Ints,
    Point,
    SmallInts,
    Stops,
)

REACH_M = 1_000.0  # farther from every road is a mistake of the position
WRONG_SIDE_M = 30.0  # so much farther may a road be that has the position on its left
KERB_M = 0.5  # nearer to the middle than this, a position has no side
NO_STOPPING = frozenset({"motorway", "motorway_link"})


def snap(graph: Graph, points: Sequence[Point], among: Flags | None = None) -> Stops:
    """Return the stops at these positions, on arcs that may be stopped on (and are `among`, if given).

    Two-way roads: the direction whose left kerb the position is on. Raises CannotPlace with the number of the position
    that is none, or that has no road within REACH_M.
    """
    for number, point in enumerate(points):
        if not (isfinite(point.lat) and isfinite(point.lon) and abs(point.lat) <= 90 and abs(point.lon) <= 180):
            raise CannotPlace(f"Position {number} is none: {point.lat}, {point.lon}.")
    arcs = np.flatnonzero(stopping(graph) if among is None else stopping(graph) & among).astype(np.int32)
    lat = np.array([point.lat for point in points], np.float64)
    lon = np.array([point.lon for point in points], np.float64)
    bearing = np.array([np.nan if point.bearing is None else point.bearing for point in points], np.float64)
    north, east = metres_per_degree(lat)
    shape_lat, shape_lon = graph.network.lat[graph.shape], graph.network.lon[graph.shape]
    places = np.stack((lat, lon, north, east, bearing), axis=1)
    arc, step, part, off = _nearest(places, arcs, graph.shape_start, (shape_lat, shape_lon), graph.mode.walks)
    if len(far := np.flatnonzero((arc == NONE) | (np.abs(off) > REACH_M))):
        raise CannotPlace(f"Position {far[0]} has no road within {REACH_M:.0f} m: {lat[far[0]]}, {lon[far[0]]}.")
    return Stops(
        points=tuple(points),
        arc=arc,
        along_cm=_along(graph, arc, step, part),
        off_cm=np.rint(np.abs(off) * 100).astype(np.int64),
        left=(off >= -KERB_M) | graph.mode.walks,
    )


def stopping(graph: Graph) -> Flags:
    """Arcs on which a vehicle may stop: no motorways, tunnels or roundabouts, nothing that is closed for good."""
    if graph.mode.walks:
        return np.ones(graph.arcs, np.bool_)
    ways = graph.network.ways
    fine = [
        way.tags["highway"] not in NO_STOPPING
        and way.tags.get("motorroad") != "yes"
        and way.tags.get("tunnel", "no") == "no"
        and "junction" not in way.tags
        for way in ways
    ]
    found: Flags = np.array(fine, np.bool_)[graph.way] & (graph.access != Access.CLOSED)
    return found


@kernel
def _nearest(
    places: Floats, arcs: SmallInts, shape_start: Ints, shape: tuple[Floats, Floats], walks: bool
) -> tuple[SmallInts, SmallInts, Floats, Floats]:
    """For each place (lat, lon, metres per degree north and east, bearing or NaN): arc, step of its line, part of the
    step, metres to the left of it (negative: to the right)."""
    lat, lon = shape
    found_arc = np.full(len(places), NONE, np.int32)
    found_step = np.zeros(len(places), np.int32)
    found_part = np.zeros(len(places))
    found_off = np.full(len(places), np.inf)
    for place in range(len(places)):
        at_lat, at_lon, north, east, bearing = places[place]
        best = np.inf
        for arc in arcs:
            for step in range(shape_start[arc], shape_start[arc + 1] - 1):
                x, y = (lon[step] - at_lon) * east, (lat[step] - at_lat) * north
                along_x, along_y = (lon[step + 1] - lon[step]) * east, (lat[step + 1] - lat[step]) * north
                square = along_x * along_x + along_y * along_y
                part = 0.0 if square == 0.0 else min(1.0, max(0.0, -(x * along_x + y * along_y) / square))
                away = np.hypot(x + part * along_x, y + part * along_y)
                if away >= best:
                    continue
                side = 1.0 if away <= 0.5 or along_x * -y - along_y * -x >= 0.0 else -1.0
                cost = away if side > 0 or walks else away + 30.0
                if not np.isnan(bearing):
                    radians = np.radians(bearing)
                    with_it = along_x * np.sin(radians) + along_y * np.cos(radians) > 0.0
                    cost = away if with_it else away + 1000.0
                if cost < best:
                    best = cost
                    found_arc[place], found_step[place] = arc, step - shape_start[arc]
                    found_part[place], found_off[place] = part, side * away
    return found_arc, found_step, found_part, found_off


def _along(graph: Graph, arcs: SmallInts, steps: SmallInts, parts: Floats) -> Ints:
    found = np.empty(len(arcs), np.int64)
    for number, (arc, step, part) in enumerate(zip(arcs.tolist(), steps.tolist(), parts.tolist(), strict=True)):
        nodes = graph.nodes(arc)
        lengths = steps_cm(graph.network.lat[nodes], graph.network.lon[nodes])
        found[number] = min(int(lengths[:step].sum() + round(part * lengths[step])), int(graph.length_cm[arc]))
    return found
