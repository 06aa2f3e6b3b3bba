"""What is typed to invite somebody, and to erase what an inquirer wrote."""

from django import forms
from django.utils.translation import gettext_lazy as _


class InviteForm(forms.Form):
    """Whom to invite. Without an address a letter is printed."""

    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput({"autocomplete": "off"}))
    mail = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        max_length=200,
        help_text=_("The link goes there. If there is none, leave it empty: then you print a letter."),
        widget=forms.EmailInput({"autocomplete": "off"}),
    )


class InviteColleagueForm(InviteForm):
    """A client invites by e-mail."""

    mail = forms.EmailField(
        label=_("E-mail address"),
        max_length=200,
        help_text=_("The link goes there. It works once."),
        widget=forms.EmailInput({"autocomplete": "off"}),
    )


class EraseInquiryForm(forms.Form):
    """Why it is erased."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        help_text=_("Who asked, and how you made sure it was really them. Please do not write a name."),
        widget=forms.Textarea({"rows": 3}),
    )
