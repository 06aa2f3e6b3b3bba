"""The rules of promise, call, message, refusal, waiting list and open return: each worked out by hand."""

from dataclasses import replace

import numpy as np

from machikado.engines.dispatch import Problem, Request, Vehicle, Visit, construct, problems
from machikado.engines.dispatch.offers import OfferBoard, accept, offers
from machikado.engines.dispatch.policy import (
    Rules,
    Told,
    Waiting,
    asked_first,
    call,
    last_ride,
    moved,
    promise,
    promise_again,
    refuse,
)
from machikado.engines.dispatch.promises import Agenda, Band, Choice, Offer, Promise, Reason, Refusal, When, Wish
from machikado.engines.dispatch.words import Action, Step, Stop

LINE = np.abs(np.arange(0, 6000, 1000)[:, None] - np.arange(0, 6000, 1000)[None]).astype(np.int64)
VAN = Vehicle("van", 0, 0, 0, 80_000, layouts=((2,),))
RULES = Rules()
BOB = Wish("bob", (Choice(2),), (Choice(3),), When.LEAVE, 30_000)


def empty() -> Agenda:
    problem = Problem(LINE, (), (VAN,))
    return Agenda(problem, construct(problem))


def offer(wish: Wish = BOB) -> Offer:
    made = offers(OfferBoard(empty()), wish)
    assert not isinstance(made, Refusal)
    return made[0]


def test_a_promise_lies_around_the_offer_and_within_the_wish():
    # Offered 30,000 to 31,000. Nobody is fetched before they wished to leave, so the promise begins with the wish.
    told = promise(offer(), RULES)
    assert told == Promise("bob", Band(2, 30_000, 30_600), Band(3, 31_000, 31_900), 1600)
    by = promise(offer(replace(BOB, when=When.ARRIVE)), RULES)  # by 30,000 from 29,000 on: never later than wished
    assert (by.pickup, by.arrival.close) == (Band(2, 28_880, 29_000), 30_000)


def test_what_is_kept_for_traffic_is_not_planned_with():
    after = accept(empty(), offer(), promise(offer(), RULES), RULES.spare_seconds)
    (request,) = after.problem.requests
    assert (request.pickup.close, request.delivery.close, request.max_ride) == (30_360, 31_660, 1360)
    assert after.promises == (promise(offer(), RULES),)


def test_who_is_fetched_soon_is_told_nearly_to_the_minute_and_once():
    agenda = accept(empty(), offer(), promise(offer(), RULES), RULES.spare_seconds)
    assert call(agenda, 29_099, RULES) == (agenda, ())  # 901 seconds before
    after, told = call(agenda, 29_100, RULES)
    assert told[0].pickup == Band(2, 30_000, 30_240)
    assert after.problem.requests[0].pickup.close == 30_000  # and from then on it is not planned later
    assert problems(after.problem, after.plan, after.promises) == []
    assert call(after, 29_200, RULES) == (after, ())


def test_a_move_within_the_promise_is_told_from_three_minutes_on():
    agenda = accept(empty(), offer(), promise(offer(), RULES))
    (route,) = agenda.plan.routes
    for later, told in ((179, ()), (180, (Told("bob", 30_000, 30_180),))):
        stops = tuple(replace(stop, begin=stop.begin + later) for stop in route.stops)
        assert moved(agenda.plan, replace(agenda.plan, routes=(replace(route, stops=stops),)), RULES) == told


def test_after_a_mishap_only_that_part_is_promised_anew_that_cannot_be_kept():
    old = Promise("bob", Band(2, 100, 200), Band(3, 1000, 1500), 1200)
    fetched = Stop(Step("bob", Action.PICKUP), 2, 300, 300, 300, (1,))
    brought = Stop(Step("bob", Action.DELIVERY), 3, 1400, 1400, 1400, (0,))
    assert promise_again(old, fetched, brought, RULES) == replace(old, pickup=Band(2, 180, 900))
    late = replace(brought, begin=1501)
    assert promise_again(old, 290, late, RULES) == Promise("bob", old.pickup, Band(3, 1000, 2401), 1811)


def test_nobody_asks_for_what_is_over_or_too_far_ahead():
    assert refuse(BOB, 30_000, RULES) is None
    assert refuse(BOB, 30_001, RULES) == Refusal(Reason.TOO_LATE, (("earliest", 30_001),))
    days = 6 * 86_400
    assert refuse(BOB, 30_000 - days - 1, RULES) == Refusal(Reason.TOO_FAR_AHEAD, (("latest", 29_999),))


def test_the_waiting_list_is_asked_by_rank_and_then_by_who_waited_longest():
    freed = Band(2, 30_000, 31_000)
    first, second = Waiting(replace(BOB, name="a"), 20), Waiting(replace(BOB, name="b"), 10)
    doctor = Waiting(replace(BOB, name="c"), 30, rank=-1)
    other_time = Waiting(replace(BOB, name="d", time=40_000), 1)
    no = Waiting(replace(BOB, name="e"), 1, declined=True)
    asked = Waiting(replace(BOB, name="f"), 1, asked=29_000)
    names = [
        each.wish.name for each in asked_first((first, second, doctor, other_time, no, asked), freed, 29_500, RULES)
    ]
    assert names == ["c", "b", "a"]
    assert asked in asked_first((asked,), freed, 29_900, RULES)  # she had her fifteen minutes


def test_an_open_return_has_its_last_ride_whatever_comes():
    # The van must be home at 80,000; the kept ride leaves half an hour before that at the latest.
    kept = offer(last_ride(BOB, 80_000, RULES))
    assert kept.leave_door == 76_000  # 1,000 to place 3 and 3,000 home: not later
    agenda = accept(empty(), kept, promise(kept, RULES))
    assert problems(agenda.problem, agenda.plan, agenda.promises) == []
    busy = replace(BOB, name="ann", time=76_500, load=(2,), max_wait=0)
    assert isinstance(offers(OfferBoard(agenda), busy), Refusal)


def test_requests_are_left_alone_that_nobody_was_promised():
    request = Request("cat", Visit(1, 500, 900), Visit(2))
    problem = Problem(LINE, (request,), (VAN,))
    agenda = Agenda(problem, construct(problem))
    assert call(agenda, 0, RULES) == (agenda, ())
