"""Everything that the pages of the way back show: when one may go, what is booked, who waits at a reception."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from machikado.town.ride.hours import clock_of, minute_of
from machikado.town.ride.models import Booking, Reception
from machikado.town.ride.queries.bookings import RIDDEN, with_promise
from machikado.town.ride.queries.callers import last_four
from machikado.town.ride.queries.returning import minutes_back, ride_back_of, waiting_at
from machikado.town.ride.views.booking_page import Ride, rides
from machikado.town.ride.views.whose import Whose


@dataclass(frozen=True, slots=True)
class BackPage:
    """What an outward ride's page says of the way back: the ride that stands, or times to choose from with one tap."""

    ride: Ride | None
    times: Sequence[str]
    can_ask: bool
    sent_key: UUID


def back_page(outward: Booking, now: datetime, theirs: Whose) -> BackPage | None:
    """Ask for all of it; None on the page of a ride back, and for a guest whose way back is booked elsewhere."""
    if outward.back_of_id is not None:
        return None
    standing = ride_back_of(outward)
    if standing is not None and theirs.is_guest and standing.channel != Booking.Channel.GUEST:
        return None
    this_minute = minute_of(outward.day, now)
    can_ask = standing is None and outward.state in RIDDEN and this_minute * 60 <= outward.promise.arrival_by
    times = [clock_of(each) for each in minutes_back(outward) if each > this_minute] if can_ask else []
    return BackPage(_ride(standing) if standing else None, times, can_ask, uuid4())


def _ride(booking: Booking) -> Ride:
    (found,) = rides(list(with_promise(Booking.objects.filter(pk=booking.pk))))
    return found


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody at a reception, as much of them as it needs: the reading of the name and four digits."""

    ride: Ride
    name: str
    code: str


@dataclass(frozen=True, slots=True)
class ReceptionPage:
    """A reception with those who wait there; `called` is the bus that was just called."""

    reception: Reception
    waiting: Sequence[Waiting]
    called: Waiting | None


def reception_pages(rows: Iterable[Reception], now: datetime, called: Booking | None = None) -> list[ReceptionPage]:
    """Ask for everything that the page of each reception shows."""
    just = _waiting(called) if called else None
    return [ReceptionPage(row, [_waiting(each) for each in waiting_at(row, now)], just) for row in rows]


def _waiting(booking: Booking) -> Waiting:
    rider = booking.rider
    name = (rider.family_kana or rider.family_name) if rider else ""
    return Waiting(_ride(booking), name, last_four(rider))
