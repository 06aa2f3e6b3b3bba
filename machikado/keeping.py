"""Backup and restore: database and stored files in one archive, taken while the town goes on."""

import gzip
import io
import json
import os
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection
from rich.console import Console
from rich.progress import track

from machikado.town.common import diary
from machikado.town.common.errors import Cannot

DATABASE = "database"
MANIFEST = "manifest.json"  # {"head": [seq, hash]}: the sealed end of the diary, all of which the backup holds


class CannotKeep(Cannot):
    """A backup or restore that was refused."""

    sentences = {  # the command line speaks English
        "exists": "%(file)s exists already. Choose another name; a backup is never overwritten.",
        "inhabited": "A town already lives here. Restore into an empty MACHIKADO_HOME and an empty database.",
        "foreign": "%(file)s is no backup of Machikado, or a part of it is missing. Nothing was changed.",
        "not_this_database": "%(file)s was made with another kind of database. Restore it into that kind.",
        "no_such_file": "%(file)s cannot be read: %(reason)s.",
        "no_place": "%(file)s cannot be written: there is no such folder, or it is not yours to write into.",
        "program": "%(program)s did not succeed. What it said stands above; is it of the server's version?",
    }


def backup(file: Path, *, console: Console) -> None:
    """Write `file` (.tar.gz). Files go in after the database: a row never misses its bytes.

    Raises CannotKeep if `file` exists.
    """
    if file.exists():
        raise CannotKeep("exists", file=file)
    if not os.access(file.parent, os.W_OK):
        raise CannotKeep("no_place", file=file)
    part, head = file.with_name(file.name + ".part"), diary.head()
    with tempfile.TemporaryDirectory() as folder, tarfile.open(part, "w:gz", compresslevel=3) as archive:
        _add_manifest(archive, head)
        copy = Path(folder) / DATABASE
        _copy_database(copy)
        archive.add(copy, arcname=DATABASE)
        # A name of 64 letters is a whole file; `incoming` holds uploads that come and go at this moment.
        stored = sorted((settings.MACHIKADO_HOME / "files").glob("??/??/" + "?" * 64))
        for path in track(stored, description="files", console=console):
            archive.add(path, arcname=str(path.relative_to(settings.MACHIKADO_HOME)))
    os.replace(part, file)
    console.print(f"Backup of the database and {len(stored)} files in {file}")
    console.print(f"The diary's head: {head[0]}:{head[1]}", soft_wrap=True, highlight=False)


def restore(file: Path, *, console: Console) -> None:
    """Bring `file` back. Raises CannotKeep where a town already lives or the archive is not one of ours."""
    if "people_town" in connection.introspection.table_names():
        raise CannotKeep("inhabited")
    settings.MACHIKADO_HOME.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        with _opened(file) as archive:
            archive.extractall(folder, filter="data")
        copy = Path(folder) / DATABASE
        if not copy.is_file():
            raise CannotKeep("foreign", file=file)
        if _is_sqlite(copy) != (connection.vendor == "sqlite"):
            raise CannotKeep("not_this_database", file=file)
        connection.close()
        _bring_database(copy)
        _bring_files(Path(folder) / "files")
    console.print("Restored. Run `machikado check --backup` with this file before you open the doors.")


def head_of(file: Path) -> tuple[int, str]:
    """Return the sealed end of the diary, `(seq, hash)`, at the moment of a backup. Raises CannotKeep."""
    with _opened(file) as archive:
        try:
            manifest = archive.extractfile(MANIFEST)
            seq, sealed = json.load(manifest or io.BytesIO())["head"]
            return int(seq), str(sealed)
        except (KeyError, TypeError, ValueError) as error:
            raise CannotKeep("foreign", file=file) from error


@contextmanager
def _opened(file: Path) -> Iterator[tarfile.TarFile]:
    """Open an archive; whatever is wrong with it while it is read becomes a sentence."""
    try:
        with tarfile.open(file, "r:gz") as archive:
            yield archive
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise CannotKeep("foreign", file=file) from error
    except OSError as error:
        raise CannotKeep("no_such_file", file=file, reason=error.strerror) from error


def _add_manifest(archive: tarfile.TarFile, head: tuple[int, str]) -> None:
    """Write what the archive says of itself, as its first member."""
    body = json.dumps({"head": head}).encode()
    about = tarfile.TarInfo(MANIFEST)
    about.size = len(body)
    archive.addfile(about, io.BytesIO(body))


def _is_sqlite(copy: Path) -> bool:
    with copy.open("rb") as opened:
        return opened.read(16) == b"SQLite format 3\0"


def _bring_files(source: Path) -> None:
    for path in source.rglob("*"):
        if path.is_file():
            target = settings.MACHIKADO_HOME / "files" / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())


def _copy_database(copy: Path) -> None:
    if connection.vendor == "sqlite":
        with sqlite3.connect(connection.settings_dict["NAME"]) as source, sqlite3.connect(copy) as target:
            source.backup(target)
    else:
        _postgres("pg_dump", "--format=custom", f"--file={copy}")


def _bring_database(copy: Path) -> None:
    if connection.vendor == "sqlite":
        with sqlite3.connect(copy) as source, sqlite3.connect(connection.settings_dict["NAME"]) as target:
            source.backup(target)
    else:
        _postgres(
            "pg_restore", "--no-owner", "--exit-on-error", f"--dbname={connection.settings_dict['NAME']}", str(copy)
        )


def _postgres(program: str, *words: str) -> None:
    """Run one of PostgreSQL's own programs; the password goes by the environment, never by the command line."""
    facts = connection.settings_dict
    environment = {
        **os.environ,
        "PGHOST": str(facts["HOST"]),
        "PGPORT": str(facts["PORT"]),
        "PGUSER": str(facts["USER"]),
        "PGPASSWORD": str(facts["PASSWORD"]),
        "PGDATABASE": str(facts["NAME"]),
    }
    try:
        subprocess.run([program, *words], check=True, env={k: v for k, v in environment.items() if v})  # noqa: S603
    except (OSError, subprocess.CalledProcessError) as error:
        raise CannotKeep("program", program=program) from error
