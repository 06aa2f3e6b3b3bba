"""What happens on the way back: a ride at a time, or an open one that comes when called and at the latest as the last.

An open ride back (仮予約) is a promise of the last ride. Whoever is ready asks for the next bus in its place; as long
as none is found, or nobody calls, the last ride stands.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import SYSTEM, Actor
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.models import Person
from machikado.town.people.permissions import require
from machikado.town.ride.actions import asking, authority, bookings
from machikado.town.ride.actions.asking import NewWish, Whereabouts
from machikado.town.ride.events.receptions import RideCalledBack
from machikado.town.ride.ground import Spot
from machikado.town.ride.models import Booking, Reception, Trip
from machikado.town.ride.queries.bookings import RIDDEN
from machikado.town.ride.queries.limits import ride_words
from machikado.town.ride.queries.returning import closes_at, ride_back_of, waiting_at


class CannotReturn(Cannot):
    """A ride back that cannot be had; what was promised stays as it is."""

    sentences = {
        "not_booked": _("There is no ride there from which to come back."),
        "there": _("A ride back is booked already: %(ride)s."),
        "no_last": _(
            "There is no bus back any more on that day. Please ask for another time, or telephone the centre."
        ),
        "not_open": _("This ride does not wait for a call."),
        "only_last": _("No bus can come earlier just now. The last one stands: %(ride)s. You may call again later."),
        "not_here": _("Nobody here waits for this bus."),
    }


def back(*, outward: Booking, minute: int, channel: str, by: Actor, now: datetime) -> Booking:
    """Look for a ride back at a minute of the same service day. Raises CannotReturn, CannotAsk."""
    authority.may_book(by, outward.rider, now)
    rider = _rider_of(outward)
    wish = replace(wish_back(outward, channel), minute=minute)
    return asking.ask(area=outward.area, rider=rider, wish=wish, by=by, now=now)


def open_return(*, outward: Booking, sent_key: UUID, channel: str, by: Actor, now: datetime) -> Booking:
    """Promise the last ride back of the day, which an earlier one takes the place of when called.

    The same form sent twice is one ride. Raises CannotReturn, CannotAsk, CannotBook.
    """
    authority.may_book(by, outward.rider, now)
    sent = Booking.objects.filter(sent_key=sent_key, back_of=outward, state=Booking.State.BOOKED).first()
    if sent is not None:
        return sent
    rider = _rider_of(outward)
    wish = replace(wish_back(outward, channel), minute=last_minute(outward), is_open=True, sent_key=sent_key)
    asked = asking.ask(area=outward.area, rider=rider, wish=wish, by=by, now=now)
    last = asked.offers.order_by("number" if asked.state == Booking.State.OFFERED else "-pickup_from").first()
    if last is None or last.pickup_from < outward.promise.arrival_by:
        raise CannotReturn("no_last")
    return bookings.accept(offer=last, by=by, now=now)


def ready(*, booking: Booking, channel: str, by: Actor, now: datetime) -> Booking:
    """Fetch somebody who is ready now: the earliest bus takes the place of the last one. Said twice, it is one bus.

    Raises CannotReturn if none comes earlier, and the last ride stands; CannotAsk, CannotBook.
    """
    authority.may_book(by, booking.rider, now)
    if (called := _called(booking)) is not None:
        return called
    if not booking.is_open or booking.rider is None or booking.state != Booking.State.BOOKED:
        raise CannotReturn("not_open")
    if not bookings.may_cancel(booking, by, now):  # it is nearly there
        raise CannotReturn("only_last", ride=ride_words(booking.promise))
    ends = places_of(booking)
    wish = NewWish(*ends, riding=booking.riding, walk_minutes=booking.walk_minutes, channel=channel)
    wish = replace(wish, replaces=booking, back_of=booking.back_of)
    asked = asking.ask(area=booking.area, rider=booking.rider, wish=wish, by=by, now=now)
    soonest = asked.offers.order_by("pickup_from", "number").first()
    if soonest is None or soonest.pickup_from >= booking.promise.pickup_from:
        raise CannotReturn("only_last", ride=ride_words(booking.promise))
    return bookings.accept(offer=soonest, by=by, now=now)


def call_for(*, reception: Reception, booking: Booking, by: Actor, now: datetime) -> Booking:
    """Fetch somebody who is ready at a reception, whose people say so. Raises like `ready`."""
    require(by, may="ride.call_back", on=reception)
    here = booking in waiting_at(reception, now) or _called(booking) is not None
    if reception.closed_at is not None or not here:
        raise CannotReturn("not_here")
    try:
        made = ready(booking=booking, channel=Booking.Channel.RECEPTION, by=SYSTEM, now=now)
    except Cannot:
        _tell_called(reception, by, now, found=False)
        raise
    _tell_called(reception, by, now, found=True)
    return made


@transaction.atomic
def _tell_called(reception: Reception, by: Actor, now: datetime, *, found: bool) -> None:
    record(RideCalledBack(code=reception.code, found=found), by=by, now=now)


def last_minute(outward: Booking) -> int:
    """When the last ride home sets out: as late as it can safely be."""
    from machikado.town.ride.planning.asking import RULES

    return closes_at(outward.area, outward.day) - RULES.last_ride_seconds // 60


def _called(booking: Booking) -> Booking | None:
    """The bus that was called before in the place of the last one."""
    return booking.replaced_by.filter(state__in=(Booking.State.BOOKED, Booking.State.ABOARD)).first()


def _rider_of(outward: Booking) -> Person:
    """Who rides out, and back. Raises CannotReturn where there is nobody to bring back, or who is brought already."""
    if outward.rider is None or outward.state not in RIDDEN or outward.back_of_id is not None:
        raise CannotReturn("not_booked")
    if (standing := ride_back_of(outward)) is not None:
        raise CannotReturn("there", ride=ride_words(standing.promise))
    return outward.rider


def places_of(trip: Trip) -> tuple[Whereabouts, Whereabouts]:
    """From where to where a booking or a series goes."""
    return (
        Whereabouts(trip.from_name, Spot(trip.from_lat, trip.from_lon), trip.from_code),
        Whereabouts(trip.to_name, Spot(trip.to_lat, trip.to_lon), trip.to_code),
    )


def wish_back(outward: Booking, channel: str) -> NewWish:
    """From where a ride went, back to where it began, on its day; the minute is still to be said."""
    goal, start = places_of(outward)
    return NewWish(
        start,
        goal,
        when=Booking.When.LEAVE,
        day=outward.day,
        riding=outward.riding,
        walk_minutes=outward.walk_minutes,
        channel=channel,
        back_of=outward,
    )
