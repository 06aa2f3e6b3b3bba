"""The pages of whoever rides: usual trips, a wish, offers, a promise; for themselves or, at the desk, for a caller."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages as toasts
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

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
from machikado.town.ride.models import Booking, Passenger, ServiceArea
from machikado.town.ride.queries.bookings import DESK, bookings_visible_to
from machikado.town.ride.views.acting import saved, with_bus
from machikado.town.ride.views.booking_page import home_page, offers_page, ride_page
from machikado.town.ride.views.coming import coming_context
from machikado.town.ride.views.return_page import back_page
from machikado.town.ride.views.series_page import every_week


def home(request: SignedInRequest) -> HttpResponse:
    """What is booked, and the usual trips, which take one tap."""
    person = Person.objects.get(pk=request.viewer.person_id)
    context = {"page": home_page(person, clock.now()), "passenger": passenger_of(person)}
    return render(request, "ride/booking/home.html", context)


@with_bus
def book(request: SignedInRequest, area: ServiceArea) -> HttpResponse:
    """First of three steps: from, to, when, who."""
    return wish_page(request, area, Person.objects.get(pk=request.viewer.person_id), "ride/booking/wish.html", {})


def wish_page(
    request: SignedInRequest, area: ServiceArea, rider: Person, template: str, context: Mapping[str, Any]
) -> HttpResponse:
    """The form of a wish for somebody; what was found is the next page."""
    now, passenger = clock.now(), passenger_of(rider)
    kind = WishForm if rider.pk == request.viewer.person_id else DeskWishForm
    form = kind(request.POST or None, area=area, now=now, passenger=passenger, initial=first_wish(passenger, now))
    if (made := _sent(request, form, area, rider, None)) is not None:
        return redirect("ride:offers", made.code)
    return render(request, template, {"form": form, "rider": rider, **context}, status=status(form))


def _sent(
    request: SignedInRequest, form: WishForm, area: ServiceArea, rider: Person, replaces: Booking | None
) -> Booking | None:
    """Ask for what was sent; None where nothing was, or where it cannot be."""
    made: list[Booking] = []

    def ask() -> None:
        wish = form.wish(channel_of(request, rider), replaces)
        made.append(asking.ask(area=area, rider=rider, wish=wish, by=request.viewer.actor, now=clock.now()))

    return made[0] if saved(form, ask) else None


def again(request: SignedInRequest, code: str) -> HttpResponse:
    """The same trip once more, as soon as possible: one tap."""
    old = get_object_or_404(bookings_visible_to(request.viewer), code=code)
    rider = rider_of(old)
    wish = NewWish(
        *places_of(old),
        riding=old.riding,
        walk_minutes=old.walk_minutes,
        channel=channel_of(request, rider),
    )
    try:
        by, now = request.viewer.actor, clock.now()
        made = asking.ask(area=old.area, rider=rider, wish=wish, by=by, now=now)
    except Cannot as refusal:
        toasts.error(request, refusal.sentence)
        return redirect("ride:home") if rider.pk == request.viewer.person_id else redirect("ride:caller", rider.code)
    return redirect("ride:offers", made.code)


def offers(request: SignedInRequest, code: str) -> HttpResponse:
    """Second step: up to three offers; third: the promise."""
    asked = get_object_or_404(bookings_visible_to(request.viewer), code=code)
    if request.method == "POST":
        offer = asked.offers.filter(code=request.POST.get("offer", "")[:20]).first()
        by, now = request.viewer.actor, clock.now()
        if offer is None:
            toasts.error(request, _("Please choose a bus first."))
        elif acted(request, lambda: bookings.accept(offer=offer, by=by, now=now), _("The bus is booked.")):
            return redirect("ride:booking", code)
    elif asked.booked_at is not None:
        return redirect("ride:booking", code)
    context = {"page": offers_page(asked), "is_desk": is_for_another(request, asked)}
    return render(request, "ride/booking/offers.html", context)


def booking(request: SignedInRequest, code: str) -> HttpResponse:
    """A promise: when the bus comes, what to tell the driver, what it costs."""
    row = get_object_or_404(bookings_visible_to(request.viewer), code=code)
    if row.booked_at is None:
        return redirect("ride:offers", code)
    now = clock.now()
    context = {
        **coming_context(row, request.viewer.actor, now),
        "back": back_page(row, now),
        "weekly": every_week(row),
        "is_desk": is_for_another(request, row),
    }
    return render(request, "ride/booking/booking.html", context)


def slip(request: SignedInRequest, code: str) -> HttpResponse:
    """A promise on paper."""
    row = get_object_or_404(bookings_visible_to(request.viewer).exclude(booked_at=None), code=code)
    return render(request, "ride/desk/slip.html", {"page": ride_page(row, request.viewer.actor, clock.now())})


def change(request: SignedInRequest, code: str) -> HttpResponse:
    """Another time for the same trip: the old promise stands until the new one is accepted."""
    old, now = get_object_or_404(bookings_visible_to(request.viewer), code=code), clock.now()
    rider = rider_of(old)
    begun, passenger = wish_again(old, now), passenger_of(rider)
    form = WishForm(request.POST or None, area=old.area, now=now, passenger=passenger, initial=begun)
    form.kept = dict(zip(("start", "goal"), places_of(old), strict=True))
    if (made := _sent(request, form, old.area, rider, old)) is not None:
        return redirect("ride:offers", made.code)
    context = {"form": form, "old": old, "rider": rider}
    return render(request, "ride/booking/wish.html", context, status=status(form))


def rider_of(booking: Booking) -> Person:
    """Who rides; of a ride that was forgotten there is nothing to ask again."""
    if booking.rider is None:
        raise Http404
    return booking.rider


def cancel(request: SignedInRequest, code: str) -> HttpResponse:
    """Give a promise back: one tap, at no cost."""
    row, now = get_object_or_404(bookings_visible_to(request.viewer), code=code), clock.now()
    by = request.viewer.actor
    centre_decided = request.POST.get("reason") == Booking.CancelReason.STAFF
    reason = Booking.CancelReason.STAFF if centre_decided else Booking.CancelReason.RIDER
    cancelled = _("The booking is cancelled. It costs nothing.")
    acted(request, lambda: bookings.cancel(booking=row, by=by, now=now, reason=reason), cancelled)
    return redirect("ride:booking", code)


def passenger(request: SignedInRequest) -> HttpResponse:
    """Home, the longest way on foot, needs: said once."""
    person = Person.objects.get(pk=request.viewer.person_id)
    now, by, known_of = clock.now(), request.viewer.actor, passenger_of(person)
    form = PassengerForm(request.POST or None, passenger=known_of, initial=known(known_of))
    if saved(form, lambda: passengers.know(person=person, facts=form.facts(), by=by, now=now)):
        toasts.success(request, _("It is kept. You need not say it again when you book."))
        return redirect("ride:home")
    return render(request, "ride/booking/passenger.html", {"form": form}, status=status(form))


def passenger_of(person: Person) -> Passenger | None:
    """What the bus knows of somebody, or None."""
    return Passenger.objects.filter(person=person).first()


def channel_of(request: SignedInRequest, rider: Person) -> str:
    """Who books for somebody else sits at the desk and telephones."""
    own = rider.pk == request.viewer.person_id
    return Booking.Channel.WEB if own else Booking.Channel.PHONE


def is_for_another(request: SignedInRequest, row: Booking) -> bool:
    """Whether the page is looked at by the desk, for the person who calls."""
    return not DESK.isdisjoint(request.viewer.roles) and row.rider_id != request.viewer.person_id
