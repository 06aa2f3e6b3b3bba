"""What tests of the waiting list share: a van with one seat, taken at ten tomorrow, and people who wait for it."""

from typing import Any

from machikado.town.common.actors import Actor
from machikado.town.people.models import Person
from machikado.town.ride.actions import waiting
from machikado.town.ride.actions.vehicles import Fits
from machikado.town.ride.models import Booking, ServiceArea, Waiting
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import a_rider, a_riding_town, actor_of, asked, booked


def one_seat(cast: Any) -> ServiceArea:
    """Nobody may wait longer than five minutes for the only seat, so that one takes it from all."""
    area = a_riding_town(cast, layouts=(Fits(1),))
    area.max_wait_minutes = 5
    area.save()
    return area


def a_full_bus(cast: Any, **changes: Any) -> Booking:
    """Hara took the seat; what Yoda asked for at the same moment is refused."""
    area = one_seat(cast)
    booked(area, cast.hara)
    return asked(area, cast.yoda, **changes)


def waits(area: ServiceArea, rider: Person | None = None, **changes: Any) -> Booking:
    """Somebody asks in vain and waits for a seat."""
    booking = asked(area, rider or a_rider(), **changes)
    waiting.wait(booking=booking, by=whoever_rides(booking), now=NOON)
    return booking


def whoever_rides(booking: Booking) -> Actor:
    """The passenger, as one who acts."""
    assert booking.rider is not None
    return actor_of(booking.rider)


def states(*waiters: Booking) -> list[tuple[str, str]]:
    """Of each the state of the booking and that of the waiting."""
    return [(Booking.objects.get(pk=each.pk).state, Waiting.objects.get(booking=each).state) for each in waiters]
