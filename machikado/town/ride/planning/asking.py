"""A wish → offers of the engine with their promises, or why there is none and the nearest times. Nothing is changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from machikado.engines.dispatch import OfferBoard, Weights, offers
from machikado.engines.dispatch.policy import Rules, promise
from machikado.engines.dispatch.promises import MINDED, Choice, Offer, Refusal, When, Wish
from machikado.town.ride.planning.days import rest_of_day
from machikado.town.ride.queries.day_rows import DayRows
from machikado.town.ride.wishes import Answer, Asked, Found, Near, Times

RULES = Rules()  # what is promised around an offered time, what is kept for traffic
NAME = "?"  # whoever asks has no code in the plan yet
MOST = 3
TRIES = 4  # with a stop less each time, where the best way would use one that is closed by then
SOONEST = Weights(wait=64, lateness=64)  # the nearest time before all, then what a person minds
Span = tuple[int, int]


def ask(day: DayRows, asked: Asked, now: int) -> Answer:
    """Return up to three offers by what is left of the day, best first, or a reason with the nearest times."""
    search = _Search(day, asked, OfferBoard(rest_of_day(day, now)))
    found, reason = search.within(), ""
    if not found:
        found, reason = search.nearest(), search.reason
    return Answer(_all(day, asked, found), reason)


@dataclass(eq=False)
class _Search:
    """One wish and the plan that it is asked of; `reason` is why there is no offer, as the engine or the hours say."""

    day: DayRows
    asked: Asked
    board: OfferBoard
    reason: str = "no_fares"
    refusal: Refusal | None = None

    def within(self) -> list[Offer]:
        """The offers for the wish within the span of its time, best first."""
        span = _span_of(self.asked)
        if span is None:
            self.reason = self.asked.closed
            return []
        found = [offer for part in self._parts() for offer in self._open(_within(part, span), MOST)]
        return sorted(found, key=lambda offer: offer.cost)[:MOST]

    def nearest(self) -> list[Offer]:
        """The offers whose time is nearest before and after the wished one, whatever lies between."""
        reason, sides = self.reason, [self._earlier(), self._later()]
        self.reason = reason
        return [offer for offer in sides if offer is not None]

    def _earlier(self) -> Offer | None:
        spans = [span for span in reversed(self._pieces()) if span[0] < self.asked.second]
        said = self.refusal.before if self.refusal else None
        return self._first(
            said, (_before(w, span) for span in spans for part in self._parts() for w in self._in(part, span))
        )

    def _later(self) -> Offer | None:
        spans = [span for span in self._pieces() if span[1] > self.asked.second]
        said = self.refusal.after if self.refusal else None
        return self._first(
            said, (_after(w, span) for span in spans for part in self._parts() for w in self._in(part, span))
        )

    def _first(self, said: Offer | None, wishes: Iterable[Wish]) -> Offer | None:
        """What the engine said, if it looked at the whole day and the stops are open then; else the first of these."""
        if self.refusal is not None and len(self._pieces()) == 1 and (said is None or self._is_open(said)):
            return said
        return next((offer for wish in wishes for offer in self._open(wish, 1, SOONEST)), None)

    def _pieces(self) -> list[Span]:
        """The spans of the day, cut where a stop opens or closes."""
        cuts = sorted({second for hours in self.asked.hours.values() for second in hours})
        found = []
        for begin, end in self.asked.spans:
            edges = [begin, *(cut for cut in cuts if begin < cut < end), end]
            found += list(pairwise(edges))
        return found

    def _in(self, part: Wish, piece: Span) -> Iterator[Wish]:
        """The part, with those of its first stops that are used throughout a piece of the day."""
        last = max(piece[0], piece[1] - 1)
        for choice in part.origins:
            if not (self._used(choice.place, piece[0]) and self._used(choice.place, last)):
                part = _without(part, choice.place, None)
        if part.origins:
            yield part

    def _open(self, wish: Wish, count: int, weights: Weights = MINDED) -> list[Offer]:
        """Offers whose stops are open when the bus is there; what is closed by then is left out, and asked again."""
        kept: list[Offer] = []
        for _try in range(TRIES):
            if not wish.origins or not wish.destinations or wish.max_wait < 0:
                break
            found = offers(self.board, wish, weights, count)
            if isinstance(found, Refusal):
                self.reason, self.refusal = found.reason.name.lower(), self.refusal or found
                break
            shut = [offer for offer in found if not self._is_open(offer)]
            kept = [offer for offer in found if self._is_open(offer)]
            if not shut:
                break
            self.reason = "outside_hours"
            wish = self._otherwise(wish, shut[0])
        return kept

    def _is_open(self, offer: Offer) -> bool:
        ends = (offer.request.pickup.place, offer.pickup), (offer.request.delivery.place, offer.arrival)
        return all(self._used(place, second) for place, second in ends) and any(
            begin <= offer.pickup and offer.arrival <= end for begin, end in self.asked.spans
        )

    def _used(self, place: int, second: int) -> bool:
        opens, closes = self.asked.hours.get(self.day.table.stops[place], (second, second + 1))
        return bool(opens <= second < closes)

    def _otherwise(self, wish: Wish, shut: Offer) -> Wish:
        """The wish without a stop that is closed by then; or with less time, where the bus runs no more."""
        start, goal = shut.request.pickup.place, shut.request.delivery.place
        if not self._used(start, shut.pickup):
            return _without(wish, start, None)
        if not self._used(goal, shut.arrival):
            return _without(wish, None, goal)
        end = max((end for begin, end in self.asked.spans if begin <= shut.pickup <= end), default=shut.arrival - 1)
        latest = shut.leave_door - max(1, shut.arrival - end)
        early = max(0, wish.time - latest)
        if wish.when is When.ARRIVE or early > wish.max_miss:
            return replace(wish, max_wait=-1)
        return replace(
            wish, time=wish.time - early, max_wait=max(0, latest - wish.time), max_miss=wish.max_miss - early
        )

    def _parts(self) -> Iterator[Wish]:
        """The wish, once for all origins from which one can pay the way to the same destinations: mostly one."""
        asked = self.asked
        parts: dict[tuple[Near, ...], list[Near]] = {}
        for origin in asked.origins:
            paid = tuple(near for near in asked.destinations if (origin.stop, near.stop) in asked.fares)
            parts.setdefault(paid, []).append(origin)
        for paid, origins in parts.items():
            if paid:
                yield _wish(self.day, asked, origins, paid)


def _wish(day: DayRows, asked: Asked, origins: Iterable[Near], destinations: Iterable[Near]) -> Wish:
    place, fares = day.place_of, asked.fares
    return Wish(
        NAME,
        tuple(Choice(place[near.stop], near.walk_seconds) for near in origins),
        tuple(Choice(place[near.stop], near.walk_seconds) for near in destinations),
        When.ARRIVE if asked.arrives else When.LEAVE,
        asked.second,
        load=asked.load,
        soonest=asked.limits.soonest,
        max_wait=asked.limits.wait_seconds,
        max_miss=0 if asked.arrives else asked.limits.miss_seconds,
        max_ride=asked.limits.ride_seconds,
        boarding=asked.boarding_seconds,
        alighting=asked.boarding_seconds,
        fares=tuple(tuple(fares[a.stop, b.stop] for b in destinations) for a in origins),
    )


def _without(wish: Wish, origin: int | None, destination: int | None) -> Wish:
    """The wish without the stop at a place, at either end."""
    starts = [k for k, choice in enumerate(wish.origins) if choice.place != origin]
    goals = [k for k, choice in enumerate(wish.destinations) if choice.place != destination]
    return replace(
        wish,
        origins=tuple(wish.origins[k] for k in starts),
        destinations=tuple(wish.destinations[k] for k in goals),
        fares=tuple(tuple(wish.fares[a][b] for b in goals) for a in starts),
    )


def _span_of(asked: Asked) -> Span | None:
    """The span in which the wish can be fulfilled: that of its time, or one that begins or ends near enough."""
    least, most = asked.second - asked.limits.miss_seconds, asked.second + asked.limits.wait_seconds
    if asked.arrives:
        least, most = asked.second - asked.limits.wait_seconds, asked.second
    near = [span for span in asked.spans if span[0] <= most and least <= span[1]]
    return min(near, key=lambda span: max(span[0] - asked.second, asked.second - span[1], 0), default=None)


def _within(wish: Wish, span: Span) -> Wish:
    """The wish, kept within a span: nobody is at the stop before it begins, and who leaves late is there by its end."""
    begin, end = span
    nearest = min(choice.walk for choice in wish.origins)
    wish = replace(wish, soonest=max(wish.soonest, begin - nearest))
    if wish.when is When.ARRIVE:
        early = max(0, wish.time - end)
        return replace(wish, time=wish.time - early, max_wait=max(0, wish.max_wait - early))
    return replace(wish, max_wait=min(wish.max_wait, max(0, end - nearest - wish.time)))


def _after(wish: Wish, span: Span) -> Wish:
    """The wish at any later time in a span."""
    begin, end = span
    if wish.when is When.ARRIVE:
        return replace(_within(wish, span), time=wish.time, max_wait=0, max_miss=end - wish.time)
    time = max(wish.time, begin - min(choice.walk for choice in wish.origins))
    return _within(replace(wish, time=time, max_wait=max(0, end - time), max_miss=0), span)


def _before(wish: Wish, span: Span) -> Wish:
    """The wish at any earlier time in a span."""
    begin, end = span
    time = min(wish.time, end)
    if wish.when is When.ARRIVE:
        return _within(replace(wish, time=time, max_wait=max(0, time - begin), max_miss=0), span)
    return _within(replace(wish, time=time, max_wait=0, max_miss=max(0, time - begin)), span)


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
