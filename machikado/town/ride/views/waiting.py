"""What the page of somebody who waits for the bus asks for, again and again."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from machikado.town.common import clock, live
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride.queries.bookings import bookings_visible_to
from machikado.town.ride.views.booking import is_for_another
from machikado.town.ride.views.coming import coming_context


def coming(request: SignedInRequest, code: str) -> HttpResponse:
    """How far away the bus is."""
    row = get_object_or_404(bookings_visible_to(request.viewer).exclude(booked_at=None), code=code)
    context = {**coming_context(row, request.viewer.actor, clock.now()), "is_desk": is_for_another(request, row)}
    return live.live(request, "ride/live/coming.html", context)
