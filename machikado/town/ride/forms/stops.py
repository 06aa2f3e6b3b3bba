"""What a manager enters about a stop: its facts, a photo, a closing, a table of stops."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from machikado.town.common.japanese import kana
from machikado.town.ride.actions.stops import NewClosure, StopFacts
from machikado.town.ride.forms.boxes import MinuteField, SeenForm
from machikado.town.ride.seen import mark


class StopForm(SeenForm):
    """The facts of one stop."""

    number = forms.CharField(label=_("Number on the sign"), max_length=20)
    name = forms.CharField(label=_("Name of the stop"), max_length=80)
    kana = forms.CharField(label=_("Reading"), max_length=160, required=False)
    residents_name = forms.CharField(
        label=_("What people here call it"),
        max_length=80,
        required=False,
        help_text=_("The stop is found by this name too."),
    )
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    lat = forms.FloatField(label=_("Latitude"), widget=forms.TextInput({"inputmode": "decimal"}))
    lon = forms.FloatField(label=_("Longitude"), widget=forms.TextInput({"inputmode": "decimal"}))
    bearing = forms.IntegerField(
        label=_("To where the bus looks"),
        required=False,
        min_value=0,
        max_value=359,
        help_text=_("Degrees from north, only where the side of the road must not be guessed."),
        widget=forms.TextInput({"inputmode": "numeric"}),
    )
    zone = forms.CharField(label=_("Zone of the fares"), max_length=8, required=False)
    has_shelter = forms.BooleanField(label=_("There is a shelter"), required=False)
    wheelchair = forms.BooleanField(label=_("A wheelchair can get on and off"), required=False)
    opens = MinuteField(label=_("Used from"), required=False, help_text=_("Empty: as long as the bus runs."))
    closes = MinuteField(label=_("Used until"), required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def facts(self) -> StopFacts:
        """What was entered. The form is valid."""
        given: dict[str, Any] = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        return StopFacts(**{**given, "kana": kana(given["kana"])})


def initial_of(facts: StopFacts) -> dict[str, Any]:
    """What the form of a stop begins with."""
    return {**asdict(facts), "seen": mark(facts)}


class ClosureForm(forms.Form):
    """Why and when a stop is closed."""

    reason = forms.CharField(label=_("Reason, for residents"), max_length=200)
    first_day = forms.DateField(label=_("First day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Empty: until further notice."),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )

    def closure(self) -> NewClosure:
        """What was entered. The form is valid."""
        return NewClosure(**self.cleaned_data)


class PhotoForm(forms.Form):
    """A photo of the stop."""

    photo = forms.FileField(
        label=_("Photo"), max_length=255, widget=forms.FileInput({"accept": ".jpg,.jpeg,.png,.webp"})
    )


class TableForm(forms.Form):
    """A table of stops."""

    table = forms.FileField(
        label=_("Table of stops (CSV)"), max_length=255, widget=forms.FileInput({"accept": ".csv,.txt"})
    )
