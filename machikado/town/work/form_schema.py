"""Which JSON Schemas (2020-12) can be a form: flat objects of named fields; others get a sentence with the place."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError

from machikado.town.common.errors import Cannot
from machikado.town.common.unreadable import UNREADABLE
from machikado.town.work.patterns import PATTERN_LENGTH, fault_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"
BYTES = 100_000
FIELDS = 60
NAME_LENGTH = 40
TYPES = frozenset({"string", "integer", "number", "boolean"})
NORMALISERS = frozenset({"digits", "none", "kana", "name"})

_NOTES = frozenset({"title", "description", "$comment", "examples"})
_ROOT = _NOTES | {"$schema", "$id", "type", "properties", "required", "additionalProperties"}
_FIELD = _NOTES | {"type", "enum", "pattern", "minLength", "maxLength", "format", "minimum", "maximum"}
_OURS = frozenset({"x-unit", "x-hint", "x-kana", "x-normalise", "x-snippet", "x-labels"})


class CannotUseSchema(Cannot):
    """A text that cannot be the form of a job; `place` says where in it."""

    sentences = {
        "not_json": _("This is not JSON (line %(line)s, column %(column)s). Please upload a JSON Schema file."),
        "not_text": _("This file is not UTF-8 text. Please upload a JSON Schema file."),
        "unreadable": _("The schema contains a character that cannot be stored: NUL or a lone surrogate (%(place)s)."),
        "twice": _("“%(name)s” stands twice in the same object. Please keep one of them."),
        "too_big": _("This schema is larger than 100 KB. Please make a smaller form."),
        "too_deep": _("This schema is nested too deeply. A form is a flat list of fields."),
        "not_object": _("A schema must be an object with “type”: “object” and “properties” (%(place)s)."),
        "dialect": _("Only JSON Schema 2020-12 can be used here (%(place)s)."),
        "reference": _("References (“$ref”) cannot be used, neither to other places nor to other files (%(place)s)."),
        "invalid": _("This is not a valid JSON Schema: %(reason)s (%(place)s)."),
        "no_fields": _("The form has no field. Please write at least one under “properties”."),
        "too_many_fields": _("A form can have at most 60 fields. Please split the work into two jobs."),
        "name": _(
            "“%(name)s” cannot name a field: letters, digits and _ only, at most 40, not a digit first (%(place)s)."
        ),
        "nested": _(
            "Objects and lists inside a form cannot be used. Please make one field for each value (%(place)s)."
        ),
        "type": _("A field must be a string, an integer, a number, a boolean or an enum (%(place)s)."),
        "keyword": _("“%(name)s” cannot be used in a form (%(place)s)."),
        "required_unknown": _("“%(name)s” is required but is not a field of the form (%(place)s)."),
        "format": _("The only format that can be used is “date” (%(place)s)."),
        "enum": _("An enum needs at least two different texts or whole numbers (%(place)s)."),
        "labels": _("“x-labels” must give one text for each value of the enum (%(place)s)."),
        "pattern_long": _("A pattern can have at most 200 characters (%(place)s)."),
        "pattern_broken": _("This pattern is not a regular expression (%(place)s)."),
        "pattern_slow": _(
            "This pattern could take very long on some texts. Please use fewer * and +, not inside each other, "
            "start it with ^, or give “maxLength” (%(place)s)."
        ),
        "extension": _("The value of “%(name)s” cannot be used (%(place)s)."),
    }


def checked_schema(body: str | bytes | Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema if it can be a form. Raises CannotUseSchema with the place of the first fault."""
    schema = _parsed(body)
    if not isinstance(schema, dict):
        raise CannotUseSchema("not_object", place="$")
    _look_through(schema, "$")
    if schema.get("$schema", DIALECT) != DIALECT:
        raise CannotUseSchema("dialect", place="$.$schema")
    if schema.get("type") != "object" or not isinstance(schema.get("properties"), dict):
        raise CannotUseSchema("not_object", place="$")
    try:
        Draft202012Validator.check_schema(schema, format_checker=FormatChecker(formats=()))
    except SchemaError as error:
        raise CannotUseSchema("invalid", reason=error.message[:120], place=error.json_path) from error
    _check_root(schema)
    for name, field in schema["properties"].items():
        _check_field(name, field)
    return schema


