"""Boxes that the forms of the bus share: times of a service day, choices of stops."""

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from machikado.town.ride.hours import LAST_MINUTE, Span, clock_of
from machikado.town.ride.models import ServiceArea, Stop
from machikado.town.ride.seen import LENGTH

if TYPE_CHECKING:
    _StopField = forms.ModelChoiceField[Stop]  # generic only in the stubs
else:
    _StopField = forms.ModelChoiceField

_TIME = re.compile(r"([0-9]{1,2}):([0-5][0-9])")
_SPAN = re.compile(r"([0-9]{1,2}:[0-5][0-9])[-–〜~～]([0-9]{1,2}:[0-5][0-9])")


def minute(text: str) -> int | None:
    """Return 8:05 or 24:30 as a minute of the service day; None for what is no such time."""
    found = _TIME.fullmatch(unicodedata.normalize("NFKC", text).strip())
    at = int(found[1]) * 60 + int(found[2]) if found else LAST_MINUTE + 1
    return at if at <= LAST_MINUTE else None


class SeenForm(forms.Form):
    """A form about something that another may change meanwhile: it carries the mark of what its writer saw."""

    seen = forms.CharField(required=False, max_length=LENGTH, widget=forms.HiddenInput)

    @property
    def mark(self) -> str:
        """The mark; "" for something new. The form is valid."""
        return str(self.cleaned_data["seen"])

    def see(self, mark: str) -> None:
        """Carry another mark from now on, with all that was typed."""
        sent: Any = self.data
        self.data = copy = sent.copy()  # what was sent cannot be changed, its copy can
        copy["seen"] = mark


class MinuteField(forms.CharField):
    """A time of the service day, which may pass 24:00."""

    default_error_messages = {"time": _("Please write the time like 9:00 or 24:30.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=5, widget=forms.TextInput({"inputmode": "numeric", "size": "5"}), **kwargs)

    def clean(self, value: Any) -> Any:
        """Return the minute, or None for an empty box."""
        said = super().clean(value)
        at = minute(said) if said else None
        if said and at is None:
            raise forms.ValidationError(self.error_messages["time"])
        return at

    def prepare_value(self, value: Any) -> Any:
        """8:05 for 485; what was typed stays as it was typed."""
        return clock_of(value) if isinstance(value, int) else value


class SpansField(forms.CharField):
    """Spans of time: 7:00–12:00, 13:00–24:30. Empty: none."""

    default_error_messages = {"spans": _("Please write times like 7:00-20:00, with a comma between two of them.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=120, required=False, **kwargs)

    def clean(self, value: Any) -> Any:
        """Return the spans in the order in which they were written."""
        parts = [part for part in re.split(r"[,、\s]+", unicodedata.normalize("NFKC", super().clean(value))) if part]
        spans = []
        for part in parts:
            found = _SPAN.fullmatch(part)
            opens, closes = (minute(found[1]), minute(found[2])) if found else (None, None)
            if opens is None or closes is None:
                raise forms.ValidationError(self.error_messages["spans"])
            spans.append(Span(opens, closes))
        return tuple(spans)

    def prepare_value(self, value: Any) -> Any:
        """7:00-20:00 for a Span; what was typed stays as it was typed."""
        return ", ".join(said(span) for span in value) if isinstance(value, tuple | list) else value


def said(span: Span) -> str:
    """A span as it is typed."""
    return f"{clock_of(span.opens)}-{clock_of(span.closes)}"


class StopChoice(_StopField):
    """One stop of an area, by its number and name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Stop.objects.none(), to_field_name="code", **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """Number and name."""
        return f"{obj.number} {obj.name}"


def of_area(area: ServiceArea) -> Any:
    """The stops from which a StopChoice chooses."""
    return Stop.objects.filter(area=area).order_by("number")
