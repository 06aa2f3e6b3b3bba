"""A way from door to door, as plain values: on foot, by the bus that comes when called, by trains and other buses.

Seconds of the service day of the question. Pure.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from machikado.town.ride.ground import Spot, metres

SECONDS_A_METRE = 0.9  # 4 km/h
DETOUR = 1.3  # streets are longer than the crow flies
EARLY_SECONDS = 600  # the called bus may come so much before one wished to leave, as it offers it
BOARD_SECONDS = 180  # one is on the platform so long before


@dataclass(frozen=True, slots=True)
class Stand:
    """A place on the way: a door, a stop of the bus, a halt of others. `code` where the bus knows it."""

    name: str
    spot: Spot
    code: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """From where to where, on which service day, to leave at a second or, with `arrives`, to be there by then."""

    start: Stand
    goal: Stand
    day: date
    second: int
    arrives: bool
    walk_seconds: int = 900


@dataclass(frozen=True, slots=True)
class OnFoot:
    """A walk, or a change within a station."""

    origin: Stand
    goal: Stand
    leaves: int
    arrives: int


@dataclass(frozen=True, slots=True)
class ByCall:
    """The bus that comes when called, as it could be booked now: between which times it comes, and is there."""

    origin: Stand
    goal: Stand
    pickup_from: int
    pickup_by: int
    arrival_by: int
    walk_from_seconds: int
    walk_to_seconds: int
    yen: int
    wish_second: int  # what it was asked for: to leave then or, with `wish_arrives`, to be there by then
    wish_arrives: bool

    @property
    def leaves(self) -> int:
        """When one leaves the door for its stop."""
        return self.pickup_from - self.walk_from_seconds

    @property
    def arrives(self) -> int:
        """When one is at the door behind its last stop, at the latest."""
        return self.arrival_by + self.walk_to_seconds


@dataclass(frozen=True, slots=True)
class ByTimetable:
    """A train or another bus."""

    origin: Stand
    goal: Stand
    leaves: int
    arrives: int
    line: str
    kind: int
    towards: str
    operator: str

    @property
    def is_train(self) -> bool:
        """Whether it runs on rails."""
        return on_rails(self.kind)


Leg = OnFoot | ByCall | ByTimetable


@dataclass(frozen=True, slots=True)
class Way:
    """Legs from door to door."""

    legs: tuple[Leg, ...]

    @property
    def leaves(self) -> int:
        """When one leaves the first door."""
        return self.legs[0].leaves

    @property
    def arrives(self) -> int:
        """When one is at the last door, at the latest."""
        return self.legs[-1].arrives

    @property
    def rides(self) -> int:
        """How many vehicles one takes."""
        return sum(not isinstance(leg, OnFoot) for leg in self.legs)


# From where to where, when, whether to be there by then → what the bus that comes when called could do, best first.
CallBus = Callable[[Stand, Stand, int, bool], Sequence[ByCall]]


def on_rails(kind: int) -> bool:
    """Whether a kind of line (route_type, also the extended ones) is a train, a tram or the like."""
    return kind in (0, 1, 2, 5, 7, 12) or 100 <= kind < 200 or 400 <= kind < 500 or 900 <= kind < 1000


def walk_seconds(one: Spot, other: Spot) -> int:
    """About how long one walks."""
    return round(metres(one, other) * DETOUR * SECONDS_A_METRE)


def unbeaten(ways: Sequence[Way]) -> list[Way]:
    """The ways that no other beats in departure, arrival and number of vehicles together."""
    kept: list[Way] = []
    for way in ways:
        if not any(_beats(other, way) for other in kept):
            kept = [other for other in kept if not _beats(way, other)]
            kept.append(way)
    return kept


def _beats(one: Way, other: Way) -> bool:
    return one.leaves >= other.leaves and one.arrives <= other.arrives and one.rides <= other.rides


def faults(way: Way, question: Question) -> list[str]:
    """What is wrong with a way; [] is sound. Tests and the finder ask it."""
    found = []
    for leg in way.legs:
        if leg.arrives < leg.leaves:
            found.append("a leg ends before it begins")
    for one, other in zip(way.legs, way.legs[1:], strict=False):
        ready = one.arrives + (BOARD_SECONDS if isinstance(other, ByTimetable) else 0)
        if other.leaves < ready:
            found.append("a vehicle is missed")
    if question.arrives and way.arrives > question.second:
        found.append("it is there too late")
    early = EARLY_SECONDS if isinstance(way.legs[0], ByCall) else 0
    if not question.arrives and way.leaves < question.second - early:
        found.append("it leaves too early")
    return found
