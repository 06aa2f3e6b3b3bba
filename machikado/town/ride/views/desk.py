"""The desk's pages: who is calling, what they usually want, a booking for them; and the manager's list of a day."""

from datetime import date, timedelta

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from machikado.town.common import clock
from machikado.town.common.acting import acted, status
from machikado.town.common.calendar import town_date
from machikado.town.people.models import Person, Role
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride.actions import callers, series
from machikado.town.ride.forms.bookings import CallerForm
from machikado.town.ride.models import ServiceArea
from machikado.town.ride.queries.callers import callers_found, people_with_number
from machikado.town.ride.queries.calls import calls_left
from machikado.town.ride.queries.consents import proxies_of
from machikado.town.ride.queries.series import told_messages
from machikado.town.ride.queries.tickets import cards_of, passes_of
from machikado.town.ride.views.acting import saved, with_bus
from machikado.town.ride.views.booking import wish_page
from machikado.town.ride.views.booking_page import home_page
from machikado.town.ride.views.day_page import AskedDay, day_page
from machikado.town.ride.views.mishap_page import care_of
from machikado.town.ride.views.series_page import calls
from machikado.town.ride.views.wait_page import day_line, waits
from machikado.town.ride.views.whose import whose


def desk(request: SignedInRequest) -> HttpResponse:
    """Who is calling? A search is a POST: it may be a name or a number."""
    typed = request.POST.get("q", "").replace("\0", "")[:60]
    context = {"typed": typed, "found": callers_found(typed) if typed else [], "calls": calls(clock.now())}
    return render(request, "ride/desk/callers.html", context)


def told(request: SignedInRequest, code: str) -> HttpResponse:
    """Whoever is reached by telephone alone was told what came of a day of their series."""
    message, by = get_object_or_404(told_messages(), code=code), request.viewer.actor
    tell = series.tell_by_telephone
    acted(request, lambda: tell(message=message, by=by, now=clock.now()), _("Noted: they were told."))
    return redirect("ride:desk")


def caller_add(request: SignedInRequest) -> HttpResponse:
    """Somebody telephones for the first time."""
    form, by, now = CallerForm(request.POST or None), request.viewer.actor, clock.now()
    made: list[Person] = []
    if saved(form, lambda: made.append(callers.meet(new=callers.NewCaller(**form.cleaned_data), by=by, now=now))):
        fresh = made[0].passenger.changed_at == now
        toasts.success(request, _("The caller is known now.") if fresh else _("This caller is known already."))
        return redirect("ride:caller", made[0].code)
    same = people_with_number(form["phone"].value() or "") if form.errors else Person.objects.none()
    return render(request, "ride/desk/caller_add.html", {"form": form, "same": same}, status=status(form))


@never_cache
def caller(request: SignedInRequest, code: str) -> HttpResponse:
    """Book for whoever calls: the usual trips first."""
    return _book_for(request, rider=get_object_or_404(Person, code=code, pseudonymised_at=None))


@with_bus
def _book_for(request: SignedInRequest, area: ServiceArea, rider: Person) -> HttpResponse:
    now = clock.now()
    theirs = whose(request.viewer, rider, now)
    context = {"page": home_page(theirs, now), "proxies": proxies_of(rider, now), "waits": waits(theirs)}
    context |= {"cards": cards_of(rider.pk), "passes": passes_of(rider.pk, town_date(now))}
    return wish_page(request, area, theirs, "ride/desk/caller.html", context)


@with_bus
def day(request: SignedInRequest, area: ServiceArea) -> HttpResponse:
    """The bookings of a day with their state, and what was refused, with the reason."""
    now, asked = clock.now(), request.GET
    today = town_date(now)
    try:
        chosen = date.fromisoformat(asked.get("day", ""))
    except ValueError:
        chosen = today
    wanted = AskedDay(chosen, asked.get("page", ""), asked.get("ride", ""), "all" in asked)
    days = [today + timedelta(days=ahead) for ahead in range(-1, area.book_ahead_days + 1)]
    context = {
        "page": day_page(area, wanted, now),
        "days": days,
        "care": care_of(area, chosen),
        "line": day_line(area, chosen),
        "calls_left": calls_left(),
        "can_run": Role.TRANSPORT in request.viewer.roles,
    }
    return render(request, "ride/desk/day.html", context)
