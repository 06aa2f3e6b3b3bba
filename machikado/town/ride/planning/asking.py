"""A wish → offers of the engine with their promises, or why there is none and the nearest times. Nothing is changed."""

from collections.abc import Iterable

from machikado.engines.dispatch import OfferBoard, offers
from machikado.engines.dispatch.policy import Rules, promise
from machikado.engines.dispatch.promises import Choice, Offer, Refusal, When, Wish
from machikado.town.ride.planning.days import rest_of_day
from machikado.town.ride.queries.day_rows import DayRows
from machikado.town.ride.wishes import Answer, Asked, Found, Near, Times

RULES = Rules()  # what is promised around an offered time, what is kept for traffic
NAME = "?"  # whoever asks has no code in the plan yet
MOST = 3


def ask(day: DayRows, asked: Asked, now: int) -> Answer:
    """Return up to three offers by what is left of the day, best first, or a reason with the nearest times."""
    wish = _wish(day, asked)
    found = offers(OfferBoard(rest_of_day(day, now)), wish, count=MOST)
    if isinstance(found, Refusal):
        nearest = [offer for offer in (found.before, found.after) if offer is not None]
        return Answer(_all(day, asked, nearest), found.reason.name.lower())
    return Answer(_all(day, asked, found))


def _wish(day: DayRows, asked: Asked) -> Wish:
    place = day.place_of
    return Wish(
        NAME,
        tuple(Choice(place[near.stop], near.walk_seconds) for near in asked.origins),
        tuple(Choice(place[near.stop], near.walk_seconds) for near in asked.destinations),
        When.ARRIVE if asked.arrives else When.LEAVE,
        asked.second,
        load=asked.load,
        soonest=asked.limits.soonest,
        max_wait=asked.limits.wait_seconds,
        max_miss=0 if asked.arrives else asked.limits.miss_seconds,
        max_ride=asked.limits.ride_seconds,
        boarding=asked.boarding_seconds,
        alighting=asked.boarding_seconds,
        fares=tuple(tuple(asked.fares[a.stop, b.stop] for b in asked.destinations) for a in asked.origins),
    )


def _all(day: DayRows, asked: Asked, found: Iterable[Offer]) -> tuple[Found, ...]:
    stops = day.table.stops
    near_from, near_to = ({near.stop: near for near in ends} for ends in (asked.origins, asked.destinations))
    return tuple(_found(offer, near_from, near_to, stops) for offer in found)


def _found(offer: Offer, near_from: dict[int, Near], near_to: dict[int, Near], stops: list[int]) -> Found:
    kept = promise(offer, RULES)
    return Found(
        near_from[stops[offer.request.pickup.place]],
        near_to[stops[offer.request.delivery.place]],
        Times(
            pickup=offer.pickup,
            pickup_from=kept.pickup.open,
            pickup_by=kept.pickup.close,
            arrival=offer.arrival,
            arrival_from=kept.arrival.open,
            arrival_by=kept.arrival.close,
            max_ride_seconds=kept.max_ride,
        ),
    )
