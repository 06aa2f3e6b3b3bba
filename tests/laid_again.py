"""Lays rows that were made once in this process again as they were: cheaper by far than to make them anew."""

import pickle
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

from django.db import connection, transaction

Made = TypeVar("Made")


class LaidAgain(Generic[Made]):
    """What `make` writes into a database and returns. Each call of `lay` gives a copy that belongs to the caller alone.

    The tables that `make` fills may hold other rows before, which are no part of it and which it leaves as they are.
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
        before = {table: set(map(str, rows)) for table, rows in all_rows()}
        returned = pickle.dumps(self._make())
        for table, rows in all_rows():
            if new := [row for row in rows if str(row) not in before[table]]:
                self._rows[table] = new
        self._returned = returned


def all_rows() -> Iterator[tuple[str, Sequence[Any]]]:
    """Each table with its rows: PostgreSQL's as texts of JSON, SQLite's as the driver reads them."""
    with connection.cursor() as cursor:
        for table in map(connection.ops.quote_name, connection.introspection.table_names(cursor)):
            if connection.vendor == "postgresql":
                cursor.execute(f"SELECT to_jsonb({table})::text FROM {table}")
                yield table, [text for (text,) in cursor.fetchall()]
            else:
                cursor.execute(f"SELECT * FROM {table}")
                yield table, cursor.fetchall()


def _write(table: str, rows: Sequence[Any]) -> None:
    """Write rows that `all_rows` read."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            into = f"INSERT INTO {table} SELECT * FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)"
            cursor.execute(into, [f"[{','.join(rows)}]"])
        else:
            places = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
