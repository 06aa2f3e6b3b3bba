"""Travel times that a human worked out on squared paper: a square is 100 m and takes 10 seconds."""

from datetime import datetime

import pytest

from machikado.engines.roads import change, customise, matrix, route, snap
from machikado.engines.roads.components import islands, on_islands
from machikado.engines.roads.tags import BUS, WALK
from machikado.engines.roads.tests.maps import MONDAY, STEADY, Paper, at, seconds
from machikado.engines.roads.times import Metric, arcs_of_way
from machikado.engines.roads.words import UNREACHABLE, Changes, Point, Profile

# D ── C     four squares round; A–B is the road in the south
# │    │
# A ── B
SQUARE = {"A": (0, 0), "B": (4, 0), "C": (4, 4), "D": (0, 4)}
ROUND: list[tuple[str, dict[str, str]]] = [("AB", {}), ("BC", {}), ("CD", {}), ("DA", {})]


def times(metric: Metric, *points: Point) -> list[list[int | None]]:
    """The matrix in seconds; None is unreachable."""
    stops = snap(metric.roads.graph, points)
    found = matrix(metric, stops, stops).tolist()
    return [[None if ms == UNREACHABLE else seconds(ms) for ms in row] for row in found]


def test_one_drives_on_and_does_not_turn_round_to_reach_the_other_kerb() -> None:
    # Two stops on A–B, 1 square from A: south of the road (left of who drives west → east? no: left of east is north).
    metric = Paper(SQUARE, ROUND).metric()
    north_kerb, south_kerb = at(1, 0.05), at(1, -0.05)
    stops = snap(metric.roads.graph, [north_kerb, south_kerb])
    ways = [metric.roads.graph.forward[arc] for arc in stops.arc]
    assert ways == [True, False]  # to the east the north is on the left; A→B is the way's own direction
    # From the north kerb (eastwards, 1 square from A) to the south kerb (westwards, 3 squares after B): a round of
    # 16 squares leads back to the same place, but facing the same way. Nowhere is a dead end: there is no way at all.
    assert times(metric, north_kerb, south_kerb) == [[0, None], [None, 0]]


def test_a_dead_end_is_where_one_turns_round() -> None:
    # A spur of 2 squares from B to E: out, round, back.
    metric = Paper({**SQUARE, "E": (6, 0)}, [*ROUND, ("BE", {})]).metric()
    # Eastwards from 1 square after A: 3 to B, 2 to E, 2 back to B, then 3 westwards to the place opposite: 10 squares.
    assert times(metric, at(1, 0.05), at(1, -0.05))[0] == [0, 100]


def test_on_one_road_ahead_is_short_and_back_is_round_the_block() -> None:
    metric = Paper(SQUARE, ROUND).metric()
    # Both on the north kerb, at 1 and at 3: ahead 2 squares; back 1 to B, 4, 4, 4, and 1 after A: 14 squares.
    assert times(metric, at(1, 0.05), at(3, 0.05)) == [[0, 20], [140, 0]]


def test_one_way_streets_roundabouts_and_their_opposite() -> None:
    for tags, expected in [
        ({"oneway": "yes"}, [[0, 20], [140, 0]]),
        ({"oneway": "-1"}, [[0, 140], [20, 0]]),
        ({"junction": "roundabout"}, None),
    ]:
        metric = Paper(SQUARE, [("ABCDA", tags)]).metric()
        if expected:
            assert times(metric, at(1, 0.05), at(3, 0.05)) == expected, tags
        assert metric.roads.graph.arcs == 2, tags  # a loop is halved


def crossing(*restrictions: tuple[str, dict[str, str]], ways: list[tuple[str, dict[str, str]]] | None = None) -> Paper:
    """A crossing X with arms W, E, N, S of 2 squares, and a road from N round to E."""
    places = {"X": (2, 2), "W": (0, 2), "E": (4, 2), "N": (2, 4), "S": (2, 0), "Q": (4, 4)}
    arms = ways or [("WX", {}), ("XE", {}), ("XN", {}), ("XS", {}), ("NQE", {})]
    return Paper(places, arms, restrictions)


# From the west arm (1 square before X, northern kerb, eastwards) to the north arm (1 square after X, western kerb).
WEST, NORTH_ARM = at(1, 2.05), at(1.95, 3)


def test_without_a_restriction_one_turns_left() -> None:
    assert times(crossing().metric(), WEST, NORTH_ARM)[0][1] == 20


