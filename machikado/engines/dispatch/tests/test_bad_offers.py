"""What is broken or at the edge is refused or answered rightly: matrices, huge times, midnight, nobody and nothing."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from machikado.engines.dispatch import BadProblem, Problem, Request, Vehicle, Visit, construct, problems
from machikado.engines.dispatch.offers import OfferBoard, accept, offers
from machikado.engines.dispatch.promises import (
    MOST_TIME,
    MOST_WEIGHT,
    Agenda,
    Band,
    Choice,
    Offer,
    Promise,
    Reason,
    Refusal,
    Weights,
    When,
    Wish,
)
from machikado.engines.dispatch.words import NEVER

LINE = np.abs(np.arange(0, 60, 10)[:, None] - np.arange(0, 60, 10)[None]).astype(np.int64)
BOB = Wish("bob", (Choice(2),), (Choice(3),), When.LEAVE, 15)
VAN = Vehicle("van", 0, 0, layouts=((2,),))


def agenda(travel: np.ndarray, *requests: Request, van: Vehicle = VAN) -> Agenda:
    problem = Problem(travel, requests, (van,))
    return Agenda(problem, construct(problem))


def only(found: Agenda, wish: Wish, weights: Weights) -> Offer:
    made = offers(OfferBoard(found), wish, weights, 1)
    assert not isinstance(made, Refusal)
    return made[0]


@pytest.mark.parametrize(("travel", "word"), [(LINE[:3], "square"), (LINE - 1, "negative"), (LINE * 1.0, "int64")])
def test_a_broken_matrix_is_said(travel, word):
    with pytest.raises(BadProblem, match=word):
        OfferBoard(Agenda(Problem(travel, (), (VAN,)), agenda(LINE).plan))


def test_a_plan_of_another_problem_is_said():
    with pytest.raises(BadProblem, match="no pickup of ann"):
        OfferBoard(Agenda(Problem(LINE, (), (VAN,)), agenda(LINE, Request("ann", Visit(1), Visit(2))).plan))


def test_the_dearest_weights_and_the_longest_times_are_counted_rightly():
    # A unit is 10⁹: to place 2 at 20, then 10 of riding. All weights at their most, and a wish that was long ago.
    weights = Weights(*[MOST_WEIGHT] * 5)
    offer = only(agenda(LINE * 10**9), replace(BOB, time=0, max_wait=MOST_TIME), weights)
    assert offer.cost == MOST_WEIGHT * 10**9 * (20 + 10 + 60)
    late = only(agenda(LINE), replace(BOB, time=MOST_TIME - 1, max_wait=0), weights)
    assert (late.leave_door, late.cost) == (MOST_TIME - 1, MOST_WEIGHT * (10 + 60))


def test_a_day_goes_on_after_midnight():
    night = replace(VAN, open=86_000, close=90_000)
    offer = only(agenda(LINE, van=night), replace(BOB, time=86_395), Weights())
    assert (offer.leave_door, offer.reach_door) == (86_395, 86_405)


def test_a_van_that_is_never_out_refuses():
    closed = replace(VAN, open=100, close=100)
    made = offers(OfferBoard(agenda(LINE, van=closed)), replace(BOB, time=95))
    assert isinstance(made, Refusal)
    assert (made.reason, made.before, made.after) == (Reason.NOBODY_ON_DUTY, None, None)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_no_matrix_leads_to_a_wrong_plan(data: st.DataObject):
    """Asymmetric, detours shorter than the direct way, islands: an offer may be missed, but none is wrong."""
    ways = st.sampled_from((0, 1, 7, 20, 40, NEVER, np.iinfo(np.int64).max))
    rows = data.draw(st.lists(st.lists(ways, min_size=5, max_size=5), min_size=5, max_size=5))
    travel = np.array(rows, np.int64)
    np.fill_diagonal(travel, 0)
    ann, cat = (
        Request("ann", Visit(1, 20, 60), Visit(3), max_ride=60),
        Request("cat", Visit(2, 0, 90), Visit(4, 0, 120)),
    )
    found = agenda(travel, ann, cat, van=replace(VAN, close=200))
    wish = Wish("bob", (Choice(2), Choice(3, 5)), (Choice(1), Choice(4, 3)), data.draw(st.sampled_from(When)), 60)
    made = offers(OfferBoard(found), wish)
    for offer in () if isinstance(made, Refusal) else made:
        pickup, delivery = (
            Band(visit.place, -MOST_TIME, NEVER) for visit in (offer.request.pickup, offer.request.delivery)
        )
        after = accept(found, offer, Promise("bob", pickup, delivery, NEVER))
        assert problems(after.problem, after.plan, after.promises) == []
