"""A question → ways that combine walking, the bus that comes when called, trains and other buses.

First the timetables are asked, with a guess of what the called bus takes to a station; then the bus is asked what it
can really promise for just that train, and what does not fit goes.
"""

from collections.abc import Iterator, Sequence

from machikado.town.ride.ground import Spot, metres
from machikado.town.transit.bridge import Access, Found, Network, search
from machikado.town.transit.ways import (
    BOARD_SECONDS,
    EARLY_SECONDS,
    ByCall,
    ByTimetable,
    CallBus,
    Leg,
    OnFoot,
    Question,
    Stand,
    Way,
    faults,
    on_rails,
    unbeaten,
    walk_seconds,
)

MOST_WAYS = 4
MOST_JOURNEYS = 5
MOST_WALKED = 12  # halts that one walks to
MOST_CALLED = 4  # stations to which the called bus is tried
CALLED_M = 15_000
WALK_ALL = 1_800  # who can be there on foot within half an hour is told so
GUESS_SECONDS, GUESS_M_A_SECOND = 600, 5.0  # what the called bus takes: waiting, and 18 km/h as the crow flies
AFTER_SECONDS = 120  # from the train to the street


def find(question: Question, network: Network | None, call: CallBus, hours: Sequence[tuple[int, int]]) -> list[Way]:
    """Return up to four ways, none beaten by another; those there first first, or the last to leave first.

    `hours` are the seconds from and until which the called bus runs on that day.
    """
    found = [*_on_foot(question), *_called(question, call)]
    if network is not None:
        ends = _accesses(question.start, network, question, hours), _accesses(question.goal, network, question, hours)
        for journey in search(network, ends, (question.second, question.arrives), MOST_JOURNEYS):
            found += _whole(question, journey, call)
    kept = unbeaten([way for way in found if not faults(way, question)])
    kept.sort(key=lambda way: (-way.leaves, way.arrives) if question.arrives else (way.arrives, -way.leaves))
    return kept[:MOST_WAYS]


def _on_foot(question: Question) -> Iterator[Way]:
    seconds = walk_seconds(question.start.spot, question.goal.spot)
    if seconds <= WALK_ALL:
        leaves = question.second - seconds if question.arrives else question.second
        yield Way((OnFoot(question.start, question.goal, leaves, leaves + seconds),))


def _called(question: Question, call: CallBus) -> Iterator[Way]:
    """From door to door by the called bus alone."""
    for ride in call(question.start, question.goal, question.second, question.arrives):
        yield Way((ride,))


def _accesses(door: Stand, network: Network, question: Question, hours: Sequence[tuple[int, int]]) -> list[Access]:
    """Halts that one walks to, and stations to which the called bus may bring one, the nearest of each."""
    away = sorted((metres(door.spot, Spot(halt.lat, halt.lon)), number) for number, halt in enumerate(network.halts))
    walks = ((walk_seconds(door.spot, network.stand(number).spot), number) for _far, number in away[:MOST_WALKED])
    found = [Access(number, seconds) for seconds, number in walks if seconds <= question.walk_seconds]
    trains = _stations_of_trains(network)
    far = [(distance, number) for distance, number in away if number in trains and 300 <= distance <= CALLED_M]
    for distance, number in far[:MOST_CALLED]:
        guess = GUESS_SECONDS + round(distance / GUESS_M_A_SECOND)
        found += [Access(number, guess, by_call=True, opens=opens, closes=closes) for opens, closes in hours]
    return found


def _stations_of_trains(network: Network) -> set[int]:
    return {
        call.stop
        for trip, (_run, line) in zip(network.ready.timetable.trips, network.trips, strict=True)
        if on_rails(line.kind)
        for call in trip.calls
    }


def _whole(question: Question, journey: Found, call: CallBus) -> Iterator[Way]:
    """A journey with its ways to the first halt and from the last one, as the called bus can promise them."""
    first, last = journey.legs[0], journey.legs[-1]
    assert isinstance(first, ByTimetable)
    assert isinstance(last, ByTimetable)
    for begin in _begin(question, first, journey.first, call):
        for end in _end(question, last, journey.last, call):
            legs: tuple[Leg, ...] = (begin, *journey.legs, end)
            yield Way(legs)
            return


def _begin(question: Question, first: ByTimetable, access: Access, call: CallBus) -> Sequence[Leg]:
    """How one comes to the first halt in time: the latest that the bus can do."""
    there = first.leaves - BOARD_SECONDS
    if not access.by_call:
        return [OnFoot(question.start, first.origin, there - access.seconds, there)]
    rides = [ride for ride in call(question.start, first.origin, there, True) if ride.arrives <= there]
    soon = [ride for ride in rides if question.arrives or ride.leaves >= question.second - EARLY_SECONDS]
    return sorted(soon, key=lambda each: -each.leaves)


def _end(question: Question, last: ByTimetable, access: Access, call: CallBus) -> Sequence[Leg]:
    """How one comes away from the last halt: the soonest that the bus can do."""
    begin = last.arrives
    if not access.by_call:
        return [OnFoot(last.goal, question.goal, begin, begin + access.seconds)]
    ready = begin + AFTER_SECONDS
    rides: list[ByCall] = [ride for ride in call(last.goal, question.goal, ready, False) if ride.leaves >= ready]
    soon = [ride for ride in rides if not question.arrives or ride.arrives <= question.second]
    return sorted(soon, key=lambda each: each.arrives)
