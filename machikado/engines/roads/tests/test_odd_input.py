"""Odd towns and odd questions: an answer or a sentence, never a crash and never a wrong time."""

from datetime import datetime

import numpy as np
import pytest

from machikado.engines.roads import change, customise, matrix, prepare, problems, read, route, snap
from machikado.engines.roads.components import islands, on_islands
from machikado.engines.roads.dijkstra import plain
from machikado.engines.roads.soundness import graph_problems
from machikado.engines.roads.speeds import ON_FOOT
from machikado.engines.roads.tags import DRIVE, WALK
from machikado.engines.roads.tests.maps import MONDAY, STEADY, Paper, at, seconds
from machikado.engines.roads.words import UNREACHABLE, Changes, Kind, Profile

STREET = Paper({"A": (0, 0), "B": (4, 0), "C": (8, 0)}, [("AB", {}), ("BC", {})])


def test_no_stop_and_one_stop() -> None:
    metric = STREET.metric()
    none, one = snap(metric.roads.graph, []), snap(metric.roads.graph, [at(1, 0.05)])
    assert matrix(metric, none, none).shape == (0, 0)
    assert matrix(metric, none, one).shape == (0, 1)
    assert matrix(metric, one, one).tolist() == [[0]]
    assert on_islands(islands(metric), none) == []
    way = route(metric, one, 0, 0)
    assert way is not None
    assert (way.ms, way.metres, [turn.code for turn in way.turns]) == (0, 0, ["depart", "arrive"])


def test_many_stops_in_one_place() -> None:
    metric = STREET.metric()
    stops = snap(metric.roads.graph, [at(1, 0.05)] * 40)
    assert not matrix(metric, stops, stops).any()


def test_stops_on_a_closed_road_are_unreachable_but_for_themselves() -> None:
    metric = STREET.metric()
    stops = snap(metric.roads.graph, [at(1, 0.05), at(3, 0.05), at(6, 0.05)])
    closed = change(metric, Changes(closed=frozenset(range(metric.roads.graph.arcs))))
    found = matrix(closed, stops, stops)
    assert found.tolist() == [[0 if i == j else UNREACHABLE for j in range(3)] for i in range(3)]
    assert problems(closed, stops, found) == []
    assert route(closed, stops, 0, 1) is None
    assert not islands(closed).main.any()


@pytest.mark.parametrize(
    "changes",
    [Changes(frozenset({99})), Changes(frozenset({-1})), Changes(share={99: 5_000}), Changes(share={-1: 100})],
)
def test_changes_of_what_is_not_there_are_refused(changes: Changes) -> None:
    with pytest.raises(ValueError, match="such arc"):
        change(STREET.metric(), changes)


def test_a_road_that_stands_still_is_to_be_closed() -> None:
    with pytest.raises(ValueError, match="close the road instead"):
        change(STREET.metric(), Changes(share={0: 0}))
    endless = Paper({"A": (0, 0), "B": (2_000, 0)}, [("AB", {})]).metric()
    with pytest.raises(ValueError, match="close it instead"):
        change(endless, Changes(share={0: 100}))


@pytest.mark.parametrize("wrong", [{"": 0}, {"trunk": 40}, {"": 40, "trunk": -1}])
def test_profiles_without_speed_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="from 1"):
        Profile("odd", wrong)


def test_profiles_in_which_time_runs_backwards_are_refused() -> None:
    with pytest.raises(ValueError, match="nobody is faster"):
        Profile("odd", {"": 40}, right_ms=-1)
    with pytest.raises(ValueError, match="from 1"):
        Profile("odd", {"": 40}, {"trunk": 0})


def test_a_moment_before_the_law_is_refused() -> None:
    with pytest.raises(ValueError, match="no statutory speed"):
        customise(STREET.roads(), STEADY, datetime(1950, 1, 1))


def test_the_slowest_traffic_is_slow_and_not_wrong() -> None:
    metric = STREET.metric()
    stops = snap(metric.roads.graph, [at(1, 0.05), at(6, 0.05)])
    jam = change(metric, Changes(share=dict.fromkeys(range(metric.roads.graph.arcs), 100)))
    found = matrix(jam, stops, stops)
    assert seconds(int(found[0, 1])) == pytest.approx(50 * 100, abs=2)
    assert problems(jam, stops, found) == []


