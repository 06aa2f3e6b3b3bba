"""Travel times of every arc and turn at a moment, in a bucket of the day, with what is closed just now."""

import math
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from machikado.engines.roads import tags as said
from machikado.engines.roads.build import build
from machikado.engines.roads.conditions import holds
from machikado.engines.roads.ground import bearing, steps_cm
from machikado.engines.roads.search import FOREVER, Distances, Prepare, Search, Weights
from machikado.engines.roads.speeds import legal_kmh
from machikado.engines.roads.turns import expand
from machikado.engines.roads.words import (
    NONE,
    Access,
    Changes,
    Flags,
    Floats,
    Graph,
    Ints,
    Mode,
    Network,
    Profile,
    Turns,
)

quickest: Prepare
try:
    from machikado.engines.roads.hierarchy import hierarchy as quickest
except ModuleNotFoundError:  # pyroutingkit has no wheel for this machine
    from machikado.engines.roads.dijkstra import plain as quickest

WHOLE = 10_000
LEAST_SHARE = 100
MS_PER_CM_AT_1_KMH = 36
# A crossing of the border of a zone (access=destination) weighs more than any journey: a way has as few as can be, and
# then the least time. A distance is crossings × CROSSING + milliseconds: 37 hours, and 15 crossings.
CROSSING = 1 << 27
LONGEST_HOURS = 37
LONGEST_ARC_MS = 24 * 3_600_000
TURN_FROM = 45  # degrees: less is a bend


@dataclass(frozen=True, eq=False)
class Roads:
    """A graph made ready: ordered once, customised for every bucket, closure and snowfall."""

    graph: Graph
    turns: Turns
    search: Search
    begins: Floats  # bearing of each arc at its tail, degrees
    turning: Floats  # of each turn: degrees clockwise, −180 … 180
    choice: Flags  # of each turn: whether there is more than one road ahead


@dataclass(frozen=True, eq=False)
class Usual:
    """Times at a moment as long as nothing unusual happens. Arrays by arc, the last two by turn."""

    open: Flags  # neither by law nor by the season closed
    moving_ms: Ints
    waiting_ms: Ints  # at the signals, all of it taken to be at the arc's head
    zone: Flags
    turn_ms: Ints
    forbidden: Flags  # by a restriction that holds at the moment


@dataclass(frozen=True, eq=False)
class Metric:
    """Times of one bucket, with what is different just now."""

    roads: Roads
    usual: Usual
    moving_ms: Ints  # from tail to head, without waiting: what is driven of it is a part of this
    arc_ms: Ints  # with waiting; FOREVER where closed
    weights: Weights  # of each turn: its own time and that of the arc after it
    distances: Distances

    @property
    def mask(self) -> int:
        """The bits of a distance that are milliseconds: all, where there are no zones."""
        return CROSSING - 1 if self.usual.zone.any() else FOREVER


