"""Questions about passes: who holds one on a day, what of a fare it pays."""

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet

from machikado.town.ride.models import Booking, FarePass, Offer, ServiceArea, SoldPass
from machikado.town.ride.queries.fares import table_on


def passes_for_sale(area: ServiceArea, day: date) -> "QuerySet[FarePass]":
    """The passes of the table that is in force on a day."""
    return FarePass.objects.filter(table=table_on(area, day)).order_by("rider", "days", "name")


def kinds_held(people: Collection[int], day: date) -> dict[int, set[str]]:
    """For which kind of rider each of the people (ids) holds a pass on a day."""
    found: dict[int, set[str]] = {}
    rows = SoldPass.objects.filter(undone_at=None, first_day__lte=day, last_day__gte=day, holder__in=people)
    for person, kind in rows.values_list("holder_id", "fare_pass__rider"):
        found.setdefault(person or 0, set()).add(kind)
    return found


def paid_by_pass(booking: Booking) -> int:
    """The yen of a fare that the passenger's own pass pays."""
    people = [booking.rider_id] if booking.rider_id is not None else []
    return part_by_pass(booking.promise, kinds_held(people, booking.day).get(booking.rider_id or 0, ()))


def part_by_pass(promise: Offer, kinds: Collection[str]) -> int:
    """What a pass of these kinds pays: the fare of one person, the dearest; whoever rides along pays."""
    return max((yen for rider, yen in yen_each(promise) if rider in kinds), default=0)


def yen_each(promise: Offer) -> list[tuple[str, int]]:
    """The kind of each who rides and pays, with the yen of one of them."""
    return [(rider, each) for rider, people, each, _why, _percent in promise.fare_lines if people and each]
