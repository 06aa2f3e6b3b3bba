"""The roads of the sample town: always the same, all connected, with a winter, and plainly synthetic."""

import re
from datetime import datetime

import numpy as np
import pytest

from demo.roads import town_map
from demo.roads.axes import on_earth, places
from machikado.engines.roads import customise, matrix, prepare, read, route, snap
from machikado.engines.roads.components import islands
from machikado.engines.roads.soundness import graph_problems, route_problems
from machikado.engines.roads.speeds import FREE, ON_FOOT, PEAK, SNOW
from machikado.engines.roads.tags import WALK
from machikado.engines.roads.times import Metric, Roads
from machikado.engines.roads.words import UNREACHABLE, Kind, Network, Point, Stops

AUTUMN, WINTER = datetime(2026, 11, 24, 10), datetime(2027, 1, 12, 10)
OUT = {"長野自動車道", "塩尻インター線", None}  # the motorway leads out of the map at both ends; its ramps have no name


@pytest.fixture(scope="module")
def network() -> Network:
    return read(town_map(), Kind.XML)


@pytest.fixture(scope="module")
def roads(network: Network) -> Roads:
    return prepare(network)


def stops_at_places(metric: Metric) -> tuple[list[str], Stops]:
    """A stop on the main network near every place but 奈良井, whose middle is a mountain."""
    spots = {name: spot for kind in ("area", "station") for name, spot in places(kind).items() if name != "奈良井"}
    points = [Point(*on_earth(*spot)) for spot in spots.values()]
    return [*spots], snap(metric.roads.graph, points, islands(metric).main)


def minutes(metric: Metric, first: str, last: str) -> int:
    names, stops = stops_at_places(metric)
    return int(matrix(metric, stops, stops)[names.index(first), names.index(last)]) // 60_000


def test_the_same_seed_draws_the_same_town() -> None:
    assert town_map() == town_map()
    assert town_map() != town_map(seed=7)


def test_everything_in_the_file_says_that_it_is_synthetic() -> None:
    text = town_map().decode()
    ways, relations = text.count("<way "), text.count("<relation ")
    assert text.count('<tag k="source" v="synthetic"/>') == ways + relations + text.count('v="traffic_signals"')
    assert 'generator="Machikado, synthetic"' in text
    assert "Synthetic roads" in re.findall("<note>(.*)</note>", text)[0]


def test_it_is_read_without_a_remark_and_is_sound(roads: Roads) -> None:
    assert roads.graph.remarks == ()
    assert graph_problems(roads.graph) == []
    assert len(roads.graph.bans) >= 10


def test_it_has_what_a_town_has(network: Network) -> None:
    tags = [way.tags for way in network.ways]
    assert {each["ref"] for each in tags if "ref" in each} == {"19", "20", "153"}
    assert 2_000 < len(tags) < 6_000
    assert sum("oneway" in each and each["highway"] == "residential" for each in tags) > 20
    assert {"steps", "footway", "motorway", "secondary", "tertiary", "service"} <= {each["highway"] for each in tags}
    assert sum(each.get("junction") == "roundabout" for each in tags) >= 2
    assert {"private"} == {each["access"] for each in tags if "access" in each}
    assert len(network.node_tags) >= 10


@pytest.mark.parametrize("moment", [AUTUMN, WINTER])
def test_every_road_but_the_motorway_is_on_the_main_island(roads: Roads, moment: datetime) -> None:
    metric = customise(roads, FREE, moment)
    outside = np.flatnonzero(~islands(metric).main).tolist()
    closed = [arc for arc in outside if "motor_vehicle:conditional" in roads.graph.tags(arc)]
    assert bool(closed) == (moment == WINTER)
    others = [roads.graph.tags(arc) for arc in outside if arc not in closed]
    assert {tags.get("name") for tags in others} <= OUT
    assert {tags["highway"] for tags in others if "name" not in tags} <= {"motorway_link"}


def test_all_places_are_reached_from_all_others_by_car_and_on_foot(network: Network, roads: Roads) -> None:
    for metric in (customise(roads, FREE, AUTUMN), customise(prepare(network, WALK), ON_FOOT, AUTUMN)):
        _, stops = stops_at_places(metric)
        assert (matrix(metric, stops, stops) < UNREACHABLE).all()
        assert (stops.off_cm < 45_000).all()


def test_times_are_plausible(roads: Roads) -> None:
    free, peak, snow = (customise(roads, profile, AUTUMN) for profile in (FREE, PEAK, SNOW))
    # 4 km as the crow flies; 23 km down the valley
    assert 6 <= minutes(free, "塩尻駅", "広丘駅") <= 12
    assert 28 <= minutes(free, "塩尻駅", "奈良井駅") <= 45
    assert minutes(free, "塩尻駅", "広丘駅") < minutes(peak, "塩尻駅", "広丘駅")
    assert minutes(free, "塩尻駅", "広丘駅") < minutes(snow, "塩尻駅", "広丘駅")


def test_in_winter_one_drives_round_the_hills(roads: Roads) -> None:
    summit = Point(*on_earth(7600.0, 1100.0))
    stops = {m: snap(roads.graph, [summit, Point(*on_earth(6255.0, -1869.0))]) for m in (AUTUMN, WINTER)}
    found = {m: matrix(customise(roads, FREE, m), stops[m], stops[m])[1, 0] for m in stops}
    assert found[AUTUMN] < UNREACHABLE
    assert found[WINTER] == UNREACHABLE


def test_the_driver_gets_a_list(roads: Roads) -> None:
    metric = customise(roads, FREE, AUTUMN)
    names, stops = stops_at_places(metric)
    ends = names.index("塩尻駅"), names.index("広丘駅")
    way = route(metric, stops, *ends)
    assert way is not None
    assert route_problems(metric, stops, ends, way) == []
    assert [way.turns[0].code, way.turns[-1].code] == ["depart", "arrive"]
    assert len(way.turns) < 25
    assert any(turn.junction for turn in way.turns) or any(turn.road for turn in way.turns)
