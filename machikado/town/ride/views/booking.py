"""The pages of a ride: usual trips, a wish, offers, a promise; for themselves, for a caller, for who agreed."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from machikado.town.common import clock
from machikado.town.common.acting import acted, status
from machikado.town.common.errors import Cannot
from machikado.town.people.models import Person
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride.actions import asking, bookings, passengers
from machikado.town.ride.actions.asking import NewWish
from machikado.town.ride.actions.returning import places_of
from machikado.town.ride.forms.bookings import (
    DeskWishForm,
    PassengerForm,
    WishForm,
    first_wish,
    known,
    wish_again,
)
from machikado.town.ride.models import Booking, ServiceArea
from machikado.town.ride.queries.consents import bookings_in_hands_of, proxies_of
from machikado.town.ride.queries.places import passenger_of
from machikado.town.ride.views.acting import saved, with_bus
from machikado.town.ride.views.booking_page import home_page, offers_page, ride_page
from machikado.town.ride.views.coming import coming_context
from machikado.town.ride.views.return_page import back_page
from machikado.town.ride.views.series_page import every_week
from machikado.town.ride.views.wait_page import wait_page, waits
from machikado.town.ride.views.whose import Whose, whose


@never_cache
def home(request: SignedInRequest) -> HttpResponse:
    """What is booked, and the usual trips, which take one tap."""
    person, now = Person.objects.get(pk=request.viewer.person_id), clock.now()
    own = whose(request.viewer, person, now)
    context = {
        "page": home_page(own, now),
        "passenger": own.passenger,
        "proxies": proxies_of(person, now),
        "waits": waits(own),
    }
    return render(request, "ride/booking/home.html", context)


@with_bus
def book(request: SignedInRequest, area: ServiceArea) -> HttpResponse:
    """First of three steps: from, to, when, who."""
    own = whose(request.viewer, Person.objects.get(pk=request.viewer.person_id), clock.now())
    return wish_page(request, area, own, "ride/booking/wish.html", {})


def wish_page(
    request: SignedInRequest, area: ServiceArea, theirs: Whose, template: str, context: Mapping[str, Any]
) -> HttpResponse:
    """The form of a wish for somebody; what was found is the next page."""
    now, passenger = clock.now(), theirs.passenger
    kind = DeskWishForm if theirs.is_desk else WishForm
    form = kind(request.POST or None, area=area, now=now, passenger=passenger, initial=first_wish(passenger, now))
    if (made := _sent(form, area, theirs, None)) is not None:
        return redirect("ride:offers", made.code)
    context = {"form": form, "rider": theirs.rider, "whose": theirs, **context}
    return render(request, template, context, status=status(form))


def _sent(form: WishForm, area: ServiceArea, theirs: Whose, replaces: Booking | None) -> Booking | None:
    """Ask for what was sent; None where nothing was, or where it cannot be."""
    made: list[Booking] = []

    def ask() -> None:
        wish = theirs.as_rider_says(form.wish(theirs.channel_of(replaces), replaces))
        made.append(asking.ask(area=area, rider=theirs.person, wish=wish, by=theirs.by, now=clock.now()))

    return made[0] if saved(form, ask) else None


def again(request: SignedInRequest, code: str) -> HttpResponse:
    """The same trip once more, as soon as possible: one tap."""
    now = clock.now()
    old = get_object_or_404(bookings_in_hands_of(request.viewer, now), code=code)
    theirs = whose(request.viewer, old.rider, now)
    ends, rider = places_of(old), theirs.person
    wish = NewWish(*ends, riding=old.riding, walk_minutes=old.walk_minutes, channel=theirs.channel)
    try:
        made = asking.ask(area=old.area, rider=rider, wish=wish, by=theirs.by, now=now)
    except Cannot as refusal:
        toasts.error(request, refusal.sentence)
        return redirect(theirs.home_url)
    return redirect("ride:offers", made.code)


def offers(request: SignedInRequest, code: str) -> HttpResponse:
    """Second step: up to three offers; third: the promise."""
    by, now = request.viewer.actor, clock.now()
    asked = get_object_or_404(bookings_in_hands_of(request.viewer, now), code=code)
    if request.method == "POST":
        offer = asked.offers.filter(code=request.POST.get("offer", "")[:20]).first()
        if offer is None:
            toasts.error(request, _("Please choose a bus first."))
        elif acted(request, lambda: bookings.accept(offer=offer, by=by, now=now), _("The bus is booked.")):
            return redirect("ride:booking", code)
    elif asked.booked_at is not None:
        return redirect("ride:booking", code)
    theirs = whose(request.viewer, asked.rider, now)  # asked again: the consent may be over since
    wait = wait_page(asked, theirs, now)
    context = {"page": offers_page(asked, theirs), "wait": wait, "whose": theirs, "is_desk": theirs.is_desk}
    return render(request, "ride/booking/offers.html", context)


@never_cache
def booking(request: SignedInRequest, code: str) -> HttpResponse:
    """A promise: when the bus comes, what to tell the driver, what it costs."""
    now = clock.now()
    row = get_object_or_404(bookings_in_hands_of(request.viewer, now), code=code)
    if row.booked_at is None:
        return redirect("ride:offers", code)
    theirs = whose(request.viewer, row.rider, now)
    context = {
        **coming_context(row, theirs, now),
        "back": back_page(row, now, theirs),
        "weekly": None if theirs.is_proxy or theirs.is_guest else every_week(row),
    }
    return render(request, "ride/booking/booking.html", context)


def slip(request: SignedInRequest, code: str) -> HttpResponse:
    """A promise on paper."""
    now = clock.now()
    row = get_object_or_404(bookings_in_hands_of(request.viewer, now).exclude(booked_at=None), code=code)
    page = ride_page(row, whose(request.viewer, row.rider, now), now)
    return render(request, "ride/desk/slip.html", {"page": page})


def change(request: SignedInRequest, code: str) -> HttpResponse:
    """Another time for the same trip: the old promise stands until the new one is accepted."""
    now = clock.now()
    old = get_object_or_404(bookings_in_hands_of(request.viewer, now), code=code)
    theirs = whose(request.viewer, old.rider, now)
    seen = theirs.seen_places(old)
    begun, rider = wish_again(old, now, seen), theirs.person
    form = WishForm(request.POST or None, area=old.area, now=now, passenger=theirs.passenger, initial=begun)
    form.kept = seen
    if (made := _sent(form, old.area, theirs, old)) is not None:
        return redirect("ride:offers", made.code)
    context = {"form": form, "old": old, "rider": rider, "whose": theirs}
    return render(request, "ride/booking/wish.html", context, status=status(form))


def cancel(request: SignedInRequest, code: str) -> HttpResponse:
    """Give a promise back: one tap, at no cost."""
    by, now = request.viewer.actor, clock.now()
    row = get_object_or_404(bookings_in_hands_of(request.viewer, now), code=code)
    centre_decided = request.POST.get("reason") == Booking.CancelReason.STAFF
    reason = Booking.CancelReason.STAFF if centre_decided else Booking.CancelReason.RIDER
    cancelled = _("The booking is cancelled. It costs nothing.")
    acted(request, lambda: bookings.cancel(booking=row, by=by, now=now, reason=reason), cancelled)
    return redirect("ride:booking", code)


def passenger(request: SignedInRequest) -> HttpResponse:
    """Home, the longest way on foot, needs: said once."""
    person = Person.objects.get(pk=request.viewer.person_id)
    now, by, known_of = clock.now(), request.viewer.actor, passenger_of(person.pk)
    form = PassengerForm(request.POST or None, passenger=known_of, initial=known(known_of))
    if saved(form, lambda: passengers.know(person=person, facts=form.facts(), by=by, now=now)):
        toasts.success(request, _("It is kept. You need not say it again when you book."))
        return redirect("ride:home")
    return render(request, "ride/booking/passenger.html", {"form": form}, status=status(form))
