"""Statements that are written out read and write just what Django's own would."""

from datetime import UTC, datetime

import pytest

from machikado.town.common import statements
from machikado.town.common.models import Event, Ticked, Unsealed
from machikado.town.common.statements import Columns

NOW = datetime(2026, 4, 1, 3, 0, 0, 123456, tzinfo=UTC)


def lit(code="L"):
    return Event(
        kind="test.lit", at=NOW, actor_kind="system", noun="lamp", code=code, visibility="staff", data={"灯": [1, None]}
    )


def read(columns):
    return [columns.made(iter(row)) for row in statements.rows(f"SELECT {columns} FROM common_event ORDER BY id")]


def test_a_written_row_reads_as_django_reads_it(db):
    row = lit()
    statements.insert(row)
    (written,) = Event.objects.all()
    (found,) = read(Columns(Event))
    for field in Event._meta.concrete_fields:
        own = getattr(row, field.attname)
        assert own == getattr(written, field.attname) == getattr(found, field.attname), field.attname
    assert found.at == NOW
    assert not row._state.adding
    assert not found.get_deferred_fields()


def test_columns_not_named_are_read_when_asked_for(db, django_assert_num_queries):
    statements.insert(lit("M"))
    with django_assert_num_queries(1):
        (found,) = read(Columns(Event, "id", "code"))
        assert found.code == "M"
    with django_assert_num_queries(1):
        assert found.at == NOW


@pytest.mark.parametrize("count", [0, 1, 3])
def test_many_rows_have_their_ids_in_order(db, count):
    new = [lit(f"N{number}") for number in range(count)]
    statements.insert_many(new)
    assert [row.pk for row in new] == list(Event.objects.order_by("code").values_list("pk", flat=True))


def test_a_row_with_a_key_of_its_own_keeps_it(db):
    statements.insert(Unsealed(event_id=7_000_000_000))
    assert Unsealed.objects.get().pk == 7_000_000_000


def test_a_moment_compares_with_what_django_wrote(db):
    Ticked.objects.create(name="lamp", at=NOW)
    since = "SELECT name FROM common_ticked WHERE at >= %s"
    assert statements.rows(since, statements.moment(NOW)) == [("lamp",)]
    assert statements.rows(since, statements.moment(NOW.replace(microsecond=123457))) == []
    assert statements.changed("UPDATE common_ticked SET name = 'l' WHERE name = %s", "lamp") == 1
    assert statements.changed("UPDATE common_ticked SET name = 'l' WHERE name = %s", "lamp") == 0
