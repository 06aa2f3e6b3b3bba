"""Who books without a sign-in in the sample town: a made-up guest with a made-up number, for tomorrow."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from machikado.town.common import worker
from machikado.town.common.calendar import town_date
from machikado.town.people.actions import guests
from machikado.town.people.actions.guests import Asking
from machikado.town.people.models import Guest
from machikado.town.ride.actions import asking, bookings
from machikado.town.ride.actions.asking import CannotAsk, NewWish, Whereabouts
from machikado.town.ride.actions.bookings import CannotBook
from machikado.town.ride.ground import Spot
from machikado.town.ride.models import Booking, ServiceArea, Stop

PHONE = "080-0000-0415"
NAME = "見本"  # as on a form that is filled in to show how
FIRST_KEY = 8_300_000
HOURS = range(10 * 60 + 30, 16 * 60, 75)


def build(now: datetime) -> None:
    """A number is proven, a name said, and a ride from one station to the other taken."""
    number = guests.ask_code(asking=Asking(PHONE, None), now=now, real=now)
    sent = Guest.objects.select_related("message").get(number=number).message
    assert sent is not None
    guest = guests.come_in(number=number, typed=sent.params["digits"], now=now, real=now)
    guests.say_name(guest=guest, name=NAME, by=guests.actor_of(guest), now=now)
    _book(Guest.objects.select_related("person").get(pk=guest.pk), now)
    worker.do_waiting_chores()


def _book(guest: Guest, now: datetime) -> None:
    """At the first of some times at which there is a bus."""
    area, by, day = ServiceArea.objects.get(), guests.actor_of(guest), town_date(now) + timedelta(days=1)
    begin, end = (_there(stop) for stop in Stop.objects.filter(area=area, name__contains="駅").order_by("number")[:2])
    for minute in HOURS:
        key = UUID(int=FIRST_KEY + minute)
        leave, channel = Booking.When.LEAVE, Booking.Channel.GUEST
        wish = NewWish(begin, end, leave, day, minute, channel=channel, sent_key=key)
        with suppress(CannotAsk, CannotBook):
            asked = asking.ask(area=area, rider=guest.person, wish=wish, by=by, now=now)
            bookings.accept(offer=asked.offers.order_by("number")[0], by=by, now=now)
            return


def _there(stop: Stop) -> Whereabouts:
    return Whereabouts(stop.name, Spot(stop.lat, stop.lon), stop.code)
