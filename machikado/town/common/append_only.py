"""Tables that only grow: triggers in the database refuse UPDATE, DELETE and TRUNCATE, whoever asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

_FUNCTION = "machikado_append_only"
_POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME; END $$
"""


def tables() -> list[str]:
    """Return the append-only tables, as listed in settings.APPEND_ONLY."""
    return [apps.get_model(label)._meta.db_table for label in settings.APPEND_ONLY]


def install() -> None:
    """Create whatever trigger is missing or altered. SQLite drops them silently whenever it rebuilds a table."""
    existing, standing = set(connection.introspection.table_names()), _found()
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL_FUNCTION)
        for name, (table, statement) in _wanted().items():
            if name not in standing and table in existing:
                cursor.execute(_drop(name, table))
                cursor.execute(statement)


def install_after_migrate(**_signal: Any) -> None:
    """Receive `post_migrate`."""
    install()


def missing_triggers() -> list[str]:
    """Return the names of triggers that are not there, are switched off or were altered; [] is sound."""
    found = _found()
    return sorted(name for name in _wanted() if name not in found)


def problems() -> list[str]:
    """Say which append-only table could be altered now."""
    return [f"trigger {name} is missing: its table could be altered" for name in missing_triggers()]


@contextmanager
def lifted() -> Iterator[None]:
    """Take the triggers away for a while. Only for the flush between tests."""
    with connection.cursor() as cursor:
        for name, (table, _) in _wanted().items():
            cursor.execute(_drop(name, table))
    try:
        yield
    finally:
        install()


def _wanted() -> dict[str, tuple[str, str]]:
    """Return trigger name → (table, statement that creates it)."""
    if connection.vendor == "postgresql":
        return {
            f"{table}_{verb.lower()}": (
                table,
                f'CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON "{table}" '
                f"FOR EACH {unit} EXECUTE FUNCTION {_FUNCTION}()",
            )
            for table in tables()
            for verb, unit in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT"))
        }
    return {
        f"{table}_{verb.lower()}": (
            table,
            f'CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON "{table}" '
            f"BEGIN SELECT RAISE(ABORT, 'table {table} is append-only'); END",
        )
        for table in tables()
        for verb in ("UPDATE", "DELETE")
    }


def _found() -> set[str]:
    """Return the names of the triggers that stand in the database and do what they should."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # 'O' fires in ordinary sessions, 'A' always; 'D' and 'R' are switched off here.
            cursor.execute(
                "SELECT t.tgname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
                "WHERE p.proname = %s AND t.tgenabled IN ('O', 'A') AND pg_table_is_visible(t.tgrelid)",
                [_FUNCTION],
            )
            return {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        standing = dict(cursor.fetchall())
    return {name for name, (_, statement) in _wanted().items() if standing.get(name) == statement}


def _drop(name: str, table: str) -> str:
    return f"DROP TRIGGER IF EXISTS {name}" + (f' ON "{table}"' if connection.vendor == "postgresql" else "")
