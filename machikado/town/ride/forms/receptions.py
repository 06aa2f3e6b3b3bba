"""What a manager enters who lets the reception of a clinic call the bus: whose people stand where."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from machikado.town.people.models import Organisation
from machikado.town.ride.actions.receptions import NewReception
from machikado.town.ride.forms.bookings import PlaceBoxes

if TYPE_CHECKING:
    _ClientField = forms.ModelChoiceField[Organisation]  # generic only in the stubs
else:
    _ClientField = forms.ModelChoiceField


class ReceptionForm(PlaceBoxes):
    """An organisation and the place of its desk."""

    client = _ClientField(
        label=_("Organisation"),
        queryset=Organisation.objects.filter(kind=Organisation.Kind.CLIENT).order_by("name"),
        to_field_name="code",
    )
    place = forms.CharField(label=_("Where it is"), max_length=120)
    place_code = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Find the place."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("place"):
            self.read_place("place")
        return given

    def new(self) -> NewReception:
        """What was entered. The form is valid."""
        return NewReception(self.cleaned_data["client"], self.found["place"])
