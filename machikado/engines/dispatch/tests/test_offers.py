"""Offers: worked out by hand, and none better by a slow twin that tries every order, pair of stops and time."""

from dataclasses import replace
from itertools import combinations_with_replacement, pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from machikado.engines.dispatch import Action, Problem, Request, Step, Vehicle, Visit, construct, problems
from machikado.engines.dispatch.offers import OfferBoard, accept, offers
from machikado.engines.dispatch.promises import (
    Agenda,
    Apart,
    BadWish,
    Band,
    CannotAccept,
    Choice,
    Offer,
    Promise,
    Reason,
    Refusal,
    Weights,
    When,
    Wish,
)
from machikado.engines.dispatch.tests.drawn import closure, small_problems
from machikado.engines.dispatch.words import NEVER

LINE = np.abs(np.arange(0, 60, 10)[:, None] - np.arange(0, 60, 10)[None]).astype(np.int64)
VAN = Vehicle("van", 0, 0, 0, 200, layouts=((2,),))
ANN = Request("ann", Visit(1, 10, 20), Visit(4, 0, 60), max_ride=40)  # at 10 from place 1 to 4, on the way home by 60
BOB = Wish("bob", (Choice(2),), (Choice(3),), When.LEAVE, 15, max_wait=30)


def agenda(*requests: Request, van: Vehicle = VAN) -> Agenda:
    problem = Problem(LINE, requests, (van,))
    return Agenda(problem, construct(problem))


def ask(found: Agenda, wish: Wish, **change: object) -> tuple[Offer, ...]:
    made = offers(OfferBoard(found), wish, **change)  # type: ignore[arg-type]
    assert not isinstance(made, Refusal)
    return made


def refused(found: Agenda, wish: Wish) -> Refusal:
    made = offers(OfferBoard(found), wish)
    assert isinstance(made, Refusal)
    return made


def test_who_lies_on_the_way_rides_along():
    # The van fetches Ann at 10 at the earliest and passes place 2 at 20: Bob waits 5, rides 10, and costs no driving.
    (first,) = ask(agenda(ANN), BOB)
    assert (first.pickup, first.arrival, first.ride, first.extra_cost) == (20, 30, 10, 0)
    assert first.cost == 5 + 10
    assert [f"{step.action} {step.name}" for step in first.steps] == [
        "pickup ann",
        "pickup bob",
        "delivery bob",
        "delivery ann",
    ]


def test_the_next_offers_are_at_other_times():
    # Ann may be fetched until 20 only, so sharing her ride Bob can leave until 30: at 25 and at 30 five apart.
    made = ask(agenda(ANN), BOB, apart=Apart(5, 100))
    assert [offer.leave_door for offer in made] == [20, 25, 30]


def test_a_shorter_walk_is_worth_showing_a_longer_one_is_not():
    # From place 2, after a walk of 5, at 20 with Ann: 2·5 + 10 = 20. From place 5, at his door, at 50 after Ann is out:
    # he waits 35 and rides 20, and the van drives 20 more.
    wish = replace(BOB, origins=(Choice(2, 5), Choice(5)), max_wait=40)
    made = ask(agenda(ANN), wish, apart=Apart(10**6, 5))
    assert [(offer.request.pickup.place, offer.cost) for offer in made] == [(2, 20), (5, 75)]
    assert len(ask(agenda(ANN), replace(wish, origins=(Choice(2, 5), Choice(5, 1))), apart=Apart(10**6, 5))) == 1


def test_a_lower_fare_is_worth_showing():
    wish = replace(BOB, destinations=(Choice(3), Choice(4)), fares=((200, 100),))
    made = ask(agenda(ANN), wish, apart=Apart(10**6, 10**6))
    assert [(offer.request.delivery.place, offer.fare) for offer in made] == [(3, 200), (4, 100)]


def test_who_must_be_there_by_a_time_comes_as_late_as_that():
    # By 100: picked up at 88, since boarding takes 2, the ride 10; then nobody waits anywhere.
    wish = replace(BOB, when=When.ARRIVE, time=101, boarding=2, alighting=1)
    (first,) = ask(agenda(ANN), wish, count=1)
    assert (first.pickup, first.arrival, first.reach_door) == (88, 100, 101)
    assert first.cost == first.ride + first.extra_cost