@pytest.mark.parametrize("kind", ["no_left_turn", "only_straight_on", "only_right_turn"])
def test_a_forbidden_turn_is_driven_round(kind: str) -> None:
    members = {"no_left_turn": "0 X 2", "only_straight_on": "0 X 1", "only_right_turn": "0 X 3"}[kind]
    metric = crossing((members, {"restriction": kind})).metric()
    # South is a dead end: 1 + 2 down + 2 up, and straight on over X: 1 more. In all 6 squares, by the right turn.
    # East first: 1 + 2 + 2 + 2 to N, then 2 + 2 … facing south; no. With only_straight_on: E, Q, N, X, S, round, X, N.
    expected = {"no_left_turn": 60, "only_right_turn": 60, "only_straight_on": 10 * (1 + 2 + 2 + 2 + 2 + 2 + 2 + 1)}
    assert times(metric, WEST, NORTH_ARM)[0][1] == expected[kind]


def test_a_restriction_spares_whom_it_excepts() -> None:
    paper = crossing(("0 X 2", {"restriction": "no_left_turn", "except": "psv"}))
    by_bus = customise(paper.roads(BUS), STEADY, MONDAY)
    assert times(paper.metric(), WEST, NORTH_ARM)[0][1] == 60
    assert times(by_bus, WEST, NORTH_ARM)[0][1] == 20


def test_a_restriction_with_hours_holds_in_them() -> None:
    paper = crossing(("0 X 2", {"restriction:conditional": "no_left_turn @ (Mo-Fr 07:00-09:00)"}))
    roads = paper.roads()
    morning, later, sunday = datetime(2026, 11, 23, 8), datetime(2026, 11, 23, 9), datetime(2026, 11, 22, 8)
    found = [times(customise(roads, STEADY, moment), WEST, NORTH_ARM)[0][1] for moment in (morning, later, sunday)]
    assert found == [60, 20, 20]


def test_a_ban_via_a_way_is_kept_only_on_that_way() -> None:
    # A ladder: S0 → M (via way) → left is banned only for who came from the west arm.
    places = {"W": (0, 0), "P": (2, 0), "R": (4, 0), "E": (6, 0), "U": (4, 2), "D": (2, -2)}
    ways: list[tuple[str, dict[str, str]]] = [("WP", {}), ("PR", {}), ("RE", {}), ("RU", {}), ("DP", {})]
    paper = Paper(places, ways, [("0 1 3", {"restriction": "no_left_turn"})])
    metric = paper.metric()
    graph = metric.roads.graph
    assert [len(ban.arcs) for ban in graph.bans] == [3]
    assert len(metric.roads.turns.state_arc) == graph.arcs + 1
    west, south, goal = at(1, 0.05), at(1.95, -1), at(3.95, 1)
    found = times(metric, west, south, goal)
    assert found[1][2] == 40  # from the south: 1 + 2 + 1, left turn at R allowed
    # From the west: 1 + 2 to R, 2 to E and back 2, then right into U: 1. In all 8.
    assert found[0][2] == 80


def test_a_closed_season_opens_in_spring_and_a_closure_turns_people_round() -> None:
    winter = {"motor_vehicle:conditional": "no @ (Dec-Apr 15)"}
    paper = Paper(SQUARE, [("AB", {}), ("BC", winter), ("CD", {}), ("DA", {})])
    roads = paper.roads()
    a_b, b_c = at(1, 0.05), at(3.95, 2)
    autumn, snow, last, spring = (datetime(2026, m, d) for m, d in [(11, 30), (12, 1), (4, 15), (4, 16)])
    found = [times(customise(roads, STEADY, moment), a_b, b_c)[0][1] for moment in (autumn, snow, last, spring)]
    assert found == [50, None, None, 50]
    metric = customise(roads, STEADY, snow)
    # B is a dead end now: one turns there, 3 + 3 squares, and comes back on the other kerb.
    assert times(metric, a_b, at(1, -0.05))[0][1] == 60


def test_a_closure_and_slow_traffic_now_and_open_again() -> None:
    metric = Paper(SQUARE, ROUND).metric()
    points = at(1, 0.05), at(3.95, 2)
    way = arcs_of_way(metric.roads.graph, 101)
    assert len(way) == 2
    slow = change(metric, Changes(share=dict.fromkeys(arcs_of_way(metric.roads.graph, 100), 5_000)))
    closed = change(slow, Changes(closed=way))
    assert times(metric, *points)[0][1] == 50
    assert times(slow, *points)[0][1] == 80
    assert times(closed, *points)[0][1] is None
    assert times(change(closed, Changes()), *points)[0][1] == 50


