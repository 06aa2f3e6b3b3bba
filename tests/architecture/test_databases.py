"""Tests run on the database that DATABASE_URL names, and nothing is left out in silence."""

import os
import subprocess
import sys

import pytest
from django.db import DatabaseError, connection

from machikado.bench import postgres
from machikado.town.common.models import Seal
from tests import programs
from tests.postgres import main


@pytest.mark.smoke
@pytest.mark.django_db
def test_the_database_is_the_one_that_was_asked_for(request: pytest.FixtureRequest) -> None:
    asked = os.environ.get("DATABASE_URL", "sqlite:").split(":")[0]
    assert connection.vendor == {"sqlite": "sqlite", "postgres": "postgresql", "postgresql": "postgresql"}[asked]
    assert request.node.get_closest_marker("touches_database")


@pytest.mark.usefixtures("transactional_db")
def test_a_test_that_asks_by_fixture_is_marked_too(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("touches_database")


def test_a_test_without_database_is_not_run_twice(request: pytest.FixtureRequest) -> None:
    assert not request.node.get_closest_marker("touches_database")


@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize("time", ["first", "second"])
def test_what_cannot_be_emptied_is_empty_for_the_next_test(time: str) -> None:
    assert not Seal.objects.exists(), time
    Seal.objects.create(seq=1, event_id=1, hash="planted")
    with pytest.raises(DatabaseError, match="append-only"):
        Seal.objects.all().delete()


@pytest.mark.parametrize(("ci", "status"), [("true", 1), ("", 0)])
def test_without_postgresql_ci_fails_and_home_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ci: str, status: int
) -> None:
    monkeypatch.setattr(postgres, "programs", lambda: None)
    monkeypatch.setenv("CI", ci)
    assert main(["true"]) == status
    assert "SQLite only" in capsys.readouterr().out


def test_without_chromium_ci_fails_and_home_skips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no browser"):
        programs.do_without("no browser")
    monkeypatch.setenv("CI", "")
    with pytest.raises(pytest.skip.Exception, match="no browser"):
        programs.do_without("no browser")


def test_a_cluster_serves_one_command_and_is_gone() -> None:
    if postgres.programs() is None:
        programs.do_without("PostgreSQL's programs are not on this machine: its start and stop were not tried.")
    ask = "import os, psycopg; print(psycopg.connect(os.environ['DATABASE_URL']).execute('select 1+1').fetchone()[0])"
    with postgres.cluster(postgres.UNSAFE) as url:
        asked = [sys.executable, "-c", ask]
        done = subprocess.run(asked, env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True)
    assert done.stdout == "2\n", done.stderr
    again = subprocess.run(asked, env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True)
    assert again.returncode != 0
