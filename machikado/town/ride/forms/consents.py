"""What is entered where somebody may book for another: what they are to each other, until when, and the digits."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from machikado.town.people.models import Account, Person
from machikado.town.ride.actions.consents import NewConsent, Taken
from machikado.town.ride.forms.bookings import Tiles
from machikado.town.ride.models import BookingConsent, Relation


class ConsentForm(forms.Form):
    """What somebody is to the passenger, and the last day."""

    relation = forms.ChoiceField(
        label=_("What are they to you?"), choices=Relation.choices, widget=Tiles, initial=Relation.FAMILY
    )
    relation_words = forms.CharField(
        label=_("If somebody else: who?"), max_length=40, required=False, help_text=_("For example: a neighbour.")
    )
    ends_on = forms.DateField(
        label=_("Until which day?"),
        required=False,
        help_text=_("Leave it empty, and it goes on until somebody ends it."),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )

    def new(self) -> NewConsent:
        """What was entered. The form is valid."""
        given = self.cleaned_data
        return NewConsent(given["relation"], given["relation_words"], given["ends_on"])


class DeskConsentForm(ConsentForm):
    """The same as the desk takes it: who may book, and how it was said."""

    sign_in = forms.EmailField(
        label=_("E-mail address with which they sign in"),
        help_text=_("They say it. Only who can sign in can book on the screen."),
    )
    how = forms.ChoiceField(
        label=_("How did the passenger say so?"),
        choices=[(each, each.label) for each in (BookingConsent.How.PAPER, BookingConsent.How.PHONE)],
        widget=Tiles,
        initial=BookingConsent.How.PAPER,
    )
    given_on = forms.DateField(
        label=_("Day on the paper, or of the call"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    field_order = ("sign_in", "relation", "relation_words", "ends_on", "how", "given_on")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["relation"].label = _("What are they to the passenger?")
        self.fields["given_on"].initial = today

    def clean_sign_in(self) -> Person:
        """Find who signs in with the address."""
        typed = self.cleaned_data["sign_in"].strip().lower()
        account = Account.objects.select_related("person").filter(email=typed, is_active=True).first()
        if account is None:
            raise ValidationError(_("Nobody signs in with this address. Please open a sign-in for them first."))
        return account.person

    def taken(self) -> Taken:
        """Who may book, and how it was said. The form is valid."""
        given = self.cleaned_data
        return Taken(given["sign_in"], given["how"], given["given_on"])


class DigitsForm(forms.Form):
    """The digits that a passenger told."""

    digits = forms.CharField(
        label=_("Digits"),
        max_length=20,
        help_text=_("Eight digits, like 1234 5678."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
