"""The exact schedule test: worked out by hand, and against Bellman-Ford and the literature's eight steps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from machikado.engines.dispatch import BadProblem, Problem, Request, Step, Vehicle, Visit
from machikado.engines.dispatch.plans import Board
from machikado.engines.dispatch.schedule import keeps_time
from machikado.engines.dispatch.tests.drawn import least_times, small_problems
from machikado.engines.dispatch.words import NEVER, Action

LINE = np.abs(np.arange(0, 60, 10)[:, None] - np.arange(0, 60, 10)[None]).astype(np.int64)


def fetch(name: str) -> Step:
    return Step(name, Action.PICKUP)


def bring(name: str) -> Step:
    return Step(name, Action.DELIVERY)


def on_a_line(max_ride: int, opens: int) -> Problem:
    """Places 0, 10, …, 50 on a line. Ann goes from 10 to 40, Bob from 20 to 30, not before `opens`."""
    ann = Request("ann", Visit(1, 0, 100, 2), Visit(4), max_ride=max_ride)
    bob = Request("bob", Visit(2, opens, 200, 2), Visit(3))
    return Problem(LINE, (ann, bob), (Vehicle("van", 0, 0, layouts=((2,),)),))


def begins(problem: Problem, steps: tuple[Step, ...]) -> list[int]:
    board = Board(problem)
    board.lay([steps])
    return board.routes.row[0, 1 : len(steps) + 1, 1].tolist()


THROUGH = (fetch("ann"), fetch("bob"), bring("bob"), bring("ann"))


def test_least_times_are_those_worked_out_by_hand():
    # Ann at 10, ready 12; Bob at 22, but only from 50 on; then 52 + 10 = 62 and 72. Ann rides from 12 to 72: 60.
    assert begins(on_a_line(60, 50), THROUGH) == [10, 50, 62, 72]


def test_a_ride_that_would_be_too_long_begins_later():
    # With 40 at most Ann's boarding must end at 72 - 40 = 32, so it begins at 30; she waits 8 at Bob's stop.
    assert begins(on_a_line(40, 50), THROUGH) == [30, 50, 62, 72]


def test_a_ride_that_no_waiting_can_shorten_is_refused():
    # From Ann's boarding: 10 to Bob, 2 for him, 10 and 10: at least 32, whatever she waits.
    assert begins(on_a_line(32, 50), THROUGH) == [38, 50, 62, 72]
    with pytest.raises(BadProblem):
        begins(on_a_line(31, 50), THROUGH)


def test_the_longest_duration_is_kept_by_leaving_later():
    problem = on_a_line(60, 50)
    van = Vehicle("van", 0, 0, layouts=((2,),), max_duration=90)  # back at 72 + 40 = 112, so it leaves at 22
    board = Board(Problem(problem.travel, problem.requests, (van,)))
    board.lay([THROUGH])
    assert board.routes.row[0, 0, 1] == 22


@settings(max_examples=300, deadline=None)
@given(small_problems(), st.randoms(use_true_random=False))
def test_least_times_are_bellmans(problem: Problem, chance):
    """Any order of whole pairs on one vehicle: the same least times, or none, as Bellman-Ford over all constraints."""
    van = Vehicle("van", 0, 0, 0, 400, ((99, 99),), problem.vehicles[0].max_duration)
    alone = Problem(problem.travel, problem.requests, (van,))
    steps = [step for request in problem.requests for step in (fetch(request.name), bring(request.name))]
    chance.shuffle(steps)
    order = _pickups_first(steps)
    expected = _slow(alone, order)
    board = Board(alone)
    try:
        board.lay([order])
    except BadProblem:
        assert expected is None
    else:
        assert board.routes.row[0, : len(order) + 2, 1].tolist() == expected


def _pickups_first(steps: list[Step]) -> list[Step]:
    """The order with each pickup moved to before its delivery."""
    order: list[Step] = []
    for step in steps:
        if step.action is Action.DELIVERY and fetch(step.name) not in order:
            order.append(fetch(step.name))
        if step not in order:
            order.append(step)
    return order


def _slow(problem: Problem, order: list[Step]) -> list[int] | None:
    """Least begins by the twin."""
    van = problem.vehicles[0]
    by_name = {request.name: request for request in problem.requests}
    visits = [
        by_name[step.name].pickup if step.action is Action.PICKUP else by_name[step.name].delivery for step in order
    ]
    stops = [Visit(van.start, van.open, van.close), *visits, Visit(van.start, 0, van.close)]
    back = [(0, len(stops) - 1, van.max_duration)]
    for name, request in by_name.items():
        early, late = order.index(fetch(name)) + 1, order.index(bring(name)) + 1
        back.append((early, late, min(request.max_ride, NEVER) + request.pickup.service))
    return least_times(stops, problem.travel, back)


def test_only_kernels_call_what_has_no_way_in_from_python():
    with pytest.raises(TypeError, match="only kernels can call keeps_time"):
        keeps_time(None, None, 0, 0)  # type: ignore[arg-type]
