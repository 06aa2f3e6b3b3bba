"""The manager's pages of vehicles and shifts."""

from datetime import date, timedelta

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.common.acting import acted, status
from machikado.town.common.calendar import town_date
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride.actions import shifts, vehicles
from machikado.town.ride.forms.fleet import (
    RetireForm,
    ShiftForm,
    VehicleForm,
    initial_of_shift,
    initial_of_vehicle,
)
from machikado.town.ride.models import RideVehicle, ServiceArea, VehicleShift
from machikado.town.ride.queries.shifts import vehicles_of
from machikado.town.ride.views.acting import saved, with_area
from machikado.town.ride.views.shift_page import week_page


@with_area
def vehicle_list(request: SignedInRequest, area: ServiceArea) -> HttpResponse:
    """All vehicles with what fits in."""
    return render(request, "ride/vehicles/list.html", {"vehicles": vehicles_of(area)})


@with_area
def vehicle_add(request: SignedInRequest, area: ServiceArea) -> HttpResponse:
    """Take a vehicle into service."""
    form, by = VehicleForm(request.POST or None), request.viewer.actor
    if request.method == "POST" and saved(
        form, lambda: vehicles.add(area=area, facts=form.facts(), by=by, now=clock.now())
    ):
        toasts.success(request, _("The vehicle is in service. Plan its shifts next."))
        return redirect("ride:vehicles")
    return render(request, "ride/vehicles/vehicle.html", {"form": form, "rows": form.rows()}, status=status(form))


def vehicle(request: SignedInRequest, code: str) -> HttpResponse:
    """One vehicle: look at it, change it."""
    here, by = get_object_or_404(RideVehicle, code=code), request.viewer.actor
    form = VehicleForm(request.POST or None, initial=initial_of_vehicle(here))
    if request.method == "POST" and saved(
        form, lambda: vehicles.change(vehicle=here, facts=form.facts(), by=by, now=clock.now(), seen=form.mark)
    ):
        toasts.success(request, _("The vehicle is saved."))
        return redirect("ride:vehicles")
    retiring = RetireForm(initial={"on": town_date(clock.now())})
    context = {"form": form, "rows": form.rows(), "vehicle": here, "retiring": retiring}
    return render(request, "ride/vehicles/vehicle.html", context, status=status(form))


def vehicle_retire(request: SignedInRequest, code: str) -> HttpResponse:
    """Use a vehicle no more."""
    here, form, by = get_object_or_404(RideVehicle, code=code), RetireForm(request.POST), request.viewer.actor
    if not form.is_valid():
        toasts.error(request, _("Please write the day."))
        return redirect("ride:vehicle", code)
    on = form.cleaned_data["on"]
    act = lambda: vehicles.retire(vehicle=here, on=on, by=by, now=clock.now())  # noqa: E731
    if acted(request, act, _("The vehicle is retired.")):
        return redirect("ride:vehicles")
    return redirect("ride:vehicle", code)


@with_area
def shift_week(request: SignedInRequest, area: ServiceArea) -> HttpResponse:
    """A week of shifts, and one day of them as bars."""
    today = town_date(clock.now())
    day = parse_date_or(request.GET.get("day", ""), today)
    return render(request, "ride/shifts/week.html", {"page": week_page(area, day, today)})


def week_of(day: date) -> str:
    """The address of the week in which a day lies."""
    return f"{reverse('ride:shifts')}?day={day}"


def parse_date_or(said: str, otherwise: date) -> date:
    """The day that an address names, or another one for what is no day, or far from today."""
    try:
        day = parse_date(said) or otherwise
    except ValueError:
        return otherwise
    return day if abs(day - otherwise) < timedelta(days=3660) else otherwise


@with_area
def shift_add(request: SignedInRequest, area: ServiceArea) -> HttpResponse:
    """Plan a shift."""
    now, by = clock.now(), request.viewer.actor
    first = {"day": parse_date_or(request.GET.get("day", ""), town_date(now)), "vehicle": _chosen(request, area)}
    form = ShiftForm(area, town_date(now), request.POST or None, initial=first)
    if request.method == "POST" and saved(form, lambda: shifts.plan(facts=form.facts(), by=by, now=now)):
        toasts.success(request, _("The shift is planned."))
        return redirect(week_of(form.cleaned_data["day"]))
    return render(request, "ride/shifts/shift.html", {"form": form}, status=status(form))


def _chosen(request: SignedInRequest, area: ServiceArea) -> RideVehicle | None:
    return RideVehicle.objects.filter(area=area, code=request.GET.get("vehicle", "")[:10]).first()


@with_area
def shift(request: SignedInRequest, area: ServiceArea, code: str) -> HttpResponse:
    """One shift: look at it, change it."""
    here, now, by = get_object_or_404(VehicleShift, code=code, dropped_at=None), clock.now(), request.viewer.actor
    form = ShiftForm(area, here.day, request.POST or None, initial=initial_of_shift(here))
    if request.method == "POST" and saved(
        form, lambda: shifts.change(shift=here, facts=form.facts(), by=by, now=now, seen=form.mark)
    ):
        toasts.success(request, _("The shift is saved."))
        return redirect(week_of(form.cleaned_data["day"]))
    return render(request, "ride/shifts/shift.html", {"form": form, "shift": here}, status=status(form))


def shift_drop(request: SignedInRequest, code: str) -> HttpResponse:
    """Drop a shift; it can be planned again with the same figures."""
    here, by = get_object_or_404(VehicleShift, code=code), request.viewer.actor
    day = here.day
    acted(request, lambda: shifts.drop(shift=here, by=by, now=clock.now()), _("The shift is dropped."))
    return redirect(week_of(day))
