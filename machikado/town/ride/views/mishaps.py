"""The manager's pages for a day that goes wrong: a vehicle is late or breaks down, a stop closes, a ride is moved."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from machikado.town.common import clock
from machikado.town.common.acting import acted, saved, status
from machikado.town.common.calendar import town_date
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride.actions import mishaps, moves
from machikado.town.ride.actions.mishaps import Outcome
from machikado.town.ride.forms.mishaps import BreakdownForm, ClosedNowForm, DelayForm
from machikado.town.ride.models import Booking, ServiceArea, VehicleShift
from machikado.town.ride.queries.shifts import shifts_between
from machikado.town.ride.views.acting import with_area
from machikado.town.ride.views.fleet import parse_date_or


@with_area
def mishap(request: SignedInRequest, area: ServiceArea) -> HttpResponse:
    """What can go wrong with a day: a form for each; `what` says which one was sent."""
    day = parse_date_or(request.GET.get("day", ""), town_date(clock.now()))
    sent, outcomes = request.POST.get("what", ""), list[Outcome]()
    boxes = _forms(request, area, day, sent)
    if sent in boxes and saved(boxes[sent], lambda: outcomes.append(_act(request, sent, boxes[sent]))):
        toasts.success(request, _said(outcomes[0]))
        return redirect(f"{reverse('ride:day')}?day={day}")
    context = {"day": day, "forms": boxes}
    return render(request, "ride/desk/mishap.html", context, status=status(boxes[sent]) if sent in boxes else 200)


def _forms(request: SignedInRequest, area: ServiceArea, day: date, sent: str) -> dict[str, forms.Form]:
    shifts = shifts_between(area, day, 1)

    def data(what: str) -> Any:
        return request.POST if what == sent else None

    return {
        "delay": DelayForm(shifts, data("delay"), prefix="d"),
        "breakdown": BreakdownForm(area, shifts, data("breakdown"), prefix="b"),
        "closed": ClosedNowForm(area, data("closed"), prefix="c"),
    }


def _act(request: SignedInRequest, what: str, form: forms.Form) -> Outcome:
    given: dict[str, Any] = form.cleaned_data
    acts: dict[str, Callable[..., Outcome]] = {
        "delay": mishaps.delay,
        "breakdown": mishaps.break_down,
        "closed": mishaps.close_now,
    }
    return acts[what](**given, by=request.viewer.actor, now=clock.now())


def _said(outcome: Outcome) -> str:
    """What came of it."""
    moved, lost = len(outcome.moved), len(outcome.lost)
    if not moved and not lost:
        return _("The plan is made anew. Every promise can still be kept, so nobody needs to be told.")
    told = ngettext("%(count)s ride has another time or stop.", "%(count)s rides have another time or stop.", moved) % {
        "count": moved
    }
    gone = ngettext("%(count)s ride cannot be brought.", "%(count)s rides cannot be brought.", lost) % {"count": lost}
    return " ".join([told, *([gone] if lost else []), _("They are told. Whom to call stands on this page.")])


def move(request: SignedInRequest, code: str) -> HttpResponse:
    """Another vehicle fetches them."""
    row, by = get_object_or_404(Booking, code=code), request.viewer.actor
    shift = VehicleShift.objects.filter(code=request.POST.get("shift", "")[:10], dropped_at=None, day=row.day).first()
    if shift is None:
        toasts.error(request, _("Please choose a vehicle."))
    else:
        done = _("%(vehicle)s fetches them now. What was promised stays.") % {"vehicle": shift.vehicle}
        acted(request, lambda: moves.move(booking=row, shift=shift, by=by, now=clock.now()), done)
    return redirect(f"{reverse('ride:day')}?day={row.day}&ride={row.code}#{row.code}")
