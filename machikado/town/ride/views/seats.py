"""One tap to wait for a seat on a full bus, and one not to wait any more."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.common.acting import acted
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride.actions import waiting
from machikado.town.ride.queries.consents import bookings_in_hands_of


def wait(request: SignedInRequest, code: str) -> HttpResponse:
    """Wait: the seat that comes free is booked, and they are told."""
    return _act(request, code, waiting.wait, _("You are on the waiting list. When a seat comes free, we tell you."))


def wait_end(request: SignedInRequest, code: str) -> HttpResponse:
    """Do not wait any more."""
    return _act(request, code, waiting.let_go, _("You do not wait any more."))


def _act(request: SignedInRequest, code: str, act: Callable[..., object], done: str) -> HttpResponse:
    by, now = request.viewer.actor, clock.now()
    booking = get_object_or_404(bookings_in_hands_of(request.viewer, now), code=code)
    acted(request, lambda: act(booking=booking, by=by, now=now), done)
    return redirect("ride:offers", code)
