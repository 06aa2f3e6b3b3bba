"""A town is kept in one archive and brought back into an empty home."""

import os
import subprocess
import sys
import tarfile
from io import StringIO
from pathlib import Path

import pytest
from django.db import connection
from rich.console import Console

from machikado import keeping
from machikado.town.common import clock, files

MACHIKADO = str(Path(sys.executable).with_name("machikado"))


@pytest.fixture
def archive(transactional_db, cast, tmp_path):
    """A backup of the cast's town, with one stored file."""
    files.store(b"%PDF-1.4 paper", media_type="application/pdf", now=clock.real_now())
    kept = tmp_path / "town.tar.gz"
    keeping.backup(kept, console=Console(file=StringIO()))
    return kept


def run(home: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """The real command on another home, with a database of its own."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment["MACHIKADO_HOME"] = str(home)
    return subprocess.run([MACHIKADO, *words], env=environment, capture_output=True, text=True, timeout=120)


def test_a_backup_holds_the_database_and_every_file(archive):
    with tarfile.open(archive) as opened:
        names = opened.getnames()
    assert "database" in names
    assert len([name for name in names if name.startswith("files/")]) >= 1


def test_a_backup_is_never_overwritten(archive):
    with pytest.raises(keeping.CannotKeep):
        keeping.backup(archive, console=Console(file=StringIO()))


def test_a_town_comes_back_sound_and_is_not_written_over(archive, tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("The archive of a PostgreSQL town goes back into PostgreSQL: see the next test.")
    home = tmp_path / "home"
    back = run(home, "restore", str(archive))
    assert back.returncode == 0, back.stderr
    checked = run(home, "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "Sound" in checked.stdout
    again = run(home, "restore", str(archive))
    assert again.returncode != 0
    assert "already lives here" in again.stderr + again.stdout


def test_the_dump_of_a_postgresql_town_can_be_read(archive, tmp_path):
    if connection.vendor != "postgresql":
        pytest.skip("This is about PostgreSQL's own archive.")
    with tarfile.open(archive) as opened:
        opened.extract("database", tmp_path, filter="data")
    listed = subprocess.run(
        ["pg_restore", "--list", str(tmp_path / "database")], capture_output=True, text=True, timeout=60
    )
    assert listed.returncode == 0
    assert "people_town" in listed.stdout
