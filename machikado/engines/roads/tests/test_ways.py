"""What the driver is told, on which kerb a stop lies, and the example."""

import runpy
from pathlib import Path

import pytest

from machikado.engines.roads import customise, route, snap
from machikado.engines.roads.soundness import route_problems
from machikado.engines.roads.tests.maps import MONDAY, Paper, at, position
from machikado.engines.roads.turnlist import called
from machikado.engines.roads.words import Point, Profile, TurnCode

# A street with a crossing after 4 squares, then a bend to the north; the crossing has signals and a name.
PLACES = {"A": (0, 0), "X": (4, 0), "B": (8, 0), "C": (8, 4), "N": (4, 4), "S": (4, -4)}
WAYS = [("AX", {"name": "一番通り"}), ("XBC", {"name": "一番通り"}), ("XN", {"name": "北通り"}), ("XS", {})]
SIGNALS = {"X": {"highway": "traffic_signals", "name": "大門三番町"}}
PAPER = Paper(PLACES, WAYS, node_tags=SIGNALS)


def codes(*points: Point) -> list[str]:
    metric = PAPER.metric()
    stops = snap(metric.roads.graph, points)
    way = route(metric, stops, 0, 1)
    assert way is not None
    assert route_problems(metric, stops, (0, 1), way) == []
    return [str(turn.code) for turn in way.turns]


def test_straight_on_and_round_a_bend_nothing_is_said() -> None:
    assert codes(at(1, 0.05), at(7.95, 3)) == ["depart", "arrive"]


def test_a_turn_is_said_with_its_junction_and_distance() -> None:
    metric = PAPER.metric()
    stops = snap(metric.roads.graph, [at(1, 0.05), at(3.95, 3)])
    way = route(metric, stops, 0, 1)
    assert way is not None
    depart, left, arrive = way.turns
    assert (depart.code, depart.bearing, depart.road, depart.metres) == ("depart", 90, "一番通り", 300)
    assert (left.code, left.bearing, left.road, left.junction, left.metres) == (
        "left",
        0,
        "北通り",
        "大門三番町",
        300,
    )
    assert (arrive.code, arrive.metres) == ("arrive", 0)
    assert (left.lat, left.lon) == position(4, 0)
    assert way.line[0] == pytest.approx(position(1, 0), abs=1e-6)


def test_at_a_dead_end_one_is_told_to_turn_round() -> None:
    assert codes(at(3.95, 1), at(4.05, 1)) == ["depart", "u_turn", "arrive"]


def test_the_exits_of_a_roundabout_are_counted() -> None:
    ring = {"A": (0, 0), "W": (2, 0), "N": (3, 1), "E": (4, 0), "S": (3, -1), "B": (6, 0), "C": (3, 3), "D": (3, -3)}
    ways = [("WNESW", {"junction": "roundabout"}), ("AW", {}), ("EB", {}), ("NC", {}), ("SD", {})]
    metric = Paper(ring, ways).metric()
    stops = snap(metric.roads.graph, [at(1, 0.05), at(5, 0.05), at(2.95, 2), at(3.05, -2)])
    exits = {}
    for goal, name in ((1, "east"), (2, "north"), (3, "south")):
        way = route(metric, stops, 0, goal)
        assert way is not None
        exits[name] = [(str(turn.code), turn.exit) for turn in way.turns][1:-1]
    # Clockwise from the west: the first exit leads north, the second east, the third south.
    assert exits == {"north": [("roundabout", 1)], "east": [("roundabout", 2)], "south": [("roundabout", 3)]}


@pytest.mark.parametrize(
    ("degrees", "code"),
    [
        (0, TurnCode.STRAIGHT),
        (-20, TurnCode.STRAIGHT),
        (21, TurnCode.SLIGHT_RIGHT),
        (-90, TurnCode.LEFT),
        (90, TurnCode.RIGHT),
        (-140, TurnCode.SHARP_LEFT),
        (180, TurnCode.SHARP_RIGHT),
    ],
)
def test_how_a_turn_is_called(degrees: float, code: TurnCode) -> None:
    assert called(degrees) is code


def test_a_stop_lies_on_the_left_of_the_bus() -> None:
    graph = PAPER.roads().graph
    east_bound, west_bound = snap(graph, [at(2, 0.05), at(2, -0.05)]).arc
    assert graph.forward[east_bound]
    assert not graph.forward[west_bound]


def test_the_bearing_of_the_bus_decides_where_the_position_does_not() -> None:
    graph = PAPER.roads().graph
    lat, lon = position(2, 0)
    for bearing, forward in ((90.0, True), (270.0, False), (45.0, True)):
        stops = snap(graph, [Point(lat, lon, bearing)])
        assert bool(graph.forward[stops.arc[0]]) is forward


def test_on_a_one_way_street_the_right_kerb_is_remarked() -> None:
    graph = Paper({"A": (0, 0), "B": (4, 0)}, [("AB", {"oneway": "yes"})]).roads().graph
    stops = snap(graph, [at(2, 0.05), at(2, -0.05)])
    assert stops.left.tolist() == [True, False]
    assert stops.off_cm.tolist() == pytest.approx([500, 500], abs=3)


def test_nobody_stops_on_a_motorway_or_in_a_tunnel() -> None:
    places = {"A": (0, 0), "B": (4, 0), "C": (0, 3), "D": (4, 3)}
    for tags in ({"highway": "motorway"}, {"tunnel": "yes"}, {"highway": "trunk", "motorroad": "yes"}):
        graph = Paper(places, [("AB", tags), ("CD", {})]).roads().graph
        arc = snap(graph, [at(2, 0.05)]).arc[0]
        assert graph.network.ways[graph.way[arc]].osm_id == 101


def test_signals_and_turns_cost_what_the_profile_says() -> None:
    # 300 m at 36 km/h are 30 s, 12 s at the signals, 3 s for the left turn, 300 m more.
    profile = Profile("with signals", {"": 36}, signal_ms=12_000, left_ms=3_000, right_ms=9_000)
    metric = customise(PAPER.roads(), profile, MONDAY)
    stops = snap(metric.roads.graph, [at(1, 0.05), at(3.95, 3), at(4.05, -3)])
    left, right = route(metric, stops, 0, 1), route(metric, stops, 0, 2)
    assert left is not None
    assert right is not None
    assert round(left.ms / 1000) == 30 + 12 + 3 + 30
    assert round(right.ms / 1000) == 30 + 12 + 9 + 30


def test_the_example_runs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(Path(__file__).parents[4] / "examples" / "travel_times.py"))
    told = capsys.readouterr().out
    assert "seconds\ndepart " in told
    assert told.rstrip().splitlines()[-1].startswith("arrive ")
    assert (tmp_path / "way.png").stat().st_size > 5_000
