"""What was found for a wish, as rows: the offers among which somebody chooses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from machikado.town.ride.fare import Fare
from machikado.town.ride.models import Booking, FareTable, Offer
from machikado.town.ride.wishes import Answer


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What there would be for a wish: ways with their stops (ids), and what each costs."""

    answer: Answer
    fares: Mapping[tuple[int, int], Fare]
    table: FareTable


def offered(booking: Booking, found: Glimpse) -> Iterator[Offer]:
    """The rows, the best first; not written yet."""
    for number, each in enumerate(found.answer.found, 1):
        price, times = found.fares[each.origin.stop, each.destination.stop], each.times
        yield Offer(
            booking=booking,
            number=number,
            pickup_stop_id=each.origin.stop,
            arrival_stop_id=each.destination.stop,
            walk_from_seconds=each.origin.walk_seconds,
            walk_to_seconds=each.destination.walk_seconds,
            expected_pickup=times.pickup,
            expected_arrival=times.arrival,
            pickup_from=times.pickup_from,
            pickup_by=times.pickup_by,
            arrival_from=times.arrival_from,
            arrival_by=times.arrival_by,
            max_ride_seconds=times.max_ride_seconds,
            fare_table=found.table,
            section=price.section,
            yen=price.yen,
            fare_lines=[[line.rider, line.people, line.yen_each, line.why, line.percent] for line in price.lines],
            free_period=price.period,
        )


def offer_anew(held: Booking, found: Glimpse) -> list[Offer]:
    """Put what is found now in the place of what was offered before; `held` is a wish that is not promised."""
    held.offers.filter(taken_at=None).delete()
    return Offer.objects.bulk_create(offered(held, found))


def nearest(booking: Booking) -> Offer:
    """The offer whose time is nearest to the wished one, the better of two."""

    def gap(offer: Offer) -> tuple[int, int]:
        time = offer.expected_arrival if booking.when == Booking.When.ARRIVE else offer.expected_pickup
        return abs(time - booking.wish_second), offer.number

    return min(booking.offers.all(), key=gap)