def test_accepting_keeps_everybody_and_changes_nothing_before():
    before = agenda(ANN)
    (offer,) = ask(before, BOB)
    told = Promise("bob", Band(2, 15, 25), Band(3, 25, 40), 15)
    after = accept(before, offer, told)
    assert problems(after.problem, after.plan) == []
    assert (after.version, after.promises, before.version) == (1, (told,), 0)
    assert after.plan.unserved == ()
    with pytest.raises(CannotAccept, match="outdated"):
        accept(after, offer, told)


@pytest.mark.parametrize(
    "other", [agenda(), agenda(replace(ANN, name="cat")), agenda(ANN, van=replace(VAN, name="bus"))]
)
def test_an_offer_of_another_plan_of_the_same_version_is_outdated(other: Agenda):
    (offer,) = ask(agenda(ANN), BOB)
    with pytest.raises(CannotAccept, match="outdated"):
        accept(other, offer, Promise("bob", Band(2, 15, 25), Band(3, 25, 40), 15))


def test_what_is_promised_must_be_what_was_offered():
    (offer,) = ask(agenda(ANN), BOB)
    for wrong in (Band(2, 21, 25), Band(1, 15, 25)):
        with pytest.raises(BadWish, match="not what was offered"):
            accept(agenda(ANN), offer, Promise("bob", wrong, Band(3, 25, 40), 15))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"destinations": (Choice(2),)}, Reason.SAME_STOP),
        ({"max_ride": 9}, Reason.RIDE_LIMIT),
        ({"soonest": 46}, Reason.TOO_LATE),
        ({"load": (3,)}, Reason.TOO_MANY),
        ({"time": 300}, Reason.OUTSIDE_HOURS),
        ({"time": 190, "max_wait": 5}, Reason.NOBODY_ON_DUTY),  # the van has to be home at 200
        ({"load": (2,), "max_wait": 6}, Reason.FULL),
        ({"origins": (Choice(0),), "max_wait": 5}, Reason.PROMISES),
    ],
)
def test_a_refusal_says_why(change, reason):
    assert refused(agenda(ANN), replace(BOB, **change)).reason is reason


def test_a_ride_with_a_detour_may_be_too_long():
    # Cat waits at place 5 from 60 on and goes to 1; Bob from 2 to 1 before, alone, would make the van miss her at 90.
    cat = Request("cat", Visit(5, 60, 65), Visit(1, 0, 105))
    wish = Wish("bob", (Choice(4),), (Choice(0),), When.LEAVE, 40, max_wait=10, max_detour=0)
    assert refused(agenda(cat), wish).reason is Reason.RIDE_TOO_LONG


def test_no_road_is_no_way():
    island = LINE.copy()
    island[:3, 3] = NEVER
    problem = Problem(island, (), (VAN,))
    assert refused(Agenda(problem, construct(problem)), BOB).reason is Reason.NO_WAY
    nobody = Problem(LINE, (), ())
    assert refused(Agenda(nobody, construct(nobody)), BOB).reason is Reason.NOBODY_ON_DUTY


def test_the_nearest_times_are_those_worked_out_by_hand():
    # Ann alone in the van with two seats, two want in at 2. Before her the van can be there at 20, too late for
    # Ann, at place 1 by 20. After her: it lets her out at place 4 at 40 at the earliest and is back at 2 at 60.
    found = refused(agenda(ANN), replace(BOB, load=(2,)))
    assert found.reason is Reason.FULL
    assert found.before is None
    assert found.after is not None
    assert found.after.leave_door == 60
    # Wished for 150 with nothing to spare: home is 30 from place 3, so the last ride begins at 160.
    late = refused(agenda(ANN), replace(BOB, time=170))
    assert late.before is not None
    assert (late.before.leave_door, late.after) == (160, None)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"origins": ()}, "stop to choose"),
        ({"origins": (Choice(9),)}, "no place 9"),
        ({"origins": (Choice(2, -1),)}, "nobody walks"),
        ({"load": (1, 1)}, "count 1 kinds"),
        ({"load": (-1,)}, "cannot be"),
        ({"time": 1 << 50}, "outside of time"),
        ({"max_wait": -1}, "negative or endless"),
        ({"max_ride": NEVER + 1}, "negative or endless"),
        ({"max_detour": 1 << 63}, "negative or endless"),
        ({"fares": ((1, 2),)}, "fare"),
        ({"name": "ann"}, "somebody else"),
    ],
)
def test_a_wish_without_meaning_is_refused(change, word):
    with pytest.raises(BadWish, match=word):
        offers(OfferBoard(agenda(ANN)), replace(BOB, **change))


