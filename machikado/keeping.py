"""Backup and restore: database and stored files in one archive, taken while the town goes on."""

import os
import sqlite3
import subprocess
import tarfile
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection
from rich.console import Console
from rich.progress import track

from machikado.town.common.errors import Cannot

DATABASE = "database"


class CannotKeep(Cannot):
    """A backup or restore that was refused."""

    sentences = {  # the command line speaks English
        "exists": "%(file)s exists already. Choose another name; a backup is never overwritten.",
        "inhabited": "A town already lives here. Restore into an empty MACHIKADO_HOME and an empty database.",
        "foreign": "%(file)s holds no database of Machikado.",
    }


def backup(file: Path, *, console: Console) -> None:
    """Write `file` (.tar.gz). Files go in after the database: a row never misses its bytes.

    Raises CannotKeep if `file` exists.
    """
    if file.exists():
        raise CannotKeep("exists", file=file)
    part = file.with_name(file.name + ".part")
    with tempfile.TemporaryDirectory() as folder, tarfile.open(part, "w:gz", compresslevel=3) as archive:
        copy = Path(folder) / DATABASE
        _copy_database(copy)
        archive.add(copy, arcname=DATABASE)
        # A name of 64 letters is a whole file; `incoming` holds uploads that come and go at this moment.
        stored = sorted((settings.MACHIKADO_HOME / "files").glob("??/??/" + "?" * 64))
        for path in track(stored, description="files", console=console):
            archive.add(path, arcname=str(path.relative_to(settings.MACHIKADO_HOME)))
    os.replace(part, file)
    console.print(f"Backup of the database and {len(stored)} files in {file}")


def restore(file: Path, *, console: Console) -> None:
    """Bring `file` back. Raises CannotKeep where a town already lives or the archive is not one of ours."""
    if "people_town" in connection.introspection.table_names():
        raise CannotKeep("inhabited")
    settings.MACHIKADO_HOME.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, tarfile.open(file, "r:gz") as archive:
        archive.extractall(folder, filter="data")
        copy = Path(folder) / DATABASE
        if not copy.exists():
            raise CannotKeep("foreign", file=file)
        connection.close()
        _bring_database(copy)
        _bring_files(Path(folder) / "files")
    console.print("Restored. Run `machikado check` before you open the doors.")


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
    subprocess.run([program, *words], check=True, env={k: v for k, v in environment.items() if v})  # noqa: S603
