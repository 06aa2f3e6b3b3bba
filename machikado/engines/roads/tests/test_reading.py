"""What files say: formats, broken files, borders of extracts, tags of access, direction and speed."""

import gzip
import json
from datetime import date, datetime

import numpy as np
import pytest

from machikado.engines.roads import prepare, read, snap
from machikado.engines.roads.build import build
from machikado.engines.roads.conditions import clauses, holds
from machikado.engines.roads.soundness import graph_problems
from machikado.engines.roads.speeds import STATUTORY, legal_kmh, statutory
from machikado.engines.roads.tags import BUS, DRIVE, WALK, access, runs, signed_kmh
from machikado.engines.roads.tests.maps import MONDAY, Paper, at
from machikado.engines.roads.words import Access, CannotPlace, CannotRead, Kind, Point
from tests import public_data

LINE = Paper({"A": (0, 0), "B": (4, 0), "C": (4, 4)}, [("AB", {"name": "桔梗ヶ原通り"}), ("BC", {})])


def geojson(*features: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def feature(coordinates: object, kind: str = "LineString", **properties: object) -> dict[str, object]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": {"highway": "primary", **properties}, "geometry": geometry}


def test_plain_and_packed_xml_say_the_same() -> None:
    plain, packed = LINE.network(), read(gzip.compress(LINE.xml()), Kind.XML_GZ)
    assert plain.ways == packed.ways
    assert [way.osm_id for way in plain.ways] == [100, 101]
    assert plain.ways[0].tags == {"highway": "tertiary", "name": "桔梗ヶ原通り"}


@pytest.mark.parametrize(
    ("data", "kind", "sentence"),
    [
        (b"", Kind.PBF, "The file is empty."),
        (b"hello", Kind.PBF, "broken or no osm.pbf"),
        (b"hello", Kind.XML, "does not end as an osm file does"),
        (LINE.xml()[:-5], Kind.XML, "does not end as an osm file does"),
        (LINE.xml().replace(b"<nd", b"<<"), Kind.XML, "XML parsing error"),
        (gzip.compress(LINE.xml())[:200], Kind.XML_GZ, "broken or no osm.gz"),
        (b"hello", Kind.XML_BZ2, "broken or no osm.bz2"),
        (LINE.xml().replace(b'lat="36.1000000"', b'lat="NaN"', 1), Kind.XML, "wrong format for coordinate"),
        (b'<osm version="0.6"></osm>', Kind.XML, "There is no road in the file."),
        (LINE.xml().replace(b"<nd ", b"<xx "), Kind.XML, "Unknown element in <way>: xx"),
        (LINE.xml().replace(b'k="highway"', b'k="waterway"'), Kind.XML, "There is no road in the file."),
        (LINE.xml().replace(b'id="101"', b'id="100"'), Kind.XML, "Way 100 stands in the file 2 times."),
        (b"{", Kind.GEOJSON, "no JSON"),
        (b"\xff\xfe\x00", Kind.GEOJSON, "no JSON"),
        (b"[]", Kind.GEOJSON, "no GeoJSON FeatureCollection"),
        (geojson(), Kind.GEOJSON, "no line has the property"),
        (geojson(feature([])), Kind.GEOJSON, "Feature 1 has no coordinates."),
        (geojson(feature(None)), Kind.GEOJSON, "Feature 1 has no coordinates."),
        (geojson(feature([[1], [2]])), Kind.GEOJSON, "a position that is none"),
        (geojson(feature([[137.9, float("nan")], [137.8, 36.0]])), Kind.GEOJSON, "a position that is none"),
        (geojson(feature([[137.9, 96.0], [137.8, 36.0]])), Kind.GEOJSON, "a position that is none"),
        (geojson(feature([[137.9, "x"], [137.8, 36.0]])), Kind.GEOJSON, "a position that is none"),
        (geojson({"properties": []}), Kind.GEOJSON, "no properties"),
        (geojson(feature([["137.9", 36.1]])), Kind.GEOJSON, "There is no road"),
    ],
)
def test_a_broken_file_is_refused_with_a_sentence(data: bytes, kind: Kind, sentence: str) -> None:
    with pytest.raises(CannotRead, match=sentence):
        read(data, kind)


def test_a_map_without_roads_for_the_mode_is_refused() -> None:
    footpath = Paper({"A": (0, 0), "B": (4, 0)}, [("AB", {"highway": "footway"})]).network()
    with pytest.raises(CannotRead, match="may be used by drive"):
        prepare(footpath)
    assert prepare(footpath, WALK).graph.arcs == 2


def test_geojson_joins_where_positions_are_equal() -> None:
    lines = [feature([[137.9, 36.1], [137.91, 36.1]]), feature([[137.91, 36.1], [137.92, 36.1]], maxspeed=40)]
    network = read(geojson(*lines, feature([[[137.9, 36.1], [137.9, 36.2]]], "MultiLineString")), Kind.GEOJSON)
    graph = build(network)
    assert (graph.junctions, graph.arcs) == (4, 6)
    assert network.ways[1].tags["maxspeed"] == "40"
    assert graph_problems(graph) == []


def test_roads_are_cut_where_the_extract_ends() -> None:
    # Node 2 (B) is missing from the file: of A-B-C nothing is left of A-B, B-C; a way A-C-B keeps A-C.
    paper = Paper({"A": (0, 0), "B": (4, 0), "C": (4, 4)}, [("ACB", {}), ("BC", {})])
    cut = b"\n".join(line for line in paper.xml().split(b"\n") if b'<node id="2"' not in line)
    cut = cut.replace(b"</node>\n</node>", b"</node>")
    network = read(cut, Kind.XML)
    assert [way.nodes for way in network.ways] == [(0, 1)]
    assert [remark.code for remark in network.remarks] == ["node_missing", "node_missing"]


def test_a_node_without_a_position_is_missing() -> None:
    xml = LINE.xml().replace(b'lat="36.1000000"', b"", 1)
    assert [remark.element for remark in read(xml, Kind.XML).remarks] == ["way 100"]


@pytest.mark.parametrize("name", ["andorra", "Helsinki"])
def test_a_truncated_pbf_is_refused(name: str) -> None:
    data = public_data.path(f"dispatch/osm/{name}.osm.pbf").read_bytes()
    for length in (3, 40, len(data) // 3, len(data) // 2, len(data) - 1):
        with pytest.raises(CannotRead, match="broken or no osm"):
            read(data[:length], Kind.PBF)


@pytest.mark.parametrize(
    ("tags", "by_car", "by_bus", "on_foot"),
    [
        ({"highway": "residential"}, "OPEN", "OPEN", "OPEN"),
        ({"highway": "motorway"}, "OPEN", "OPEN", "CLOSED"),
        ({"highway": "trunk", "motorroad": "yes"}, "OPEN", "OPEN", "CLOSED"),
        ({"highway": "footway"}, "CLOSED", "CLOSED", "OPEN"),
        ({"highway": "footway", "access": "yes"}, "CLOSED", "CLOSED", "OPEN"),
        ({"highway": "pedestrian", "bus": "yes"}, "CLOSED", "OPEN", "OPEN"),
        ({"highway": "track"}, "CLOSED", "CLOSED", "OPEN"),
        ({"highway": "track", "motor_vehicle": "yes"}, "OPEN", "OPEN", "OPEN"),
        ({"highway": "service", "access": "private"}, "CLOSED", "CLOSED", "CLOSED"),
        ({"highway": "service", "access": "private", "motor_vehicle": "destination"}, "ZONE", "ZONE", "CLOSED"),
        ({"highway": "tertiary", "access": "no", "foot": "yes"}, "CLOSED", "CLOSED", "OPEN"),
        ({"highway": "tertiary", "vehicle": "no", "psv": "yes"}, "CLOSED", "OPEN", "OPEN"),
        ({"highway": "tertiary", "access": "unheard of"}, "OPEN", "OPEN", "OPEN"),
        ({"highway": "busway"}, "CLOSED", "OPEN", "CLOSED"),
        ({"highway": "service", "area": "yes"}, "CLOSED", "CLOSED", "CLOSED"),
        ({"highway": "construction"}, "CLOSED", "CLOSED", "CLOSED"),
    ],
)
def test_who_may_use_a_road(tags: dict[str, str], by_car: str, by_bus: str, on_foot: str) -> None:
    assert [access(tags, mode, True, None).name for mode in (DRIVE, BUS, WALK)] == [by_car, by_bus, on_foot]


def test_access_may_differ_by_direction() -> None:
    tags = {"highway": "tertiary", "motor_vehicle:backward": "no"}
    assert [access(tags, DRIVE, forward, None) for forward in (True, False)] == [Access.OPEN, Access.CLOSED]


@pytest.mark.parametrize(
    ("tags", "forward", "backward"),
    [
        ({}, True, True),
        ({"oneway": "yes"}, True, False),
        ({"oneway": "1"}, True, False),
        ({"oneway": "-1"}, False, True),
        ({"oneway": "no"}, True, True),
        ({"oneway": "reversible"}, False, False),
        ({"junction": "roundabout"}, True, False),
        ({"highway": "motorway"}, True, False),
        ({"highway": "motorway", "oneway": "no"}, True, True),
        ({"highway": "motorway_link"}, True, True),
        ({"oneway": "yes", "oneway:psv": "no"}, True, False),
    ],
)
def test_the_direction_of_a_road(tags: dict[str, str], forward: bool, backward: bool) -> None:
    assert [runs(tags, DRIVE, each, None) for each in (True, False)] == [forward, backward]
    both = tags.get("oneway:psv") == "no" or (forward and backward)
    assert [runs(tags, BUS, each, None) for each in (True, False)] == ([True, True] if both else [forward, backward])
    assert all(runs({"oneway": "yes"}, WALK, each, None) for each in (True, False))


@pytest.mark.parametrize(
    ("said", "kmh"),
    [("40", 40), ("30 km/h", 30), ("20 mph", 32), ("walk", 6), ("none", None), ("JP:urban", None), ("0", None)],
)
def test_the_speed_on_the_sign(said: str, kmh: int | None) -> None:
    assert signed_kmh({"maxspeed": said}, True, MONDAY) == kmh


def test_the_sign_of_a_direction_and_of_the_night_come_first() -> None:
    tags = {"maxspeed": "50", "maxspeed:backward": "40", "maxspeed:conditional": "30 @ (22:00-05:00)"}
    night = datetime(2026, 11, 23, 23)
    assert [signed_kmh(tags, forward, MONDAY) for forward in (True, False)] == [50, 40]
    assert signed_kmh(tags, True, night) == 30


@pytest.mark.parametrize(
    ("tags", "before", "since"),
    [
        ({"highway": "motorway"}, 100, 100),
        ({"highway": "motorway_link"}, 60, 60),
        ({"highway": "trunk"}, 60, 60),
        ({"highway": "trunk", "motorroad": "yes", "lanes": "1"}, 60, 60),
        ({"highway": "tertiary"}, 60, 60),
        ({"highway": "tertiary", "lane_markings": "no"}, 60, 30),
        ({"highway": "tertiary", "lanes": "1"}, 60, 30),
        ({"highway": "residential"}, 60, 30),
        ({"highway": "residential", "lanes": "2"}, 60, 60),
        ({"highway": "unclassified"}, 60, 30),
        ({"highway": "service"}, 60, 30),
    ],
)
def test_the_statutory_speed_before_and_since_september_2026(tags: dict[str, str], before: int, since: int) -> None:
    assert legal_kmh(tags, date(2026, 8, 31)) == before
    assert legal_kmh(tags, date(2026, 9, 1)) == since


def test_every_statutory_row_has_its_source_and_none_is_older() -> None:
    assert all("施行令" in row.source for row in STATUTORY)
    with pytest.raises(ValueError, match="no statutory speed"):
        statutory(date(1950, 1, 1))


@pytest.mark.parametrize(
    ("condition", "moment", "expected"),
    [
        ("Dec-Mar", datetime(2026, 12, 1), True),
        ("Dec-Mar", datetime(2027, 3, 31, 23, 59), True),
        ("Dec-Mar", datetime(2026, 11, 30), False),
        ("Nov 15-Apr 20", datetime(2027, 4, 20, 12), True),
        ("Nov 15 - Apr 20", datetime(2027, 4, 21), False),
        ("Aug 13-16", datetime(2026, 8, 16), True),
        ("Aug 13-16", datetime(2026, 8, 17), False),
        ("2026 Oct 1-2026 Dec 20", datetime(2026, 11, 1), True),
        ("2026 Oct 1-2026 Dec 20", datetime(2027, 11, 1), False),
        ("Mo-Fr 07:00-09:00", datetime(2026, 11, 23, 8, 59), True),
        ("Mo-Fr 07:00-09:00", datetime(2026, 11, 23, 9), False),
        ("Mo-Fr 07:00-09:00", datetime(2026, 11, 22, 8), False),
        ("Mo-Fr 07:00-09:00,15:00-17:00", datetime(2026, 11, 23, 16), True),
        ("Sa,Su", datetime(2026, 11, 22), True),
        ("Sa-Mo", datetime(2026, 11, 24), False),
        ("Fr 22:00-05:00", datetime(2026, 11, 28, 4), True),  # Saturday morning
        ("Fr 22:00-05:00", datetime(2026, 11, 27, 4), False),
        ("Mo 07:00-09:00; We 07:00-09:00", datetime(2026, 11, 25, 8), True),
        ("Dec-Mar Sa,Su 18:00-24:00", datetime(2026, 12, 5, 20), True),
        ("24/7", datetime(2026, 12, 5, 20), True),
        ("snow", datetime(2026, 12, 5), None),
        ("sunset-sunrise", datetime(2026, 12, 5), None),
        ("weight>3.5", datetime(2026, 12, 5), None),
        ("Dec-Mar; PH", datetime(2026, 12, 5), None),
    ],
)
def test_conditions(condition: str, moment: datetime, expected: bool | None) -> None:
    assert holds(condition, moment) is expected


def test_clauses_of_a_conditional_tag() -> None:
    text = "no @ (Mo-Fr 07:00-09:00; Sa 08:00-09:00); destination @ Su"
    assert [*clauses(text)] == [("no", "Mo-Fr 07:00-09:00; Sa 08:00-09:00"), ("destination", "Su")]
    assert [*clauses("no")] == []


def test_what_is_not_understood_is_remarked() -> None:
    ways = [("AB", {"access:conditional": "no @ snow", "maxspeed": "signals", "oneway": "reversible"}), ("BC", {})]
    paper = Paper({**LINE.places, "D": (8, 0)}, ways, [("0 B 1", {"restriction": "no_left_turn", "hour_on": "7"})])
    codes = {remark.code for remark in paper.roads(WALK).graph.remarks}
    assert codes == {"condition_not_understood", "speed_not_understood", "direction_not_known"}
    ways[0][1].pop("oneway")
    assert "times_not_understood" in {remark.code for remark in paper.roads().graph.remarks}


def test_a_restriction_that_hangs_in_the_air_is_remarked() -> None:
    paper = Paper(LINE.places, LINE.ways, [("0 A 1", {"restriction": "no_left_turn"})])
    assert [remark.code for remark in paper.roads().graph.remarks] == ["turn_not_kept"]


@pytest.mark.parametrize("lat", [float("nan"), float("inf"), 91.0])
def test_a_position_that_is_none_is_refused(lat: float) -> None:
    with pytest.raises(CannotPlace, match="Position 1 is none"):
        snap(LINE.roads().graph, [at(1, 0), Point(lat, 137.9)])


def test_a_position_far_from_every_road_is_refused() -> None:
    with pytest.raises(CannotPlace, match="Position 0 has no road within 1000 m"):
        snap(LINE.roads().graph, [at(30, 30)])


def test_lengths_are_those_of_the_ellipsoid() -> None:
    # One degree of latitude from 36° N is 110,959.8 m (GRS80 meridian arc, Vincenty 1975), of longitude 90,163 m.
    line = [[137.0, 36.0], [137.0, 37.0]]
    graph = build(read(geojson(feature(line), feature([[137.0, 36.0], [138.0, 36.0]])), Kind.GEOJSON))
    assert np.allclose(graph.length_cm[[0, 2]] / 100, [110_959.8, 90_163.0], rtol=2e-4)
