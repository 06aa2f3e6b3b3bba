"""What the page of somebody who waits for the bus asks for, again and again."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from machikado.town.common import clock, live
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride.queries.consents import bookings_in_hands_of
from machikado.town.ride.views.coming import coming_context
from machikado.town.ride.views.whose import whose


def coming(request: SignedInRequest, code: str) -> HttpResponse:
    """How far away the bus is."""
    now = clock.now()
    row = get_object_or_404(bookings_in_hands_of(request.viewer, now).exclude(booked_at=None), code=code)
    context = coming_context(row, whose(request.viewer, row.rider, now), now)
    return live.live(request, "ride/live/coming.html", context)
