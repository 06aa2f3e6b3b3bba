"""Random towns: hierarchy, compiled Dijkstra and a plain search over histories agree to the millisecond."""

from dataclasses import replace
from datetime import datetime
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from machikado.engines.roads import change, customise, matrix, prepare, problems, route, snap
from machikado.engines.roads.dijkstra import plain
from machikado.engines.roads.soundness import Checker, graph_problems, route_problems
from machikado.engines.roads.speeds import FREE
from machikado.engines.roads.tags import DRIVE, WALK
from machikado.engines.roads.tests.maps import MONDAY, STEADY, Paper, at
from machikado.engines.roads.times import Metric, quickest
from machikado.engines.roads.words import UNREACHABLE, Changes, Mode, Stops

TAGS = [
    {},
    {},
    {},
    {"oneway": "yes"},
    {"oneway": "-1"},
    {"motor_vehicle": "destination"},
    {"motor_vehicle:conditional": "no @ (Nov-Mar)"},
    {"highway": "residential"},
    {"highway": "steps"},
]
KINDS = ["no_left_turn", "no_straight_on", "no_u_turn", "only_straight_on", "only_left_turn"]
JITTERED = 0.2  # of a square: no turn has exactly 45 degrees


def town(seed: int) -> Paper:
    """A grid of up to 4 × 4 places, some roads missing, with restrictions via places and via roads."""
    chance = Random(seed)
    width, height = chance.randint(2, 4), chance.randint(2, 4)
    letters = [[chr(65 + row * 4 + column) for column in range(width)] for row in range(height)]
    places = {
        letters[row][column]: (3 * column + chance.uniform(0, JITTERED), 3 * row + chance.uniform(0, JITTERED))
        for row in range(height)
        for column in range(width)
    }
    pairs = [letters[r][c] + letters[r][c + 1] for r in range(height) for c in range(width - 1)]
    pairs += [letters[r][c] + letters[r + 1][c] for r in range(height - 1) for c in range(width)]
    pairs = [pair for pair in pairs if chance.random() < 0.85] or pairs
    ways = [(pair, chance.choice(TAGS if at_all else TAGS[:1])) for at_all, pair in enumerate(pairs)]
    signals = {place: {"highway": "traffic_signals"} for place in places if chance.random() < 0.3}
    restrictions = [_restriction(chance, pairs) for _ in range(chance.randint(0, 6))]
    return Paper(places, ways, restrictions, signals)


def _restriction(chance: Random, pairs: list[str]) -> tuple[str, dict[str, str]]:
    first, via = chance.randrange(len(pairs)), chance.randrange(len(pairs))
    tags = {"restriction": chance.choice(KINDS)}
    if chance.random() < 0.3:
        tags = {"restriction:conditional": f"{tags['restriction']} @ (Mo-Fr)"}
    place = chance.choice(pairs[first])
    others = [number for number, pair in enumerate(pairs) if place in pair]
    if chance.random() < 0.6:
        return f"{first} {place} {chance.choice(others)}", tags
    # from a road at one end of `via` to a road at its other end
    before, after = ([n for n, pair in enumerate(pairs) if end in pair and n != via] for end in pairs[via])
    return (
        f"{chance.choice(before)} {via} {chance.choice(after)}" if before and after else f"{first} {place} {first}"
    ), tags


def stops_in(metric: Metric, chance: Random, count: int) -> Stops:
    """Stops anywhere in the town, some on one road."""
    points = [at(chance.uniform(0, 6), chance.uniform(0, 6)) for _ in range(count)]
    return snap(metric.roads.graph, points)


def metrics(seed: int, mode: Mode = DRIVE) -> list[Metric]:
    """The same town's times by the hierarchy and by the compiled Dijkstra, with turns that cost."""
    network = town(seed).network()
    profile = FREE if mode is DRIVE else STEADY
    return [customise(prepare(network, mode, search), profile, MONDAY) for search in (quickest, plain)]


def check(metric: Metric, other: Metric, seed: int) -> np.ndarray:
    """All that must hold of a town; the matrix."""
    stops = stops_in(metric, Random(seed), 7)
    found = matrix(metric, stops, stops)
    assert (found == matrix(other, stops, stops)).all()
    assert problems(metric, stops, found) == []
    for i in range(3):
        for j in range(3, 6):
            way = route(metric, stops, i, j)
            assert (way.ms if way else UNREACHABLE) == found[i, j]
            assert way is None or route_problems(metric, stops, (i, j), way) == []
    return found


