"""What a coordinator enters about an order: its client and its price."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from machikado.town.people.models import Organisation
from machikado.town.work.actions.orders import NewEstimate
from machikado.town.work.models import Order

VALID_DAYS = 14
REDUNDANCY = [
    (1, _("1 person; a leader looks at every answer")),
    (2, _("2 people; a leader decides where they differ")),
    (3, _("3 people; the answer of two stands")),
    (5, _("5 people; the answer of most stands")),
    (7, _("7 people; the answer of most stands")),
    (9, _("9 people; the answer of most stands")),
]


class LinkForm(forms.Form):
    """Which organisation an inquiry comes from: one that is known, or a new one."""

    client = forms.ModelChoiceField(
        label=_("Existing client"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("Please choose"),
    )
    new_name = forms.CharField(label=_("Or a new client"), required=False, max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Organisation.objects.exclude(kind=Organisation.Kind.CENTRE).order_by("name_kana", "name")
        self.fields["client"].queryset = known  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Exactly one of the two."""
        given: dict[str, Any] = super().clean() or {}
        if bool(given.get("client")) == bool(given.get("new_name", "").strip()):
            self.add_error("client", _("Please choose a client, or write the name of a new one."))
        return given


class EstimateForm(forms.Form):
    """The figures of an estimate."""

    items = forms.IntegerField(
        label=_("Items"), min_value=1, max_value=100_000_000, widget=forms.NumberInput({"inputmode": "numeric"})
    )
    unit_yen = forms.IntegerField(
        label=_("Price per item, without tax"),
        min_value=1,
        max_value=1_000_000,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    redundancy = forms.TypedChoiceField(
        label=_("How many people work on each item"),
        choices=REDUNDANCY,
        coerce=int,
        initial=2,
        widget=forms.RadioSelect,
    )
    due_on = forms.DateField(label=_("Delivery date"), widget=forms.DateInput({"type": "date"}))
    valid_until = forms.DateField(label=_("The estimate is valid until"), widget=forms.DateInput({"type": "date"}))
    note = forms.CharField(
        label=_("Message to the client"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"].widget.unit = _("items")
        self.fields["unit_yen"].widget.unit = _("yen")

    def estimate(self) -> NewEstimate:
        """What was entered. The form is valid."""
        return NewEstimate(**self.cleaned_data)


def first_figures(order: Order, today: date) -> dict[str, Any]:
    """What the form begins with: the last estimate, else what the client wrote."""
    last = order.estimates.order_by("-number").first()
    valid_until = today + timedelta(days=VALID_DAYS)
    if last:
        names = ("items", "unit_yen", "redundancy", "due_on", "note")
        return {name: getattr(last, name) for name in names} | {"valid_until": valid_until}
    return {
        "items": order.inquiry.quantity,
        "due_on": order.inquiry.wished_on,
        "redundancy": 2,
        "valid_until": valid_until,
    }
