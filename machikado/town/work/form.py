"""The kind of task `form`: a JSON Schema form beside its source, an image or some text."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from machikado.town.work.form_schema import is_date
from machikado.town.work.form_values import normal, read_value
from machikado.town.work.kinds import Choice, Field, Snippet
from machikado.town.work.models import Task
from machikado.town.work.patterns import INPUT_LENGTH

TEXT_LENGTH = 4000

_formats = FormatChecker(formats=())
_formats.checks("date")(lambda value: not isinstance(value, str) or is_date(value))


class FormKind:
    """A form of named fields, in the order of the schema's properties."""

    template = "work/kinds/form.html"

    def page(self, task: Task) -> Mapping[str, Any]:
        """Return the fields and the source: its texts in the table's order, and the use of its image or None."""
        return {
            "fields": self.fields(task.job.schema.body),
            "source": list(task.source.items()),
            "image": task.image,
            "procedure": task.job.procedure,
        }

    def fields(self, schema: Mapping[str, Any]) -> list[Field]:
        """Return the fields in the order in which they are answered."""
        required = schema.get("required", [])
        return [_field(name, body, name in required) for name, body in schema["properties"].items()]

    def read(self, schema: Mapping[str, Any], posted: Mapping[str, Any]) -> dict[str, Any]:
        """Turn what a page sent (texts) into an answer (typed values); blank and foreign fields fall away."""
        values = {name: read_value(body, posted.get(name)) for name, body in schema["properties"].items()}
        return {name: value for name, value in values.items() if value != ""}

    def check(self, schema: Mapping[str, Any], answer: Mapping[str, Any], unreadable: Sequence[str]) -> dict[str, str]:
        """Return a sentence for each field that cannot be handed in like this; {} is sound.

        A field marked 読めない needs no value, and none is looked at.
        """
        values = {name: value for name, value in self.read(schema, answer).items() if name not in unreadable}
        found = {name: sentence for name, value in values.items() if (sentence := _too_long(schema, name, value))}
        for name in schema.get("required", []):
            if name not in values and name not in unreadable:
                found[name] = _("Please fill in “%(label)s”.") % {"label": _label(schema, name)}
        for name, value in values.items():
            if name not in found and (error := _first_error(schema, name, value)):
                found[name] = _sentence(schema["properties"][name], error, _label(schema, name))
        return {name: found[name] for name in schema["properties"] if name in found}

    def normalise(self, schema: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, str]:
        """Return the form in which two answers that mean the same are equal, per answered field."""
        fields = schema["properties"]
        return {name: normal(fields[name], value) for name, value in self.read(schema, answer).items()}

    def columns(self, schema: Mapping[str, Any]) -> list[str]:
        """Return the names of the result's columns: those of the schema."""
        return list(schema["properties"])

    def export(self, schema: Mapping[str, Any], task: Task) -> list[str]:
        """Return a task's result, one text per column; an empty text where it could not be read or was left out."""
        return [_text((task.result or {}).get(name)) for name in schema["properties"]]


def _field(name: str, body: Mapping[str, Any], is_required: bool) -> Field:
    """One property as a field."""
    snippet = body.get("x-snippet")
    return Field(
        name=name,
        label=body.get("title") or name,
        kind=_kind(body),
        required=is_required,
        hint=body.get("x-hint") or body.get("description", ""),
        unit=body.get("x-unit", ""),
        pattern=body.get("pattern", ""),
        min_length=body.get("minLength"),
        max_length=body.get("maxLength"),
        minimum=body.get("minimum"),
        maximum=body.get("maximum"),
        choices=tuple(_choices(body)),
        kana=body.get("x-kana", False),
        normalise=body.get("x-normalise", ""),
        snippet=Snippet(*snippet) if snippet else None,
    )


def _kind(body: Mapping[str, Any]) -> str:
    """How the field is answered: text, date, integer, number, yes_no or choice."""
    if "enum" in body:
        return "choice"
    if body.get("format") == "date":
        return "date"
    return {"boolean": "yes_no", "string": "text"}.get(body["type"], str(body["type"]))


def _choices(body: Mapping[str, Any]) -> Iterator[Choice]:
    """The values of an enum with their labels; without labels a value speaks for itself."""
    values = body.get("enum", [])
    labels = body.get("x-labels", {})
    if isinstance(labels, list):
        labels = {str(value): label for value, label in zip(values, labels, strict=True)}
    for value in values:
        yield Choice(value=str(value), label=labels.get(str(value), str(value)))


def _label(schema: Mapping[str, Any], name: str) -> str:
    """How people call the field."""
    return str(schema["properties"][name].get("title") or name)


def _too_long(schema: Mapping[str, Any], name: str, value: Any) -> str:
    """Say that a text is too long, before any pattern looks at it."""
    field = schema["properties"][name]
    limit = min(field.get("maxLength", TEXT_LENGTH), INPUT_LENGTH if "pattern" in field else TEXT_LENGTH)
    if not isinstance(value, str) or len(value) <= limit:
        return ""
    return _("Please write at most %(limit)s characters (now %(length)s).") % {"limit": limit, "length": len(value)}


def _first_error(schema: Mapping[str, Any], name: str, value: Any) -> ValidationError | None:
    """The fault that a person should mend first: wrong type before wrong form before wrong size."""
    validator = Draft202012Validator(schema["properties"][name], format_checker=_formats)
    order = ["enum", "type", "format", "minLength", "maxLength", "pattern", "minimum", "maximum"]
    errors = sorted(validator.iter_errors(value), key=lambda error: order.index(str(error.validator)))
    return errors[0] if errors else None


def _sentence(field: Mapping[str, Any], error: ValidationError, label: str) -> str:
    """What is so and what to type, in one sentence."""
    sentences = {
        "enum": _("Please choose one of the answers for “%(label)s”."),
        "type": _type_sentence(field),
        "format": _("Please write a day like 2026-11-23."),
        "minLength": _("Please write at least %(wanted)s characters."),
        "maxLength": _("Please write at most %(wanted)s characters."),
        "pattern": _("“%(label)s” does not have the expected form. %(hint)s"),
        "minimum": _("Please enter %(wanted)s or more."),
        "maximum": _("Please enter %(wanted)s or less."),
    }
    hint = field.get("x-hint") or field.get("description", "")
    return (sentences[str(error.validator)] % {"label": label, "wanted": error.validator_value, "hint": hint}).strip()


def _type_sentence(field: Mapping[str, Any]) -> str:
    """What to type into a field of this type."""
    return {
        "integer": _("Please enter a whole number in digits, like 120."),
        "number": _("Please enter a number in digits, like 12.5."),
        "boolean": _("Please choose yes or no."),
    }.get(field.get("type", ""), _("Please write “%(label)s” as text."))


def _text(value: Any) -> str:
    """A value in a cell of a table."""
    if value is None:
        return ""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
