"""The page on which a resident asks for a way by bus and train together."""

from django.http import HttpResponse
from django.shortcuts import render

from machikado.town.common import clock
from machikado.town.common.acting import status
from machikado.town.common.calendar import town_date
from machikado.town.people.sign_in import client_ip
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride.forms.bookings import first_wish
from machikado.town.ride.hours import minute_of
from machikado.town.ride.models import Passenger
from machikado.town.ride.search_limits import may_search
from machikado.town.transit.forms.ways import WayForm, first_question
from machikado.town.transit.views.way_page import WaysPage, ways_page

STEP = 5


def ways(request: SignedInRequest) -> HttpResponse:
    """Ask, and see the ways. A question is a POST: an address may be somebody's home."""
    now, passenger = clock.now(), Passenger.objects.filter(person_id=request.viewer.person_id).first()
    minute = -(-minute_of(town_date(now), now) // STEP) * STEP
    begun = first_question(passenger, now, minute)
    form = WayForm(request.POST or None, now=now, passenger=passenger, initial=begun)
    page: WaysPage | None = None
    is_asked_too_often = request.method == "POST" and not may_search(client_ip(request))
    if not is_asked_too_often and form.is_valid():
        page = ways_page(form.question(), now, first_wish(passenger, now))
    context = {"form": form, "page": page, "is_asked_too_often": is_asked_too_often}
    return render(request, "transit/ways.html", context, status=429 if is_asked_too_often else status(form))
