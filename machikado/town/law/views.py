"""The page of the law for staff: what is kept for how long, and why."""

from django.http import HttpResponse
from django.shortcuts import render

from machikado.town.common import clock
from machikado.town.common.calendar import town_date
from machikado.town.law.retention import terms
from machikado.town.people.viewer import SignedInRequest


def retention(request: SignedInRequest) -> HttpResponse:
    """Show every rule of retention with its term."""
    return render(request, "law/retention.html", {"terms": terms(town_date(clock.now()))})
