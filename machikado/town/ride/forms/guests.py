"""What a guest types: a mobile number, the code that was sent to it, and how they are called."""

from django import forms
from django.utils.translation import gettext_lazy as _


class NumberForm(forms.Form):
    """The number to which a code is sent."""

    phone = forms.CharField(
        label=_("Mobile telephone number"),
        max_length=30,
        help_text=_("For example 090-1234-5678. It is used for this bus only."),
        widget=forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )


class CodeForm(forms.Form):
    """The six digits of the message."""

    digits = forms.CharField(
        label=_("The 6 digits of the message"),
        max_length=20,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class NameForm(forms.Form):
    """By which name the driver calls them."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=60,
        help_text=_("The family name is enough. The driver calls you so."),
        widget=forms.TextInput({"autocomplete": "family-name"}),
    )
