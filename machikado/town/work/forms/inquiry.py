"""What somebody writes on the public page of inquiries."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from machikado.town.common import clock
from machikado.town.common.calendar import town_date
from machikado.town.people.models import Organisation
from machikado.town.work.actions.orders import NewInquiry


class InquiryForm(forms.Form):
    """Who asks, how to answer them, and what they would like. `website` is bait for programs; people never see it."""

    organisation_name = forms.CharField(
        label=_("Name of your company or group"),
        max_length=120,
        help_text=_("If you ask for yourself, write your own name here."),
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    person_name = forms.CharField(label=_("Your name"), max_length=80, widget=forms.TextInput({"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        help_text=_("An e-mail address or a telephone number: one of them is enough."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    phone = forms.RegexField(
        r"^[0-9０-９()（）+＋\-－ー‐ 　]{9,20}$",
        label=_("Telephone number"),
        required=False,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"invalid": _("Please write the number with its area code, like 0263-52-0280.")},
    )
    about = forms.CharField(
        label=_("What would you like us to do?"),
        max_length=4000,
        help_text=_(
            "Tell us what you have (paper, pictures, a table) and what you need from it. A few lines are enough."
        ),
        widget=forms.Textarea({"rows": 5}),
    )
    quantity = forms.IntegerField(
        label=_("How many, roughly?"),
        required=False,
        min_value=1,
        max_value=100_000_000,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    wished_on = forms.DateField(label=_("Until when?"), required=False, widget=forms.DateInput({"type": "date"}))
    sent_key = forms.UUIDField(widget=forms.HiddenInput)
    website = forms.CharField(
        required=False, label="Website", widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off"})
    )

    def __init__(self, *args: Any, organisation: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        self.initial.setdefault("sent_key", uuid4())
        self.fields["quantity"].widget.unit = _("items")
        self.fields["wished_on"].widget.attrs["min"] = town_date(clock.now()).isoformat()

    @property
    def shown(self) -> list[forms.BoundField]:
        """The fields that people see, in order."""
        return [self[name] for name in self.fields if name not in {"sent_key", "website"}]

    @property
    def is_from_a_program(self) -> bool:
        """Whether the field that nobody can see was filled in."""
        return bool(self.cleaned_data["website"])

    def inquiry(self) -> NewInquiry:
        """What was written. The form is valid."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "website"}
        return NewInquiry(**given, client=self.organisation)
