"""Everything that was entered about a new job so far, and what the buttons of its page do to it before it is sent."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from machikado.town.common.errors import Cannot
from machikado.town.work.actions.whole_jobs import WholeJob
from machikado.town.work.form_rows import FieldRow, beyond_the_table, rows_of, schema_of
from machikado.town.work.form_schema import BYTES, checked_schema
from machikado.town.work.forms import clauses, fields
from machikado.town.work.forms.clauses import ClauseRow
from machikado.town.work.forms.decision import is_number
from machikado.town.work.forms.jobs import JobForm
from machikado.town.work.forms.moves import Move, moved
from machikado.town.work.models import FormSchema, Procedure

TAB, TABLE, JSON = "form_tab", "table", "json"
BOTH = gettext_lazy(
    "A version is chosen here, and another is written below. Empty what is written, or choose to write a new one."
)
WRITTEN = gettext_lazy(
    "What is written below would be lost. Empty it first; then the chosen version stands here as a beginning."
)


@dataclass(frozen=True, slots=True)
class Edited:
    """What one button did: where the keyboard goes on (see `moved`), a sentence where it could not do what it says."""

    focus: str = ""
    notice: str = ""


class JobEntry:
    """A job as it stands on its page. `posted` is a copy that the buttons may change."""

    def __init__(self, posted: QueryDict, files: MultiValueDict[str, Any], initial: dict[str, Any]) -> None:
        self.posted, self.files, self.initial = posted, files, initial
        self.edited = Edited()
        self.is_checked = False
        self.part = "fields"  # the part of the page that the last button belongs to
        self._take_file()

    def _take_file(self) -> None:
        """Let the text of a chosen file stand in its box: a page that is drawn again cannot keep a file."""
        file = self.files.get("schema_file")
        if not file or file.size > BYTES:
            return
        try:
            self.posted["schema_text"] = file.read().decode("utf-8-sig")
        except UnicodeDecodeError:  # it is refused with a sentence, see `json_body`
            return
        self.files = MultiValueDict()

    @property
    def tab(self) -> str:
        """How the form is written: in the table, or as JSON Schema."""
        told = self.posted.get(TAB, "")
        has_schema = bool(self.posted.get("schema_text", "").strip() or self.files.get("schema_file"))
        return told if told in {TABLE, JSON} else JSON if has_schema else TABLE

    @property
    def is_table(self) -> bool:
        """Whether the form is written in the table."""
        return self.tab == TABLE

    @property
    def is_json(self) -> bool:
        """Whether the form is written as JSON Schema."""
        return self.tab == JSON

    @property
    def add_at_end(self) -> str:
        """The button that adds a row behind the last."""
        return f"field-add-{len(self.rows) - 1}"

    @property
    def rows(self) -> list[FieldRow]:
        """The table of fields; a new one begins with one empty row."""
        return fields.read_rows(self.posted) or [FieldRow()]

    @property
    def clause_rows(self) -> list[ClauseRow]:
        """The clauses; a new procedure begins with some empty ones."""
        return clauses.read_rows(self.posted) or [ClauseRow()] * clauses.EMPTY_ROWS

    @property
    def has_fields(self) -> bool:
        """Whether a form is written, in the way that the page shows."""
        return bool(fields.written(self.rows) if self.is_table else self.json_body().strip())

    @property
    def has_clauses(self) -> bool:
        """Whether a clause is written."""
        return not all(row.is_empty for row in self.clause_rows)

    def form(self) -> JobForm:
        """The fields of the job itself, with their faults once it was sent."""
        return JobForm(self.posted, self.files, initial=self.initial) if self.posted else JobForm(initial=self.initial)

    def drawn(self) -> JobForm:
        """The same fields without faults, for a page on which a button was pressed."""
        return JobForm(initial={**self.initial, **self.posted.dict()})

    def json_body(self) -> str | bytes:
        """The JSON Schema as it came: the file goes before the text."""
        file = self.files.get("schema_file")
        if not file:
            return self.posted.get("schema_text", "")
        file.seek(0)
        body: bytes = file.read(BYTES + 1)
        return body

    def schema_body(self, form: JobForm) -> str | bytes:
        """The new form as JSON Schema, from the table or as it was written. The form is valid."""
        if self.is_json:
            return self.json_body()
        name = form.cleaned_data["schema_name"] or form.cleaned_data["title"]
        return json.dumps(schema_of(name, fields.written(self.rows)), ensure_ascii=False)

    def whole(self, form: JobForm) -> WholeJob:
        """Everything that was entered. The form is valid, see `say_what_is_wrong`."""
        return form.whole(clauses.clauses_of(self.clause_rows), self.schema_body(form))

    def is_sound(self, form: JobForm) -> bool:
        """Whether job and table can be sent; else each fault stands at its place and in the form's summary."""
        self.is_checked = True
        if form.is_valid():
            self._look_at_parts(form)
        return form.is_valid()

    def _look_at_parts(self, form: JobForm) -> None:
        """Tell the form what is wrong in what was written; nothing written gives way to a chosen version in silence."""
        if form.cleaned_data["procedure"] and self.has_clauses:
            form.add_error("procedure", BOTH)
        if form.cleaned_data["schema"]:
            if self.has_fields:
                form.add_error("schema", BOTH)
        elif self.is_table:
            self._look_at_table(form)

    def _look_at_table(self, form: JobForm) -> None:
        """Tell the form what is wrong in the table."""
        if not fields.written(self.rows):
            form.add_error(None, _("Please write at least one field, or choose an existing form."))
        for row in self.field_forms:
            for part, sentences in row.errors.items():
                fault = " ".join(str(sentence) for sentence in sentences)
                place = {"number": row.number + 1, "part": row.fields[part].label, "fault": fault}
                sentence = _("Field %(number)s, “%(part)s”: %(fault)s") % place
                form.add_error(None, format_html('<a href="#{}">{}</a>', row[part].id_for_label, sentence))

    @property
    def field_forms(self) -> list[fields.FieldForm]:
        """A form for each row of the table, with its faults once the job was sent."""
        return fields.forms_of(self.rows, checked=self.is_checked, focus=self.edited.focus)

    @property
    def numbered_clauses(self) -> list[clauses.NumberedRow]:
        """The clauses with their numbers."""
        return clauses.numbered(self.clause_rows)

    def press(self, button: str) -> None:
        """Do what a button says: move a row, change the way of writing, take an existing version as a beginning."""
        self.part = "clauses" if button.startswith("clause-") else "fields"
        if move := Move.of(button):
            self._move(move)
        elif button == "form-json":
            self.edited = self._write_json()
        elif button == "form-table":
            self.edited = self._write_table()
        elif button == "field-take":
            self.edited = self._take_schema()
        elif button == "clause-take":
            self.edited = self._take_procedure()

    def _move(self, move: Move) -> None:
        """Move a row of the table or of the procedure."""
        if move.noun == "field":
            rows, focus = moved(self.rows, move, FieldRow())
            fields.write_rows(self.posted, rows)
        else:
            written, focus = clauses.moved_clauses(self.clause_rows, move)
            clauses.write_rows(self.posted, written)
        self.edited = Edited(focus)

    def _write_json(self) -> Edited:
        """Go on in JSON Schema with what stands in the table; unfinished rows must be mended first."""
        rows = fields.written(self.rows)
        if len(fields.sound(self.rows)) < len(rows):
            self.is_checked = True
            return Edited(notice=_("Please fix the marked fields first; unfinished fields cannot become JSON Schema."))
        schema = schema_of(self.posted.get("schema_name", "") or self.posted.get("title", ""), rows)
        self.posted[TAB] = JSON
        if rows:
            self.posted["schema_text"] = _pretty(schema)
        return Edited()

    def _write_table(self) -> Edited:
        """Go on in the table with what is written in JSON Schema, if the table can say all of it."""
        body = self.json_body()
        if not body.strip():
            self.posted[TAB] = TABLE
            return Edited()
        try:
            return self._into_table(checked_schema(body))
        except Cannot as refusal:
            self.posted["schema_text"] = body.decode(errors="replace") if isinstance(body, bytes) else body
            return Edited(notice=refusal.sentence)

    def _into_table(self, schema: dict[str, Any]) -> Edited:
        """Fill the table from a schema; where the table cannot say all of it, fill the other side and say so."""
        rows = rows_of(schema)
        self.posted["schema_text"] = _pretty(schema)
        self.posted[TAB] = JSON if rows is None else TABLE
        if rows is None:
            what = _(", ").join(beyond_the_table(schema))
            return Edited(
                notice=_("The table cannot express everything about %(what)s. Please continue in JSON Schema.")
                % {"what": what}
            )
        fields.write_rows(self.posted, rows)
        return Edited("field-0")

    def _take_schema(self) -> Edited:
        """Begin the next version of the chosen form with what its newest version says."""
        chosen = chosen_in(self.posted, FormSchema)
        if chosen is None:
            return Edited(notice=_("First choose the form whose next version you want to write."))
        if self.has_fields:
            return Edited(notice=str(WRITTEN))
        self.posted["schema"], self.posted["schema_name"] = "", chosen.name
        return self._into_table(chosen.body)

    def _take_procedure(self) -> Edited:
        """Begin the next version of the chosen procedure with its clauses."""
        chosen = chosen_in(self.posted, Procedure)
        if chosen is None:
            return Edited(notice=_("First choose the procedure whose next version you want to write."))
        if self.has_clauses:
            return Edited(notice=str(WRITTEN))
        self.posted["procedure"], self.posted["procedure_name"] = "", chosen.name
        clauses.write_rows(self.posted, clauses.rows_of(chosen))
        return Edited("clause-0")


def chosen_in(posted: QueryDict, model: type[FormSchema] | type[Procedure]) -> Any:
    """The version that is chosen on the page, or None."""
    name = "schema" if model is FormSchema else "procedure"
    key = posted.get(name, "")
    return model.objects.filter(pk=key).first() if is_number(key) else None


def _pretty(schema: dict[str, Any]) -> str:
    """A schema as people write it."""
    return json.dumps(schema, ensure_ascii=False, indent=2)
