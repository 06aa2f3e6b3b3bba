"""A client's schema becomes a form, or a sentence with the place of its fault."""

import json
import re
import time

import pytest
from django.utils import translation

from machikado.town.work.form_schema import CannotUseSchema, canonical_digest, checked_schema
from machikado.town.work.patterns import fault_of
from machikado.town.work.tests.makings import SCHEMA


def form(**field):
    return {"type": "object", "properties": {"a": field}}


BAD = {
    "not json": ("{", "not_json"),
    "empty": ("", "not_json"),
    "an image": (b"\x89PNG\r\n\x1a\n\xff", "not_text"),
    "a list": ("[]", "not_object"),
    "a number": ("1", "not_object"),
    "true": ("true", "not_object"),
    "no properties": ({"type": "object"}, "not_object"),
    "wrong type at the top": ({"type": "array", "properties": {}}, "not_object"),
    "no field": ({"type": "object", "properties": {}}, "no_fields"),
    "another dialect": ({**form(type="string"), "$schema": "http://json-schema.org/draft-07/schema#"}, "dialect"),
    "a remote reference": (form(**{"$ref": "https://example.com/evil.json"}), "reference"),
    "a reference to a file": (form(**{"$ref": "file:///etc/passwd"}), "reference"),
    "a hidden reference": ({**form(type="string"), "$defs": {"x": {"$ref": "#"}}}, "reference"),
    "an invalid meta-schema": (form(type="strin"), "invalid"),
    "a negative length": (form(type="string", minLength=-1), "invalid"),
    "required is no list": ({**form(type="string"), "required": "a"}, "invalid"),
    "required is unknown": ({**form(type="string"), "required": ["b"]}, "required_unknown"),
    "a nested object": (form(type="object", properties={}), "nested"),
    "a list of items": (form(type="array", items={"type": "string"}), "nested"),
    "no type": (form(title="a"), "type"),
    "two types": (form(type=["string", "null"]), "type"),
    "a boolean schema": ({"type": "object", "properties": {"a": True}}, "type"),
    "an unknown word": (form(type="string", oneOf=[{"minLength": 1}]), "keyword"),
    "a default": (form(type="string", default="x"), "keyword"),
    "an unknown format": (form(type="string", format="email"), "format"),
    "script in a name": ({"type": "object", "properties": {"<script>": {"type": "string"}}}, "name"),
    "a name that is too long": ({"type": "object", "properties": {"a" * 41: {"type": "string"}}}, "name"),
    "an enum of one": (form(enum=["a"]), "enum"),
    "an enum of lists": (form(enum=[["a"], ["b"]]), "enum"),
    "an enum of the same texts": (form(enum=[1, "1"]), "enum"),
    "too few labels": (form(enum=["a", "b"], **{"x-labels": ["A"]}), "labels"),
    "labels of others": (form(enum=["a", "b"], **{"x-labels": {"a": "A", "c": "C"}}), "labels"),
    "a broken pattern": (form(type="string", pattern="["), "pattern_broken"),
    "a long pattern": (form(type="string", pattern="a" * 201), "pattern_long"),
    "a catastrophic pattern": (form(type="string", pattern="^(a+)+$"), "pattern_slow"),
    "a snippet outside": (form(type="string", **{"x-snippet": [900, 0, 200, 10]}), "extension"),
    "an unknown way to normalise": (form(type="string", **{"x-normalise": "magic"}), "extension"),
    "a key that stands twice": ('{"type": "object", "type": "object"}', "twice"),
    "a NUL in a text": (form(type="string", title="a\0"), "unreadable"),
    "half a character in an enum": (form(enum=["a", "\ud83d"]), "unreadable"),
    "a NUL in a name": (r'{"type": "object", "properties": {"a\u0000": {"type": "string"}}}', "unreadable"),
    "half a character in two names": (r'{"\ud83d": 1, "\ud83d": 2}', "unreadable"),
    "too many fields": (
        {"type": "object", "properties": {f"f{i}": {"type": "string"} for i in range(61)}},
        "too_many_fields",
    ),
    "too big": (" " * 100_001, "too_big"),
    "too deep": ("[" * 50_000, "too_deep"),
    "not a number": ('{"type": "object", "properties": {"a": {"type": "number", "minimum": NaN}}}', "invalid"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_schema_that_is_none(name):
    body, code = BAD[name]
    with pytest.raises(CannotUseSchema) as refused:
        checked_schema(body)
    assert refused.value.code == code
    for language in ("ja", "en"):
        with translation.override(language):
            assert "%(" not in refused.value.sentence


def test_the_place_is_named():
    with pytest.raises(CannotUseSchema) as refused:
        checked_schema({"type": "object", "properties": {"ok": {"type": "string"}, "bad": {"type": "object"}}})
    assert "$.properties.bad" in refused.value.sentence


def test_a_sound_schema_comes_back_as_it_was():
    assert checked_schema(json.dumps(SCHEMA)) == SCHEMA
    assert checked_schema("\ufeff" + json.dumps(SCHEMA)) == SCHEMA
    assert list(checked_schema(SCHEMA)["properties"]) == ["amount", "kana"]


def test_the_order_of_the_fields_counts_in_the_digest():
    turned = {**SCHEMA, "properties": dict(reversed(SCHEMA["properties"].items()))}
    assert canonical_digest(turned) != canonical_digest(SCHEMA)


@pytest.mark.parametrize(
    "pattern",
    [
        "^[0-9]{3}-[0-9]{4}$",
        "^0\\d{1,4}-\\d{1,4}-\\d{4}$",
        "^(AA|BB|CC)$",
        "^\\d{1,3}(,\\d{3})*$",
        "[A-Z]+",
        "^[ァ-ヶー 　]+$",
        "^.*円$",
    ],
)
def test_usual_patterns_are_quick(pattern):
    assert fault_of(pattern, None) == ""


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "^(a|a)*$",
        "^(a|aa)+$",
        "^(.*)*$",
        "^a*a*a*a*b$",
        "(x+x+)+y",
        "^(\\w+\\s?)*$",
        "(a)\\1",
        "(?=a)b",
        "^(a?){30}a{30}$",
        "([a-z]+)*=",
    ],
)
def test_patterns_that_could_run_for_ever_are_refused(pattern):
    assert fault_of(pattern, None) == "pattern_slow"


def test_a_short_field_may_have_more_repeats():
    assert fault_of("^[0-9]+-[0-9]+-[0-9]+$", None) == "pattern_slow"
    assert fault_of("^[0-9]+-[0-9]+-[0-9]+$", 13) == ""


def test_the_slowest_pattern_that_is_let_in_is_quick():
    assert fault_of("^a*a*b", None) == ""
    begin = time.perf_counter()
    assert re.search("^a*a*b", "a" * 400) is None
    assert time.perf_counter() - begin < 1
