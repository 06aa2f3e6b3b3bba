"""`machikado bench dispatch` prints a line of JSON for each figure, writes solutions, and refuses unknown sets."""

import json
from pathlib import Path

from typer.testing import CliRunner

from machikado.cli import app

DARP = """1 2 480 3 30
0 0 0 0 0 0 1440
1 3 4 1 1 0 1440
2 6 8 1 -1 60 75
"""


def test_it_measures_the_instances_of_a_folder(tmp_path: Path):
    (tmp_path / "one.txt").write_text(DARP)
    command = [
        "bench",
        "dispatch",
        "--json",
        "--quick",
        "--set",
        "one",
        "--data",
        str(tmp_path),
        "--out",
        str(tmp_path),
    ]
    said = CliRunner().invoke(app, command)
    assert said.exit_code == 0, said.output
    lines = [json.loads(line) for line in said.stdout.splitlines()]
    # There and back is 5 + 5 + 10.
    assert (lines[0]["name"], lines[0]["value"], lines[0]["unit"]) == ("darp-a, 0.5 s: one", 20, "cost")
    assert json.loads((tmp_path / "one.json").read_text())["routes"] == [[1, 2]]


def test_what_it_does_not_know_is_refused(tmp_path: Path):
    said = CliRunner().invoke(app, ["bench", "dispatch", "--set", "nothing", "--data", str(tmp_path)])
    assert said.exit_code == 2
    assert "nothing" in said.output