def test_a_zone_is_no_short_cut_but_can_be_reached() -> None:
    # The southern road is for residents; from D's road to C's road one goes round by the north.
    places = {**SQUARE, "E": (6, 4), "F": (-2, 4)}
    ways = [("AB", {"motor_vehicle": "destination"}), ("BC", {}), ("CD", {}), ("DA", {}), ("CE", {}), ("DF", {})]
    metric = Paper(places, ways).metric()
    down, up, inside = at(0.05, 2), at(4.05, 2), at(2, 0.05)
    found = times(metric, down, up, inside)
    assert found[0][2] == 40  # 2 down to A, 2 in
    assert found[2][0] is not None
    assert found[0][1] is not None
    assert found[0][1] > 80  # 2 + 4 + 2 would pass through the zone


def test_where_only_a_zone_leads_it_is_passed_through() -> None:
    places = {"A": (0, 0), "B": (2, 0), "C": (4, 0), "D": (6, 0)}
    metric = Paper(places, [("AB", {}), ("BC", {"access": "destination"}), ("CD", {})]).metric()
    assert times(metric, at(1, 0.05), at(5, 0.05))[0][1] == 40


def test_an_island_is_named_and_unreachable_is_marked() -> None:
    metric = Paper({**SQUARE, "X": (8, 0), "Y": (10, 0)}, [*ROUND, ("XY", {})]).metric()
    stops = snap(metric.roads.graph, [at(1, 0.05), at(9, 0.05)])
    found = islands(metric)
    assert on_islands(found, stops) == [1]
    assert [round(km, 1) for km in found.km] == [1.6, 1.6, 0.4]  # the round, each way; the island, out and back
    assert matrix(metric, stops, stops)[0, 1] == UNREACHABLE
    assert route(metric, stops, 0, 1) is None


def test_on_foot_both_directions_of_a_one_way_street_and_the_steps() -> None:
    ways = [("AB", {"oneway": "yes"}), ("BC", {"highway": "steps"}), ("CD", {"highway": "motorway"})]
    paper = Paper(SQUARE, ways)
    metric = customise(paper.roads(WALK), Profile("on foot", {"steps": 18, "": 36}), MONDAY)
    assert times(metric, at(1, 0.05), at(3, 0)) == [[0, 20], [20, 0]]
    assert times(metric, at(3, 0), at(4, 2))[0][1] == 10 + 40  # two squares of steps at half the pace
    assert metric.roads.graph.arcs == 4  # nobody walks on a motorway


def test_a_barrier_stops_cars_and_lets_walkers_pass() -> None:
    places = {"A": (0, 0), "M": (2, 0), "B": (4, 0)}
    paper = Paper(places, [("AMB", {})], node_tags={"M": {"barrier": "bollard"}})
    assert times(paper.metric(), at(1, 0.05), at(3, 0.05))[0][1] is None
    walking = customise(paper.roads(WALK), STEADY, MONDAY)
    assert times(walking, at(1, 0.05), at(3, 0.05))[0][1] == 20


def test_a_road_that_is_open_in_summer_only() -> None:
    summer = {"motor_vehicle": "no", "motor_vehicle:conditional": "yes @ (May-Nov 24)"}
    roads = Paper(SQUARE, [("AB", {}), ("BC", summer), ("CD", {}), ("DA", {})]).roads()
    a_b, c_d = at(3, 0.05), at(3, 3.95)
    found = [times(customise(roads, STEADY, datetime(2026, 11, day)), a_b, c_d)[0][1] for day in (24, 25)]
    # Open: 1 square to B, 4 to C, 1 back to the west, with the road on the left. Closed: round at B, 4 + 4 + 3 + 3 …
    assert found[0] == 60
    assert found[1] is not None
    assert found[1] > 60


def test_a_street_that_is_one_way_in_the_morning() -> None:
    school = {"oneway:conditional": "yes @ (Mo-Fr 07:00-09:00)"}
    roads = Paper(SQUARE, [("AB", school), ("BC", {}), ("CD", {}), ("DA", {})]).roads()
    westwards = at(3, -0.05), at(1, -0.05)
    found = [times(customise(roads, STEADY, datetime(2026, 11, 23, hour)), *westwards)[0][1] for hour in (8, 10)]
    assert found == [None, 20]
