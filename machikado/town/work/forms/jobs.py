"""What a coordinator enters about a job: what is done, how, in which form, for how much."""

from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from machikado.town.work.actions.jobs import Clause
from machikado.town.work.actions.whole_jobs import NewProcedure, NewSchema, WholeJob
from machikado.town.work.form_schema import BYTES
from machikado.town.work.forms.orders import REDUNDANCY
from machikado.town.work.models import FormSchema, Procedure

FIGURES = ("title", "price_yen", "price_items", "expected_seconds", "redundancy", "lease_minutes", "due_on")


class SchemaChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic only in the stubs
    """Named versions, the newest first."""

    def label_from_instance(self, obj: Any) -> str:
        """The name with its version."""
        return str(_("%(name)s, version %(version)s") % {"name": obj.name, "version": obj.version})


def _newest(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The last version of each name, the newest first; no slice, since a field looks the chosen row up in it."""
    newest = rows.order_by().values("name").annotate(last=Max("pk")).values("last")
    return rows.filter(pk__in=newest).order_by("-made_at")


class JobForm(forms.Form):
    """A job with its procedure and its form, either of which may be new; what is written of them: see `job_entry`."""

    use_required_attribute = False

    sent_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    title = forms.CharField(
        label=_("Name of the job"), max_length=120, help_text=_("Workers see this name. For example: “Donation forms”.")
    )
    procedure = SchemaChoice(
        label=_("Procedure"), queryset=Procedure.objects.none(), required=False, empty_label=_("Write a new one below")
    )
    procedure_name = forms.CharField(
        label=_("Name of the new procedure"),
        required=False,
        max_length=120,
        help_text=_("An existing name gets its next version. If left empty, the name of the job is used."),
    )
    schema = SchemaChoice(
        label=_("Form"), queryset=FormSchema.objects.none(), required=False, empty_label=_("Write a new one below")
    )
    schema_name = forms.CharField(
        label=_("Name of the new form"),
        required=False,
        max_length=120,
        help_text=_("An existing name gets its next version. If left empty, the name of the job is used."),
    )
    schema_text = forms.CharField(
        label=_("JSON Schema (2020-12)"),
        required=False,
        max_length=BYTES,
        strip=False,
        widget=forms.Textarea({"rows": 12, "spellcheck": "false"}),
    )
    schema_file = forms.FileField(
        label=_("Or a file with the JSON Schema"),
        required=False,
        widget=forms.FileInput({"accept": ".json,application/json"}),
    )
    redundancy = forms.TypedChoiceField(
        label=_("How many people work on each item"), choices=REDUNDANCY, coerce=int, initial=2
    )
    price_yen = forms.IntegerField(label=_("A worker earns"), min_value=1, max_value=1_000_000)
    price_items = forms.IntegerField(label=_("for this many items"), min_value=1, max_value=1000, initial=1)
    expected_seconds = forms.IntegerField(
        label=_("One item takes"),
        min_value=1,
        max_value=86_400,
        help_text=_("Measured in a trial run. Used for estimates only, never for pay."),
    )
    lease_minutes = forms.IntegerField(
        label=_("Items are reserved for"),
        min_value=1,
        max_value=1440,
        initial=30,
        help_text=_("Extended automatically while the person is typing."),
    )
    due_on = forms.DateField(
        label=_("Due date"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text=_("If left empty, the due date of the order applies."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["procedure"].queryset = _newest(Procedure.objects.all())  # type: ignore[attr-defined]
        self.fields["schema"].queryset = _newest(FormSchema.objects.all())  # type: ignore[attr-defined]
        units = {
            "price_yen": _("yen"),
            "price_items": _("items"),
            "expected_seconds": _("seconds"),
            "lease_minutes": _("minutes"),
        }
        for name, unit in units.items():
            self.fields[name].widget.unit = unit
            self.fields[name].widget.attrs["inputmode"] = "numeric"

    def whole(self, clauses: list[Clause], body: str | bytes) -> WholeJob:
        """Everything that was entered, with the clauses and the form as they were written. The form is valid."""
        given = self.cleaned_data
        name = given["title"]
        return WholeJob(
            sent_key=given["sent_key"],
            figures={field: given[field] for field in FIGURES},
            procedure=given["procedure"] or NewProcedure(given["procedure_name"] or name, clauses),
            schema=given["schema"] or NewSchema(given["schema_name"] or name, body),
        )
