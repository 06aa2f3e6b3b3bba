"""The rows of the table in which staff write a form, and the JSON Schema that they mean: there and back."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from machikado.town.work.form_schema import DIALECT, NAME_LENGTH

LONG = 120  # a text that may be longer is answered in a box of several lines
LONG_DEFAULT = 1000
# What the table says about a form as a whole; anything else at the root can be written in JSON Schema only.
_ROOT = frozenset({"$schema", "title", "type", "properties", "required", "additionalProperties"})


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of field: its name for people, what its schema always says, and which parts of a row it uses."""

    label: Any
    body: Mapping[str, Any]
    parts: frozenset[str]
    hint: Any = ""  # what the worker reads where staff write nothing, since the form is particular


_SIZED = frozenset({"least", "most"})
_WRITTEN = _SIZED | {"pattern"}
_MEASURED = _SIZED | {"unit"}
_NONE: frozenset[str] = frozenset()

KINDS: Mapping[str, Kind] = {
    "text": Kind(_("Text, one line"), {"type": "string"}, _WRITTEN | {"unit"}),
    "long": Kind(_("Text, several lines"), {"type": "string"}, _SIZED),
    "name": Kind(_("Name of a person"), {"type": "string", "x-normalise": "name"}, _WRITTEN),
    "kana": Kind(_("Katakana"), {"type": "string", "x-kana": True}, _WRITTEN),
    "integer": Kind(_("Whole number"), {"type": "integer"}, _MEASURED),
    "number": Kind(_("Number with a decimal point"), {"type": "number"}, _MEASURED),
    "digits": Kind(_("Document number (keeps leading zeros)"), {"type": "string", "x-normalise": "digits"}, _WRITTEN),
    "date": Kind(_("Day"), {"type": "string", "format": "date"}, _NONE, _("Write it like 2026-11-23.")),
    "choice": Kind(_("One of several answers"), {"type": "string"}, frozenset({"choices"})),
    "yes_no": Kind(_("Yes or no"), {"type": "boolean"}, _NONE),
    "postal": Kind(
        _("Postal code"),
        {"type": "string", "x-normalise": "digits", "pattern": "^[0-9]{3}-?[0-9]{4}$", "maxLength": 8},
        _NONE,
        _("Seven digits, like 399-0736."),
    ),
    "phone": Kind(
        _("Telephone number"),
        {
            "type": "string",
            "x-normalise": "digits",
            "pattern": "^0[0-9]{1,4}-?[0-9]{1,4}-?[0-9]{3,4}$",
            "maxLength": 13,
        },
        _NONE,
        _("From the first 0 on, like 0263-52-0280."),
    ),
}
# Read back, the kind that says most comes first; a plain text would fit nearly everything.
_MOST_TELLING = ("postal", "phone", "name", "kana", "date", "choice", "yes_no", "integer", "number", "digits", "long")
_READ_BACK = (*_MOST_TELLING, "text")


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field as staff write it; the parts hold what was typed, `choices` one answer in each line.

    `least` and `most` are numbers of characters for a text and values for a number; `key` is the name of the column
    and left empty follows from the label; `snippet` is the part of the image: left, top, width, height in per-mille.
    """

    label: str = ""
    kind: str = "text"
    required: bool = True
    unit: str = ""
    hint: str = ""
    choices: str = ""
    key: str = ""
    least: str = ""
    most: str = ""
    pattern: str = ""
    snippet: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written here."""
        return not any(
            getattr(self, part.name).strip() for part in fields(self) if part.name not in {"kind", "required"}
        )

    @property
    def parts(self) -> frozenset[str]:
        """The parts that its kind uses beside those that every field has."""
        return KINDS[self.kind].parts


def keys_of(rows: Sequence[FieldRow]) -> list[str]:
    """The name of each row's column: what was written, else made from the label; made ones give way to one another."""
    taken = {row.key for row in rows if row.key}
    keys = []
    for number, row in enumerate(rows, start=1):
        key = row.key or _free(_key_from(row.label) or f"field_{number}", taken)
        taken.add(key)
        keys.append(key)
    return keys


def _key_from(label: str) -> str:
    """The label without what no name of a field may hold; it stays Japanese, as the client's table is."""
    plain = unicodedata.normalize("NFKC", label)
    words = re.sub(r"_+", "_", "".join(sign if f"_{sign}".isidentifier() else "_" for sign in plain)).strip("_")
    key = words if words.isidentifier() else f"_{words}"
    return key[:NAME_LENGTH] if words else ""


def _free(key: str, taken: set[str]) -> str:
    """The key, or with the first number behind it that nobody has."""
    number, free = 1, key
    while free in taken:
        number += 1
        free = f"{key[: NAME_LENGTH - 3]}_{number}"
    return free


def schema_of(name: str, rows: Sequence[FieldRow]) -> dict[str, Any]:
    """The JSON Schema that sound rows mean (see `forms.fields`, which says what is wrong with others)."""
    keys = keys_of(rows)
    return {
        "$schema": DIALECT,
        "title": name,
        "type": "object",
        "properties": {key: _body(row) for key, row in zip(keys, rows, strict=True)},
        "required": [key for key, row in zip(keys, rows, strict=True) if row.required],
    }


