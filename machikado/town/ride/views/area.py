"""The manager's pages of the area, its hours and suspensions."""

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.common.acting import acted, status
from machikado.town.common.calendar import town_date
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride.actions import area as areas
from machikado.town.ride.actions import suspending
from machikado.town.ride.forms.area import AreaForm, HoursForm, SuspensionForm, initial_of, initial_of_area
from machikado.town.ride.models import ServiceArea, Suspension
from machikado.town.ride.queries.area import first_area, sets_of_hours
from machikado.town.ride.views.acting import saved, with_area
from machikado.town.ride.views.call_page import check_page
from machikado.town.ride.views.calls import after_calling_off
from machikado.town.ride.views.hours_page import hours_page


@with_area
def hours(request: SignedInRequest, area: ServiceArea) -> HttpResponse:
    """When the bus runs, and when it does not; set new hours."""
    now, by = clock.now(), request.viewer.actor
    sets = sets_of_hours(area)
    form = HoursForm(request.POST or None, initial=initial_of(sets[0][1] if sets else (), town_date(now)))
    if request.method == "POST" and saved(form, lambda: areas.set_hours(area=area, hours=form.hours(), by=by, now=now)):
        toasts.success(request, _("The hours are set."))
        return redirect("ride:hours")
    page = hours_page(area, form, SuspensionForm(), now)
    return render(request, "ride/hours.html", {"page": page}, status=status(form))


@with_area
def suspend(request: SignedInRequest, area: ServiceArea) -> HttpResponse:
    """運休: the bus does not run. Where rides are promised in that time, a page shows them before it is done."""
    form, now = SuspensionForm(request.POST), clock.now()
    if form.is_valid() and "sure" not in request.POST:
        page = check_page(area, form.suspension(), now)
        if page.touches:
            return render(request, "ride/calls/check.html", {"page": page, "form": form})
    made: list[Suspension] = []
    if saved(form, lambda: made.append(_suspend(request, area, form))):
        return after_calling_off(request, made[0])
    sets = sets_of_hours(area)
    first = HoursForm(initial=initial_of(sets[0][1] if sets else (), town_date(now)))
    return render(request, "ride/hours.html", {"page": hours_page(area, first, form, now)}, status=422)


def _suspend(request: SignedInRequest, area: ServiceArea, form: SuspensionForm) -> Suspension:
    by, now = request.viewer.actor, clock.now()
    return suspending.suspend_all(area=area, new=form.suspension(), by=by, now=now)


def lift(request: SignedInRequest, code: str) -> HttpResponse:
    """Let the bus run again."""
    row, by = get_object_or_404(Suspension, code=code), request.viewer.actor
    acted(request, lambda: areas.lift(suspension=row, by=by, now=clock.now()), _("The bus runs again."))
    return redirect("ride:hours")


def area_page(request: SignedInRequest) -> HttpResponse:
    """Where the bus runs and what is promised there; the first time it is founded."""
    here = first_area()
    form = AreaForm(request.POST or None, initial=initial_of_area(here))
    if request.method == "POST" and saved(form, lambda: _set_area(request, here, form)):
        toasts.success(request, _("The area is saved."))
        return redirect("ride:hours")
    return render(request, "ride/area.html", {"form": form, "area": here}, status=status(form))


def _set_area(request: SignedInRequest, here: ServiceArea | None, form: AreaForm) -> None:
    by, now = request.viewer.actor, clock.now()
    if here is None:
        areas.found(new=form.area(), by=by, now=now)
    else:
        areas.change(area=here, new=form.area(), by=by, now=now, seen=form.mark)
