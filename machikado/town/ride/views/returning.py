"""The pages of the way back: at a time, open until somebody is ready, and called by the reception of a clinic."""

from datetime import datetime
from uuid import UUID, uuid4

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.common.acting import acted, status
from machikado.town.common.errors import Cannot
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride.actions import receptions, returning
from machikado.town.ride.forms.boxes import minute
from machikado.town.ride.forms.receptions import ReceptionForm
from machikado.town.ride.models import Booking, Reception, ServiceArea
from machikado.town.ride.queries.consents import bookings_in_hands_of
from machikado.town.ride.queries.returning import receptions_visible_to
from machikado.town.ride.views.acting import saved, with_area
from machikado.town.ride.views.return_page import reception_pages
from machikado.town.ride.views.whose import Whose, whose


def back(request: SignedInRequest, code: str) -> HttpResponse:
    """Look for a ride back at a time; what was found is the next page."""
    outward, theirs, now = _found(request, code)
    at = minute(request.POST.get("minute", "")[:10])
    if at is None:
        toasts.error(request, _("Please write the time like 9:00 or 24:30."))
        return redirect("ride:booking", code)
    try:
        made = returning.back(outward=outward, minute=at, channel=theirs.channel, by=theirs.by, now=now)
    except Cannot as refusal:
        toasts.error(request, refusal.sentence)
        return redirect("ride:booking", code)
    return redirect("ride:offers", made.code)


def back_open(request: SignedInRequest, code: str) -> HttpResponse:
    """Promise the last ride back, which comes earlier when called: one tap."""
    (outward, theirs, now), key = _found(request, code), _key(request)
    try:
        made = returning.open_return(outward=outward, sent_key=key, channel=theirs.channel, by=theirs.by, now=now)
    except Cannot as refusal:
        toasts.error(request, refusal.sentence)
        return redirect("ride:booking", code)
    return redirect("ride:booking", made.code)


def _found(request: SignedInRequest, code: str) -> tuple[Booking, Whose, datetime]:
    """The ride that is meant, whose it is, and the moment."""
    now = clock.now()
    row = get_object_or_404(bookings_in_hands_of(request.viewer, now).exclude(rider=None), code=code)
    return row, whose(request.viewer, row.rider, now), now


def _key(request: SignedInRequest) -> UUID:
    """What the form carries, so that two taps are one ride."""
    try:
        return UUID(request.POST.get("sent_key", ""))
    except ValueError:
        return uuid4()


def ready(request: SignedInRequest, code: str) -> HttpResponse:
    """Whoever waits for a call is ready: the next bus comes."""
    row, theirs, now = _found(request, code)
    try:
        made = returning.ready(booking=row, channel=theirs.channel, by=theirs.by, now=now)
    except Cannot as refusal:
        toasts.error(request, refusal.sentence)
        return redirect("ride:booking", code)
    toasts.success(request, _("The bus is coming."))
    return redirect("ride:booking", made.code)


def reception(request: SignedInRequest) -> HttpResponse:
    """Who is at a reception of the viewer's organisation and waits for a call, by reading and four digits."""
    pages = reception_pages(receptions_visible_to(request.viewer), clock.now())
    return render(request, "ride/receptions/desk.html", {"pages": pages})


def reception_call(request: SignedInRequest, code: str) -> HttpResponse:
    """The reception says that somebody is ready."""
    row = get_object_or_404(receptions_visible_to(request.viewer), code=code)
    booking = Booking.objects.select_related("area", "rider").filter(code=request.POST.get("booking", "")[:20]).first()
    by, now = request.viewer.actor, clock.now()
    if booking is None:
        toasts.error(request, _("Please choose who is ready."))
        return redirect("ride:reception")
    try:
        made = returning.call_for(reception=row, booking=booking, by=by, now=now)
    except Cannot as refusal:
        toasts.error(request, refusal.sentence)
        return redirect("ride:reception")
    return render(request, "ride/receptions/coming.html", {"page": reception_pages([row], now, made)[0]})


@with_area
def reception_list(request: SignedInRequest, area: ServiceArea) -> HttpResponse:
    """The receptions that may call a bus, and a form for another."""
    form, by, now = ReceptionForm(request.POST or None), request.viewer.actor, clock.now()
    if saved(form, lambda: receptions.open_reception(area=area, new=form.new(), by=by, now=now)):
        toasts.success(request, _("The reception can call the bus now. Its people were told."))
        return redirect("ride:receptions")
    context = {"form": form, "rows": receptions_visible_to(request.viewer)}
    return render(request, "ride/receptions/list.html", context, status=status(form))


def reception_close(request: SignedInRequest, code: str) -> HttpResponse:
    """A reception calls no bus any more."""
    row = get_object_or_404(Reception, code=code)
    by, now = request.viewer.actor, clock.now()
    acted(request, lambda: receptions.close(reception=row, by=by, now=now), _("The reception is closed."))
    return redirect("ride:receptions")
