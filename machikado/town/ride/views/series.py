"""The pages of rides every week: made from a booking, their next days, a day left out or wanted again, the end."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.common.acting import acted, status
from machikado.town.people.models import Person
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride.actions import series as all_series
from machikado.town.ride.forms.series import WeeklyForm, begun
from machikado.town.ride.models import BookingSeries
from machikado.town.ride.queries.bookings import bookings_visible_to
from machikado.town.ride.queries.series import series_of, series_visible_to
from machikado.town.ride.views.acting import saved
from machikado.town.ride.views.series_page import series_pages
from machikado.town.ride.views.whose import whose


def series_list(request: SignedInRequest) -> HttpResponse:
    """What somebody rides every week, with the next days."""
    person, now = Person.objects.get(pk=request.viewer.person_id), clock.now()
    pages = series_pages(list(series_of(person, now)), now)
    return render(request, "ride/series/list.html", {"pages": pages})


def series_add(request: SignedInRequest, code: str) -> HttpResponse:
    """Want a booked ride every week: the page of a booking sends it with one tap, this one asks for more."""
    booking = get_object_or_404(bookings_visible_to(request.viewer).exclude(booked_at=None), code=code)
    form = WeeklyForm(request.POST or None, initial=begun(all_series.as_booked(booking)))
    by, now, made = request.viewer.actor, clock.now(), list[BookingSeries]()
    if saved(form, lambda: made.append(all_series.make(booking=booking, weekly=form.weekly(), by=by, now=now))):
        toasts.success(request, _("From now on the bus is booked every week."))
        return redirect("ride:series", made[0].code)
    is_desk = whose(request.viewer, booking.rider, now).is_desk
    context = {"form": form, "booking": booking, "is_desk": is_desk}
    return render(request, "ride/series/add.html", context, status=status(form))


def series(request: SignedInRequest, code: str) -> HttpResponse:
    """One series with its next days."""
    row = get_object_or_404(series_visible_to(request.viewer), code=code)
    now = clock.now()
    (page,) = series_pages([row], now)
    context = {"page": page, "is_desk": whose(request.viewer, row.rider, now).is_desk}
    return render(request, "ride/series/series.html", context)


def series_skip(request: SignedInRequest, code: str) -> HttpResponse:
    """Leave out one day."""
    return _one_day(request, code, all_series.skip, _("That day is left out."))


def series_want(request: SignedInRequest, code: str) -> HttpResponse:
    """Ride on a day after all that was left out."""
    return _one_day(request, code, all_series.want_again, _("The bus of that day is looked for. You are told."))


def _one_day(request: SignedInRequest, code: str, act: Callable[..., None], done: str) -> HttpResponse:
    row = get_object_or_404(series_visible_to(request.viewer), code=code)
    by, now = request.viewer.actor, clock.now()
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        toasts.error(request, _("Please choose a day first."))
    else:
        acted(request, lambda: act(series=row, day=day, by=by, now=now), done)
    return redirect("ride:series", code)


def series_end(request: SignedInRequest, code: str) -> HttpResponse:
    """Book nothing of it any more; with or without the rides that are booked already."""
    row = get_object_or_404(series_visible_to(request.viewer), code=code)
    end = all_series.end_with_rides if request.POST.get("rides") == "cancel" else all_series.end
    by, now = request.viewer.actor, clock.now()
    acted(request, lambda: end(series=row, by=by, now=now), _("The weekly booking has ended."))
    return redirect("ride:series", code)
