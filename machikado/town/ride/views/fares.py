"""The manager's pages of fares: the versions, a box to try them, free days."""

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.common.acting import acted, status
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride.actions import fares
from machikado.town.ride.forms.fares import FaresForm, FreeForm, initial_of
from machikado.town.ride.models import FareTable, FreePeriod, ServiceArea
from machikado.town.ride.views.acting import saved, with_area
from machikado.town.ride.views.fare_page import fare_page


@with_area
def fare_tables(request: SignedInRequest, area: ServiceArea) -> HttpResponse:
    """The version in force, those before and after it, and a ride to try them on."""
    return render(request, "ride/fares/list.html", {"page": fare_page(area, request.GET, FreeForm(), clock.now())})


@with_area
def fares_add(request: SignedInRequest, area: ServiceArea) -> HttpResponse:
    """Set a new version of the fares."""
    newest = FareTable.objects.filter(area=area).order_by("-effective_from").first()
    form, by = FaresForm(request.POST or None, initial=initial_of(newest)), request.viewer.actor
    if request.method == "POST" and saved(
        form, lambda: fares.put_in_force(area=area, new=form.fares(), by=by, now=clock.now())
    ):
        toasts.success(request, _("The new fares are set. Try them on a ride."))
        return redirect("ride:fares")
    return render(request, "ride/fares/add.html", {"form": form, "newest": newest}, status=status(form))


@with_area
def free_add(request: SignedInRequest, area: ServiceArea) -> HttpResponse:
    """Let everybody ride free for some days."""
    form, by, now = FreeForm(request.POST), request.viewer.actor, clock.now()
    if saved(form, lambda: fares.set_free(area=area, new=form.period(), by=by, now=now)):
        toasts.success(request, _("Nobody pays on these days."))
        return redirect("ride:fares")
    page = fare_page(area, request.GET, form, now)
    return render(request, "ride/fares/list.html", {"page": page}, status=422)


def free_end(request: SignedInRequest, code: str) -> HttpResponse:
    """End a free period."""
    period, by = get_object_or_404(FreePeriod, code=code), request.viewer.actor
    acted(request, lambda: fares.end_free(period=period, by=by, now=clock.now()), _("The free days are ended."))
    return redirect("ride:fares")
