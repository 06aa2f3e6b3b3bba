"""What people type about themselves: sign-in, passwords, how to be told."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from machikado.town.common import clock
from machikado.town.common.actors import Actor, ActorKind
from machikado.town.common.codes import heard
from machikado.town.people.actions import accounts
from machikado.town.people.models import Account, Channel, Person
from machikado.town.people.queries import ARRIVES

LETTERS = [("normal", _("Normal text")), ("big", _("Large text"))]


class SignInForm(AuthenticationForm):
    """E-mail and password. One sentence for every failure, so that nobody learns which address is known."""

    error_messages = {
        "invalid_login": _("The e-mail address or the password is wrong. Please check both."),
        "inactive": _("The e-mail address or the password is wrong. Please check both."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        username = forms.EmailField(
            label=_("E-mail address"),
            max_length=254,
            widget=forms.EmailInput({"autocomplete": "username", "autofocus": True}),
        )
        self.fields = {"username": username, "password": self.fields["password"]}
        self.fields["password"].label = _("Password")
        self.label_suffix = ""

    def clean_username(self) -> str:
        """The address as accounts keep it."""
        return str(self.cleaned_data["username"]).strip().lower()


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A new password by the link from a letter."""

    def save(self, commit: bool = True) -> Account:
        """Change the password through the action."""
        return _change(self.user, self.cleaned_data["new_password1"])


class ChangePasswordForm(PasswordChangeForm):
    """A new password by the old one."""

    def save(self, commit: bool = True) -> Account:
        """Change the password through the action."""
        return _change(self.user, self.cleaned_data["new_password1"])


def _change(account: Account, password: str) -> Account:
    by = Actor(kind=ActorKind.PERSON, person_id=account.person_id)
    accounts.change_password(account=account, password=password, by=by, now=clock.now())
    return account


class ForgottenForm(forms.Form):
    """The address to which the link for a new password goes."""

    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput({"autocomplete": "username"})
    )


def _told_by(channel: Channel) -> str:
    """The name of a channel, and whether anything is sent by it yet."""
    if channel in ARRIVES:
        return cast(str, channel.label)
    return cast(str, format_lazy(_("{name} (not sent yet)"), name=channel.label))


class MeForm(forms.Form):
    """How a person wants to be told, in which language, with which letters."""

    channel = forms.ChoiceField(
        label=_("How should we contact you?"),
        choices=[(each, _told_by(Channel(each))) for each in Channel.values],
        widget=forms.RadioSelect,
        help_text=_("Every message also appears on your messages page."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect)
    letters = forms.ChoiceField(label=_("Text size"), choices=LETTERS, widget=forms.RadioSelect)


class ErasureForm(forms.Form):
    """The code of the person, typed once more: what is erased does not come back."""

    code = forms.CharField(
        label=_("Code of this person"),
        max_length=20,
        help_text=_("Please type the code shown beside the name, so that nobody is erased by mistake."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_code(self) -> str:
        """The code of this person and of nobody else."""
        typed = heard(self.cleaned_data["code"])
        if typed != self.person.code:
            raise forms.ValidationError(_("This is not this person’s code. Please compare it again."))
        return typed
