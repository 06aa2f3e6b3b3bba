"""A database of its own for tests in which several threads or processes work."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connections


def _copy_sqlite(path: Path) -> str:
    original = connections["default"]
    original.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        original.connection.backup(copy)
    return str(path)


def _copy_postgresql() -> str:
    original = connections["default"]
    name = f"{original.settings_dict['NAME']}_own"
    original.close()
    with original._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{original.settings_dict["NAME"]}"')
    return name


def _url(facts: dict) -> str:
    if facts["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{facts['NAME']}"
    user, password, host = (quote(facts[key] or "", safe="") for key in ("USER", "PASSWORD", "HOST"))
    port = f":{facts['PORT']}" if facts["PORT"] else ""
    return f"postgresql://{user}:{password}@{host}{port}/{facts['NAME']}"


@contextmanager
def _copied(path: Path) -> Iterator[str]:
    original, facts = connections["default"], connections.settings["default"]
    name = facts["NAME"]
    on_postgresql = original.vendor == "postgresql"
    facts["NAME"] = _copy_postgresql() if on_postgresql else _copy_sqlite(path)
    connections["default"] = connections.create_connection("default")
    try:
        yield _url(facts)
    finally:
        connections["default"].close()
        own, facts["NAME"] = facts["NAME"], name
        connections["default"] = original
        if on_postgresql:
            with original._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{own}" WITH (FORCE)')


@pytest.fixture
def copy_of_the_database(transactional_db, tmp_path) -> Callable[[], AbstractContextManager[str]]:
    """`with copy_of_the_database():` works on a copy of the test database as it stands then."""
    return lambda: _copied(tmp_path / "copy.sqlite3")


@pytest.fixture
def own_database(transactional_db, tmp_path) -> Iterator[str]:
    """A copy of the empty test database: a file or a PostgreSQL database that others can open by this DATABASE_URL."""
    with _copied(tmp_path / "own.sqlite3") as url:
        yield url
