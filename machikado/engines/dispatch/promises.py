"""The words between a passenger and a plan: wish, offer, refusal, promise; and what is agreed of a day.

Times are those of the problem. `Weights` say what a person minds, as whole costs for each unit of time.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from machikado.engines.dispatch.words import NEVER, Plan, Problem, Request, Step, Visit

MOST_WEIGHT = 1 << 14
MOST_TIME = 1 << 43  # the product of both, five times, is still below NEVER


class BadWish(ValueError):
    """A wish, offer or weight without meaning; says which and why."""


class CannotAccept(Exception):
    """An offer that the plan can no longer take; `code` says why: "outdated" if the plan has another version now."""

    def __init__(self, code: str) -> None:
        """Keep the reason."""
        super().__init__(code)
        self.code = code


class When(StrEnum):
    """Which end of the journey has the wished time; "now" is to leave at the present moment."""

    LEAVE = "leave"
    ARRIVE = "arrive"


@dataclass(frozen=True, slots=True)
class Choice:
    """A stop that somebody could use, and how long the walk between it and their door is."""

    place: int
    walk: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody who asks: from one of these stops to one of those, to leave the door at `time` or to be there by then.

    The time is soft: one may wait up to `max_wait` (leave later; or be there earlier, and wait there) and put up with
    `max_miss` on the other side (leave earlier; or be there later). Nobody leaves the door before `soonest`. The ride
    takes `max_ride` at most, and `max_detour` more than the direct way. `fares[origin][destination]` if they differ.
    """

    name: str
    origins: tuple[Choice, ...]
    destinations: tuple[Choice, ...]
    when: When
    time: int
    load: tuple[int, ...] = (1,)
    soonest: int = -MOST_TIME
    max_wait: int = 1800
    max_miss: int = 0
    max_ride: int = NEVER
    max_detour: int = NEVER
    boarding: int = 0
    alighting: int = 0
    fares: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Weights:
    """What one unit of time costs a person, and one unit of extra cost of driving the town.

    `lateness` is for the wrong side of the wish: being there after it, or having to leave before it.
    """

    walk: int = 2
    wait: int = 1
    ride: int = 1
    lateness: int = 3
    driving: int = 1


@dataclass(frozen=True, slots=True)
class Apart:
    """When an offer is worth showing beside an earlier one: that much time at the door, or that much less to walk.

    A lower fare is always worth showing.
    """

    time: int = 600
    walk: int = 180


MINDED, APART = Weights(), Apart()


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to fulfil a wish, by the plan of that version; nothing is changed until it is accepted.

    The windows of `request` are what the wish allows at these stops; `pickup` and `arrival` are the best times of this
    order of stops. `steps` is what the vehicle would do; `cost` is all of it by the weights.
    """

    request: Request
    walk_from: int
    walk_to: int
    pickup: int
    arrival: int
    fare: int
    vehicle: str
    extra_cost: int
    cost: int
    steps: tuple[Step, ...]
    version: int

    @property
    def ride(self) -> int:
        """How long one sits in the vehicle."""
        return self.arrival - self.pickup - self.request.pickup.service

    @property
    def leave_door(self) -> int:
        """When one leaves the door."""
        return self.pickup - self.walk_from

    @property
    def reach_door(self) -> int:
        """When one is where one wanted to be."""
        return self.arrival + self.request.delivery.service + self.walk_to


class Reason(StrEnum):
    """Why there is no offer: the first of these, in this order, that is so."""

    SAME_STOP = "same stop"  # every choice begins and ends at one place
    NO_WAY = "no way"  # no road leads from any origin to any destination
    RIDE_LIMIT = "ride limit"  # even the direct way takes longer than the longest ride
    TOO_LATE = "too late"  # who leaves the door now is not in time
    TOO_FAR_AHEAD = "too far ahead"  # such a day cannot be asked for yet
    TOO_MANY = "too many"  # no vehicle could take them, though it were empty
    OUTSIDE_HOURS = "outside hours"  # before the first or after the last vehicle is out
    NOBODY_ON_DUTY = "nobody on duty"  # no vehicle could do it then, though it had nothing else to do
    FULL = "full"  # with seats enough there would be an offer
    RIDE_TOO_LONG = "ride too long"  # with others aboard the ride would be longer than the longest
    PROMISES = "promises"  # others would be fetched or brought too late, or ride too long


@dataclass(frozen=True, slots=True)
class Refusal:
    """No offer, why, and the offers whose time at the door is nearest before and after the wished one.

    `params` are numbers for the sentence: RIDE_LIMIT has `direct` and `limit`, OUTSIDE_HOURS `first` and `last`.
    """

    reason: Reason
    params: tuple[tuple[str, int], ...] = ()
    before: Offer | None = None
    after: Offer | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """A place, and the times between which something happens there."""

    place: int
    open: int
    close: int


@dataclass(frozen=True, slots=True)
class Promise:
    """What somebody was told and may rely on, whichever vehicle comes."""

    name: str
    pickup: Band
    arrival: Band
    max_ride: int


@dataclass(frozen=True, slots=True, eq=False)
class Agenda:
    """What is agreed of a day, or of what is left of it: a problem, the plan for it, what was promised to whom.

    Each change makes an agenda with the next version.
    """

    problem: Problem
    plan: Plan
    promises: tuple[Promise, ...] = ()
    version: int = 0


def bound(request: Request, promise: Promise) -> Request:
    """Return the request with the bands of the promise as its windows: from now on they are hard, and it is a must."""
    pickup = Visit(promise.pickup.place, promise.pickup.open, promise.pickup.close, request.pickup.service)
    arrival = Visit(promise.arrival.place, promise.arrival.open, promise.arrival.close, request.delivery.service)
    return Request(request.name, pickup, arrival, request.load, max_ride=promise.max_ride)


def tightened(promise: Promise, offer: Offer, spare: int) -> Promise:
    """Return a promise that ends so much earlier, but not before the offered times: what is planned with.

    What lies between the two is kept for traffic; only a mishap may use it (see repair).
    """
    fetched = replace(promise.pickup, close=max(offer.pickup, promise.pickup.close - spare))
    brought = replace(promise.arrival, close=max(offer.arrival, promise.arrival.close - spare))
    return replace(promise, pickup=fetched, arrival=brought, max_ride=max(offer.ride, promise.max_ride - spare))
