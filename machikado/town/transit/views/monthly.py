"""The manager's page of monthly figures, and the same as a CSV."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render

from machikado.town.common import clock
from machikado.town.common.calendar import month_in, months_back, town_date
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride.queries.area import first_area
from machikado.town.transit.monthly import Month, table
from machikado.town.transit.queries.monthly import month_of

MONTHS = 24


def figures(request: SignedInRequest) -> HttpResponse:
    """A month at a glance, with the table to take along."""
    first = month_in(_months(), request.GET.get("month", ""))
    month = _of(first)
    context = {
        "first": first,
        "month": month,
        "months": _months(),
        "pooled": sum(ride.is_pooled for ride in month.ridden),
    }
    return render(request, "transit/figures.html", context)


def figures_csv(request: SignedInRequest) -> HttpResponse:
    """The table of a month."""
    first = month_in(_months(), request.GET.get("month", ""))
    if first_area() is None:
        return redirect("transit:figures")
    name = {"Content-Disposition": f'attachment; filename="figures-{first:%Y-%m}.csv"'}
    return HttpResponse(table(_of(first)), content_type="text/csv; charset=utf-8", headers=name)


def _of(first: date) -> Month:
    area, until = first_area(), (first + timedelta(days=31)).replace(day=1)
    return month_of(area, first, until) if area else Month((), (), {})


def _months() -> list[date]:
    """The first days of the months of which there may be figures, this one first."""
    return months_back(town_date(clock.now()), MONTHS)
