"""What staff enter when a client says yes or no without a click of their own."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from machikado.town.work.forms.decision import DecisionForm
from machikado.town.work.said import Said, SaidBy


class SaidForm(forms.Form):
    """How the client said so, who and when."""

    by = forms.ChoiceField(label=_("How did the client say so?"), choices=SaidBy.choices, widget=forms.RadioSelect)
    who = forms.CharField(
        label=_("Who said so, and when?"),
        max_length=200,
        help_text=_("For example: Ms Takizawa, today at 10 o’clock. It is kept with the history of the order."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def said(self) -> Said:
        """What was entered. The form is valid."""
        return Said(SaidBy(self.cleaned_data["by"]), self.cleaned_data["who"])


class YesForForm(SaidForm):
    """A yes to an estimate; `number` is the one that the page showed."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=9999)

    def show(self, number: int) -> None:
        """Let the form stand for the estimate that its page shows now: a newer one may have come in between."""
        if self.is_bound:
            self.data = {**dict(self.data.items()), "number": number}


class DecisionForForm(SaidForm, DecisionForm):
    """A decision about a delivery."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].label = _("The client’s decision")
