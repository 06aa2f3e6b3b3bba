"""The earliest arrival with one ride, two rides, …: RAPTOR (Delling, Pajor, Werneck 2012, §3), one way through time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from machikado.engines.journeys.lines import Lines
from machikado.engines.journeys.words import NEVER, Footpath, Reach, Ride, Walk

Paths = Sequence[Sequence[Footpath]]


@dataclass(frozen=True, slots=True)
class Way:
    """How to search: the lines, footpaths by stop, and how long one waits before a ride and rests after it."""

    lines: Lines
    paths: Paths
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Found:
    """One way: from a reach over legs to a reach. Its calls are counted in the direction of the search."""

    origin: Reach
    legs: tuple[Ride | Walk, ...]
    goal: Reach
    end: int


@dataclass(slots=True)
class _Round:
    """When one is at each stop by a ride, or ready to board after a walk; and how one came there."""

    ridden: dict[int, int] = field(default_factory=dict)
    ready: dict[int, int] = field(default_factory=dict)
    rode: dict[int, tuple[int, int, int, int]] = field(default_factory=dict)  # line, trip in it, board, alight
    walked: dict[int, tuple[int, int]] = field(default_factory=dict)  # from where, seconds


def after(reach: Reach, second: int) -> int | None:
    """When a reach that begins at a second or later ends; None if it cannot be used any more."""
    end = max(second, reach.opens) + reach.seconds
    return end if end <= reach.closes else None


def search(way: Way, ends: tuple[Sequence[Reach], Sequence[Reach]], second: int, most_rides: int) -> list[Found]:
    """Return for each number of rides the way that is there earliest, if more rides are earlier at all."""
    origins, goals = ends
    rounds = [_begun(origins, second)]
    best: dict[int, int] = {}
    found: list[Found] = []
    for _number in range(most_rides):
        rounds.append(_next(way, rounds[-1], best))
        reached = _reached(rounds[-1], goals)
        if reached is not None and (not found or reached[0] < found[-1].end):
            end, goal = reached
            found.append(_told(way, rounds, (origins, second), goal, end))
        if not rounds[-1].ridden:
            break
    return found


def _begun(origins: Sequence[Reach], second: int) -> _Round:
    begun = _Round()
    for reach in origins:
        end = after(reach, second)
        if end is not None and end < begun.ready.get(reach.stop, NEVER):
            begun.ready[reach.stop] = end
    return begun


def _next(way: Way, last: _Round, best: dict[int, int]) -> _Round:
    """One more ride from wherever one was ready; `best` is when one was at each stop by a ride with fewer."""
    now = _Round()
    queue: dict[int, int] = {}
    for stop in last.ready:
        for line, place in way.lines.at_stop[stop]:
            queue[line] = min(place, queue.get(line, place))
    for line, place in queue.items():
        for stop, second, how in _along(way, last.ready, line, place):
            if second < best.get(stop, NEVER):
                best[stop] = now.ridden[stop] = second
                now.rode[stop] = how
    now.ready.update(now.ridden)
    for stop, second in now.ridden.items():
        for path in way.paths[stop] if way.paths else ():
            if second + path.seconds < now.ready.get(path.stop, NEVER):
                now.ready[path.stop] = second + path.seconds
                now.walked[path.stop] = (stop, path.seconds)
    return now


def _along(
    way: Way, ready: Mapping[int, int], number: int, first: int
) -> Iterator[tuple[int, int, tuple[int, int, int, int]]]:
    """Ride a line from its first stop at which one is ready: where one can get off, when, and how one came there."""
    line = way.lines.lines[number]
    trip, board = len(line.trips), -1
    for place in range(first, len(line.stops)):
        stop = line.stops[place]
        if trip < len(line.trips) and line.alights[place]:
            yield stop, line.arrives[place][trip] + way.after, (number, trip, board, place)
        if line.boards[place] and stop in ready:
            earlier = line.next_trip(place, ready[stop] + way.before)
            if earlier < trip:
                trip, board = earlier, place


def _reached(now: _Round, goals: Sequence[Reach]) -> tuple[int, Reach] | None:
    ends = [(end, goal) for goal in goals if (end := _end_of(now, goal)) is not None]
    return min(ends, key=lambda each: each[0]) if ends else None


def _end_of(now: _Round, goal: Reach) -> int | None:
    return after(goal, now.ridden[goal.stop]) if goal.stop in now.ridden else None


def _told(way: Way, rounds: Sequence[_Round], begin: tuple[Sequence[Reach], int], goal: Reach, end: int) -> Found:
    """Go back from a goal to the door, round by round."""
    legs: list[Ride | Walk] = []
    stop = goal.stop
    for number in range(len(rounds) - 1, 0, -1):
        if number < len(rounds) - 1 and stop in rounds[number].walked:
            origin, seconds = rounds[number].walked[stop]
            legs.append(Walk(origin, stop, seconds))
            stop = origin
        line, trip, board, alight = rounds[number].rode[stop]
        legs.append(Ride(way.lines.lines[line].trips[trip], board, alight))
        stop = way.lines.lines[line].stops[board]
    origins, second = begin
    at = rounds[0].ready[stop]
    origin_reach = next(reach for reach in origins if reach.stop == stop and after(reach, second) == at)
    return Found(origin_reach, tuple(reversed(legs)), goal, end)
