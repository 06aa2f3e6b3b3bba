"""What a feed is made from, as plain values: the publisher, the stops, each day's hours, the fares."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from machikado.town.ride.fare import Rider

Window = tuple[int, int]  # seconds of the service day; the second is not in it any more


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who runs the bus and answers the telephone."""

    number: str  # stands where GTFS-JP wants the number of a legal person
    name: str
    kana: str
    legal_name: str
    address: str
    phone: str
    site: str  # https://…, without a slash at its end
    page: str  # of the open data
    booking: str  # where one books


@dataclass(frozen=True, slots=True)
class FeedStop:
    """One stop; `opens` and `closes` in seconds of the service day where it has hours of its own."""

    code: str
    number: str
    name: str
    kana: str
    note: str
    lat: float
    lon: float
    zone: str
    wheelchair: bool
    hours: Window | None = None


@dataclass(frozen=True, slots=True)
class FeedDay:
    """When the bus runs on a day, suspensions taken off, and which stops (codes) are closed."""

    day: date
    windows: tuple[Window, ...]
    closed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FeedFares:
    """Yen by section and kind of rider, and the section of each pair of zones."""

    yen: Mapping[str, Mapping[Rider, int]]
    pairs: Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """All that a feed says. `book_ahead_days` is how many days before a ride it can be booked."""

    publisher: Publisher
    line: str  # code of the area: the one route
    name: str
    stops: tuple[FeedStop, ...]
    days: tuple[FeedDay, ...]
    fares: FeedFares
    book_ahead_days: int
    wheelchair: bool


def off(windows: tuple[Window, ...], begin: int, end: int) -> tuple[Window, ...]:
    """Return the windows without what lies between two seconds."""
    parts = [part for opens, closes in windows for part in ((opens, min(closes, begin)), (max(opens, end), closes))]
    return tuple(part for part in parts if part[0] < part[1])


def zone_code(zone: str) -> str:
    """Return the name of a fare zone in the feed, which is ASCII whatever the zone is called."""
    return zone if zone.isascii() else f"z-{zone.encode().hex()}"


def common(one: Window, other: Window | None) -> Window | None:
    """Return what two windows have in common, or None; everything has all in common with None."""
    if other is None:
        return one
    both = max(one[0], other[0]), min(one[1], other[1])
    return both if both[0] < both[1] else None
