"""The office's pages: fares that are open, a month in sums, what is on all cards."""

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from machikado.town.common import clock
from machikado.town.common.acting import acted, status
from machikado.town.common.calendar import month_in
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride.actions import open_fares
from machikado.town.ride.forms.tickets import SettleForm, initial_of
from machikado.town.ride.models import OpenFare
from machikado.town.ride.queries.tickets import fares_to_settle
from machikado.town.ride.reasons import why_open
from machikado.town.ride.views.acting import saved
from machikado.town.ride.views.ticket_page import month_page, months_until, table


@never_cache
def open_list(request: SignedInRequest) -> HttpResponse:
    """Fares that are open, and what was paid twice."""
    fares = [(fare, why_open(fare.reason)) for fare in fares_to_settle()]
    return render(request, "ride/tickets/open_list.html", {"fares": fares})


@never_cache
def open_fare(request: SignedInRequest, code: str) -> HttpResponse:
    """Settle one, waive it, or give back what was paid twice."""
    fare = get_object_or_404(OpenFare.objects.select_related("booking__rider", "card"), code=code)
    by, now = request.viewer.actor, clock.now()
    if request.POST.get("what") == "returned":
        acted(request, lambda: open_fares.give_back_twice(fare=fare, by=by, now=now), _("Noted: it was given back."))
        return redirect("ride:open_fares")
    form = SettleForm(request.POST or None, initial=initial_of(fare))

    def settle() -> None:
        open_fares.settle(fare=fare, settling=form.settling(), key=form.cleaned_data["key"], by=by, now=now)

    if saved(form, settle):
        toasts.success(request, _("The fare is settled."))
        return redirect("ride:open_fares")
    context = {"fare": fare, "why": why_open(fare.reason), "form": form}
    return render(request, "ride/tickets/open_fare.html", context, status=status(form))


@never_cache
def month(request: SignedInRequest) -> HttpResponse:
    """A month in sums, and what is not used yet."""
    first = month_in(months_until(clock.now()), request.GET.get("month", ""))
    return render(request, "ride/tickets/month.html", {"page": month_page(first, clock.now())})


@never_cache
def month_csv(request: SignedInRequest) -> HttpResponse:
    """Each line of the month's ledger as a table."""
    first = month_in(months_until(clock.now()), request.GET.get("month", ""))
    name = {"Content-Disposition": f'attachment; filename="cards-{first:%Y-%m}.csv"'}
    return HttpResponse(table(first), content_type="text/csv; charset=utf-8", headers=name)