def test_days_on_the_road_are_told_right_where_there_are_no_zones() -> None:
    # 480 km at 4 km/h are 120 hours; at 1 % of that an arc of 40 km would take 1,000.
    places = {chr(65 + n): (400 * n, 0) for n in range(13)}
    paper = Paper(places, [(chr(65 + n) + chr(66 + n), {}) for n in range(12)])
    metric = customise(paper.roads(), Profile("slow", {"": 4}), MONDAY)
    stops = snap(metric.roads.graph, [at(10, 0.05), at(4_790, 0.05)])
    assert seconds(int(matrix(metric, stops, stops)[0, 1])) / 3600 == pytest.approx(478 / 4, abs=0.2)
    slower = change(metric, Changes(share=dict.fromkeys(range(metric.roads.graph.arcs), 5_000)))
    found = matrix(slower, stops, stops)
    assert seconds(int(found[0, 1])) / 3600 == pytest.approx(478 / 2, abs=0.4)
    assert problems(slower, stops, found) == []


def test_a_map_too_large_for_its_zones_is_refused() -> None:
    places = {chr(65 + n): (600 * n, 0) for n in range(8)}
    ways = [(chr(65 + n) + chr(66 + n), {"foot": "destination"} if n == 3 else {}) for n in range(7)]
    paper = Paper(places, ways)
    customise(paper.roads(DRIVE), STEADY, MONDAY)
    with pytest.raises(ValueError, match="too large for its zones"):
        customise(paper.roads(WALK), ON_FOOT, MONDAY)


def test_roads_that_turn_back_on_themselves() -> None:
    places = {"A": (0, 0), "B": (4, 0), "C": (4, 4), "D": (8, 0)}
    # A figure of eight, a way there and back again, and an isolated ring
    paper = Paper({**places, "X": (20, 0), "Y": (22, 0), "Z": (22, 2)}, [("ABCABD", {}), ("BDB", {}), ("XYZX", {})])
    for search in (None, plain):
        roads = paper.roads() if search is None else prepare(paper.network(), DRIVE, search)
        metric = customise(roads, STEADY, MONDAY)
        stops = snap(roads.graph, [at(1, 0.05), at(6, 0.05), at(21, 0.05), at(21, -0.05)])
        found = matrix(metric, stops, stops)
        assert graph_problems(roads.graph) == []
        assert problems(metric, stops, found) == []
        assert found[0, 2] == UNREACHABLE


def test_restrictions_without_members_and_of_another_kind_change_nothing() -> None:
    xml = STREET.xml().replace(
        b"</osm>",
        b'<relation id="7"><tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/></relation>'
        b'<relation id="8"><member type="way" ref="100" role="from"/><tag k="type" v="restriction"/></relation>'
        b'<relation id="9"><member type="way" ref="100" role="from"/><member type="way" ref="101" role="to"/>'
        b'<tag k="type" v="restriction:hgv"/><tag k="restriction" v="no_straight_on"/></relation></osm>',
    )
    graph = prepare(read(xml, Kind.XML)).graph
    assert graph.bans == ()


def test_two_places_in_one_position() -> None:
    metric = Paper({"A": (0, 0), "B": (4, 0), "C": (4, 0), "D": (8, 0)}, [("AB", {}), ("BC", {}), ("CD", {})]).metric()
    stops = snap(metric.roads.graph, [at(1, 0.05), at(6, 0.05)])
    found = matrix(metric, stops, stops)
    assert seconds(int(found[0, 1])) == 50
    assert metric.roads.graph.length_cm.min() == 1
    assert problems(metric, stops, found) == []


def test_a_hundred_kilometres_of_one_way_and_no_way_back() -> None:
    metric = Paper({"A": (0, 0), "B": (1_000, 0)}, [("AB", {"oneway": "yes"})]).metric()
    stops = snap(metric.roads.graph, [at(10, 0.05), at(990, 0.05)])
    found = matrix(metric, stops, stops)
    assert seconds(int(found[0, 1])) == pytest.approx(9_800, abs=3)
    assert found[1, 0] == UNREACHABLE


def test_times_add_up_without_overflow() -> None:
    assert np.iinfo(np.int64).max > UNREACHABLE * 10_000