def _body(row: FieldRow) -> dict[str, Any]:
    """The schema of one field."""
    kind = KINDS[row.kind]
    body = {**kind.body, "title": row.label.strip()}
    if hint := row.hint.strip() or str(kind.hint):
        body["x-hint"] = hint
    if row.snippet.strip():
        body["x-snippet"] = [int(part) for part in numbers_in(row.snippet)]
    if "unit" in kind.parts and row.unit.strip():
        body["x-unit"] = row.unit.strip()
    if "pattern" in kind.parts and row.pattern:
        body["pattern"] = row.pattern
    if "least" in kind.parts:
        body |= _limits(row)
    if "choices" in kind.parts:
        body |= _enum(row)
    return body


def _limits(row: FieldRow) -> dict[str, Any]:
    """The smallest and the largest: characters of a text, values of a number."""
    is_text = KINDS[row.kind].body["type"] == "string"
    words = ("minLength", "maxLength") if is_text else ("minimum", "maximum")
    most = row.most or (str(LONG_DEFAULT) if row.kind == "long" else "")
    typed = zip(words, (row.least, most), strict=True)
    return {word: number_in(text) for word, text in typed if text.strip()}


def number_in(text: str) -> int | float:
    """The number that was typed, also full-width and with commas. Raises ValueError."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    return int(plain) if re.fullmatch(r"[+-]?[0-9]+", plain) else _finite(plain)


def _finite(text: str) -> float:
    """A number with a decimal point; NaN, infinity and 1e9 are none that staff would mean."""
    if not re.fullmatch(r"[+-]?[0-9]+\.[0-9]+", text):
        raise ValueError(text)
    return float(text)


def numbers_in(text: str) -> list[str]:
    """The parts of “120 300 400 80”, whatever stands between them."""
    return re.split(r"[\s,、]+", unicodedata.normalize("NFKC", text).strip())


def choices_of(text: str) -> list[tuple[str, str]]:
    """Value and label of each answer: “1 = yes” keeps 1 and shows yes, a line without = is both."""
    pairs = []
    for line in text.splitlines():
        value, equals, label = unicodedata.normalize("NFC", line).replace("＝", "=").partition("=")
        if line.strip():
            pairs.append((value.strip(), label.strip() if equals else value.strip()))
    return pairs


def _enum(row: FieldRow) -> dict[str, Any]:
    """The answers to choose from, with labels where one differs from its value."""
    pairs = choices_of(row.choices)
    values, labels = [value for value, _label in pairs], [label for _value, label in pairs]
    return {"enum": values} if values == labels else {"enum": values, "x-labels": labels}


def rows_of(schema: Mapping[str, Any]) -> list[FieldRow] | None:
    """The rows that mean this sound schema, or None where the table cannot say all of it."""
    rows = [_row(schema, name) for name in schema["properties"]]
    whole = [row for row in rows if row is not None]
    return whole if len(whole) == len(rows) and not schema.keys() - _ROOT else None


def beyond_the_table(schema: Mapping[str, Any]) -> list[str]:
    """What keeps a schema out of the table: the fields by their labels, and words about the form as a whole."""
    names = [str(body.get("title") or name) for name, body in schema["properties"].items() if not _row(schema, name)]
    return [*names, *sorted(schema.keys() - _ROOT)]


def _row(schema: Mapping[str, Any], name: str) -> FieldRow | None:
    """The row that means this field, tried kind by kind and proved by writing it again."""
    body = _plain(name, schema["properties"][name])
    row = FieldRow(
        label=str(body["title"]),
        required=name in schema.get("required", []),
        unit=body.get("x-unit", ""),
        hint=body.get("x-hint", ""),
        choices="\n".join(_lines(body)),
        key=name,
        least=str(body.get("minLength", body.get("minimum", ""))),
        most=str(body.get("maxLength", body.get("maximum", ""))),
        pattern=body.get("pattern", ""),
        snippet=" ".join(str(part) for part in body.get("x-snippet", [])),
    )
    return next((found for kind in _READ_BACK if (found := _said(replace(row, kind=kind), body))), None)


def _said(row: FieldRow, body: Mapping[str, Any]) -> FieldRow | None:
    """The row, without what its kind says by itself, if it means this field and nothing else."""
    unused: dict[str, Any] = dict.fromkeys((_MEASURED | _WRITTEN | {"choices"}) - row.parts, "")
    kept = replace(row, **unused)
    if kept.kind == "long" and number_or(kept.most, 0) <= LONG:
        return None
    try:
        return kept if _body(kept) == body else None
    except ValueError:
        return None


def number_or(text: str, otherwise: int) -> int | float:
    """The number that was typed, or another where it is none."""
    try:
        return number_in(text)
    except ValueError:
        return otherwise


def _plain(name: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """The field in the words that the table uses where a schema may say the same in two ways."""
    plain = {**body, "title": body.get("title") or name}
    if "description" in plain and not plain.get("x-hint"):
        plain["x-hint"] = plain.pop("description")
    labels = plain.get("x-labels")
    if isinstance(labels, Mapping):
        plain["x-labels"] = [labels[str(value)] for value in plain["enum"]]
    return plain


def _lines(body: Mapping[str, Any]) -> Iterable[str]:
    """The answers of an enum, one in each line."""
    values = body.get("enum", [])
    for value, label in zip(values, body.get("x-labels", values), strict=True):
        yield str(value) if value == label else f"{value} = {label}"
