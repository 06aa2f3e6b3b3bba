"""The manager's pages of timetables: take a feed in, look at it, use it, end it."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.common.acting import acted, status
from machikado.town.people.viewer import SignedInRequest
from machikado.town.transit.actions import timetables as acts
from machikado.town.transit.forms.timetables import FeedForm
from machikado.town.transit.models import Timetable
from machikado.town.transit.queries.timetables import versions
from machikado.town.transit.timetables.tables import MOST_BYTES
from machikado.town.transit.timetables.words import CannotReadTimetable, Fault
from machikado.town.transit.views.timetable_page import timetable_page


def timetables(request: SignedInRequest) -> HttpResponse:
    """All versions; a feed that is sent is read and shown, and not in use yet."""
    form = FeedForm(request.POST, request.FILES) if request.method == "POST" else FeedForm()
    faults: Sequence[Fault] = ()
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["feed"]
        try:
            data = sent.read(MOST_BYTES + 1)
            row = acts.bring_in(name=sent.name, data=data, by=request.viewer.actor, now=clock.now())
            return redirect("transit:timetable", row.code)
        except CannotReadTimetable as refusal:
            faults = refusal.faults
            form.add_error("feed", refusal.sentence)
    context = {"form": form, "faults": faults, "versions": versions()}
    return render(request, "transit/timetables.html", context, status=status(form))


def timetable(request: SignedInRequest, code: str) -> HttpResponse:
    """One version before it is used: counts, stops near the bus's area, what leaves there on a day."""
    row = get_object_or_404(Timetable, code=code)
    page = timetable_page(row, request.GET.get("day", ""), clock.now())
    return render(request, "transit/timetable.html", {"page": page, "row": row})


def timetable_use(request: SignedInRequest, code: str) -> HttpResponse:
    """Find ways with a version from now on."""
    row, now, by = get_object_or_404(Timetable, code=code), clock.now(), request.viewer.actor
    acted(
        request, lambda: acts.use(timetable=row, by=by, now=now), _("Ways are found with this timetable from now on.")
    )
    return redirect("transit:timetable", code)


def timetable_end(request: SignedInRequest, code: str) -> HttpResponse:
    """Use a version no longer."""
    row, now, by = get_object_or_404(Timetable, code=code), clock.now(), request.viewer.actor
    acted(request, lambda: acts.end(timetable=row, by=by, now=now), _("This timetable is not used any more."))
    return redirect("transit:timetable", code)
