"""What must hold of a graph, of travel times and of a way: checked slowly, in plain Python, sharing no code with them.

Times are found by Dijkstra on (crossings of zones, milliseconds) over histories of arcs, straight from the bans: no
states, no hierarchy, no kernels.
"""

import heapq
import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from machikado.engines.roads.times import Metric
from machikado.engines.roads.words import UNREACHABLE, Graph, Ints, Route, Stops

History = tuple[int, ...]
CLOSED_MS = 2**31 - 1


class Checker:
    """The graph of a metric as lists and dictionaries."""

    def __init__(self, metric: Metric) -> None:
        """Read everything once."""
        graph = metric.roads.graph
        self.graph, self.arc_ms = graph, [int(ms) for ms in metric.arc_ms]
        self.moving_ms = [int(ms) for ms in metric.moving_ms]
        self.zone = [bool(each) for each in metric.usual.zone]
        leaving: dict[int, list[int]] = {}
        for arc in range(graph.arcs):
            leaving.setdefault(int(graph.tail[arc]), []).append(arc)
        self.follow = {arc: leaving.get(int(graph.head[arc]), []) for arc in range(graph.arcs)}
        turns, forbidden = metric.roads.turns, metric.usual.forbidden
        timed = {int(turn): int(ban) for turn, ban in zip(turns.timed_turn, turns.timed_ban, strict=True)}
        asleep = {ban for turn, ban in timed.items() if not forbidden[turn]}
        self.bans = {ban.arcs for number, ban in enumerate(graph.bans) if number not in asleep}
        self.longest = max((len(arcs) for arcs in self.bans), default=2)
        self.turn_ms = {
            (int(turns.state_arc[a]), int(turns.state_arc[b])): int(ms)
            for a, b, ms in zip(turns.source, turns.target, metric.usual.turn_ms, strict=True)
        }

    def turns(self, history: History) -> list[int]:
        """The arcs that may be driven after these."""
        arc, graph = history[-1], self.graph
        back = int(graph.reverse[arc])
        ahead = [after for after in self.follow[arc] if after != back and not graph.blocked[graph.head[arc]]]
        allowed = [after for after in ahead if self.is_allowed(history, after)]
        return allowed or [back] * (back >= 0 and self.is_allowed(history, back))

    def is_allowed(self, history: History, after: int) -> bool:
        """Whether an arc is open, and no ban ends with it."""
        driven = (*history, after)
        banned = any(driven[-length:] in self.bans for length in range(2, self.longest + 1))
        return not banned and max(self.arc_ms[after], self.arc_ms[history[-1]]) < CLOSED_MS

    def cost(self, arc: int, after: int) -> tuple[int, int]:
        """(crossings of zones, milliseconds) from the head of an arc to the head of the next."""
        return int(self.zone[arc] != self.zone[after]), self.turn_ms[arc, after] + self.arc_ms[after]

    def reached(self, source: int) -> dict[int, tuple[int, int]]:
        """The least (crossings, milliseconds) from an arc's head to the head of each, its own next time round too."""
        found: dict[int, tuple[int, int]] = {}
        best: dict[History, tuple[int, int]] = {}
        queue: list[tuple[tuple[int, int], History]] = [((0, 0), (source,))]
        while queue:
            so_far, history = heapq.heappop(queue)
            if best.setdefault(history, so_far) < so_far:
                continue
            for after in self.turns(history):
                crossings, ms = self.cost(history[-1], after)
                further = (so_far[0] + crossings, so_far[1] + ms)
                found[after] = min(found.get(after, further), further)
                longer = (*history, after)[-max(self.longest - 1, 1) :]
                if further < best.get(longer, (CLOSED_MS, 0)):
                    best[longer] = further
                    heapq.heappush(queue, (further, longer))
        return found


def problems(metric: Metric, stops: Stops, found: Ints) -> list[str]:
    """Return what is wrong with the travel times between stops; [] is sound. For small networks: it is slow."""
    checker = Checker(metric)
    reached = {arc: checker.reached(arc) for arc in {int(arc) for arc in stops.arc}}
    wrong = []
    for i in range(len(stops.points)):
        for j in range(len(stops.points)):
            expected = min(
                _journey(checker, reached, a, b) for a in _places(checker, stops, i) for b in _places(checker, stops, j)
            )
            if int(found[i, j]) != expected:
                wrong.append(f"from stop {i} to stop {j}: {found[i, j]} ms, but {expected} ms by a plain search")
    return wrong


