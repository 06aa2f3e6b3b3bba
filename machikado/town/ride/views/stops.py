"""The manager's pages of stops: list and map, editor, closing, photo, table in and out."""

from django.contrib import messages as toasts
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from machikado.town.common import clock
from machikado.town.common.acting import acted, status
from machikado.town.common.calendar import town_date
from machikado.town.people.queries import town
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride import stop_table
from machikado.town.ride.actions import stop_notes, stop_tables, stops
from machikado.town.ride.forms.stops import ClosureForm, PhotoForm, StopForm, TableForm, initial_of
from machikado.town.ride.models import ServiceArea, Stop, StopClosure, StopNote
from machikado.town.ride.queries.stops import found_stops, stops_of
from machikado.town.ride.views.acting import saved, with_area
from machikado.town.ride.views.stop_page import as_geojson, stop_list, stop_page


@with_area
def stop_table_page(request: SignedInRequest, area: ServiceArea) -> HttpResponse:
    """All stops as a list beside the map; searched by name, reading, number or address."""
    words = request.GET.get("q", "")[:80]
    page = stop_list(area, found_stops(area, town_date(clock.now()), words), words, request.viewer.account_id)
    return render(request, "ride/stops/list.html", {"page": page, "area": area})


@with_area
def stops_map(request: SignedInRequest, area: ServiceArea) -> HttpResponse:
    """The stops for the map."""
    return JsonResponse(as_geojson(area, clock.now()), headers={"Cache-Control": "no-store"})


@with_area
def stop_add(request: SignedInRequest, area: ServiceArea) -> HttpResponse:
    """Put up a stop."""
    form, now, by = StopForm(request.POST or None), clock.now(), request.viewer.actor
    if request.method == "POST" and saved(form, lambda: stops.add(area=area, facts=form.facts(), by=by, now=now)):
        toasts.success(request, _("The stop is there. It can be booked as soon as bookings are open."))
        return redirect("ride:stops")
    page = stop_page(form, None, request.viewer.account_id, now)
    return render(request, "ride/stops/stop.html", {"page": page}, status=status(form))


def stop(request: SignedInRequest, code: str) -> HttpResponse:
    """One stop: look at it, change it, move it."""
    here, now, by = get_object_or_404(Stop, code=code), clock.now(), request.viewer.actor
    form = StopForm(request.POST or None, initial=initial_of(stops.facts_of(here)))
    if request.method == "POST" and saved(
        form, lambda: stops.change(stop=here, facts=form.facts(), by=by, now=now, seen=form.mark)
    ):
        toasts.success(request, _("The stop is saved."))
        return redirect("ride:stop", code)
    page = stop_page(form, here, request.viewer.account_id, now)
    return render(request, "ride/stops/stop.html", {"page": page}, status=status(form))


def stop_photo(request: SignedInRequest, code: str) -> HttpResponse:
    """Give a stop a photo."""
    here, form = get_object_or_404(Stop, code=code), PhotoForm(request.POST, request.FILES)
    if form.is_valid():
        photo, by = form.cleaned_data["photo"], request.viewer.actor
        facts = {"stop": here, "name": photo.name, "content": photo.file, "by": by, "now": clock.now()}
        acted(request, lambda: stops.photograph(**facts), _("The photo is there."))
    else:
        toasts.error(request, _("Please choose a photo first."))
    return redirect("ride:stop", code)


def stop_close(request: SignedInRequest, code: str) -> HttpResponse:
    """Close a stop for some days."""
    here, form = get_object_or_404(Stop, code=code), ClosureForm(request.POST)
    by, now = request.viewer.actor, clock.now()
    if saved(form, lambda: stops.close(stop=here, new=form.closure(), by=by, now=now)):
        toasts.success(request, _("The stop is closed for these days. It can be opened again at any time."))
        return redirect("ride:stop", code)
    facts = StopForm(initial=initial_of(stops.facts_of(here)))
    page = stop_page(facts, here, request.viewer.account_id, now, form)
    return render(request, "ride/stops/stop.html", {"page": page}, status=422)


def stop_reopen(request: SignedInRequest, code: str) -> HttpResponse:
    """Open a stop before its closure would have ended."""
    closure = get_object_or_404(StopClosure.objects.select_related("stop"), code=code)
    by, now = request.viewer.actor, clock.now()
    acted(request, lambda: stops.reopen(closure=closure, by=by, now=now), _("The stop is open again."))
    return redirect("ride:stop", closure.stop.code)


def stop_note_settle(request: SignedInRequest, code: str) -> HttpResponse:
    """What a driver said of a stop was looked at."""
    note = get_object_or_404(StopNote.objects.select_related("stop"), code=code)
    by, now = request.viewer.actor, clock.now()
    acted(request, lambda: stop_notes.settle(note=note, by=by, now=now), _("The driver's note is settled."))
    return redirect("ride:stop", note.stop.code)


@with_area
def stops_csv(request: SignedInRequest, area: ServiceArea) -> HttpResponse:
    """The stops as a table, in the columns of the standard."""
    here = town()
    municipality = (here.municipality_code, here.name) if here else ("", "")
    table = stop_table.write(stops_of(area, town_date(clock.now())), municipality)
    name = {"Content-Disposition": 'attachment; filename="stops.csv"'}
    return HttpResponse(table, content_type="text/csv; charset=utf-8", headers=name)


@with_area
def stops_import(request: SignedInRequest, area: ServiceArea) -> HttpResponse:
    """Take a table of stops in: all of it, or none and a sentence for each bad line."""
    form = TableForm(request.POST or None, request.FILES or None)
    faults: tuple[stop_tables.Fault, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            rows = stop_table.read(form.cleaned_data["table"].read(stop_table.MOST_BYTES + 1))
            done = stop_tables.take_in(area=area, rows=rows, by=request.viewer.actor, now=clock.now())
            toasts.success(request, _taken_in(done))
            return redirect("ride:stops")
        except stop_table.CannotReadStops as refusal:
            faults = getattr(refusal, "faults", ())
            form.add_error("table", refusal.sentence)
    context = {"form": form, "faults": faults, "columns": stop_table.COLUMNS}
    return render(request, "ride/stops/import.html", context, status=status(form))


def _taken_in(done: stop_tables.TakenIn) -> str:
    words = ngettext("%(added)s new stop", "%(added)s new stops", done.added)
    return (words + " · " + _("%(changed)s changed, %(same)s as they were")) % {
        "added": done.added,
        "changed": done.changed,
        "same": done.same,
    }
