"""The manager's page: the duties of a day, with what was recorded of each."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render

from machikado.town.common import clock
from machikado.town.common.calendar import town_date
from machikado.town.drive.queries.duty import duties_on
from machikado.town.drive.views.duty_page import day_page
from machikado.town.people.viewer import SignedInRequest

BACK, AHEAD = 3, 1


def day(request: SignedInRequest) -> HttpResponse:
    """All shifts of a day: who drives what, and how far each duty is."""
    today = town_date(clock.now())
    try:
        on = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        on = today
    days = [today + timedelta(days=number) for number in range(-BACK, AHEAD + 1)]
    return render(request, "drive/day.html", {"page": day_page(on, duties_on(on)), "days": days})
