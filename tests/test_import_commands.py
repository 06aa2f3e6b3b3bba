"""From the command line: a map of roads, a table of stops and a timetable come in."""

from typer.testing import CliRunner

from machikado.cli import app
from machikado.town.ride.models import Stop
from machikado.town.ride.tests.makings import SOUTH, an_area, osm
from machikado.town.transit.models import Timetable
from machikado.town.transit.tests.makings import a_feed, changed


def test_from_the_command_line_a_map_and_a_table_of_stops(db, tmp_path):
    an_area()
    town, table = tmp_path / "town.osm", tmp_path / "stops.csv"
    town.write_bytes(osm())
    table.write_text(f"ID,名称,緯度,経度\n1,塩尻駅,{SOUTH},137.945\n2,袋小路,36.1255,137.93997\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["import", "stops", str(table)])
    assert done.exit_code == 0, done.output
    assert "2 new" in done.output
    done = CliRunner().invoke(app, ["import", "roads", str(town)])
    assert done.exit_code == 0, done.output
    assert "Version 1: 2 ways" in done.output
    assert "Not to be reached: 2 袋小路" in done.output
    broken = tmp_path / "broken.osm"
    broken.write_bytes(osm()[:-20])
    done = CliRunner().invoke(app, ["import", "roads", str(broken)])
    assert done.exit_code == 1
    assert "The reader says:" in done.output
    done = CliRunner().invoke(app, ["import", "roads", str(tmp_path / "none.osm")])
    assert done.exit_code == 2
    assert "does not exist" in done.output
    table.write_text(f"ID,名称,緯度,経度\n3,さかさま,137.945,{SOUTH}\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["import", "stops", str(table)])
    assert done.exit_code == 1
    assert "line 2:" in done.output
    assert Stop.objects.count() == 2


def test_from_the_command_line_a_timetable(cast, tmp_path):
    feed = tmp_path / "trains.zip"
    feed.write_bytes(a_feed())
    done = CliRunner().invoke(app, ["import", "timetable", str(feed), "--look"])
    assert done.exit_code == 0, done.output
    assert "見本鉄道, version 1: 3 stops, 1 lines, 3 runs" in done.output
    assert not Timetable.objects.get().is_in_use
    CliRunner().invoke(app, ["import", "timetable", str(feed)])
    assert Timetable.objects.get().is_in_use
    feed.write_bytes(changed("calendar", "20261101", "1 Nov"))
    done = CliRunner().invoke(app, ["import", "timetable", str(feed)])
    assert done.exit_code == 1
    assert "calendar.txt, line 2:" in done.output
