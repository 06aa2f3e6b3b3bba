"""Lays rows that were made once in this process again as they were, in a tenth of the time that making them takes."""

import json
import pickle
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

from django.db import connection, transaction

Made = TypeVar("Made")


class LaidAgain(Generic[Made]):
    """What `make` writes into a database and returns. Each call of `lay` gives a copy that belongs to the caller alone.

    The tables that `make` fills may hold other rows before; those are no part of it.
    """

    def __init__(self, make: Callable[[], Made]) -> None:
        self._make = make
        self._returned: bytes | None = None
        self._rows: dict[str, Any] = {}

    def lay(self) -> Made:
        """Make it, or write its rows again with the ids that they had."""
        with transaction.atomic():
            if self._returned is None:
                self._remember()
            else:
                for table, rows in self._rows.items():
                    _write(table, rows)
        assert self._returned is not None  # remembered above
        made: Made = pickle.loads(self._returned)
        return made

    def _remember(self) -> None:
        before = {table: set(map(str, rows)) for table, rows in _all_rows()}
        returned = pickle.dumps(self._make())
        for table, rows in _all_rows():
            if new := [row for row in rows if str(row) not in before[table]]:
                self._rows[table] = new
        self._returned = returned


def _all_rows() -> Iterator[tuple[str, Sequence[Any]]]:
    """Each table with its rows: PostgreSQL's as JSON, SQLite's as the driver reads them."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            what = f"to_jsonb({_name(table)})" if connection.vendor == "postgresql" else "*"
            cursor.execute(f"SELECT {what} FROM {_name(table)}")
            yield table, [row[0] if connection.vendor == "postgresql" else row for row in cursor.fetchall()]


def _write(table: str, rows: Sequence[Any]) -> None:
    """Write rows that `_all_rows` read."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            texts = "[" + ",".join(row if isinstance(row, str) else json.dumps(row) for row in rows) + "]"
            into = f"INSERT INTO {_name(table)} SELECT * FROM jsonb_populate_recordset(NULL::{_name(table)}, %s::jsonb)"
            cursor.execute(into, [texts])
        else:
            places = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {_name(table)} VALUES ({places})", rows)


def _name(table: str) -> str:
    quoted: str = connection.ops.quote_name(table)
    return quoted
