"""What must hold of a timetable and of each journey, checked one sentence at a time; shares no code with the search."""

from collections.abc import Iterator
from itertools import pairwise

from machikado.engines.journeys.words import Call, Journey, Question, Ride, Timetable, Walk


def problems(timetable: Timetable, question: Question, journey: Journey) -> list[str]:
    """Return what is wrong with a journey; [] is sound."""
    return [*_ends(question, journey), *_order(question, journey), *_gone(timetable, question, journey)]


def timetable_problems(timetable: Timetable) -> list[str]:
    """Return what is wrong with a timetable; [] is sound."""
    found = []
    for trip in timetable.trips:
        seconds = [second for call in trip.calls for second in (call.arrives, call.leaves)]
        if len(trip.calls) < 2:
            found.append(f"trip {trip.name}: fewer than two calls")
        if any(a > b for a, b in pairwise(seconds)):
            found.append(f"trip {trip.name}: time goes back")
        if any(not 0 <= call.stop < timetable.stops for call in trip.calls):
            found.append(f"trip {trip.name}: a stop that does not exist")
    if timetable.footpaths and len(timetable.footpaths) != timetable.stops:
        found.append("footpaths for another number of stops")
    for paths in timetable.footpaths:
        found += [f"a footpath to {p.stop}" for p in paths if not 0 <= p.stop < timetable.stops or p.seconds < 0]
    return found


def _ends(question: Question, journey: Journey) -> Iterator[str]:
    if journey.origin not in question.origins:
        yield "it begins on a way that was not offered"
    if journey.goal not in question.goals:
        yield "it ends on a way that was not offered"
    if journey.leaves < journey.origin.opens or journey.leaves + journey.origin.seconds > journey.origin.closes:
        yield "the way to the first stop is closed then"
    if not journey.goal.opens + journey.goal.seconds <= journey.arrives <= journey.goal.closes:
        yield "the way from the last stop is closed then"
    if question.arrives and journey.arrives > question.second:
        yield "it is there too late"
    if not question.arrives and journey.leaves < question.second:
        yield "it leaves too early"


def _order(question: Question, journey: Journey) -> Iterator[str]:
    rides = [isinstance(leg, Ride) for leg in journey.legs]
    if not rides or not rides[0] or not rides[-1]:
        yield "it does not begin and end with a ride"
    if sum(rides) > question.most_rides:
        yield "there are too many rides"
    if any(not a and not b for a, b in pairwise(rides)):
        yield "two walks follow each other"


def _gone(timetable: Timetable, question: Question, journey: Journey) -> Iterator[str]:
    """Go the journey, second by second."""
    stop, now = journey.origin.stop, journey.leaves + journey.origin.seconds
    for leg in journey.legs:
        if isinstance(leg, Walk):
            known = [p.seconds for p in timetable.paths_from(leg.origin) if p.stop == leg.goal]
            if leg.origin != stop or leg.seconds not in known:
                yield f"there is no such footpath from {stop}"
            stop, now = leg.goal, now + leg.seconds
            continue
        calls = timetable.trips[leg.trip].calls
        if not 0 <= leg.board < leg.alight < len(calls):
            yield "one gets off before getting on"
            return
        yield from _ridden(calls[leg.board], calls[leg.alight], stop, now + question.board_seconds)
        stop, now = calls[leg.alight].stop, calls[leg.alight].arrives
    if stop != journey.goal.stop:
        yield "the last ride ends elsewhere"
    if max(now, journey.goal.opens) + journey.goal.seconds != journey.arrives:
        yield "its arrival is another"


def _ridden(on: Call, off: Call, stop: int, ready: int) -> Iterator[str]:
    if on.stop != stop:
        yield f"the trip is not at stop {stop}"
    if not (on.boards and off.alights):
        yield "one cannot get on or off there"
    if on.leaves < ready:
        yield "the trip is missed"
