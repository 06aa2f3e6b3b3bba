"""What the desk enters about cards, passes and open fares."""

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from machikado.town.people.models import Person
from machikado.town.ride.actions.card_ledger import Parts
from machikado.town.ride.actions.open_fares import Settling
from machikado.town.ride.actions.passes import PassSale
from machikado.town.ride.fare import Rider
from machikado.town.ride.models import Card, FarePass, OpenFare, ServiceArea
from machikado.town.ride.models.fares import RIDERS
from machikado.town.ride.queries.passes import passes_for_sale

if TYPE_CHECKING:
    _PassField = forms.ModelChoiceField[FarePass]  # generic only in the stubs
else:
    _PassField = forms.ModelChoiceField

YEN = {"inputmode": "numeric", "autocomplete": "off"}


class KeyForm(forms.Form):
    """A form that makes something once, however often it is sent."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class MoneyForm(KeyForm):
    """What is paid in, and the bonus with it."""

    yen = forms.IntegerField(
        label=_("Paid in (yen)"),
        min_value=1,
        widget=forms.TextInput(YEN),
        help_text=_("100 to 20,000 yen, in hundreds."),
    )
    bonus = forms.IntegerField(
        label=_("Bonus (yen)"),
        min_value=0,
        required=False,
        widget=forms.TextInput(YEN),
        help_text=_("Given on top. It is used last and is never given back in money."),
    )

    def parts(self) -> Parts:
        """What was entered. The form is valid."""
        return Parts(self.cleaned_data["yen"], self.cleaned_data["bonus"] or 0)


class PassChoice(_PassField):
    """A pass with its price and days."""

    def label_from_instance(self, obj: FarePass) -> str:
        """1か月定期 (大人) 6,000円 30日."""
        facts = {"name": obj.name, "rider": dict(RIDERS)[Rider(obj.rider)], "yen": f"{obj.yen:,}", "days": obj.days}
        return _("%(name)s (%(rider)s), %(yen)s yen, %(days)s days") % facts


class PassForm(KeyForm):
    """Which pass, from which day."""

    fare_pass = PassChoice(queryset=FarePass.objects.none(), label=_("Pass"), empty_label=_("Please choose"))
    first_day = forms.DateField(label=_("From which day?"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))

    def __init__(self, area: ServiceArea, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        boxes: dict[str, Any] = self.fields
        boxes["fare_pass"].queryset = passes_for_sale(area, today)
        boxes["first_day"].initial = today

    def sale(self, holder: Person) -> PassSale:
        """What was entered. The form is valid."""
        return PassSale(self.cleaned_data["fare_pass"], holder, self.cleaned_data["first_day"])


class UndoForm(forms.Form):
    """Why a pass is undone, and what is given back."""

    why = forms.CharField(label=_("Why is it undone?"), max_length=120, required=False)
    refunded_yen = forms.IntegerField(
        label=_("Given back (yen)"), min_value=0, required=False, widget=forms.TextInput(YEN)
    )


class SettleForm(KeyForm):
    """How an open fare is settled."""

    how = forms.ChoiceField(
        label=_("How is it settled?"),
        choices=[
            (OpenFare.State.CARD, _("By card")),
            (OpenFare.State.CASH, _("In cash, here")),
            (OpenFare.State.WAIVED, _("Waived: nothing is to be paid")),
        ],
        widget=forms.RadioSelect,
    )
    typed = forms.CharField(
        label=_("Number of the card"),
        max_length=80,
        required=False,
        widget=forms.TextInput(YEN),
        help_text=_("The six digits on it, where it is paid by card."),
    )
    why = forms.CharField(
        label=_("Why is nothing to be paid?"), max_length=120, required=False, help_text=_("Where it is waived.")
    )

    def settling(self) -> Settling:
        """What was entered. The form is valid."""
        given = self.cleaned_data
        return Settling(given["how"], given["typed"], given["why"])


def initial_of(fare: OpenFare) -> dict[str, str]:
    """What the form of an open fare begins with: the card that was to pay, where it can."""
    card = fare.card if fare.card and fare.card.state == Card.State.ACTIVE else None
    how = OpenFare.State.CARD if card else OpenFare.State.CASH
    return {"how": how, "typed": card.number if card else fare.typed}
