"""A question → journeys none of which is beaten in all of departure, arrival and number of rides.

Forwards the earliest arrival, then backwards from it the latest departure that still makes it, so that nobody leaves
the house too early; then once more from a second later, for the next journeys. “Be there by” is the same with time
running backwards.
"""

from collections.abc import Sequence
from dataclasses import replace

from machikado.engines.journeys.lines import Ready
from machikado.engines.journeys.rounds import Found, Paths, Way, search
from machikado.engines.journeys.words import Footpath, Journey, Question, Reach, Ride, Timetable, Walk

MOST_ASKED = 12  # searches for further journeys, however many of them were beaten


def journeys(ready: Ready, question: Question, count: int = 3) -> tuple[Journey, ...]:
    """Return up to so many journeys, the earliest there first; for “be there by”, the latest to leave first.

    Every journey is sound (`problems`), and none is beaten by another in departure, arrival and rides together.
    """
    found: list[Journey] = []
    asked = question
    for _number in range(MOST_ASKED):
        new = _best(ready, asked)
        found = _unbeaten([*found, *new])
        if not new or len(found) >= count:
            break
        seconds = [each.arrives if question.arrives else each.leaves for each in new]
        asked = replace(asked, second=max(seconds) - 1 if question.arrives else min(seconds) + 1)
    found.sort(key=lambda each: (-each.leaves, each.rides) if question.arrives else (each.arrives, each.rides))
    return tuple(found[:count])


def _best(ready: Ready, question: Question) -> list[Journey]:
    """For each number of rides the best way, tightened from its other end."""
    found = []
    for way in _searched(ready, question, question.second, backwards=question.arrives):
        fewer = replace(question, most_rides=_rides(way))
        end = -way.end if question.arrives else way.end
        tight = _searched(ready, fewer, end, backwards=not question.arrives)[-1]
        found.append(_timed(ready.timetable, question, tight, backwards=not question.arrives))
    return found


def _rides(way: Found) -> int:
    return sum(isinstance(leg, Ride) for leg in way.legs)


def _searched(ready: Ready, question: Question, second: int, *, backwards: bool) -> list[Found]:
    paths = ready.timetable.footpaths
    if not backwards:
        way = Way(ready.ahead, paths, question.board_seconds, 0)
        return search(way, (question.origins, question.goals), second, question.most_rides)
    way = Way(ready.back, _turned(paths), 0, question.board_seconds)
    ends = [_mirrored(each) for each in question.goals], [_mirrored(each) for each in question.origins]
    return search(way, ends, -second, question.most_rides)


def _turned(paths: Paths) -> Paths:
    """The footpaths in the other direction."""
    turned: list[list[Footpath]] = [[] for _stop in paths]
    for stop, each in enumerate(paths):
        for path in each:
            turned[path.stop].append(Footpath(stop, path.seconds))
    return turned


def _mirrored(reach: Reach) -> Reach:
    return replace(reach, opens=-reach.closes, closes=-reach.opens)


def _timed(timetable: Timetable, question: Question, way: Found, *, backwards: bool) -> Journey:
    """The journey of a way: it leaves as late as its first trip lets, and is there as soon as its last one lets."""
    origin, legs, goal = way.origin, way.legs, way.goal
    if backwards:
        origin, goal = _mirrored(way.goal), _mirrored(way.origin)
        legs = tuple(_ahead(timetable, leg) for leg in reversed(way.legs))
    first, last = legs[0], legs[-1]
    assert isinstance(first, Ride)  # a walk stands between two rides only
    assert isinstance(last, Ride)
    boards = timetable.trips[first.trip].calls[first.board].leaves - question.board_seconds
    alights = timetable.trips[last.trip].calls[last.alight].arrives
    leaves = min(boards, origin.closes) - origin.seconds
    return Journey(origin, legs, goal, leaves, max(alights, goal.opens) + goal.seconds)


def _ahead(timetable: Timetable, leg: Ride | Walk) -> Ride | Walk:
    """A leg of a search backwards, as it is gone forwards."""
    if isinstance(leg, Walk):
        return Walk(leg.goal, leg.origin, leg.seconds)
    last = len(timetable.trips[leg.trip].calls) - 1
    return Ride(leg.trip, last - leg.alight, last - leg.board)


def _unbeaten(found: Sequence[Journey]) -> list[Journey]:
    """The journeys that no other beats or equals; of equals the first."""
    kept: list[Journey] = []
    for each in found:
        if not any(_beats(other, each) for other in kept):
            kept = [other for other in kept if not _beats(each, other)]
            kept.append(each)
    return kept


def _beats(one: Journey, other: Journey) -> bool:
    return one.leaves >= other.leaves and one.arrives <= other.arrives and one.rides <= other.rides
