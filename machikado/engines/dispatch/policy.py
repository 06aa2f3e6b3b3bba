"""The rules between a town and its passengers, as pure functions that the service and the simulator share.

What is promised, when somebody is told, when nobody is even asked, who is called first when a seat becomes free, and
the last ride that is kept for whoever goes out with an open return.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from machikado.engines.dispatch.promises import Agenda, Band, Offer, Promise, Reason, Refusal, When, Wish
from machikado.engines.dispatch.words import Action, Plan, Stop


@dataclass(frozen=True, slots=True)
class Rules:
    """What a town has decided. All times are seconds."""

    ask_least_seconds: int = 0  # how long before the wished time one may still ask
    ask_most_seconds: int = 6 * 86_400  # how long before it at the earliest
    pickup_early_seconds: int = 120  # the promise begins that much before the offered time …
    pickup_late_seconds: int = 600  # … and ends that much after it
    arrival_late_seconds: int = 900
    spare_seconds: int = 240  # planned with as if promises ended so much earlier: kept for traffic
    ride_more_seconds: int = 600  # how much longer than offered the ride may become
    call_seconds: int = 900  # that long before the pickup the passenger is told the time nearly to the minute …
    call_early_seconds: int = 60  # … and from then on relies on this much …
    call_late_seconds: int = 240  # … and that much
    tell_from_seconds: int = 180  # a pickup that moves by less within its promise is not worth a message
    no_show_seconds: int = 180  # how long a vehicle waits for somebody who does not come
    answer_seconds: int = 900  # how long somebody on the waiting list has to say yes
    last_ride_seconds: int = 1800  # the kept ride of an open return leaves that long before the last vehicle goes home
    rebalance_seconds: int = 1800  # how often idle vehicles are sent to wait where they will be wanted; 0 is never
    late_most_seconds: int = 3600  # when something went wrong: how much later than promised is still a ride


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody whose expected pickup moved within what was promised, and by enough to be told."""

    name: str
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody on the waiting list; a smaller `rank` goes first (the town decides what it means: a doctor's date)."""

    wish: Wish
    since: int
    rank: int = 0
    asked: int | None = None  # when they were asked last
    declined: bool = False


def promise(offer: Offer, rules: Rules) -> Promise:
    """Return what is promised with an offer: bands around its times, within what was wished."""
    pickup, delivery = offer.request.pickup, offer.request.delivery
    first = max(pickup.open, offer.pickup - rules.pickup_early_seconds)
    last = min(pickup.close, offer.pickup + rules.pickup_late_seconds)
    latest = min(delivery.close, offer.arrival + rules.arrival_late_seconds)
    ride = min(offer.request.max_ride, offer.ride + rules.ride_more_seconds)
    return Promise(
        offer.request.name, Band(pickup.place, first, last), Band(delivery.place, delivery.open, latest), ride
    )


def promise_again(old: Promise, pickup: Stop | int, arrival: Stop, rules: Rules) -> Promise:
    """Return what is promised after a mishap: each part as it was if it can be kept, else around the new time.

    `pickup` is when they boarded, of somebody who sits in the vehicle already.
    """
    fetched, brought, ride = old.pickup, old.arrival, old.max_ride
    if isinstance(pickup, Stop) and not _inside(pickup, fetched):
        first, last = pickup.begin - rules.pickup_early_seconds, pickup.begin + rules.pickup_late_seconds
        fetched = Band(pickup.place, first, last)
    if not _inside(arrival, brought):
        first = min(old.arrival.open, arrival.begin)
        brought = Band(arrival.place, first, arrival.begin + rules.arrival_late_seconds)
    left = pickup.leave if isinstance(pickup, Stop) else pickup
    if arrival.begin - left > ride:
        ride = arrival.begin - left + rules.ride_more_seconds
    return Promise(old.name, fetched, brought, ride)


def _inside(stop: Stop, band: Band) -> bool:
    return stop.place == band.place and band.open <= stop.begin <= band.close


def refuse(wish: Wish, now: int, rules: Rules) -> Refusal | None:
    """Return why a wish is not even tried now; None if it is."""
    if wish.time < now + rules.ask_least_seconds:
        return Refusal(Reason.TOO_LATE, (("earliest", now + rules.ask_least_seconds),))
    if wish.time > now + rules.ask_most_seconds:
        return Refusal(Reason.TOO_FAR_AHEAD, (("latest", now + rules.ask_most_seconds),))
    return None


def moved(before: Plan, after: Plan, rules: Rules) -> tuple[Told, ...]:
    """Return who is to be told that the expected pickup moved, though the promise holds, in the order of pickups."""
    old, new = pickups(before), pickups(after)
    both = [Told(name, old[name].begin, stop.begin) for name, stop in new.items() if name in old]
    return tuple(
        sorted(
            (told for told in both if abs(told.new - told.old) >= rules.tell_from_seconds),
            key=lambda told: (told.new, told.name),
        )
    )


def call(agenda: Agenda, now: int, rules: Rules) -> tuple[Agenda, tuple[Promise, ...]]:
    """Return the narrower promises of those whose pickup is so near that they are told it nearly to the minute.

    And the agenda with them, in which nobody's pickup moves beyond the time that they were told.
    """
    found, stops = {}, pickups(agenda.plan)
    for old in agenda.promises:
        stop = stops.get(old.name)
        if stop is not None and stop.begin - now <= rules.call_seconds and not _was_called(old, rules):
            first = max(old.pickup.open, stop.begin - rules.call_early_seconds)
            last = min(old.pickup.close, stop.begin + rules.call_late_seconds)
            found[old.name] = replace(old, pickup=Band(old.pickup.place, first, last))
    if not found:
        return agenda, ()
    requests = tuple(
        replace(each, pickup=replace(each.pickup, open=found[each.name].pickup.open, close=stops[each.name].begin))
        if each.name in found
        else each
        for each in agenda.problem.requests
    )
    promises = tuple(found.get(each.name, each) for each in agenda.promises)
    problem = replace(agenda.problem, requests=requests)
    return replace(agenda, problem=problem, promises=promises, version=agenda.version + 1), tuple(found.values())


def _was_called(promise: Promise, rules: Rules) -> bool:
    return promise.pickup.close - promise.pickup.open <= rules.call_early_seconds + rules.call_late_seconds


def asked_first(waiting: Iterable[Waiting], freed: Band, now: int, rules: Rules) -> tuple[Waiting, ...]:
    """Return who is asked, in this order, when a seat between these times becomes free.

    Only wishes whose time can be met then; by rank, then by who waited longest. Whoever was asked and has time left to
    answer is not asked again, and nobody loses their place by saying no to another time.
    """

    def fits(each: Waiting) -> bool:
        first, last = each.wish.time - each.wish.max_miss, each.wish.time + each.wish.max_wait
        if each.wish.when is When.ARRIVE:
            first, last = each.wish.time - each.wish.max_wait, each.wish.time + each.wish.max_miss
        answering = each.asked is not None and now < each.asked + rules.answer_seconds
        return first <= freed.close and freed.open <= last and not (each.declined or answering)

    return tuple(sorted(filter(fits, waiting), key=lambda each: (each.rank, each.since, each.wish.name)))


def last_ride(wish: Wish, closes: int, rules: Rules) -> Wish:
    """Return the wish for the ride home that is kept for an open return: as late as it can safely be.

    It is booked like any other, so its seat is sure. Whoever is ready earlier asks anew with that booking cancelled,
    and keeps it if nothing earlier is found.
    """
    return replace(wish, when=When.LEAVE, time=closes - rules.last_ride_seconds, max_wait=0, max_miss=3600)


def pickups(plan: Plan) -> dict[str, Stop]:
    """Return when and where each person is fetched."""
    return {stop.step.name: stop for route in plan.routes for stop in route.stops if stop.step.action is Action.PICKUP}
