"""The rows of the table in which staff write a form, and the JSON Schema they mean: there and back."""

from dataclasses import fields
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from machikado.town.work.form import FormKind
from machikado.town.work.form_rows import (
    KINDS,
    FieldRow,
    beyond_the_table,
    choices_of,
    keys_of,
    rows_of,
    schema_of,
)
from machikado.town.work.form_schema import DIALECT, checked_schema
from machikado.town.work.forms.fields import faults_of
from machikado.town.work.tests.makings import SCHEMA


def test_a_form_worked_out_by_hand():
    """What a coordinator writes about a slip, and the schema that a programmer would have written for it."""
    rows = [
        FieldRow("金額（税込）", "integer", unit="円", least="0", most="1,000,000", key="amount"),
        FieldRow("支払", "choice", required=False, choices="genkin = 現金\n振込\n"),
        FieldRow("伝票番号", "digits", most="５", pattern="^[0-9]{5}$", hint="5けたです。", snippet="10 20 300 40"),
    ]
    assert schema_of("納品書", rows) == {
        "$schema": DIALECT,
        "title": "納品書",
        "type": "object",
        "properties": {
            "amount": {
                "type": "integer", "title": "金額（税込）", "x-unit": "円", "minimum": 0, "maximum": 1000000,
            },
            "支払": {"type": "string", "title": "支払", "enum": ["genkin", "振込"], "x-labels": ["現金", "振込"]},
            "伝票番号": {
                "type": "string", "x-normalise": "digits", "title": "伝票番号", "x-hint": "5けたです。",
                "pattern": "^[0-9]{5}$", "maxLength": 5, "x-snippet": [10, 20, 300, 40],
            },
        },
        "required": ["amount", "伝票番号"],
    }  # fmt: skip


def test_columns_follow_from_the_labels_and_give_way_to_one_another():
    labels = ["氏名", "金額（税込）", "１番目の数", "氏名", "※", "A B-C", "あ" * 60]
    rows = [*(FieldRow(label) for label in labels), FieldRow("x", key="氏名_2")]
    keys = keys_of(rows)
    assert keys == ["氏名", "金額_税込", "_1番目の数", "氏名_3", "field_5", "A_B_C", "あ" * 40, "氏名_2"]
    assert all(key.isidentifier() for key in keys)


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("postal", "３９９－０７３６", "399-0736"),
        ("phone", "0263-52-0280", "0263-52-0280"),
        ("date", "令和8年11月23日", "2026-11-23"),
        ("integer", "１，２００", 1200),
        ("number", "1.5", 1.5),
        ("yes_no", "はい", True),
        ("digits", "００７", "007"),
        ("kana", "カクタ", "カクタ"),
    ],
)
def test_what_workers_type_fits_the_kind(kind, typed, kept):
    schema = checked_schema(schema_of("x", [FieldRow("問い", kind, key="q")]))
    assert FormKind().check(schema, {"q": typed}, []) == {}
    assert FormKind().read(schema, {"q": typed}) == {"q": kept}


@pytest.mark.parametrize(("kind", "typed"), [("postal", "39-0736"), ("phone", "52-0280"), ("integer", "多い")])
def test_what_does_not_fit_is_a_sentence(kind, typed):
    schema = checked_schema(schema_of("x", [FieldRow("問い", kind, key="q")]))
    assert FormKind().check(schema, {"q": typed}, [])["q"]


@pytest.mark.parametrize(
    ("properties", "beyond"),
    [
        ({"n": {"type": "integer", "enum": [1, 2], "title": "番号"}}, ["番号"]),
        ({"a": {"type": "string", "$comment": "für uns"}}, ["a"]),
        ({"a": {"type": "string", "x-kana": True, "x-normalise": "name"}}, ["a"]),
        ({"a": {"type": "string", "enum": ["x=1", "y"]}}, ["a"]),
        ({"a": {"type": "string", "minLength": 1, "x-kana": False}}, ["a"]),
    ],
)
def test_what_the_table_cannot_say_is_named(properties, beyond):
    schema = checked_schema({"type": "object", "properties": {"gut": {"type": "string"}, **properties}})
    assert rows_of(schema) is None
    assert beyond_the_table(schema) == beyond


