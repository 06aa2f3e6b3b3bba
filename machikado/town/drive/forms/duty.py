"""What is entered about duty: a roll call, a check of the vehicle, the odometer, the cash, the daily report."""

import re
import unicodedata
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from machikado.town.drive.actions.duty import NewCash, NewReport
from machikado.town.drive.actions.rolls import NewCheck, NewRollCall
from machikado.town.drive.checks import ITEMS, Finding
from machikado.town.drive.models import RollCall
from machikado.town.people.models import Person, Role
from machikado.town.people.queries import staff_of_the_centre
from machikado.town.people.viewer import Viewer
from machikado.town.ride.models import VehicleShift

if TYPE_CHECKING:
    _PersonField = forms.ModelChoiceField[Person]  # generic only in the stubs
else:
    _PersonField = forms.ModelChoiceField

MOST_KM = 2_000_000
_ALCOHOL = re.compile(r"([0-9])[.．・]([0-9]{2})")


class BigChoice(forms.RadioSelect):
    """A few big tiles, of which one is chosen."""

    tiles = True


class AlcoholField(forms.CharField):
    """What the detector shows: 0.00, in hundredths of a milligram; nothing is guessed."""

    default_error_messages = {"alcohol": _("Please write all three digits as the detector shows them, like 0.00.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=5, widget=forms.TextInput({"inputmode": "decimal", "size": "5"}), **kwargs)

    def clean(self, value: Any) -> Any:
        """Return 15 for 0.15."""
        typed = unicodedata.normalize("NFKC", super().clean(value)).strip()
        found = _ALCOHOL.fullmatch(typed)
        if found is None:
            raise forms.ValidationError(self.error_messages["alcohol"])
        return int(found[1]) * 100 + int(found[2])


class ManagerChoice(_PersonField):
    """One of those who may call the roll."""

    def label_from_instance(self, obj: Any) -> str:
        """The name."""
        return str(obj)


def number_box(size: str = "8") -> forms.TextInput:
    """A box for a whole number, with the keys of a telephone."""
    return forms.TextInput({"inputmode": "numeric", "size": size})


class RecordForm(forms.Form):
    """What every record carries: the key of the form, and why it takes the place of an older one."""

    sent_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=_("Why is the record before wrong?"),
        max_length=200,
        help_text=_("The record before stays; this one counts from now on."),
    )

    def __init__(self, *args: Any, is_again: bool, **kwargs: Any) -> None:
        kwargs["initial"] = {"sent_key": uuid4(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        if not is_again:
            del self.fields["reason"]

    def common(self) -> dict[str, Any]:
        """Key and reason. The form is valid."""
        given = self.cleaned_data
        return {"sent_key": given["sent_key"] or uuid4(), "reason": given.get("reason", "")}


class RollForm(RecordForm):
    """One roll call."""

    called_by = ManagerChoice(
        label=_("Who calls the roll"),
        empty_label=_("Please choose"),
        queryset=Person.objects.none(),
        to_field_name="code",
    )
    how = forms.ChoiceField(label=_("How"), choices=RollCall.How.choices, widget=BigChoice, initial=RollCall.How.FACE)
    alcohol = AlcoholField(label=_("Alcohol on the breath (mg/L)"), help_text=_("With the detector, like 0.00."))
    signs = forms.TypedChoiceField(
        label=_("Face, voice or smell of somebody who drank"),
        choices=[("no", _("No")), ("yes", _("Yes"))],
        coerce=lambda said: said == "yes",
        widget=BigChoice,
    )
    health = forms.ChoiceField(label=_("How is the driver?"), choices=RollCall.Health.choices, widget=BigChoice)
    fit = forms.TypedChoiceField(
        label=_("Can drive safely"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda said: said == "yes",
        widget=BigChoice,
    )
    note = forms.CharField(label=_("Instructions"), max_length=400, required=False, widget=forms.Textarea({"rows": 2}))

    field_order = ["reason"]

    def __init__(self, *args: Any, shift: VehicleShift, part: str, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part = part
        boxes: dict[str, Any] = self.fields
        boxes["called_by"].queryset = staff_of_the_centre(Role.TRANSPORT).exclude(pk=shift.driver_id)
        if Role.TRANSPORT in viewer.roles:
            boxes["called_by"].initial = Person.objects.get(pk=viewer.person_id)
        if part == RollCall.Part.AFTER:
            del self.fields["fit"]
            boxes["note"].label = _("How were vehicle, road and drive?")

    def roll(self) -> NewRollCall:
        """What was entered. The form is valid."""
        given = self.cleaned_data
        names = ("called_by", "how", "alcohol", "signs", "health", "note")
        said = {name: given[name] for name in names}
        return NewRollCall(part=self.part, fit=given.get("fit", True), **said, **self.common())


class CheckForm(RecordForm):
    """Every item of the check: good or not, and what is wrong."""

    field_order = ["reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in ITEMS:
            self.fields[item.code] = forms.ChoiceField(
                label=item.label, choices=[("good", _("Good")), ("bad", _("Not good"))], widget=forms.RadioSelect
            )
            self.fields[f"{item.code}_remark"] = forms.CharField(
                label=_("What is wrong?"), max_length=100, required=False
            )

    def rows(self) -> list[tuple[Any, Any, bool]]:
        """Item, remark, and whether a fault in it keeps the vehicle here."""
        return [(self[item.code], self[f"{item.code}_remark"], item.forbids) for item in ITEMS]

    def check_up(self) -> NewCheck:
        """What was entered. The form is valid."""
        given = self.cleaned_data
        found = (Finding(each.code, given[each.code] == "good", given[f"{each.code}_remark"]) for each in ITEMS)
        return NewCheck(findings=tuple(found), **self.common())


class DepartForm(forms.Form):
    """What the odometer shows when the vehicle goes out."""

    sent_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    odometer_km = forms.IntegerField(label=_("Odometer (km)"), min_value=0, max_value=MOST_KM, widget=number_box())


class CashForm(RecordForm):
    """The cash in the box."""

    counted_yen = forms.IntegerField(
        label=_("Cash in the box (yen)"),
        min_value=0,
        max_value=1_000_000,
        widget=number_box(),
        help_text=_("Without the change that was in it before."),
    )
    note = forms.CharField(label=_("Why it differs from the fares"), max_length=400, required=False)

    field_order = ["reason"]

    def cash(self) -> NewCash:
        """What was entered. The form is valid."""
        given = self.cleaned_data
        return NewCash(counted_yen=given["counted_yen"], note=given["note"], **self.common())


class ReportForm(RecordForm):
    """What a driver adds to the facts of the day."""

    odometer_km = forms.IntegerField(label=_("Odometer (km)"), min_value=0, max_value=MOST_KM, widget=number_box())
    incident = forms.CharField(
        label=_("Accidents and long delays"),
        max_length=400,
        required=False,
        help_text=_("Where, when, what and why. Empty: there were none."),
        widget=forms.Textarea({"rows": 2}),
    )
    note = forms.CharField(label=_("Remarks"), max_length=400, required=False, widget=forms.Textarea({"rows": 2}))

    field_order = ["reason"]

    def report(self) -> NewReport:
        """What was entered. The form is valid."""
        given = self.cleaned_data
        said = {name: given[name] for name in ("odometer_km", "incident", "note")}
        return NewReport(**said, **self.common())
