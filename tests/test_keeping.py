"""A town is kept in one archive and brought back into an empty home."""

import os
import sqlite3
import subprocess
import sys
import tarfile
from io import StringIO
from pathlib import Path

import pytest
from django.db import connection
from rich.console import Console

from machikado import keeping
from machikado.town.common import clock, diary, files

MACHIKADO = str(Path(sys.executable).with_name("machikado"))


@pytest.fixture
def archive(transactional_db, cast, tmp_path):
    """A backup of the cast's town, with one stored file."""
    files.store(b"%PDF-1.4 paper", media_type="application/pdf", now=clock.real_now())
    while diary.seal():
        pass
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


@pytest.mark.long
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


def cut_the_end_off(database: Path) -> None:
    """Take the last event with its seal out of a town's database, as somebody who knows it well would."""
    with sqlite3.connect(database) as opened:
        triggers = [sql for (sql,) in opened.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")]
        names = [name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        seq, event = opened.execute("SELECT seq, event_id FROM common_seal ORDER BY seq DESC LIMIT 1").fetchone()
        for name in names:
            opened.execute(f"DROP TRIGGER {name}")
        opened.execute("DELETE FROM common_seal WHERE seq = ?", [seq])
        opened.execute("DELETE FROM common_detail WHERE event_id = ?", [event])
        opened.execute("DELETE FROM common_event WHERE id = ?", [event])
        opened.execute("UPDATE common_reader SET seq = ? WHERE seq >= ?", [seq - 1, seq])
        for sql in triggers:
            opened.execute(sql)


@pytest.mark.long
def test_a_cut_end_is_found_by_the_head_of_a_backup_or_a_noted_one(archive, tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("The end is cut off in a file; for PostgreSQL common/tests/test_diary.py does it in place.")
    home = tmp_path / "home"
    assert run(home, "restore", str(archive)).returncode == 0
    sound = run(home, "check", "--backup", str(archive))
    assert sound.returncode == 0, sound.stdout + sound.stderr
    seq, sealed = keeping.head_of(archive)
    assert seq > 0
    assert f"{seq}:{sealed}" in sound.stdout
    cut_the_end_off(home / "town.sqlite3")
    assert run(home, "check").returncode == 0, "the chain alone cannot tell"
    for known in (["--backup", str(archive)], ["--head", f"{seq}:{sealed}"]):
        found = run(home, "check", *known)
        assert found.returncode == 1
        assert "cut off" in found.stdout
        assert "\n1 problem\n" in found.stdout


def test_a_head_that_is_none_is_refused(tmp_path):
    assert run(tmp_path, "check", "--head", "12").returncode == 2


def half_of_one(file: Path) -> None:
    with tarfile.open(file, "w:gz") as made:
        for name in ("manifest.json", "database"):
            (file.parent / name).write_bytes(os.urandom(50_000))
            made.add(file.parent / name, arcname=name)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


FOREIGN = {
    "no archive": lambda file: file.write_bytes(b"no tar at all"),
    "an empty file": lambda file: file.touch(),
    "half of one": half_of_one,
    "an archive of something else": lambda file: tarfile.open(file, "w:gz").close(),
    "no file": lambda file: None,
    "a folder": lambda file: file.mkdir(),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_what_is_no_backup_is_refused(tmp_path, monkeypatch, settings, what):
    settings.MACHIKADO_HOME = tmp_path / "home"
    monkeypatch.setattr(connection.introspection, "table_names", list)  # nobody lives here yet
    file = tmp_path / "given.tar.gz"
    FOREIGN[what](file)
    with pytest.raises(keeping.CannotKeep) as refused:
        keeping.restore(file, console=Console(file=StringIO()))
    assert "given.tar.gz" in refused.value.sentence
    with pytest.raises(keeping.CannotKeep) as refused:
        keeping.head_of(file)
    assert "given.tar.gz" in refused.value.sentence


def test_the_commands_refuse_what_is_no_backup_with_a_sentence(tmp_path):
    file, home = tmp_path / "given.tar.gz", tmp_path / "home"
    half_of_one(file)
    for words in (["restore", str(file)], ["check", "--backup", str(file)]):
        refused = run(home, *words)
        assert refused.returncode == 1, refused.stderr
        assert "given.tar.gz" in refused.stdout.replace("\n", "")
        assert "Traceback" not in refused.stderr


def test_a_backup_that_cannot_be_written_is_refused_with_a_sentence(db, tmp_path):
    with pytest.raises(keeping.CannotKeep) as refused:
        keeping.backup(tmp_path / "nowhere" / "town.tar.gz", console=Console(file=StringIO()))
    assert "nowhere" in refused.value.sentence


def test_the_backup_of_another_kind_of_database_is_refused(tmp_path):
    other = tmp_path / "other.tar.gz"
    (tmp_path / "database").write_bytes(b"PGDMP" + b" " * 100)
    with tarfile.open(other, "w:gz") as made:
        made.add(tmp_path / "database", arcname="database")
    refused = run(tmp_path / "home", "restore", str(other))
    assert "another kind" in refused.stdout
    assert refused.returncode == 1


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
