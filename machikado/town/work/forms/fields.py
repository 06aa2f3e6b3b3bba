"""The table in which staff write a form: one small form for each field, its faults in sentences."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields as parts_of
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from machikado.town.work.form_rows import (
    KINDS,
    LONG,
    LONG_DEFAULT,
    FieldRow,
    choices_of,
    number_in,
    number_or,
    numbers_in,
)
from machikado.town.work.form_schema import FIELDS, NAME_LENGTH, is_snippet
from machikado.town.work.forms.decision import plain
from machikado.town.work.patterns import PATTERN_LENGTH, fault_of

COUNT = "field_rows"
PARTS = tuple(part.name for part in parts_of(FieldRow))
MOST_ROWS = FIELDS + 10  # a little more than a form may have, so that nothing typed is lost before it is said
FINER = ("key", "least", "most", "pattern", "snippet")

PATTERN_FAULTS = {
    "pattern_long": _("A pattern can have at most 200 characters."),
    "pattern_broken": _("This pattern is not a regular expression."),
    "pattern_slow": _(
        "This pattern could take very long on some texts. Please begin it with ^, use fewer * and +, "
        "or write the most characters."
    ),
}


class FieldForm(forms.Form):
    """One field of the form that is being written."""

    use_required_attribute = False

    label = forms.CharField(label=_("Question, as the workers read it"), required=False, max_length=120)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[(name, kind.label) for name, kind in KINDS.items()]
    )
    required = forms.BooleanField(label=_("Must be answered"), required=False)
    hint = forms.CharField(label=_("Hint under the question"), required=False, max_length=300)
    unit = forms.CharField(label=_("Unit"), required=False, max_length=20)
    choices = forms.CharField(
        label=_("Answers, one in each line"),
        required=False,
        max_length=4000,
        help_text=_("“1 = Yes” shows “Yes” and writes 1 into the table."),
        widget=forms.Textarea({"rows": 4}),
    )
    key = forms.CharField(
        label=_("Name of the column"),
        required=False,
        help_text=_("If left empty, it is made from the question."),
        widget=forms.TextInput({"spellcheck": "false", "autocapitalize": "off"}),
    )
    least = forms.CharField(
        label=_("At least"), required=False, help_text=_("Number of characters, or smallest value.")
    )
    most = forms.CharField(label=_("At most"), required=False, help_text=_("Number of characters, or largest value."))
    pattern = forms.CharField(
        label=_("Pattern (regular expression)"),
        required=False,
        help_text=_("For example ^[A-Z][0-9]{4}$ for a letter and four digits. Explain it in the hint, too."),
        widget=forms.TextInput({"spellcheck": "false", "autocapitalize": "off"}),
    )
    snippet = forms.CharField(
        label=_("Part of the image"),
        required=False,
        help_text=_("Left, top, width, height in thousandths of the image, like 120 300 400 80."),
    )

    def __init__(self, row: FieldRow, number: int, *, taken: Sequence[str] = (), checked: bool = False) -> None:
        """`taken` are the columns that other fields write; `checked` says what is wrong."""
        self.row, self.number, self.taken = row, number, taken
        prefix = f"field-{number}"
        typed = {f"{prefix}-{part}": getattr(row, part) for part in PARTS}
        super().__init__(
            typed if checked else None, prefix=prefix, initial={part: getattr(row, part) for part in PARTS}
        )
        for name in ("label", "unit", "hint", "key", "least", "most", "pattern", "snippet"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self.fields["kind"].widget.attrs["data-kind"] = True

    def clean(self) -> None:
        """Say what is wrong with each part that the kind uses."""
        for part, sentence in faults_of(self.row, self.taken).items():
            self.add_error(part, sentence)

    @property
    def kinds_of(self) -> Mapping[str, str]:
        """Part → the kinds that use it, as the page's script reads them."""
        used = {part for kind in KINDS.values() for part in kind.parts}
        return {part: " ".join(name for name, kind in KINDS.items() if part in kind.parts) for part in used}

    @property
    def has_rules(self) -> bool:
        """Whether the finer rules stand open: something is written there, or something is wrong."""
        return any(getattr(self.row, part) or part in self.errors for part in FINER)


def faults_of(row: FieldRow, taken: Sequence[str] = ()) -> dict[str, Any]:
    """A sentence for each part that cannot stay like this."""
    found = {part: say for part in CHECKS if part in row.parts | ALWAYS and (say := CHECKS[part](row))}
    if row.key and row.key in taken:
        found.setdefault("key", _("Another field already uses this column. Please choose another name."))
    return found


def _label(row: FieldRow) -> Any:
    return "" if row.label else _("Please write what the worker is asked.")


