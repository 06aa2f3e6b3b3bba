"""The components page: every part of the look in every state, for those who build and check pages."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from machikado.town.common.templatetags.look import icon_names

COLOURS = (
    "key", "link", "lamp-solid", "lamp", "ground", "surface", "text", "text-soft", "good", "care", "bad", "control",
)  # fmt: skip
SAMPLE_TIME = datetime(2026, 12, 15, 9, 41, tzinfo=ZoneInfo("Asia/Tokyo"))
DAYS = (("1", 5), ("2", 10), ("3", 8), ("4", 11), ("5", 4), ("6", 0), ("7", 6))
PROGRESS = ((0, 720, 1280, 1930, 2397, None), (0, 480, 960, 1440, 1920, 2400))


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=gettext_lazy("Name"))
    phone = forms.CharField(
        label=gettext_lazy("Telephone number"), help_text=gettext_lazy("A number that begins with 0"), required=False
    )
    amount = forms.IntegerField(label=gettext_lazy("Amount given"))
    how = forms.ChoiceField(
        label=gettext_lazy("How to reach you"),
        choices=[("phone", gettext_lazy("Telephone")), ("letter", gettext_lazy("Letter"))],
        widget=forms.RadioSelect,
        required=False,
    )
    needs = forms.MultipleChoiceField(
        label=gettext_lazy("Help needed"),
        choices=[("cane", gettext_lazy("Cane")), ("wheelchair", gettext_lazy("Wheelchair"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    place = forms.ChoiceField(
        label=gettext_lazy("Place"), choices=[("hall", gettext_lazy("Town hall")), ("library", gettext_lazy("Library"))]
    )
    words = forms.CharField(label=gettext_lazy("A few words"), widget=forms.Textarea({"rows": 3}), required=False)
    paper = forms.FileField(label=gettext_lazy("Paper"), required=False)
    agreed = forms.BooleanField(label=gettext_lazy("I have read the terms"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].widget.unit = _("yen")


def _flow() -> dict[str, Any]:
    """Steps, times and the proposed repair."""
    steps = [(_("Where to"), "done"), (_("Choose a bus"), "now"), (_("Make sure"), "")]
    return {
        "steps": [{"label": label, "state": state} for label, state in steps],
        "life": [
            {"label": _("Estimate"), "note": "11/10", "state": "done"},
            {"label": _("Entry"), "note": "11/24", "state": "done"},
            {"label": _("Delivery"), "note": "11/27", "state": "now"},
            {"label": _("Acceptance"), "note": "", "state": ""},
        ],
        "times": [
            {"time": "9:58", "title": _("Leave the house"), "state": "past"},
            {"time": "10:06", "title": _("Get on at the hall"), "note": _("White bus, car 2"), "state": "now"},
            {"time": "10:24", "title": _("Get off at the library"), "state": ""},
        ],
        "repairs": [
            {
                "title": _("Telephone duty 10:00–12:00"),
                "before": _("Nobody"),
                "after": _("One certified person"),
                "effect": _("The person is asked first"),
                "name": "repair",
                "value": "1",
                "checked": True,
            }
        ],
    }


def _figures() -> dict[str, Any]:
    """Figures, charts and progress."""
    return {
        "figures": [
            {"label": _("Items"), "figure": "6", "unit": _("items")},
            {"label": _("About"), "before": _("about"), "figure": "21", "unit": _("min")},
            {"label": _("Pay"), "figure": "390", "unit": _("yen")},
            {"label": _("Mean wait"), "figure": "11", "unit": _("min"), "note": _("9 of 10 people: up to 18 min")},
        ],
        "kinds": [(_("Data entry"), 31), (_("Images"), 19), (_("Maps"), 14), (_("Telephone"), 9)],
        "days": DAYS,
        "series": [(_("Actual"), PROGRESS[0]), (_("Plan"), PROGRESS[1])],
        "series_days": ["18", "20", "22", "24", "26", "28"],
        "plan": _("Plan"),
    }


def _pieces() -> dict[str, Any]:
    """Everything small."""
    return {
        "colours": COLOURS,
        "charts": [str(order) for order in range(1, 7)],
        "icons": sorted(icon_names()),
        "chips": [
            {"label": _("Spare"), "kind": ""},
            {"label": _("Handed over"), "kind": "key"},
            {"label": _("Recommended"), "kind": "lamp"},
            {"label": _("Enough time"), "kind": "good"},
            {"label": _("Just in time"), "kind": "care"},
            {"label": _("Will be late"), "kind": "bad"},
        ],
        "minutes": [
            {"value": "10", "label": "10", "unit": _("min")},
            {"value": "25", "label": "25", "unit": _("min")},
            {"value": "50", "label": "50", "unit": _("min")},
            {"value": "other", "label": "", "unit": _("Other"), "icon": "edit"},
        ],
        "facts": [
            {"icon": "walk", "label": _("Walk"), "figure": _("3 min")},
            {"icon": "pin", "label": _("Arrive"), "figure": "10:24"},
            {"icon": "yen", "label": _("Fare"), "figure": _("200 yen")},
        ],
        "links": [
            {"label": _("In work"), "url": "#", "current": True, "count": 14},
            {"label": _("Finished"), "url": "#", "count": 3},
            {"label": _("All"), "url": "#"},
        ],
        "persons": [
            {"name": _("Sample Satomi"), "note": _("A child has a fever"), "chip": _("On duty"), "kind": "care"},
            {"name": _("Sample Yu"), "note": _("At the doctor with a parent"), "chip": _("No effect"), "kind": ""},
        ],
    }


def components(request: HttpRequest) -> HttpResponse:
    """Show all parts; nothing here is kept."""
    wrong = SampleForm({"name": "", "amount": "2.5", "how": "phone", "needs": ["cane"], "place": "hall"})
    context = {**_pieces(), **_figures(), **_flow(), "form": SampleForm(), "wrong": wrong}
    page = Paginator(range(60), 20).get_page(request.GET.get("page"))
    return render(request, "common/components.html", {**context, "page": page, "now": SAMPLE_TIME})
