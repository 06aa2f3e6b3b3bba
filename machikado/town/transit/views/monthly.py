"""The manager's page of monthly figures, and the same as a CSV."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect, render

from machikado.town.common import clock
from machikado.town.common.calendar import town_date
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride.queries.area import first_area
from machikado.town.transit.monthly import Month, table
from machikado.town.transit.queries.monthly import month_of

MONTHS = 24


def figures(request: SignedInRequest) -> HttpResponse:
    """A month at a glance, with the table to take along."""
    first = _month(request.GET.get("month", ""))
    month, days = _of(first), [_back(_month(""), number) for number in range(MONTHS)]
    context = {"first": first, "month": month, "months": days, "pooled": sum(ride.is_pooled for ride in month.ridden)}
    return render(request, "transit/figures.html", context)


def figures_csv(request: SignedInRequest) -> HttpResponse:
    """The table of a month."""
    first = _month(request.GET.get("month", ""))
    if first_area() is None:
        return redirect("transit:figures")
    name = {"Content-Disposition": f'attachment; filename="figures-{first:%Y-%m}.csv"'}
    return HttpResponse(table(_of(first)), content_type="text/csv; charset=utf-8", headers=name)


def _of(first: date) -> Month:
    area = first_area()
    return month_of(area, first, _back(first, -1)) if area else Month((), (), {})


def _month(said: str) -> date:
    """The first day of a month that is written 2026-11; of this month for anything else."""
    try:
        return date.fromisoformat(f"{said}-01")
    except ValueError:
        return town_date(clock.now()).replace(day=1)


def _back(first: date, months: int) -> date:
    """The first day so many months before."""
    count = first.year * 12 + first.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)
