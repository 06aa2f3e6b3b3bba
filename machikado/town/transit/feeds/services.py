"""Days → services: days on which the bus runs alike are one, by weekdays with the days that differ."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from machikado.town.transit.feeds.words import FeedDay, Window


@dataclass(frozen=True, slots=True)
class Service:
    """Days that are alike: `weekdays` (Monday is 0), days `added` to these and `removed` from them."""

    name: str
    windows: tuple[Window, ...]
    closed: frozenset[str]
    weekdays: frozenset[int]
    added: tuple[date, ...]
    removed: tuple[date, ...]


def services(days: Sequence[FeedDay]) -> tuple[Service, ...]:
    """Return what runs on these days, each day in one service at most, the commonest service first.

    A service has a weekday if most of these weekdays are its. Its name follows from its hours and closed stops, so that
    it stays the same from feed to feed.
    """
    alike: dict[tuple[tuple[Window, ...], frozenset[str]], list[date]] = {}
    for each in days:
        if each.windows:
            alike.setdefault((each.windows, each.closed), []).append(each.day)
    every = Counter(each.day.weekday() for each in days)
    found = [_service(key, dates, every, [each.day for each in days]) for key, dates in alike.items()]
    return tuple(sorted(found, key=lambda each: (-_length(each, days), each.name)))


def _service(
    key: tuple[tuple[Window, ...], frozenset[str]], dates: list[date], every: Counter[int], days: list[date]
) -> Service:
    windows, closed = key
    own = Counter(day.weekday() for day in dates)
    weekdays = frozenset(weekday for weekday, count in own.items() if count * 2 > every[weekday])
    return Service(
        name=name_of("s", windows, sorted(closed)),
        windows=windows,
        closed=closed,
        weekdays=weekdays,
        added=tuple(day for day in dates if day.weekday() not in weekdays),
        removed=tuple(day for day in days if day.weekday() in weekdays and day not in set(dates)),
    )


def _length(service: Service, days: Sequence[FeedDay]) -> int:
    return sum((each.windows, each.closed) == (service.windows, service.closed) for each in days)


def trip_of(service: str, number: int) -> str:
    """Return the name of the trip that stands for a window (from 0) of a service."""
    return f"{service}-{number + 1}"


def name_of(kind: str, *facts: object) -> str:
    """Return a short name that follows from facts that print as what they are."""
    return f"{kind}-{hashlib.sha256(repr(facts).encode()).hexdigest()[:10]}"
