"""The manager's pages of timetables: take a feed in, look at it, use it, end it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.common.acting import acted, saved, status
from machikado.town.common.live import live
from machikado.town.people.viewer import SignedInRequest
from machikado.town.transit.actions import readings
from machikado.town.transit.actions import timetables as acts
from machikado.town.transit.forms.timetables import FeedForm
from machikado.town.transit.models import FeedReading, Timetable
from machikado.town.transit.queries.readings import faults_of, refusal_of
from machikado.town.transit.queries.timetables import versions
from machikado.town.transit.timetables.tables import MOST_BYTES
from machikado.town.transit.views.timetable_page import timetable_page


def timetables(request: SignedInRequest) -> HttpResponse:
    """All versions; a feed that is sent is read in the background, and not in use yet."""
    form = FeedForm(request.POST, request.FILES) if request.method == "POST" else FeedForm()
    sent: list[FeedReading] = []

    def send() -> None:
        feed, by = form.cleaned_data["feed"], request.viewer.actor
        sent.append(readings.send(name=feed.name, data=feed.read(MOST_BYTES + 1), by=by, now=clock.now()))

    if saved(form, send, "feed"):
        return redirect("transit:reading", sent[0].code)
    return render(request, "transit/timetables.html", {"form": form, "versions": versions()}, status=status(form))


def reading(request: SignedInRequest, code: str) -> HttpResponse:
    """How far a feed is; then the version that came of it, or what is wrong with which line."""
    row = get_object_or_404(FeedReading.objects.select_related("timetable"), code=code)
    if row.timetable is not None:
        return redirect("transit:timetable", row.timetable.code)
    context = {"row": row, "is_stuck": readings.is_stuck(row), "refusal": refusal_of(row), "faults": faults_of(row)}
    return render(request, "transit/reading.html", context)


def reading_live(request: SignedInRequest, code: str) -> HttpResponse:
    """How far it is; when it is through, or stands still, the page is asked for anew."""
    row = get_object_or_404(FeedReading, code=code)
    response = live(request, "transit/reading_live.html", {"row": row})
    if row.state != FeedReading.State.READING or readings.is_stuck(row):
        response["HX-Refresh"] = "true"
    return response


def reading_again(request: SignedInRequest, code: str) -> HttpResponse:
    """Read it once more."""
    row = get_object_or_404(FeedReading, code=code)
    acted(request, lambda: readings.again(reading=row, by=request.viewer.actor))
    return redirect("transit:reading", code)


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
