"""Statements written out, for what every click asks: to have Django put them together costs more than the answer."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache, cached_property
from itertools import islice
from typing import Any, Generic, TypeVar

from django.db import connection, models

Made = TypeVar("Made", bound=models.Model)


def rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """What a statement gives back, as the driver reads it."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def changed(sql: str, *values: Any) -> int:
    """How many rows a statement changed."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        count: int = cursor.rowcount
    return count


def insert(row: models.Model) -> None:
    """Write one new row and give it its id. As with `bulk_create`, nobody is signalled."""
    fields, sql = _insertion(type(row))
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    ((row.pk,),) = rows(sql, *values)
    row._state.adding, row._state.db = False, connection.alias


def insert_many(new: Sequence[models.Model]) -> None:
    """Write new rows of one model and give them their ids, in order."""
    if len(new) == 1:
        insert(new[0])
    elif new:
        type(new[0])._default_manager.bulk_create(new, batch_size=500)


def write_many(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write many rows in the quickest way that each database has; ids are the database's and are not told."""
    names, table = ", ".join(map(connection.ops.quote_name, columns)), model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)  # noqa: S608  our own names


def moment(value: datetime) -> object:
    """A time, as this database takes it."""
    taken: object = connection.ops.adapt_datetimefield_value(value)
    return taken


def lock(clause: str) -> str:
    """The end of a SELECT that holds what it finds; nothing on SQLite, whose transaction holds the whole database."""
    return clause if connection.features.has_select_for_update else ""


class Columns(Generic[Made]):
    """What a statement reads of a model: the named columns, or all. The rest is read when somebody asks for it."""

    def __init__(self, model: type[Made], *names: str) -> None:
        self._model = model
        self._fields = [field for field in model._meta.concrete_fields if not names or field.attname in names]
        self._names = [field.attname for field in self._fields]
        table = model._meta.db_table
        self.sql = ", ".join(f'{table}."{field.column}"' for field in self._fields)

    def __str__(self) -> str:
        return self.sql

    def made(self, values: Iterator[Any]) -> Made:
        """The model's row, from the next values of a row of the statement."""
        own = list(islice(values, len(self._names)))
        for place, convert, column in self._converters:
            own[place] = convert(own[place], column, connection)
        return self._model.from_db(connection.alias, self._names, own)

    @cached_property
    def _converters(self) -> list[tuple[int, Any, Any]]:
        """What Django does to the values of this database: times of SQLite, JSON and the like."""
        columns = [field.get_col(self._model._meta.db_table) for field in self._fields]
        return [
            (place, convert, column)
            for place, column in enumerate(columns)
            for convert in (*connection.ops.get_db_converters(column), *column.get_db_converters(connection))
        ]


@cache
def _insertion(model: type[models.Model]) -> tuple[list[Any], str]:
    """The fields to be written and the statement. The database gives an automatic id."""
    meta = model._meta
    fields = [field for field in meta.concrete_fields if not isinstance(field, models.AutoField)]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join(["%s"] * len(fields))
    assert meta.pk is not None  # every table has one
    # All names are our own models'.
    return fields, f'INSERT INTO {meta.db_table} ({columns}) VALUES ({places}) RETURNING "{meta.pk.column}"'  # noqa: S608
