"""What a manager enters about the area, its hours and suspensions."""

import json
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from machikado.town.common.calendar import town_zone
from machikado.town.ride.actions.area import NewArea, NewHours, NewSuspension, Promises, mark_of
from machikado.town.ride.forms.boxes import SeenForm, SpansField
from machikado.town.ride.ground import corners_of, degrees
from machikado.town.ride.hours import DayType, Rule
from machikado.town.ride.models import ServiceArea, Suspension
from machikado.town.ride.models.area import DAY_TYPES

MINUTES = ("max_wait_minutes", "max_ride_minutes")
MOMENT = {"type": "datetime-local"}


class HoursForm(forms.Form):
    """Spans by kind of day, from a day on."""

    effective_from = forms.DateField(label=_("In force from"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, label in DAY_TYPES:
            self.fields[kind] = SpansField(label=label)

    @property
    def day_boxes(self) -> list[Any]:
        """The boxes of the kinds of days."""
        return [self[kind] for kind, _label in DAY_TYPES]

    def hours(self) -> NewHours:
        """What was entered. The form is valid."""
        spans = {DayType(kind): self.cleaned_data[kind] for kind, _label in DAY_TYPES}
        return NewHours(self.cleaned_data["effective_from"], spans)


def initial_of(rules: Sequence[Rule], today: date) -> dict[str, Any]:
    """What the form of hours begins with: those of the newest set."""
    spans: dict[str, Any] = {kind: tuple(rule.span for rule in rules if rule.day_type == kind) for kind in DayType}
    return {"effective_from": today, **spans}


class SuspensionForm(forms.Form):
    """Why and when the bus does not run."""

    reason = forms.ChoiceField(label=_("Reason"), choices=Suspension.Reason.choices)
    begins_at = forms.DateTimeField(label=_("From when"), widget=forms.DateTimeInput(MOMENT, "%Y-%m-%dT%H:%M"))
    ends_at = forms.DateTimeField(
        label=_("Until when"),
        required=False,
        help_text=_("Empty: until further notice."),
        widget=forms.DateTimeInput(MOMENT, "%Y-%m-%dT%H:%M"),
    )
    note = forms.CharField(label=_("Words to residents"), max_length=200, required=False)

    def suspension(self) -> NewSuspension:
        """What was entered; moments are the town's. The form is valid."""
        given = self.cleaned_data
        begins, ends = (given[name] and given[name].astimezone(town_zone()) for name in ("begins_at", "ends_at"))
        return NewSuspension(given["reason"], begins, ends, given["note"])


class AreaForm(SeenForm):
    """Name, border and promises of the area."""

    name = forms.CharField(label=_("Name of the area"), max_length=80)
    corners = forms.CharField(
        label=_("Corners of the border"),
        widget=forms.Textarea({"rows": 8}),
        help_text=_("One a line: latitude and longitude, for example 36.1144 137.9480. Or a GeoJSON polygon."),
    )
    book_ahead_days = forms.IntegerField(label=_("Booking up to so many days ahead"), min_value=0, max_value=60)
    max_wait_minutes = forms.IntegerField(label=_("Longest wait"), min_value=5, max_value=180)
    max_ride_minutes = forms.IntegerField(label=_("Longest ride"), min_value=5, max_value=180)
    boarding_seconds = forms.IntegerField(label=_("Getting on: usually"), min_value=0, max_value=900)
    slow_boarding_seconds = forms.IntegerField(label=_("Getting on: with a stick"), min_value=0, max_value=900)
    pram_boarding_seconds = forms.IntegerField(label=_("Getting on: with a pram"), min_value=0, max_value=900)
    wheelchair_boarding_seconds = forms.IntegerField(
        label=_("Getting on: with a wheelchair"), min_value=0, max_value=900
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in Promises.__slots__:
            box: Any = self.fields[name].widget
            box.unit = _("min") if name in MINUTES else _("days") if name == "book_ahead_days" else _("seconds")

    def clean_corners(self) -> Any:
        """A GeoJSON polygon from what was typed. Whether it encloses anything is the action's question."""
        said = unicodedata.normalize("NFKC", self.cleaned_data["corners"]).strip()
        try:
            if said.startswith("{"):
                return json.loads(said)
            rows = [line.replace(",", " ").split() for line in said.splitlines() if line.strip()]
            return {"type": "Polygon", "coordinates": [[[float(lon), float(lat)] for lat, lon in rows]]}
        except ValueError as fault:
            raise forms.ValidationError(
                _("Each line holds a latitude and a longitude, like 36.1144 137.9480.")
            ) from fault

    def area(self) -> NewArea:
        """What was entered. The form is valid."""
        given = self.cleaned_data
        promises = Promises(**{name: given[name] for name in Promises.__slots__})
        return NewArea(given["name"], given["corners"], promises)


def initial_of_area(area: ServiceArea | None) -> dict[str, Any]:
    """What the form of the area begins with: what it is, else what is usual."""
    source: Any = area or Promises()
    first = {name: getattr(source, name) for name in Promises.__slots__}
    if area is None:
        return first
    corners = "\n".join(f"{degrees(spot.lat)} {degrees(spot.lon)}" for spot in corners_of(area.polygon))
    return {**first, "name": area.name, "corners": corners, "seen": mark_of(area)}
