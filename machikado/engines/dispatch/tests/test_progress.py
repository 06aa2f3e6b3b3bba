"""What is left of a day: worked out by hand, and for anything drawn as sound as the day was, at every moment."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from machikado.engines.dispatch import Action, Problem, Request, Step, Vehicle, Visit, construct, problems
from machikado.engines.dispatch.progress import departure, rest_of_day, send
from machikado.engines.dispatch.promises import Agenda, Band, Promise
from machikado.engines.dispatch.tests.drawn import small_problems
from machikado.engines.dispatch.words import NEVER

LINE = np.abs(np.arange(0, 60, 10)[:, None] - np.arange(0, 60, 10)[None]).astype(np.int64)
VAN = Vehicle("van", 0, 0, 0, 300, layouts=((2,),), max_duration=200, fixed_cost=7)
ANN = Request("ann", Visit(1, 50, 60, 2), Visit(4, 0, 120), max_ride=40)
TOLD = Promise("ann", Band(1, 50, 60), Band(4, 0, 120), 40)


def day(van: Vehicle = VAN) -> Agenda:
    """Ann is fetched at 50 and brought at 82: the van leaves at 40 and is home at 122."""
    problem = Problem(LINE, (ANN,), (van,))
    return Agenda(problem, construct(problem), (TOLD,))


def test_a_van_that_need_not_leave_yet_is_free():
    left = rest_of_day(day(), 39)
    van = left.problem.vehicles[0]
    assert (departure(left, 0), van.start, van.open, van.locked) == (40, 0, 39, ())
    assert left.plan == day().plan


def test_a_van_on_its_way_is_led_from_its_next_stop():
    left = rest_of_day(day(), 45)
    van = left.problem.vehicles[0]
    assert (van.start, van.open, van.locked) == (0, 40, (Step("ann", Action.PICKUP),))
    assert (van.close, van.max_duration) == (240, NEVER)  # 200 after it left
    assert left.plan.cost == day().plan.cost - 7


def test_who_is_fetched_sits_in_the_van():
    left = rest_of_day(day(), 50)
    van = left.problem.vehicles[0]
    assert (van.start, van.open, van.locked) == (1, 52, (Step("ann", Action.DELIVERY),)[:0])
    assert [(rider.name, rider.boarded, rider.max_ride) for rider in van.aboard] == [("ann", 52, 40)]
    assert left.problem.requests == ()
    assert left.promises == (TOLD,)
    driving = rest_of_day(day(), 60).problem.vehicles[0]
    assert driving.locked == (Step("ann", Action.DELIVERY),)


def test_who_was_brought_is_gone():
    left = rest_of_day(day(), 82)
    van = left.problem.vehicles[0]
    assert (van.start, van.open, van.aboard, left.promises, left.plan.routes[0].stops) == (4, 82, (), (), ())
    assert (left.plan.cost, left.plan.routes[0].end) == (40, 122)


def test_breaks_move_up_when_one_is_over():
    van = replace(VAN, breaks=(Visit(1, 0, 20, 5), Visit(4, 90, 150, 10)))
    left = rest_of_day(day(van), 30)
    assert left.problem.vehicles[0].breaks == van.breaks[1:]
    assert Step("van/0", Action.BREAK) in left.plan.routes[0].steps
    assert problems(left.problem, left.plan) == []


def test_an_idle_van_is_sent_to_wait_elsewhere():
    idle = Problem(LINE, (), (VAN,))
    sent = send(Agenda(idle, construct(idle)), 0, 3, 100)
    assert (sent.problem.vehicles[0].start, sent.problem.vehicles[0].open) == (3, 130)
    assert problems(sent.problem, sent.plan) == []


def test_a_van_that_waits_elsewhere_is_out_since_it_left():
    # It leaves at 50 and may be out for 200, wherever it waits meanwhile.
    idle = Problem(LINE, (), (VAN,))
    van = send(Agenda(idle, construct(idle)), 0, 3, 50).problem.vehicles[0]
    assert (van.close, van.max_duration) == (250, NEVER)


@settings(max_examples=80, deadline=None)
@given(small_problems(4), st.lists(st.integers(0, 400), min_size=1, max_size=4))
def test_the_rest_of_a_sound_day_is_sound(problem: Problem, moments: list[int]):
    left = Agenda(problem, construct(problem))
    for now in sorted(moments):
        left = rest_of_day(left, now)
        assert problems(left.problem, left.plan) == []
        assert all(route.stops[:1] == () or route.stops[0].begin > now for route in left.plan.routes)
