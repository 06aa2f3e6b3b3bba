"""From the command line: the bus goes out as a feed."""

from typer.testing import CliRunner

from machikado.cli import app
from machikado.town.ride.tests.riding import a_riding_town
from machikado.town.transit.tests import reading


def test_from_the_command_line_a_feed(cast, tmp_path):
    refused = CliRunner().invoke(app, ["export", "gtfs", str(tmp_path / "town.zip")])
    assert refused.exit_code == 1
    assert not (tmp_path / "town.zip").exists()
    a_riding_town(cast)
    done = CliRunner().invoke(app, ["export", "gtfs", str(tmp_path / "town.zip")])
    assert done.exit_code == 0, done.output
    assert "stops.txt: 4" in done.output
    assert reading.unknown_keys(reading.read((tmp_path / "town.zip").read_bytes())) == []
