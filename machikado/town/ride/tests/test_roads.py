"""A manager brings a map of roads in; the stops are put on its kerbs."""

import json
import re
from pathlib import Path

import pytest

from machikado.engines import roads as engine
from machikado.town.common import files
from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Event, StoredFile
from machikado.town.ride import bridge
from machikado.town.ride.actions import roads, stops
from machikado.town.ride.ground import CannotPlace, Spot
from machikado.town.ride.models import Kerb, RoadNetwork, Stop
from machikado.town.ride.queries import soundness
from machikado.town.ride.queries.roads import bad_kerbs, network_in_use
from machikado.town.ride.remarks import SENTENCES
from machikado.town.ride.road_facts import CannotReadRoads
from machikado.town.ride.tests.makings import NOON, SOUTH, WEST, a_stop, an_area, osm, stop_facts, with_roads
from tests.public_data import path

CODES = re.compile(r'Remark\(\s*"([a-z_]+)"')


def test_a_map_becomes_a_version_with_its_counts_its_file_and_its_drawing(db):
    network = with_roads()
    assert (network.number, network.nodes, network.ways, network.is_synthetic) == (1, 6, 2, True)
    assert network.file is not None
    assert files.path_of(network.sha256).read_bytes() == osm()
    assert network.drawing is not None
    drawn = json.loads(files.path_of(network.drawing.file.sha256).read_bytes())
    assert [feature["properties"] for feature in drawn["features"]] == [{"w": 1, "name": "四角通り"}, {"w": 1}]
    assert len(network.island_metres) > 1, "from the one-way lane in the north nobody comes back"
    assert (network.south, network.west) == (SOUTH, WEST)
    told = Event.objects.get(kind="ride.roads_imported")
    assert told.data["ways"] == 2
    assert soundness.problems() == []


def test_the_same_map_again_is_the_same_version_and_another_one_comes_into_use(db):
    first = with_roads()
    real = roads.bring_in(name="real.osm", data=osm(synthetic=False), by=SYSTEM, now=NOON)
    assert (real.number, real.is_synthetic) == (2, False)
    assert network_in_use() == real
    again = roads.bring_in(name="town.osm", data=osm(), by=SYSTEM, now=NOON.replace(hour=4))
    assert again == first
    assert network_in_use() == first
    assert RoadNetwork.objects.count() == 2


def test_a_stop_on_the_lane_of_no_return_is_listed_and_one_off_every_road_too(db):
    area = an_area()
    fine = a_stop(area, number="1")
    lost = a_stop(area, number="2", lat=36.125, lon=WEST - 0.00003)
    far = a_stop(area, number="3", lat=36.115, lon=137.945)
    network = with_roads()
    bad = bad_kerbs(network)
    assert list(bad.off) == [far]
    assert [kerb.stop for kerb in bad.unreachable] == [lost]
    assert Kerb.objects.get(stop=fine).is_reachable
    told = Event.objects.get(kind="ride.roads_imported").data
    assert (told["stops"], told["unreachable"], told["off"]) == (2, 1, 1)


def test_a_stop_lies_on_the_side_where_the_bus_drives_on_the_left(db):
    """North of the southern street one drives west, south of it east: along from the west end or from the east end."""
    area = an_area()
    with_roads()
    north = a_stop(area, number="1", lat=SOUTH + 0.00004)
    south = a_stop(area, number="2", lat=SOUTH - 0.00004)
    kerbs = {kerb.stop_id: kerb for kerb in Kerb.objects.all()}
    assert kerbs[north.pk].arc != kerbs[south.pk].arc
    assert kerbs[north.pk].on_left
    assert kerbs[south.pk].on_left
    assert kerbs[north.pk].off_cm == kerbs[south.pk].off_cm == pytest.approx(444, abs=3)


def test_a_stop_is_not_put_where_no_bus_can_stop(db):
    area = an_area()
    with_roads()
    with pytest.raises(CannotPlace) as refusal:
        stops.add(area=area, facts=stop_facts(lat=36.115, lon=137.945), by=SYSTEM, now=NOON)
    assert refusal.value.code == "no_road"
    assert not Stop.objects.exists()