def canonical_digest(schema: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the schema's canonical text. The order of the fields counts, as it does in the form."""
    text = json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _parsed(body: str | bytes | Mapping[str, Any]) -> Any:
    """Parse text strictly: UTF-8, no doubled keys, no NaN."""
    if isinstance(body, Mapping):
        body = json.dumps(body, ensure_ascii=False)
    if len(body) > BYTES:
        raise CannotUseSchema("too_big")
    try:
        text = body.decode("utf-8-sig") if isinstance(body, bytes) else body.removeprefix("\ufeff")
        return json.loads(text, object_pairs_hook=_without_doubles, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise CannotUseSchema("not_text") from error
    except json.JSONDecodeError as error:
        raise CannotUseSchema("not_json", line=error.lineno, column=error.colno) from error
    except RecursionError as error:
        raise CannotUseSchema("too_deep") from error


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object, refusing a key that no database keeps, and one that stands twice: one would be lost."""
    made: dict[str, Any] = {}
    for name, value in pairs:
        if UNREADABLE.search(name):
            raise CannotUseSchema("unreadable", place="$")
        if name in made:
            raise CannotUseSchema("twice", name=name[:NAME_LENGTH])
        made[name] = value
    return made


def _no_constant(name: str) -> None:
    """Refuse NaN and Infinity, which JSON does not know."""
    raise CannotUseSchema("invalid", reason=name, place="$")


def _look_through(node: Any, place: str, depth: int = 0) -> None:
    """Refuse texts that no database keeps, and every kind of reference before anything could follow it."""
    if depth > 20:
        raise CannotUseSchema("too_deep")
    if isinstance(node, str) and UNREADABLE.search(node):
        raise CannotUseSchema("unreadable", place=place)
    if isinstance(node, dict):
        for name, value in node.items():
            if name in {"$ref", "$dynamicRef", "$recursiveRef"}:
                raise CannotUseSchema("reference", place=f"{place}.{name}")
            _look_through(value, f"{place}.{name}", depth + 1)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            _look_through(value, f"{place}[{index}]", depth + 1)


def _check_root(schema: Mapping[str, Any]) -> None:
    """Refuse what the form as a whole cannot have."""
    for word in schema.keys() - _ROOT:
        raise CannotUseSchema("keyword", name=word, place="$")
    if schema.get("additionalProperties", False) is not False:
        raise CannotUseSchema("keyword", name="additionalProperties", place="$")
    if not schema["properties"]:
        raise CannotUseSchema("no_fields")
    if len(schema["properties"]) > FIELDS:
        raise CannotUseSchema("too_many_fields")
    for name in schema.get("required", []):
        if name not in schema["properties"]:
            raise CannotUseSchema("required_unknown", name=name, place="$.required")


def _check_field(name: str, field: Any) -> None:
    """Refuse a field that a form cannot draw or check."""
    place = f"$.properties.{name}"
    if not name.isidentifier() or len(name) > NAME_LENGTH:
        raise CannotUseSchema("name", name=name[:NAME_LENGTH], place="$.properties")
    if not isinstance(field, dict):
        raise CannotUseSchema("type", place=place)
    kind = field.get("type")
    if kind is not None and not isinstance(kind, str):
        raise CannotUseSchema("type", place=place)
    if kind in {"object", "array"} or field.keys() & {"properties", "items", "prefixItems"}:
        raise CannotUseSchema("nested", place=place)
    if kind not in TYPES and not (kind is None and "enum" in field):
        raise CannotUseSchema("type", place=place)
    for word in field.keys() - _FIELD - _OURS:
        raise CannotUseSchema("keyword", name=word, place=place)
    if "format" in field and field["format"] != "date":
        raise CannotUseSchema("format", place=place)
    _check_enum(field, place)
    _check_pattern(field, place)
    _check_ours(field, place)


def _check_enum(field: Mapping[str, Any], place: str) -> None:
    """An enum is two or more different texts or whole numbers, with labels that fit."""
    values = field.get("enum")
    if values is None:
        return
    whole = all((isinstance(value, str) and value) or type(value) is int for value in values)
    if not whole or len(values) < 2 or len({str(value) for value in values}) < len(values):
        raise CannotUseSchema("enum", place=place)
    wanted = {"string": str, "integer": int, "number": int}.get(field.get("type", ""))
    if field.get("type") == "boolean" or (wanted and any(not isinstance(value, wanted) for value in values)):
        raise CannotUseSchema("enum", place=place)
    labels = field.get("x-labels")
    if isinstance(labels, dict):
        labels = [labels.get(str(value)) for value in values] if len(labels) == len(values) else ()
    if labels is not None and (
        not isinstance(labels, list)
        or len(labels) != len(values)
        or not all(isinstance(text, str) and text for text in labels)
    ):
        raise CannotUseSchema("labels", place=place)


def _check_pattern(field: Mapping[str, Any], place: str) -> None:
    """A client's pattern runs on our machine: it must be short, sound and quick on every text."""
    pattern = field.get("pattern")
    if pattern is None:
        return
    if len(pattern) > PATTERN_LENGTH:
        raise CannotUseSchema("pattern_long", place=f"{place}.pattern")
    if fault := fault_of(pattern, field.get("maxLength")):
        raise CannotUseSchema(fault, place=f"{place}.pattern")


def _check_ours(field: Mapping[str, Any], place: str) -> None:
    """Our own words (x-…) have values of their own."""
    sound: dict[str, Callable[[Any], bool]] = {
        "x-unit": lambda value: isinstance(value, str) and len(value) <= 20,
        "x-hint": lambda value: isinstance(value, str) and len(value) <= 300,
        "x-kana": lambda value: isinstance(value, bool),
        "x-normalise": lambda value: isinstance(value, str) and value in NORMALISERS,
        "x-snippet": is_snippet,
        "x-labels": lambda value: "enum" in field,
    }
    for name in field.keys() & _OURS:
        if not sound[name](field[name]):
            raise CannotUseSchema("extension", name=name, place=place)


def is_snippet(value: Any) -> bool:
    """Whether this is [x, y, width, height] in per-mille and lies inside the image."""
    if not isinstance(value, list) or len(value) != 4 or any(type(part) is not int for part in value):
        return False
    x, y, width, height = value
    return bool(x >= 0 <= y and width > 0 < height and x + width <= 1000 >= y + height)


def is_date(text: str) -> bool:
    """Whether `text` is a day in the form 2026-11-23."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
