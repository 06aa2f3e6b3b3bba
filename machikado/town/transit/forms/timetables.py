"""What a manager chooses to take a timetable in."""

from django import forms
from django.utils.translation import gettext_lazy as _


class FeedForm(forms.Form):
    """A feed as a file."""

    feed = forms.FileField(
        label=_("Timetable (GTFS, .zip)"), max_length=255, widget=forms.FileInput({"accept": ".zip"})
    )
