"""What somebody enters who wants a ride every week: on which days, the way back, until when."""

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from machikado.town.ride.actions.series import Weekly
from machikado.town.ride.forms.bookings import Tiles
from machikado.town.ride.forms.boxes import MinuteField
from machikado.town.ride.models import BookingSeries

Back = BookingSeries.Back


class WeeklyForm(forms.Form):
    """Days of the week, the way back, the last day."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("On which days?"), coerce=int, choices=list(WEEKDAYS.items()), widget=forms.CheckboxSelectMultiple
    )
    back = forms.ChoiceField(label=_("And the way back?"), choices=Back.choices, required=False, widget=Tiles)
    back_minute = MinuteField(
        label=_("Time of the way back"), required=False, help_text=_("Only for “back at a time”. For example 10:30.")
    )
    until = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text=_("Empty: until you end it."),
    )

    def clean(self) -> dict[str, Any]:
        """Back at a time needs a time."""
        given: dict[str, Any] = super().clean() or {}
        needs_time = given.get("back") == Back.TIME and "back_minute" not in self.errors
        if needs_time and given.get("back_minute") is None:
            self.add_error("back_minute", _("Please write the time like 9:00 or 24:30."))
        return given

    def weekly(self) -> Weekly:
        """What was entered. The form is valid."""
        given = self.cleaned_data
        return Weekly(frozenset(given["weekdays"]), given["back"], given["back_minute"], given["until"])


def begun(weekly: Weekly) -> dict[str, Any]:
    """What the form begins with."""
    return {"weekdays": sorted(weekly.weekdays), "back": weekly.back, "back_minute": weekly.back_minute}
