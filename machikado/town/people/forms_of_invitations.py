"""What people type when they are invited: number and secret from paper, an address, and who they are."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
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


class NewcomerForm(forms.Form):
    """Name, password, and the yes to the organisation."""

    family_name = forms.CharField(
        label=_("Family name"), max_length=60, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    given_name = forms.CharField(
        label=_("Given name"), max_length=60, required=False, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    password = forms.CharField(
        label=_("Choose a password"), strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )
    again = forms.CharField(
        label=_("The same password again"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    belongs = forms.BooleanField()

    def __init__(self, *args: Any, organisation: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["belongs"].label = _("I act for %(organisation)s.") % {"organisation": organisation}
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean_password(self) -> str:
        """A password that is not easy to guess, else the reasons."""
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password

    def clean(self) -> dict[str, Any]:
        """Both passwords are one."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("password") and cleaned.get("again") and cleaned["password"] != cleaned["again"]:
            self.add_error("again", ValidationError(_("The two passwords are not the same. Please type both again.")))
        return cleaned

    def newcomer(self) -> Newcomer:
        """What was said. The form is valid."""
        said = self.cleaned_data
        language = (get_language() or "ja")[:2]
        return Newcomer(said["family_name"], said["given_name"], said["password"], language)