@settings(max_examples=60)
@given(st.integers(0, 10**6))
def test_all_searches_agree(seed: int) -> None:
    metric, other = metrics(seed)
    assert graph_problems(metric.roads.graph) == []
    check(metric, other, seed)


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_all_searches_agree_after_closures(seed: int) -> None:
    metric, other = metrics(seed)
    chance = Random(seed)
    arcs = range(metric.roads.graph.arcs)
    closed = frozenset(chance.sample(arcs, min(3, len(arcs))))
    changes = Changes(closed, {chance.choice(arcs): chance.randint(100, 9_999) for _ in range(3)})
    check(change(metric, changes), change(other, changes), seed)


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_all_searches_agree_on_foot(seed: int) -> None:
    metric, other = metrics(seed, WALK)
    found = check(metric, other, seed)
    assert (found == found.T).all()  # there and back take the same time


def test_the_random_towns_hold_what_they_should() -> None:
    # A test of the tests: among 200 towns there are bans via roads, timed bans, zones, closed seasons, islands.
    kinds = {"via road": 0, "timed": 0, "zone": 0, "season": 0, "unreachable": 0, "reachable": 0, "banned": 0}
    for seed in range(200):
        metric = customise(town(seed).roads(), STEADY, MONDAY)
        graph = metric.roads.graph
        stops = stops_in(metric, Random(seed), 7)
        found = matrix(metric, stops, stops)
        kinds["via road"] += any(len(ban.arcs) > 2 for ban in graph.bans)
        kinds["timed"] += any(ban.condition for ban in graph.bans)
        kinds["banned"] += any(ban.condition is None for ban in graph.bans)
        kinds["zone"] += bool(metric.usual.zone.any())
        kinds["season"] += bool(len(graph.timed))
        kinds["unreachable"] += bool((found == UNREACHABLE).any())
        kinds["reachable"] += bool((found < UNREACHABLE).any())
    assert min(kinds.values()) >= 20, kinds


@pytest.mark.parametrize("fault", ["shorter", "longer", "unmarked"])
def test_a_wrong_time_is_found(fault: str) -> None:
    metric = Paper({"A": (0, 0), "B": (4, 0), "C": (8, 0)}, [("AB", {}), ("BC", {"oneway": "-1"})]).metric()
    stops = snap(metric.roads.graph, [at(1, 0.05), at(3, 0.05), at(6, -0.05)])
    found = matrix(metric, stops, stops)
    assert problems(metric, stops, found) == []
    row, column, ms = {"shorter": (0, 1, -1), "longer": (0, 1, 1), "unmarked": (0, 2, -UNREACHABLE)}[fault]
    found[row, column] += ms
    assert len(problems(metric, stops, found)) == 1


def test_a_wrong_way_is_found() -> None:
    metric = Paper({"A": (0, 0), "B": (4, 0), "C": (8, 0)}, [("AB", {}), ("BC", {})]).metric()
    stops = snap(metric.roads.graph, [at(1, 0.05), at(6, 0.05)])
    way = route(metric, stops, 0, 1)
    assert way is not None
    assert route_problems(metric, stops, (0, 1), way) == []
    assert route_problems(metric, stops, (0, 1), replace(way, ms=way.ms + 1)) != []
    assert route_problems(metric, stops, (0, 1), replace(way, metres=way.metres * 2)) != []
    assert route_problems(metric, stops, (1, 0), way) == ["it does not lead from stop to stop"]
    assert route_problems(metric, stops, (0, 1), replace(way, arcs=(way.arcs[0], way.arcs[0], way.arcs[1]))) != []


def test_the_plain_search_is_right_where_a_human_counted() -> None:
    # A → B → C and the other way round: 4 squares, then 4 more; at the ends one turns.
    metric = Paper({"A": (0, 0), "B": (4, 0), "C": (8, 0)}, [("AB", {}), ("BC", {})]).metric()
    reached = Checker(metric).reached(0)
    assert {arc: round(ms / 1000) for arc, (_, ms) in reached.items()} == {2: 40, 3: 80, 1: 120, 0: 160}


def test_times_are_the_same_at_any_moment_that_says_the_same() -> None:
    roads = town(5).roads()
    first, second = (customise(roads, FREE, datetime(2026, 11, 23, hour)) for hour in (10, 11))
    assert (first.weights == second.weights).all()
