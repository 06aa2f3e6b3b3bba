"""`machikado demo` asks for its switch before it touches a database that may be a real town's."""

import pytest
from typer.testing import CliRunner

from demo.town import CannotBuild
from machikado import processes
from machikado.cli import app


def test_without_the_switch_nothing_is_touched(settings, monkeypatch):
    settings.MACHIKADO_DEMO = False
    monkeypatch.setattr(processes, "prepare_database", lambda: pytest.fail("the tables were changed"))
    ended = CliRunner().invoke(app, ["demo"])
    assert isinstance(ended.exception, CannotBuild)
    assert "MACHIKADO_DEMO=1" in ended.exception.sentence
