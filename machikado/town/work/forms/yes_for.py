"""What staff enter when a client says yes to an estimate without a click of their own."""

from django import forms
from django.utils.translation import gettext_lazy as _

from machikado.town.work.said import Said, SaidBy


class YesForForm(forms.Form):
    """How the yes came, from whom and when; `number` is the estimate that the page showed."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=9999)
    by = forms.ChoiceField(label=_("How did the client say so?"), choices=SaidBy.choices, widget=forms.RadioSelect)
    who = forms.CharField(
        label=_("Who said so, and when?"),
        max_length=200,
        help_text=_("For example: Ms Takizawa, today at 10 o’clock. It is kept with the history of the order."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def show(self, number: int) -> None:
        """Let the form stand for the estimate that its page shows now: a newer one may have come in between."""
        if self.is_bound:
            self.data = {**dict(self.data.items()), "number": number}

    def said(self) -> Said:
        """What was entered. The form is valid."""
        return Said(SaidBy(self.cleaned_data["by"]), self.cleaned_data["who"])