def prepare(network: Network, mode: Mode = said.DRIVE, search: Prepare = quickest) -> Roads:
    """Return the roads of a mode, ordered for searches. Raises CannotRead if there are none."""
    graph = build(network, mode)
    turns = expand(graph)
    middle = graph.shape[(graph.shape_start[:-1] + graph.shape_start[1:]) // 2][turns.state_arc]
    lat, lon = graph.network.lat[middle], graph.network.lon[middle]
    begins, ends = _bearings(graph, slice(None, 2)), _bearings(graph, slice(-2, None))
    turning = (begins[turns.state_arc[turns.target]] - ends[turns.state_arc[turns.source]] + 180) % 360 - 180
    ahead = np.bincount(graph.tail, minlength=graph.junctions)[graph.head] - (graph.reverse != NONE)
    choice = (ahead > 1)[turns.state_arc[turns.source]]
    return Roads(graph, turns, search(turns, lat, lon), begins, turning, choice)


def customise(roads: Roads, profile: Profile, moment: datetime) -> Metric:
    """Return the times of a bucket at a moment of the town's own clock.

    Raises ValueError for a map with zones that is so large, or a mode so slow, that times would overflow.
    """
    graph = roads.graph
    access = _access_at(graph, moment)
    usual = Usual(
        open=access != Access.CLOSED,
        moving_ms=_moving_ms(graph, profile, moment),
        waiting_ms=graph.signals.astype(np.int64) * profile.signal_ms,
        zone=access == Access.ZONE,
        turn_ms=_turn_ms(roads, profile),
        forbidden=_forbidden(roads, moment),
    )
    return _metric(roads, usual, usual.moving_ms, usual.open)


def change(metric: Metric, changes: Changes) -> Metric:
    """Return the same bucket with roads closed or slower; earlier changes are forgotten. `metric` stays as it is.

    Raises ValueError for a share below a hundredth, an arc that is none, or times too long to be told.
    """
    moving_ms, is_open = metric.usual.moving_ms.copy(), metric.usual.open.copy()
    touched = [*changes.closed, *changes.share]
    if touched and not (min(touched) >= 0 and max(touched) < len(moving_ms)):
        raise ValueError("no such arc")
    if min(changes.share.values(), default=WHOLE) < LEAST_SHARE:
        raise ValueError("a share of speed is at least a hundredth; close the road instead")
    for arc, share in changes.share.items():
        moving_ms[arc] = -(-int(moving_ms[arc]) * WHOLE // share)
    is_open[[*changes.closed]] = False
    return _metric(metric.roads, metric.usual, moving_ms, is_open)


def _diagonal_hours(graph: Graph, moving_ms: Ints) -> float:
    """How long it would take across the map and round a few corners, at the mean speed."""
    lat, lon = graph.network.lat, graph.network.lon
    across_cm = steps_cm(np.array([lat.min(), lat.max()]), np.array([lon.min(), lon.max()]))[0]
    return float(2 * across_cm * moving_ms.sum() / graph.length_cm.sum() / 3_600_000)


def _access_at(graph: Graph, moment: datetime) -> Ints:
    found = graph.access.astype(np.int64)
    for arc in graph.timed.tolist():
        forward = bool(graph.forward[arc])
        runs = said.runs(graph.tags(arc), graph.mode, forward, moment)
        found[arc] = said.access(graph.tags(arc), graph.mode, forward, moment) if runs else Access.CLOSED
    return found


def kmh(graph: Graph, arc: int, profile: Profile, moment: datetime) -> tuple[int, int]:
    """The speed on an arc, as (km/h, ten-thousandths that are left of it): what is usual, never above the law."""
    tags = graph.tags(arc)
    road = tags["highway"]
    usual = profile.usual_kmh.get(road, profile.usual_kmh[""])
    share = profile.share.get(road, profile.share.get("", WHOLE))
    if graph.mode.walks:
        return usual, share
    sign = said.signed_kmh(tags, bool(graph.forward[arc]), moment)
    return min(usual, legal_kmh(tags, moment.date()) if sign is None else sign), share


def _moving_ms(graph: Graph, profile: Profile, moment: datetime) -> Ints:
    known: dict[tuple[int, bool], int] = {}
    speed = np.empty(graph.arcs, np.int64)
    for arc, key in enumerate(zip(graph.way.tolist(), graph.forward.tolist(), strict=True)):
        if key not in known:
            known[key] = math.prod(kmh(graph, arc, profile, moment))
        speed[arc] = known[key]
    driving: Ints = -(-graph.length_cm * (MS_PER_CM_AT_1_KMH * WHOLE) // speed)
    return driving


def _forbidden(roads: Roads, moment: datetime) -> Flags:
    """Turns whose ban holds at the moment; one that is not understood is taken to hold."""
    found = np.zeros(len(roads.turns.source), np.bool_)
    for turn, ban in zip(roads.turns.timed_turn.tolist(), roads.turns.timed_ban.tolist(), strict=True):
        condition = roads.graph.bans[ban].condition
        found[turn] |= condition is None or holds(condition, moment) is not False
    return found


def _metric(roads: Roads, usual: Usual, moving_ms: Ints, is_open: Flags) -> Metric:
    turns, zone = roads.turns, usual.zone
    if moving_ms.max() > LONGEST_ARC_MS:
        raise ValueError("a road between two junctions would take longer than a day; close it instead")
    if zone.any() and _diagonal_hours(roads.graph, moving_ms) > LONGEST_HOURS:
        raise ValueError("the map is too large for its zones: a journey could last longer than 37 hours")
    arc_ms = np.where(is_open, moving_ms + usual.waiting_ms, FOREVER)
    first, second = turns.state_arc[turns.source], turns.state_arc[turns.target]
    forbidden = usual.forbidden | (arc_ms[first] >= FOREVER) | (arc_ms[second] >= FOREVER)
    # One turns round where no other way is open: at a dead end, and before a road that is closed just now.
    ahead = np.bincount(turns.source[~forbidden & ~turns.u_turn], minlength=len(turns.state_arc))
    forbidden |= turns.u_turn & (ahead[turns.source] > 0)
    crosses = CROSSING * (zone[first] != zone[second])
    weights = np.where(forbidden, FOREVER, arc_ms[second] + usual.turn_ms + crosses).astype(np.uint32)
    return Metric(roads, usual, moving_ms, arc_ms, weights, roads.search.customised(weights))


def _turn_ms(roads: Roads, profile: Profile) -> Ints:
    """A turn costs where there is a choice: a bend of the road is no turn."""
    left = (roads.turning < -TURN_FROM) & roads.choice
    right = (roads.turning > TURN_FROM) & roads.choice
    found = left * profile.left_ms + right * profile.right_ms
    return np.where(roads.turns.u_turn, profile.u_turn_ms, found).astype(np.int64)


def _bearings(graph: Graph, part: slice) -> Floats:
    lines = (graph.nodes(arc)[part] for arc in range(graph.arcs))
    return np.array([bearing(graph.network.lat[nodes], graph.network.lon[nodes]) for nodes in lines], np.float64)


def arcs_of_way(graph: Graph, osm_way: int) -> frozenset[int]:
    """The arcs of a way of the map, by its number there: what to close when that road is."""
    ways = [number for number, way in enumerate(graph.network.ways) if way.osm_id == osm_way]
    return frozenset(np.flatnonzero(np.isin(graph.way, ways)).tolist())
