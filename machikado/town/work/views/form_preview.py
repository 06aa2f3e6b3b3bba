"""How a form that is being written will look to the workers, as far as it can be drawn already."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from machikado.town.common.errors import Cannot
from machikado.town.work.actions.assignments import Draft
from machikado.town.work.form import FormKind
from machikado.town.work.form_rows import schema_of
from machikado.town.work.form_schema import checked_schema
from machikado.town.work.forms import fields
from machikado.town.work.forms.answers import AnswerForm, form_with
from machikado.town.work.forms.job_entry import TABLE, JobEntry, chosen_in
from machikado.town.work.models import FormSchema


@dataclass(frozen=True, slots=True)
class Preview:
    """The form as drawn, or the fault that forbids it; `chosen` is a version that is there already."""

    form: AnswerForm | None = None
    fault: str = ""
    columns: str = ""
    unfinished: int = 0
    chosen: FormSchema | None = None


def preview_of(entry: JobEntry) -> Preview:
    """Draw the chosen version, else what is written; unfinished rows of the table wait. Nothing is kept."""
    if (chosen := chosen_in(entry.posted, FormSchema)) is not None:
        return _drawn(chosen.body, chosen=chosen)
    if entry.tab == TABLE:
        rows = fields.sound(entry.rows)
        unfinished = len(fields.written(entry.rows)) - len(rows)
        return _drawn(schema_of("", rows), unfinished=unfinished) if rows else Preview(unfinished=unfinished)
    body = entry.json_body()
    if not body.strip():
        return Preview()
    try:
        return _drawn(checked_schema(body))
    except Cannot as refusal:
        return Preview(fault=refusal.sentence)


def _drawn(body: dict[str, object], *, unfinished: int = 0, chosen: FormSchema | None = None) -> Preview:
    """A sound schema as the workers see it, still empty."""
    kind = FormKind()
    drawn = form_with(kind.fields(body), Draft({}, [], 0), {})
    return Preview(drawn, columns=_(", ").join(kind.columns(body)), unfinished=unfinished, chosen=chosen)
