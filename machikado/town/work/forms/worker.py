"""What a worker types outside a task: the minutes they have, a question to the leader."""

from django import forms
from django.utils.translation import gettext_lazy as _

MINUTES = ("10", "25", "50")
OTHER = "other"
MOST_MINUTES = 600


class MinutesForm(forms.Form):
    """今、何分ありますか: one of three answers, or a number of one's own."""

    minutes = forms.CharField(required=False, max_length=8)
    other = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_MINUTES,
        label=_("How many minutes?"),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), _("Please enter a number of minutes from 1 to 600.")
        ),
    )

    def answer(self, usual: int) -> int:
        """The minutes that were meant; `usual` where nothing sensible was said."""
        if not self.is_valid():
            return usual
        said = self.cleaned_data["minutes"]
        if said == OTHER:
            return self.cleaned_data["other"] or usual
        return int(said) if said.isascii() and said.isdigit() and 0 < int(said) <= MOST_MINUTES else usual


class QuestionForm(forms.Form):
    """リーダーに聞く, and the leader's answer."""

    text = forms.CharField(
        label=_("What is it about?"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("One or two sentences are enough. Please do not copy names from the source."),
    )


class TalkForm(forms.Form):
    """質問する: whatever a worker would like to ask."""

    text = forms.CharField(
        label=_("What would you like to talk about?"),
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("One or two sentences are enough. It can be about anything: the work, the pay, your time."),
    )


class AnswerQuestionForm(forms.Form):
    """What a leader answers to a question."""

    text = forms.CharField(label=_("Answer"), max_length=1000, widget=forms.Textarea({"rows": 3}))