def _places(checker: Checker, stops: Stops, number: int) -> list[tuple[int, int]]:
    """(arc, milliseconds along it) of a stop; on foot in both directions of the road."""
    arc, along = int(stops.arc[number]), int(stops.along_cm[number])
    length, back = int(checker.graph.length_cm[arc]), int(checker.graph.reverse[arc])
    places = [(arc, checker.moving_ms[arc] * along // length)]
    if checker.graph.mode.walks and back >= 0:
        places.append((back, checker.moving_ms[back] * (length - along) // length))
    return places


def _journey(
    checker: Checker, reached: dict[int, dict[int, tuple[int, int]]], origin: tuple[int, int], goal: tuple[int, int]
) -> int:
    (first, before), (last, until) = origin, goal
    if first == last and before == until:
        return 0
    if max(checker.arc_ms[first], checker.arc_ms[last]) == CLOSED_MS:
        return UNREACHABLE
    if first == last and before < until:
        return until - before
    if first not in reached:
        reached[first] = checker.reached(first)
    if last not in reached[first]:
        return UNREACHABLE
    _, ms = reached[first][last]
    return ms + (checker.arc_ms[first] - before) - (checker.arc_ms[last] - until)


def route_problems(metric: Metric, stops: Stops, ends: tuple[int, int], found: Route) -> list[str]:
    """Return what is wrong with a way between two stops by number; [] is sound."""
    checker, graph = Checker(metric), metric.roads.graph
    wrong = []
    ms = 0
    for at in range(1, len(found.arcs)):
        if found.arcs[at] not in checker.turns(found.arcs[:at]):
            wrong.append(f"after arc {found.arcs[at - 1]} arc {found.arcs[at]} may not be driven")
        arc, after = found.arcs[at - 1], found.arcs[at]
        ms += checker.turn_ms.get((arc, after), 0) + checker.arc_ms[after]
    begins = dict(_places(checker, stops, ends[0]))
    goals = dict(_places(checker, stops, ends[1]))
    if found.arcs[0] not in begins or found.arcs[-1] not in goals:
        return [*wrong, "it does not lead from stop to stop"]
    first, last = found.arcs[0], found.arcs[-1]
    ms += checker.arc_ms[first] - begins[first] - (checker.arc_ms[last] - goals[last])
    if ms != found.ms:
        wrong.append(f"it says {found.ms} ms, but its arcs and turns are {ms} ms")
    if sum(turn.ms for turn in found.turns) != found.ms:
        wrong.append("the times of its turns are not its own")
    metres = sum(_metres(*each) for each in pairwise(found.line))
    if abs(metres - found.metres) > 1 + 0.005 * found.metres:
        wrong.append(f"it says {found.metres} m, but its line is {metres:.0f} m")
    return wrong + [f"arc {arc} is closed" for arc in found.arcs if graph.access[arc] == 0 and arc not in graph.timed]


def graph_problems(graph: Graph) -> list[str]:
    """Return where a graph is not what its map says, by the plainest tags; [] is sound."""
    wrong = []
    for arc in range(graph.arcs):
        way = graph.network.ways[int(graph.way[arc])]
        nodes = [int(node) for node in graph.nodes(arc)]
        along = way.nodes if graph.forward[arc] else way.nodes[::-1]
        if not _follows(nodes, along):
            wrong.append(f"arc {arc} does not follow way {way.osm_id}")
        against = {"yes": False, "-1": True}.get(way.tags.get("oneway", ""))
        if against is not None and not graph.mode.walks and bool(graph.forward[arc]) == against:
            special = any(key.startswith("oneway:") for key in way.tags)
            wrong += [] if special else [f"arc {arc} runs against the one-way street {way.osm_id}"]
        places = [(float(graph.network.lat[node]), float(graph.network.lon[node])) for node in nodes]
        metres = sum(_metres(*each) for each in pairwise(places))
        if abs(metres - graph.length_cm[arc] / 100) > 0.5 + 0.005 * metres:
            wrong.append(f"arc {arc} is {graph.length_cm[arc] / 100:.1f} m long, but its line {metres:.1f} m")
    return wrong + list(_ban_problems(graph))


def _follows(nodes: Sequence[int], along: Sequence[int]) -> bool:
    return any(list(along[at : at + len(nodes)]) == list(nodes) for at in range(len(along)))


def _ban_problems(graph: Graph) -> Iterator[str]:
    for ban in graph.bans:
        for arc, after in pairwise(ban.arcs):
            if graph.head[arc] != graph.tail[after]:
                yield f"the ban of relation {ban.osm_id} is of arcs that do not meet"


def _metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Haversine on the mean sphere; 0.5 % from the ellipsoid at most."""
    (lat_a, lon_a), (lat_b, lon_b) = (tuple(math.radians(each) for each in place) for place in (a, b))
    half = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(half))
