"""A form is drawn, filled in and checked field by field."""

import pytest
from django.utils import translation

from machikado.town.work.form import FormKind
from machikado.town.work.kinds import Choice, Snippet
from machikado.town.work.models import Task

KIND = FormKind()
SCHEMA = {
    "type": "object",
    "properties": {
        "code": {
            "type": "string",
            "title": "番号",
            "pattern": "^[0-9]{3}$",
            "x-hint": "3けたの数字",
            "x-normalise": "digits",
        },
        "name": {"type": "string", "minLength": 2, "maxLength": 5},
        "count": {"type": "integer", "minimum": 1, "maximum": 99, "x-unit": "枚"},
        "day": {"type": "string", "format": "date", "x-snippet": [0, 100, 500, 50]},
        "kind": {"enum": ["a", "b"], "x-labels": {"a": "あり", "b": "なし"}},
        "paid": {"type": "boolean"},
    },
    "required": ["code", "count"],
}
GOOD = {"code": "123", "name": "滝澤", "count": 5, "day": "2026-11-23", "kind": "a", "paid": True}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def test_fields_come_in_order_with_what_a_page_needs():
    fields = {field.name: field for field in KIND.fields(SCHEMA)}
    assert list(fields) == KIND.columns(SCHEMA) == ["code", "name", "count", "day", "kind", "paid"]
    assert [field.kind for field in fields.values()] == ["text", "text", "integer", "date", "choice", "yes_no"]
    assert fields["code"].label == "番号"
    assert fields["code"].required
    assert not fields["name"].required
    assert fields["code"].inputmode == "numeric"
    assert fields["count"].unit == "枚"
    assert fields["kind"].choices == (Choice("a", "あり"), Choice("b", "なし"))
    assert fields["day"].snippet == Snippet(0, 100, 500, 50)


def test_a_sound_answer_has_no_faults():
    assert KIND.check(SCHEMA, GOOD, []) == {}
    assert KIND.check(SCHEMA, {"code": "123", "count": "５"}, []) == {}


@pytest.mark.parametrize(
    ("field", "value", "part"),
    [
        ("code", "", "Please fill in “番号”"),
        ("code", "12a", "3けたの数字"),
        ("code", "1" * 500, "at most 400 characters (now 500)"),
        ("name", "a", "at least 2"),
        ("name", "abcdef", "at most 5 characters (now 6)"),
        ("count", "many", "whole number"),
        ("count", "1.5", "whole number"),
        ("count", 0, "1 or more"),
        ("count", 100, "99 or less"),
        ("day", "2026-02-30", "like 2026-11-23"),
        ("kind", "c", "choose one"),
        ("paid", "maybe", "yes or no"),
    ],
)
def test_each_fault_has_one_sentence_at_its_field(field, value, part):
    found = KIND.check(SCHEMA, {**GOOD, field: value}, [])
    assert list(found) == [field]
    assert part in found[field]


def test_an_unreadable_field_needs_no_value():
    assert KIND.check(SCHEMA, {"count": 1}, ["code"]) == {}
    assert KIND.check(SCHEMA, {"count": 1, "code": "x"}, ["code"]) == {}


def test_foreign_fields_and_blanks_fall_away():
    assert KIND.read(SCHEMA, {"code": " 123 ", "name": "", "evil": "<script>"}) == {"code": "123"}


def test_script_stays_the_text_that_it_is():
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    assert KIND.read(schema, {"a": "<script>alert(1)</script>"}) == {"a": "<script>alert(1)</script>"}


def test_a_result_is_exported_as_texts():
    task = Task(result={"code": "012", "count": 5, "paid": False, "name": None})
    assert KIND.export(SCHEMA, task) == ["012", "", "5", "", "", "false"]


def test_answers_that_mean_the_same_are_equal():
    one = KIND.normalise(SCHEMA, {"code": "１２３", "count": "０5", "day": "R8.11.23", "paid": "はい"})
    assert one == KIND.normalise(SCHEMA, {"code": "123", "count": 5, "day": "2026-11-23", "paid": True})
    assert one == {"code": "123", "count": "5", "day": "2026-11-23", "paid": "yes"}
