"""Trips → lines: trips that call at the same stops and never overtake each other, so that one search finds the next.

The routes of RAPTOR (Delling, Pajor, Werneck 2012, §3.1, doi:10.1137/1.9781611972924.13). Prepared once for each
direction of time: who must be there by a time asks backwards.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from machikado.engines.journeys.words import Call, Timetable, Trip


@dataclass(frozen=True, slots=True)
class Line:
    """Trips (by number) with the same stops, sorted: `leaves[p]` are their departures from stop number p, rising."""

    stops: tuple[int, ...]
    boards: tuple[bool, ...]
    alights: tuple[bool, ...]
    trips: tuple[int, ...]
    arrives: tuple[tuple[int, ...], ...]
    leaves: tuple[tuple[int, ...], ...]

    def next_trip(self, place: int, second: int) -> int:
        """The first trip of the line (by its place in it) that leaves a stop at a second or later."""
        return bisect_left(self.leaves[place], second)


@dataclass(frozen=True, slots=True)
class Lines:
    """All lines, and for each stop which lines call there and at which of their stops."""

    lines: tuple[Line, ...]
    at_stop: tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True, slots=True)
class Ready:
    """A timetable that can be asked, forwards and backwards."""

    timetable: Timetable
    ahead: Lines
    back: Lines


def prepare(timetable: Timetable) -> Ready:
    """Return what searches need. The timetable is sound: stops in range, times that never go back."""
    return Ready(timetable, _lines(timetable.stops, timetable.trips), _lines(timetable.stops, mirrored(timetable)))


def mirrored(timetable: Timetable) -> tuple[Trip, ...]:
    """The trips as they run when time runs backwards."""
    return tuple(Trip(trip.name, tuple(_mirrored(call) for call in reversed(trip.calls))) for trip in timetable.trips)


def _mirrored(call: Call) -> Call:
    return Call(call.stop, -call.leaves, -call.arrives, call.alights, call.boards)


def _lines(stops: int, trips: Sequence[Trip]) -> Lines:
    alike: dict[tuple[tuple[int, bool, bool], ...], list[int]] = {}
    for number, trip in enumerate(trips):
        key = tuple((call.stop, call.boards, call.alights) for call in trip.calls)
        alike.setdefault(key, []).append(number)
    lines = [_line(trips, part) for numbers in alike.values() for part in _apart(trips, numbers)]
    at_stop: list[list[tuple[int, int]]] = [[] for _stop in range(stops)]
    for number, line in enumerate(lines):
        for place, stop in enumerate(line.stops):
            at_stop[stop].append((number, place))
    return Lines(tuple(lines), tuple(tuple(each) for each in at_stop))


def _apart(trips: Sequence[Trip], numbers: Sequence[int]) -> list[list[int]]:
    """Trips with the same stops, split so that in no part one overtakes another."""
    parts: list[list[int]] = []
    for number in sorted(numbers, key=lambda each: ([call.leaves for call in trips[each].calls], each)):
        part = next((part for part in parts if _follows(trips[part[-1]], trips[number])), None)
        if part is None:
            parts.append([number])
        else:
            part.append(number)
    return parts


def _follows(one: Trip, other: Trip) -> bool:
    pairs = zip(one.calls, other.calls, strict=True)
    return all(a.arrives <= b.arrives and a.leaves <= b.leaves for a, b in pairs)


def _line(trips: Sequence[Trip], numbers: Sequence[int]) -> Line:
    calls = trips[numbers[0]].calls
    rows = list(zip(*(trips[number].calls for number in numbers), strict=True))
    return Line(
        stops=tuple(call.stop for call in calls),
        boards=tuple(call.boards for call in calls),
        alights=tuple(call.alights for call in calls),
        trips=tuple(numbers),
        arrives=tuple(tuple(call.arrives for call in row) for row in rows),
        leaves=tuple(tuple(call.leaves for call in row) for row in rows),
    )
