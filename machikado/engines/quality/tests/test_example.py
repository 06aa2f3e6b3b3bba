"""The example that the README points to runs and says what a reader expects."""

import runpy
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[4] / "examples" / "agree_on_answers.py"


def test_the_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(EXAMPLE), run_name="__main__")
    told = capsys.readouterr().out
    assert "form 1: agreed\n" in told
    assert "form 2: agreed, worker 2 differs\n" in told
    assert "form 3: disputed\n" in told
    assert "agreed at first: 1 of 3" in told