def _key(row: FieldRow) -> Any:
    sound = not row.key or (row.key.isidentifier() and len(row.key) <= NAME_LENGTH)
    return "" if sound else _("Letters, digits and _ only, at most 40, not a digit first.")


def _choices(row: FieldRow) -> Any:
    pairs = choices_of(row.choices)
    values = [value for value, _label in pairs]
    if len(values) < 2:
        return _("Please write at least two answers, one in each line.")
    if not all(value and label for value, label in pairs):
        return _("A line with = needs text on both sides.")
    twice = next((value for value in values if values.count(value) > 1), "")
    return _("“%(value)s” appears twice.") % {"value": twice} if twice else ""


def _size(row: FieldRow, part: str) -> Any:
    text = getattr(row, part)
    if not text:
        return ""
    is_text = KINDS[row.kind].body["type"] == "string"
    try:
        number = number_in(text)
    except ValueError:
        return _("Please enter a number in digits.")
    if is_text and (number < (part == "most") or type(number) is not int):
        return _("A number of characters is a whole number, at least 1.")
    return ""


def _most(row: FieldRow) -> Any:
    if fault := _size(row, "most"):
        return fault
    if row.kind == "long" and number_or(row.most, LONG_DEFAULT) <= LONG:
        return _("Several lines need more than 120 characters. For less, choose “Text, one line”.")
    if row.most and row.least and not _size(row, "least") and number_in(row.most) < number_in(row.least):
        return _("This is less than “At least”.")
    return ""


def _pattern(row: FieldRow) -> Any:
    if len(row.pattern) > PATTERN_LENGTH:
        return PATTERN_FAULTS["pattern_long"]
    longest = number_or(row.most, 0)
    fault = fault_of(row.pattern, longest if type(longest) is int and longest > 0 else None)
    return PATTERN_FAULTS[fault] if fault else ""


def _snippet(row: FieldRow) -> Any:
    parts = numbers_in(row.snippet)
    sound = not row.snippet or (all(part.isdigit() for part in parts) and is_snippet([int(part) for part in parts]))
    return "" if sound else _("Please enter four whole numbers that lie within the image, like 120 300 400 80.")


ALWAYS = frozenset({"label", "key", "snippet"})
CHECKS: Mapping[str, Callable[[FieldRow], Any]] = {
    "label": _label,
    "key": _key,
    "choices": _choices,
    "least": lambda row: _size(row, "least"),
    "most": _most,
    "pattern": _pattern,
    "snippet": _snippet,
}


def read_rows(posted: QueryDict) -> list[FieldRow]:
    """The rows of the table as they were sent, the empty ones too."""
    count = posted.get(COUNT, "")
    number = min(int(count), MOST_ROWS) if count.isascii() and count.isdigit() and len(count) < 5 else 0
    return [_row(posted, f"field-{place}-") for place in range(number)]


def _row(posted: QueryDict, prefix: str) -> FieldRow:
    """One row; an unknown kind is a text."""
    texts = {part: plain(posted.get(prefix + part, "")) for part in PARTS if part not in {"kind", "required"}}
    kind = posted.get(prefix + "kind", "")
    return FieldRow(kind=kind if kind in KINDS else "text", required=prefix + "required" in posted, **texts)


def write_rows(posted: QueryDict, rows: Sequence[FieldRow]) -> None:
    """Let these rows stand in what was sent, instead of those that came."""
    for name in [name for name in posted if name.startswith("field-")]:
        del posted[name]
    posted[COUNT] = str(len(rows))
    for place, row in enumerate(rows):
        for part in PARTS:
            if value := getattr(row, part):
                posted[f"field-{place}-{part}"] = "on" if value is True else value


def forms_of(rows: Sequence[FieldRow], *, checked: bool = False, focus: str = "") -> list[FieldForm]:
    """A form for each row; empty rows are never wrong. The keyboard goes on at the row called `focus`."""
    keys = [row.key for row in rows]
    made = []
    for place, row in enumerate(rows):
        form = FieldForm(row, place, taken=keys[:place], checked=checked and not row.is_empty)
        form.fields["label"].widget.attrs |= {"autofocus": True} if focus == form.prefix else {}
        made.append(form)
    return made


def written(rows: Sequence[FieldRow]) -> list[FieldRow]:
    """The rows in which something stands."""
    return [row for row in rows if not row.is_empty]


def sound(rows: Sequence[FieldRow]) -> list[FieldRow]:
    """The rows that can be drawn already; unfinished ones wait."""
    keys = [row.key for row in rows]
    return [row for place, row in enumerate(rows) if not row.is_empty and not faults_of(row, keys[:place])]
