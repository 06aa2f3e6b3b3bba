"""What a manager enters about vehicles and shifts."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from machikado.town.people.models import Person
from machikado.town.ride.actions.shifts import ShiftFacts, mark_of
from machikado.town.ride.actions.vehicles import Fits, VehicleFacts, facts_of
from machikado.town.ride.forms.boxes import MinuteField, SeenForm, SpansField, StopChoice, of_area
from machikado.town.ride.ground import Spot
from machikado.town.ride.hours import Span
from machikado.town.ride.models import RideVehicle, ServiceArea, VehicleShift
from machikado.town.ride.queries.shifts import drivers, in_service
from machikado.town.ride.seen import mark

if TYPE_CHECKING:
    _PersonField = forms.ModelChoiceField[Person]  # generic only in the stubs
else:
    _PersonField = forms.ModelChoiceField

LAYOUTS = 3  # that the page has boxes for


class VehicleForm(SeenForm):
    """One vehicle: its name, where it stands at night, what fits in."""

    name = forms.CharField(label=_("Name of the vehicle"), max_length=40, help_text=_("For example 1号車"))
    plate = forms.CharField(label=_("Number plate"), max_length=20, required=False)
    depot_name = forms.CharField(label=_("Where it stands at night"), max_length=80)
    depot_lat = forms.FloatField(label=_("Latitude"), widget=forms.TextInput({"inputmode": "decimal"}))
    depot_lon = forms.FloatField(label=_("Longitude"), widget=forms.TextInput({"inputmode": "decimal"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, LAYOUTS + 1):
            for what, label in (("seats", _("Seats")), ("wheelchairs", _("Wheelchairs")), ("prams", _("Prams"))):
                self.fields[f"{what}{number}"] = forms.IntegerField(
                    label=label, required=False, min_value=0, widget=forms.TextInput({"inputmode": "numeric"})
                )

    def rows(self) -> list[list[Any]]:
        """The boxes of each way to set the seats up."""
        names = ("seats", "wheelchairs", "prams")
        return [[self[f"{what}{number}"] for what in names] for number in range(1, LAYOUTS + 1)]

    def facts(self) -> VehicleFacts:
        """What was entered; empty rows are no layouts. The form is valid."""
        given = self.cleaned_data
        names = ("seats", "wheelchairs", "prams")
        rows = [[given[f"{what}{number}"] for what in names] for number in range(1, LAYOUTS + 1)]
        layouts = tuple(Fits(*(cell or 0 for cell in row)) for row in rows if any(cell is not None for cell in row))
        spot = Spot(given["depot_lat"], given["depot_lon"])
        return VehicleFacts(given["name"], given["depot_name"], spot, layouts, given["plate"])


def initial_of_vehicle(vehicle: RideVehicle) -> dict[str, Any]:
    """What the form of a vehicle begins with."""
    first = {name: getattr(vehicle, name) for name in ("name", "plate", "depot_name", "depot_lat", "depot_lon")}
    for layout in vehicle.layouts.all()[:LAYOUTS]:
        first |= {f"{what}{layout.number}": getattr(layout, what) for what in ("seats", "wheelchairs", "prams")}
    return {**first, "seen": mark(facts_of(vehicle))}


class RetireForm(forms.Form):
    """From when a vehicle is not used any more."""

    on = forms.DateField(label=_("Not used from this day on"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))


class DriverChoice(_PersonField):
    """One of those who may drive."""

    def label_from_instance(self, obj: Any) -> str:
        """The name."""
        return str(obj)


class ShiftForm(SeenForm):
    """One shift: who drives what, when, from where to where, with which breaks."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    vehicle = forms.ModelChoiceField(
        label=_("Vehicle"),
        empty_label=_("Please choose"),
        queryset=RideVehicle.objects.none(),
        to_field_name="code",
    )
    driver = DriverChoice(
        label=_("Driver"), empty_label=_("Please choose"), queryset=Person.objects.none(), to_field_name="code"
    )
    begins = MinuteField(label=_("Begins"), help_text=_("On a quarter of an hour; may pass 24:00."))
    ends = MinuteField(label=_("Ends"))
    breaks = SpansField(label=_("Breaks"), help_text=_("For example 12:00-13:00"))
    start = StopChoice(label=_("Starts at"), required=False, empty_label=_("The depot"))
    end = StopChoice(label=_("Ends at"), required=False, empty_label=_("The depot"))

    def __init__(self, area: ServiceArea, day: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        boxes: dict[str, Any] = self.fields
        boxes["vehicle"].queryset = in_service(area, day)
        boxes["driver"].queryset = drivers()
        boxes["start"].queryset = boxes["end"].queryset = of_area(area)

    def facts(self) -> ShiftFacts:
        """What was entered. The form is valid."""
        given = self.cleaned_data
        span = Span(given["begins"], given["ends"])
        return ShiftFacts(
            given["vehicle"], given["driver"], given["day"], span, given["breaks"], given["start"], given["end"]
        )


def initial_of_shift(shift: VehicleShift) -> dict[str, Any]:
    """What the form of a shift begins with."""
    names = ("day", "vehicle", "driver", "begins", "ends", "start", "end")
    return {name: getattr(shift, name) for name in names} | {
        "breaks": [Span(each.begins, each.ends) for each in shift.breaks.all()],
        "seen": mark_of(shift),
    }