@pytest.mark.parametrize("change", [{"weights": Weights(walk=-1)}, {"count": 0}, {"apart": Apart(-1)}])
def test_weights_without_meaning_are_refused(change):
    with pytest.raises(BadWish):
        offers(OfferBoard(agenda(ANN)), BOB, **change)


@st.composite
def wishes(draw: st.DrawFn, places: int) -> Wish:
    """One or two stops at each end, times within the day, limits that bind now and then."""
    choices = st.lists(st.builds(Choice, st.integers(0, places - 1), st.integers(0, 20)), min_size=1, max_size=2)
    origins, destinations = tuple(draw(choices)), tuple(draw(choices))
    fares = [draw(st.sampled_from((1, 1, 2))) for _ in range(len(origins) * len(destinations))]
    return Wish(
        "you",
        origins,
        destinations,
        draw(st.sampled_from(When)),
        draw(st.integers(0, 200)),
        draw(st.sampled_from(((1, 0), (2, 0), (0, 1)))),
        draw(st.sampled_from((-(1 << 30), 60))),
        draw(st.integers(0, 60)),
        draw(st.sampled_from((0, 0, 15))),
        draw(st.sampled_from((NEVER, 50, 70))),
        draw(st.sampled_from((NEVER, 0, 20))),
        draw(st.integers(0, 3)),
        draw(st.integers(0, 3)),
        tuple(tuple(fares[k :: len(origins)]) for k in range(len(origins))),
    )


WEIGHTS = st.builds(Weights, *[st.integers(0, 4)] * 5)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_no_offer_is_better(data: st.DataObject):
    problem = data.draw(small_problems(3).filter(lambda drawn: len(drawn.travel) > 1))
    wish, weights = data.draw(wishes(len(problem.travel))), data.draw(WEIGHTS)
    apart = Apart(data.draw(st.sampled_from((0, 7, 30))), data.draw(st.sampled_from((0, 5))))
    found = Agenda(problem, construct(problem))
    made = offers(OfferBoard(found), wish, weights, 3, apart)
    twin = list(slow(found, wish, weights))
    if isinstance(made, Refusal):
        assert twin == []
        check_nearest(found, wish, made)
        return
    for number in range(3):
        left = [cost for cost, *what in twin if worth_showing(wish, apart, what, made[:number])]
        assert (min(left) if left else None) == (made[number].cost if number < len(made) else None)
        if number == len(made):
            break
        offer = made[number]
        at = [offer.request.pickup, offer.request.delivery]
        told = Promise("you", Band(at[0].place, *[offer.pickup] * 2), Band(at[1].place, *[offer.arrival] * 2), NEVER)
        after = accept(found, offer, told)
        assert problems(after.problem, after.plan) == []
        assert after.plan.cost - found.plan.cost == offer.extra_cost


def check_nearest(found: Agenda, wish: Wish, made: Refusal) -> None:
    """The offers beside a refusal are the nearest in time of all that the twin finds without a limit of time."""
    if made.reason in (Reason.SAME_STOP, Reason.NO_WAY, Reason.RIDE_LIMIT, Reason.TOO_MANY):
        return
    leaves = wish.when is When.LEAVE
    for side, offer in (("max_miss", made.before), ("max_wait", made.after)):
        side = side if leaves else {"max_miss": "max_wait", "max_wait": "max_miss"}[side]
        waits, misses = (500, 0) if side == "max_wait" else (0, 500)
        free = replace(wish, max_wait=waits, max_miss=misses)
        away = [cost for cost, *_ in slow(found, free, Weights(0, 1, 0, 1, 0))]
        door = None if offer is None else abs((offer.leave_door if leaves else offer.reach_door) - wish.time)
        assert (min(away) if away else None) == door


