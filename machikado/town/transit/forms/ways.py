"""What somebody enters who asks for a way: from, to, when; how far they walk."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from machikado.town.common.calendar import town_date, weekday_date
from machikado.town.ride.forms.bookings import PlaceBoxes, Tiles
from machikado.town.ride.forms.boxes import MinuteField
from machikado.town.ride.hours import bookable_days
from machikado.town.ride.models import Booking, Passenger
from machikado.town.ride.queries.places import HOME, home_of
from machikado.town.transit.ways import Question, Stand

DAYS_AHEAD = 30  # beyond what the called bus can be booked, trains are found all the same
WHEN = ((Booking.When.LEAVE, _("Leave at")), (Booking.When.ARRIVE, _("Be there by")))


class WayForm(PlaceBoxes):
    """A question: from, to, when."""

    start = forms.CharField(label=_("Where are you?"), max_length=120)
    start_code = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    goal = forms.CharField(label=_("Where do you want to go?"), max_length=120)
    goal_code = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    when = forms.ChoiceField(label=_("When?"), choices=WHEN, widget=Tiles)
    day = forms.ChoiceField(label=_("Day"))
    minute = MinuteField(label=_("Time"), help_text=_("For example 10:30"))

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["day"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(day.isoformat(), weekday_date(day)) for day in bookable_days(now, DAYS_AHEAD)]

    def clean(self) -> dict[str, Any]:
        """Find both places."""
        given: dict[str, Any] = super().clean() or {}
        for name in ("start", "goal"):
            if given.get(name):
                self.read_place(name)
        return given

    def question(self) -> Question:
        """What was entered. The form is valid."""
        given = self.cleaned_data
        start, goal = (self._stand(name) for name in ("start", "goal"))
        walk = self.passenger.walk_minutes if self.passenger else 10
        arrives = given["when"] == Booking.When.ARRIVE
        return Question(start, goal, date.fromisoformat(given["day"]), given["minute"] * 60, arrives, walk * 60)

    def _stand(self, name: str) -> Stand:
        place = self.found[name]
        return Stand(place.name, place.spot, self.cleaned_data[f"{name}_code"])


def first_question(passenger: Passenger | None, now: datetime, minute: int) -> dict[str, Any]:
    """What the form begins with: from home, today, a time that is now."""
    home = home_of(passenger)
    begun = {"start": home.name, "start_code": HOME} if home else {}
    return {**begun, "when": Booking.When.LEAVE, "day": town_date(now).isoformat(), "minute": minute}
