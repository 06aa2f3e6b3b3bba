"""What a manager enters when a day goes wrong: a delay, a breakdown, a stop that is closed now, another vehicle."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from machikado.town.ride.forms.boxes import StopChoice, of_area
from machikado.town.ride.hours import clock_of
from machikado.town.ride.models import ServiceArea, VehicleShift

if TYPE_CHECKING:
    from django.db.models import QuerySet

    _ShiftField = forms.ModelChoiceField[VehicleShift]  # generic only in the stubs
else:
    _ShiftField = forms.ModelChoiceField


class ShiftChoice(_ShiftField):
    """One shift of a day, by its vehicle and times."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=VehicleShift.objects.none(), to_field_name="code", empty_label=_("Please choose"), **kwargs
        )

    def label_from_instance(self, obj: Any) -> str:
        """The vehicle, and from when until when it is out."""
        return f"{obj.vehicle.name} {clock_of(obj.begins)}–{clock_of(obj.ends)}"


class OfShiftForm(forms.Form):
    """A form about one of the shifts of a day."""

    shift = ShiftChoice(label=_("Vehicle"))

    def __init__(self, shifts: "QuerySet[VehicleShift]", *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        boxes: dict[str, Any] = self.fields
        boxes["shift"].queryset = shifts


class DelayForm(OfShiftForm):
    """A vehicle is late."""

    minutes = forms.IntegerField(label=_("Late by"), widget=forms.TextInput({"inputmode": "numeric"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        box: Any = self.fields["minutes"].widget
        box.unit = _("min")


class BreakdownForm(OfShiftForm):
    """A vehicle cannot go on."""

    near = StopChoice(label=_("It stands near"), empty_label=_("Please choose"))

    def __init__(self, area: ServiceArea, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        boxes: dict[str, Any] = self.fields
        boxes["near"].queryset = of_area(area)


class ClosedNowForm(forms.Form):
    """A stop that cannot be used for the rest of the day."""

    stop = StopChoice(label=_("Stop"), empty_label=_("Please choose"))
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("Residents read it."))

    def __init__(self, area: ServiceArea, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        boxes: dict[str, Any] = self.fields
        boxes["stop"].queryset = of_area(area)
