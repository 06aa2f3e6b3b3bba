"""What people type when they are invited: number and secret from paper, an address, and who they are."""

from typing import Any

from django import forms
from django.contrib.auth.forms import SetPasswordMixin
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from machikado.town.common.codes import heard
from machikado.town.people.actions.coming_in import Newcomer

_SAID = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class PaperForm(forms.Form):
    """The two things that stand on the paper."""

    number = forms.CharField(label=_("Number on the letter"), max_length=20, widget=forms.TextInput(_SAID))
    secret = forms.CharField(label=_("Secret word on the letter"), max_length=40, widget=forms.TextInput(_SAID))

    def clean_number(self) -> str:
        """The number as it is kept."""
        return heard(self.cleaned_data["number"])


class AddressForm(forms.Form):
    """The address with which somebody will sign in."""

    mail = forms.EmailField(
        label=_("E-mail address"), max_length=200, widget=forms.EmailInput({"autocomplete": "username"})
    )


class NewcomerForm(SetPasswordMixin, forms.Form):  # type: ignore[type-arg]  # generic in the stubs only
    """Name, password, and the yes to the organisation."""

    error_messages = {"password_mismatch": _("The two passwords are not the same. Please type both again.")}

    family_name = forms.CharField(
        label=_("Family name"), max_length=60, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    given_name = forms.CharField(
        label=_("Given name"), max_length=60, required=False, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    password, again = SetPasswordMixin.create_password_fields(_("Choose a password"), _("The same password again"))
    belongs = forms.BooleanField()

    def __init__(self, *args: Any, organisation: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["belongs"].label = _("I act for %(organisation)s.") % {"organisation": organisation}

    def clean(self) -> dict[str, Any]:
        """Both passwords are one, and it is not easy to guess."""
        self.validate_passwords("password", "again")
        self.validate_password_for_user(None, "password")
        return super().clean() or self.cleaned_data

    def newcomer(self) -> Newcomer:
        """What was said. The form is valid."""
        said = self.cleaned_data
        language = (get_language() or "ja")[:2]
        return Newcomer(said["family_name"], said["given_name"], said["password"], language)
