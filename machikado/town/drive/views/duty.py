"""The pages of duty: the shifts ahead, what comes next on one of them, and the form of each record."""

from uuid import uuid4

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.common.acting import saved, status
from machikado.town.drive.actions import duty as duties
from machikado.town.drive.actions import rolls
from machikado.town.drive.forms.duty import CashForm, CheckForm, DepartForm, ReportForm, RollForm
from machikado.town.drive.models import RollCall
from machikado.town.drive.queries.duty import Duty, cash_of, duty_of, shifts_ahead, shifts_visible_to
from machikado.town.drive.views.duty_page import home_page, report_page, shift_page
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride.models import VehicleShift


def shift_for(request: SignedInRequest, code: str) -> VehicleShift:
    """The shift of an address: a driver's own, or any for a manager; else there is none."""
    return get_object_or_404(shifts_visible_to(request.viewer), code=code)


def home(request: SignedInRequest) -> HttpResponse:
    """The shifts that a driver has today and in the days that come."""
    now = clock.now()
    return render(request, "drive/home.html", {"page": home_page(list(shifts_ahead(request.viewer, now)), now)})


def shift(request: SignedInRequest, code: str) -> HttpResponse:
    """One shift: what was recorded, and what comes next."""
    return _shift(request, duty_of(shift_for(request, code)), DepartForm())


def _shift(request: SignedInRequest, duty: Duty, form: DepartForm) -> HttpResponse:
    context = {"page": shift_page(duty), "form": form}
    return render(request, "drive/shift.html", context, status=status(form))


def roll(request: SignedInRequest, code: str, part: str) -> HttpResponse:
    """A roll call before or after driving."""
    here, viewer = shift_for(request, code), request.viewer
    duty = duty_of(here)
    old = duty.before if part == RollCall.Part.BEFORE else duty.after
    form = RollForm(request.POST or None, shift=here, part=part, viewer=viewer, is_again=old is not None)
    if saved(form, lambda: rolls.call_roll(shift=here, new=form.roll(), by=viewer.actor, now=clock.now())):
        return redirect("drive:shift", code)
    return render(request, "drive/roll.html", {"form": form, "duty": duty, "part": part}, status=status(form))


def check(request: SignedInRequest, code: str) -> HttpResponse:
    """The check of the vehicle before it goes out."""
    here, by = shift_for(request, code), request.viewer.actor
    duty = duty_of(here)
    form = CheckForm(request.POST or None, is_again=duty.check is not None)
    if saved(form, lambda: rolls.check_vehicle(shift=here, new=form.check_up(), by=by, now=clock.now())):
        return redirect("drive:shift", code)
    return render(request, "drive/check.html", {"form": form, "duty": duty}, status=status(form))


def depart(request: SignedInRequest, code: str) -> HttpResponse:
    """The vehicle goes out."""
    here, by, form = shift_for(request, code), request.viewer.actor, DepartForm(request.POST)

    def go() -> None:
        given = form.cleaned_data
        key, km = given["sent_key"] or uuid4(), given["odometer_km"]
        duties.depart(shift=here, sent_key=key, odometer_km=km, by=by, now=clock.now())

    if saved(form, go):
        return redirect("drive:run", code)
    return _shift(request, duty_of(here), form)


def cash(request: SignedInRequest, code: str) -> HttpResponse:
    """The cash after driving."""
    here, by = shift_for(request, code), request.viewer.actor
    duty = duty_of(here)
    form = CashForm(request.POST or None, is_again=duty.cash is not None)
    if saved(form, lambda: duties.count_cash(shift=here, new=form.cash(), by=by, now=clock.now())):
        return redirect("drive:shift", code)
    context = {"form": form, "duty": duty, "expected": cash_of(here)}
    return render(request, "drive/cash.html", context, status=status(form))


def report(request: SignedInRequest, code: str) -> HttpResponse:
    """Write the daily report."""
    here, by = shift_for(request, code), request.viewer.actor
    duty = duty_of(here)
    form = ReportForm(request.POST or None, is_again=duty.report is not None)
    if saved(form, lambda: duties.write_report(shift=here, new=form.report(), by=by, now=clock.now())):
        toasts.success(request, _("The report is written. Thank you for driving today."))
        return redirect("drive:report_print", code)
    return render(request, "drive/report.html", {"form": form, "duty": duty}, status=status(form))


def report_print(request: SignedInRequest, code: str) -> HttpResponse:
    """The daily report on paper."""
    duty = duty_of(shift_for(request, code))
    if duty.report is None:
        return redirect("drive:shift", code)
    return render(request, "drive/report_print.html", {"page": report_page(duty, duty.report)})
