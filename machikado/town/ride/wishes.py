"""What is asked of a day's plan and what comes back, as plain values. Seconds of the service day; stops by ids."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from machikado.town.ride.hours import LAST_MINUTE
from machikado.town.ride.party import Load

EARLIER_SECONDS = 600  # who wants to leave at ten is also shown a bus that leaves so much earlier


@dataclass(frozen=True, slots=True)
class Near:
    """A stop that somebody could use, and the seconds to walk between it and their door."""

    stop: int
    walk_seconds: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What a passenger may be asked to put up with."""

    soonest: int  # nobody leaves the door before
    wait_seconds: int
    miss_seconds: int  # how much earlier than wished they would leave
    ride_seconds: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody wants to go from one of these stops to one of those, at a second of the day."""

    origins: tuple[Near, ...]
    destinations: tuple[Near, ...]
    arrives: bool  # the time is that of being there
    second: int
    load: Load
    boarding_seconds: int
    limits: Limits
    fares: Mapping[tuple[int, int], int]  # yen by stops; a pair that is not in it has no price and is not offered
    spans: tuple[tuple[int, int], ...] = ((0, LAST_MINUTE * 60),)  # when one can get on and off, suspensions taken off
    hours: Mapping[int, tuple[int, int]] = field(default_factory=dict)  # of the stops that have some of their own
    closed: str = "outside_hours"  # the reason where the wish lies in no span


@dataclass(frozen=True, slots=True)
class Times:
    """When somebody is expected to be fetched and brought, and between which times that is promised."""

    pickup: int
    pickup_from: int
    pickup_by: int
    arrival: int
    arrival_from: int
    arrival_by: int
    max_ride_seconds: int


@dataclass(frozen=True, slots=True)
class Found:
    """One way to go."""

    origin: Near
    destination: Near
    times: Times


@dataclass(frozen=True, slots=True)
class Answer:
    """Up to three ways to go; with a reason these are only the nearest before and after."""

    found: tuple[Found, ...] = ()
    reason: str = ""