def worth_showing(wish: Wish, apart: Apart, what: list[int], earlier: tuple[Offer, ...]) -> bool:
    door, walk, fare = what
    return all(
        abs(door - (offer.leave_door if wish.when is When.LEAVE else offer.reach_door)) >= apart.time
        or walk <= offer.walk_from + offer.walk_to - apart.walk
        or fare < offer.fare
        for offer in earlier
    )


def slow(found: Agenda, wish: Wish, weights: Weights):
    """Yield (cost, time at the door, walk, fare) for every order, pair of stops and time at the door."""
    problem = found.problem
    both = Step("you", Action.PICKUP), Step("you", Action.DELIVERY)
    for (o, origin), (d, destination) in product(enumerate(wish.origins), enumerate(wish.destinations)):
        direct = int(problem.travel[origin.place, destination.place])
        longest = min(wish.max_ride, direct + wish.max_detour)
        if origin.place == destination.place or direct > longest:
            continue
        you = Request(
            "you",
            Visit(origin.place, -NEVER + 1, NEVER, wish.boarding),
            Visit(destination.place, -NEVER + 1, NEVER, wish.alighting),
            wish.load,
            max_ride=longest,
        )
        asked = replace(problem, requests=(*problem.requests, you))
        for vehicle, route in zip(problem.vehicles, found.plan.routes, strict=True):
            for first, second in combinations_with_replacement(range(len(route.steps) + 1), 2):
                old = route.steps
                steps = (*old[:first], both[0], *old[first:second], both[1], *old[second:])
                hull = closure(asked, vehicle, steps, "you")
                if hull:
                    extra = road(asked, vehicle, steps) - road(asked, vehicle, old)
                    for cost, door in times(wish, weights, (origin.walk, destination.walk), hull):
                        walk = origin.walk + destination.walk
                        whole = cost + weights.walk * walk + weights.driving * extra
                        yield whole, door, walk, wish.fares[o][d] if wish.fares else 0


def times(wish: Wish, weights: Weights, walks: tuple[int, int], hull: tuple[int, int, int, int, int]):
    """Yield (what waiting, missing and riding cost, time at the door) for every time that the wish allows."""
    first, last, least, most, ride = hull
    if wish.when is When.LEAVE:
        low, high = max(wish.time - wish.max_miss, wish.soonest), wish.time + wish.max_wait
        for door in range(max(low, first - walks[0]), min(high, last - walks[0]) + 1):
            seated = max(least, door + walks[0] + ride) - door - walks[0] - wish.boarding
            wait, miss = max(door - wish.time, 0), max(wish.time - door, 0)
            yield weights.wait * wait + weights.lateness * miss + weights.ride * seated, door
    else:
        tail = walks[1] + wish.alighting
        for door in range(
            max(wish.time - wish.max_wait, least + tail), min(wish.time + wish.max_miss, most + tail) + 1
        ):
            pickup = min(last, door - tail - ride)
            if pickup < max(first, wish.soonest + walks[0]):
                continue
            wait, miss = max(wish.time - door, 0), max(door - wish.time, 0)
            seated = door - tail - pickup - wish.boarding
            yield weights.wait * wait + weights.lateness * miss + weights.ride * seated, door


def road(problem: Problem, vehicle: Vehicle, steps: tuple[Step, ...]) -> int:
    """What a route costs."""
    ends = {Step(each.name, Action.PICKUP): each.pickup.place for each in problem.requests}
    ends |= {Step(each.name, Action.DELIVERY): each.delivery.place for each in problem.requests}
    ends |= {Step(f"{vehicle.name}/{k}", Action.BREAK): pause.place for k, pause in enumerate(vehicle.breaks)}
    places = [vehicle.start, *(ends[step] for step in steps), *([] if vehicle.end is None else [vehicle.end])]
    return sum(int(problem.travel[a, b]) for a, b in pairwise(places))