def test_many_positions_come_out_as_each_alone_would(db):
    ready = bridge.ready_roads(with_roads(), NOON)
    spots = [Spot(SOUTH, 137.945), Spot(36.115, 137.945), Spot(35.0, 137.9), Spot(36.12, 137.942, 90)]
    first, second, third, fourth = bridge.on_kerbs(ready, spots)
    assert first == bridge.on_kerb(ready, spots[0])
    assert fourth == bridge.on_kerb(ready, spots[3])
    assert isinstance(second, CannotPlace)
    assert isinstance(third, CannotPlace)
    assert [second.code, third.code] == ["no_road", "off_map"]
    for spot, found in ((spots[1], second), (spots[2], third)):
        with pytest.raises(CannotPlace, match=found.code):
            bridge.on_kerb(ready, spot)


def test_one_bad_position_among_many_does_not_make_the_engine_ask_for_each(db, monkeypatch):
    """Of 64 one lies in a field: the halves of it are asked, 1 + 2 × 6 times, and not 64 times."""
    ready = bridge.ready_roads(with_roads(), NOON)
    spots = [Spot(SOUTH, 137.9405 + 0.0001 * number) for number in range(64)]
    spots[40] = Spot(36.13, 137.95)  # 1,112 m from every road, though the map reaches near
    calls: list[int] = []
    real = engine.snap

    def snap(graph, points):
        calls.append(len(points))
        return real(graph, points)

    monkeypatch.setattr(engine, "snap", snap)
    found = bridge.on_kerbs(ready, spots)
    assert [number for number, each in enumerate(found) if isinstance(each, CannotPlace)] == [40]
    assert len(calls) <= 13


def test_every_remark_of_the_engine_has_its_sentence():
    said = {code for file in Path(engine.__path__[0]).glob("*.py") for code in CODES.findall(file.read_text("utf-8"))}
    assert said == SENTENCES.keys()


def test_ways_on_foot_are_not_sent_to_the_map_of_a_page(db):
    path = b'<way id="3"><nd ref="1"/><nd ref="3"/><tag k="highway" v="footway"/></way></osm>'
    network = roads.bring_in(name="a.osm", data=osm().replace(b"</osm>", path), by=SYSTEM, now=NOON)
    assert network.drawing is not None
    drawn = json.loads(files.path_of(network.drawing.file.sha256).read_bytes())
    assert (network.ways, len(drawn["features"])) == (3, 2)


def test_a_map_is_prepared_once_for_its_import_and_whoever_asks_next(db, monkeypatch):
    calls: list[object] = []
    real = engine.prepare

    def prepare(network):
        calls.append(network)
        return real(network)

    monkeypatch.setattr(engine, "prepare", prepare)
    data = osm().replace("四角通り".encode(), "一度だけ".encode())
    network = roads.bring_in(name="once.osm", data=data, by=SYSTEM, now=NOON)
    bridge.ready_roads(network, NOON)
    assert len(calls) == 1


def test_a_map_that_is_too_large_is_refused_before_it_is_read(db, monkeypatch):
    monkeypatch.setattr(roads, "MOST_BYTES", 100)
    monkeypatch.setattr(bridge, "read", None)
    with pytest.raises(files.CannotStore, match="too_large"):
        roads.bring_in(name="town.osm", data=osm(), by=SYSTEM, now=NOON)
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("roads.txt", osm(), "ending"),
        ("roads.osm", b"", "broken"),
        ("roads.osm", osm()[:-20], "broken"),
        ("roads.osm.pbf", osm(), "broken"),
        ("roads.geojson", b"{}", "broken"),
    ],
)
def test_what_is_no_map_is_refused_and_nothing_is_kept(db, name, data, code):
    with pytest.raises(CannotReadRoads) as refusal:
        roads.bring_in(name=name, data=data, by=SYSTEM, now=NOON)
    assert refusal.value.code == code
    assert refusal.value.sentence
    assert not RoadNetwork.objects.exists()


def test_a_real_map_comes_in(db):
    """平泉町: 138 ways as OpenStreetMap has them."""
    (file,) = path("roads/hiraizumi").glob("*.geojson")
    network = roads.bring_in(name=file.name, data=file.read_bytes(), by=SYSTEM, now=NOON)
    assert network.ways >= 100
    assert not network.is_synthetic