def test_what_a_schema_can_say_in_two_ways_is_one_in_the_table():
    schema = {
        "type": "object",
        "properties": {
            "a": {"type": "string", "description": "hint", "enum": ["x", "y"], "x-labels": {"x": "X", "y": "Y"}}
        },
        "additionalProperties": False,
    }
    rows = rows_of(checked_schema(schema))
    assert rows == [FieldRow("a", "choice", required=False, hint="hint", choices="x = X\ny = Y", key="a")]
    assert rows_of({**schema, "$id": "x"}) is None
    assert beyond_the_table({**schema, "$id": "x"}) == ["$id"]


def test_the_language_of_who_looks_changes_nothing():
    with override("ja"):
        schema = schema_of("x", [FieldRow("郵便番号", "postal"), FieldRow("日", "date")])
    with override("en"):
        rows = rows_of(schema)
        assert rows is not None
        assert [row.kind for row in rows] == ["postal", "date"]
        assert schema_of("x", rows) == schema


def test_choices_stand_one_in_a_line():
    assert choices_of("はい\n\n 0 ＝ いいえ \n") == [("はい", "はい"), ("0", "いいえ")]


@pytest.mark.parametrize(
    ("row", "part"),
    [
        (FieldRow("", hint="x"), "label"),
        (FieldRow("x", key="1st"), "key"),
        (FieldRow("x", key="a" * 41), "key"),
        (FieldRow("x", "choice", choices="one"), "choices"),
        (FieldRow("x", "choice", choices="a\na"), "choices"),
        (FieldRow("x", "choice", choices="a =\nb"), "choices"),
        (FieldRow("x", "integer", least="few"), "least"),
        (FieldRow("x", "integer", least="9", most="1"), "most"),
        (FieldRow("x", most="0"), "most"),
        (FieldRow("x", most="2.5"), "most"),
        (FieldRow("x", "number", most="nan"), "most"),
        (FieldRow("x", "long", most="20"), "most"),
        (FieldRow("x", pattern="("), "pattern"),
        (FieldRow("x", pattern="(a+)+$"), "pattern"),
        (FieldRow("x", pattern="a" * 201), "pattern"),
        (FieldRow("x", snippet="1 2 3"), "snippet"),
        (FieldRow("x", snippet="900 0 200 10"), "snippet"),
    ],
)
def test_what_cannot_stay_like_this_is_a_sentence_at_its_part(row, part):
    faults = faults_of(row)
    assert list(faults) == [part]
    assert "%(" not in str(faults[part])


def test_a_part_that_the_kind_does_not_use_is_not_looked_at():
    assert faults_of(FieldRow("x", "yes_no", choices="one", least="few", pattern="(")) == {}


texts = st.text(alphabet=st.sampled_from("aあ漢1（ー="), max_size=6).map(str.strip)
whole = st.integers(1, 400).map(str)
rows_typed = st.builds(
    FieldRow,
    label=texts,
    kind=st.sampled_from(sorted(KINDS)),
    required=st.booleans(),
    unit=texts,
    hint=texts,
    choices=st.lists(texts.filter(bool), max_size=4).map("\n".join),
    least=st.just("") | whole,
    most=st.just("") | whole,
    pattern=st.sampled_from(["", "^[0-9]{5}$"]),
)


@given(st.lists(rows_typed, min_size=1, max_size=5))
def test_whatever_is_sound_becomes_a_form_and_comes_back(typed):
    rows = [row for row in typed if not faults_of(row)]
    if not rows:
        return
    schema = checked_schema(schema_of("様式", rows))
    again = rows_of(schema)
    assert again is not None
    assert schema_of("様式", again) == schema
    assert [row.label for row in again] == [row.label for row in rows]


def test_a_row_is_empty_when_nothing_is_written_whatever_its_kind():
    assert FieldRow(kind="date", required=False).is_empty
    for part in {part.name for part in fields(FieldRow)} - {"kind", "required"}:
        written: dict[str, Any] = {part: "x"}
        assert not FieldRow(**written).is_empty


def test_the_form_of_other_tests_can_be_written_in_the_table():
    rows = rows_of(SCHEMA)
    assert rows is not None
    assert [(row.label, row.kind, row.unit) for row in rows] == [("金額", "integer", "円"), ("フリガナ", "kana", "")]
