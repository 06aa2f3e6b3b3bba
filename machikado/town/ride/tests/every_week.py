"""What tests of series share: days, shifts on them, a series made from a booking, and what came of its days."""

from datetime import date
from typing import Any

from machikado.town.ride.actions import series
from machikado.town.ride.actions.series import Weekly
from machikado.town.ride.hours import Span
from machikado.town.ride.models import Booking, BookingSeries, RideVehicle, VehicleShift
from machikado.town.ride.planning import soundness as plan_soundness
from machikado.town.ride.queries import booking_soundness
from machikado.town.ride.tests.makings import NOON, a_shift

WEDNESDAY, THURSDAY, FRIDAY, SUNDAY = 2, 3, 4, 6
THIS_THURSDAY, THIS_FRIDAY = date(2026, 11, 26), date(2026, 11, 27)
NEXT_WEDNESDAY = date(2026, 12, 2)  # a week after TOMORROW: on Tuesday the 24th it cannot be booked yet


def drives(cast: Any, day: date) -> VehicleShift:
    return a_shift(cast, RideVehicle.objects.get(), driver=cast.futaki, day=day, span=Span(480, 1020), breaks=())


def weekly(booking: Booking, cast: Any, *weekdays: int, slug: str = "yoda", **changes: Any) -> BookingSeries:
    new = Weekly(frozenset(weekdays or (WEDNESDAY,)), **changes)
    return series.make(booking=booking, weekly=new, by=cast.actor(slug), now=NOON)


def sound() -> None:
    assert booking_soundness.problems() == []
    assert plan_soundness.problems() == []


def rows(made: BookingSeries) -> list[tuple[date, str, str, str]]:
    """Day, way, state of the booking, reason."""
    found = made.rides.select_related("booking").order_by("day", "way")
    return [(row.day, row.way, row.booking.state if row.booking else "", row.reason) for row in found]


def ride(made: BookingSeries, day: date = THIS_THURSDAY, way: str = "out") -> Booking:
    """What was asked for or booked for a day."""
    return Booking.objects.get(of_series__series=made, of_series__day=day, of_series__way=way)
