"""The moves of the search, each worked out by hand; the search itself against trying everything."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from machikado.engines.dispatch import (
    Action,
    Plan,
    Problem,
    Request,
    Step,
    Vehicle,
    Visit,
    construct,
    improve,
    problems,
)
from machikado.engines.dispatch.improve import begun
from machikado.engines.dispatch.insert import Spot
from machikado.engines.dispatch.memo import fresh_memo, mark
from machikado.engines.dispatch.plans import Board
from machikado.engines.dispatch.schedule import refresh
from machikado.engines.dispatch.tests.drawn import cheapest_plan, days_underway, small_problems
from machikado.engines.dispatch.tests.opened import best_spot, cheapest, move_block, spot_in, swap_tails
from machikado.engines.dispatch.words import NEVER

# Five places on a line: the depot in the middle, 10 and 20 to the east, 10 and 20 to the west.
ARMS = np.array([0, 10, 20, -10, -20])
ARMS = np.abs(ARMS[:, None] - ARMS[None]).astype(np.int64)
EAST, BACK_EAST = Request("east", Visit(1), Visit(2)), Request("back east", Visit(2), Visit(1))
WEST, BACK_WEST = Request("west", Visit(3), Visit(4)), Request("back west", Visit(4), Visit(3))
VANS = tuple(Vehicle(name, 0, 0, layouts=((1,),)) for name in ("one", "two"))
LINE = np.abs(np.arange(0, 60, 10)[:, None] - np.arange(0, 60, 10)[None]).astype(np.int64)


def fetch(name: str) -> Step:
    return Step(name, Action.PICKUP)


def bring(name: str) -> Step:
    return Step(name, Action.DELIVERY)


def rides(*names: str) -> list[Step]:
    return [step for name in names for step in (fetch(name), bring(name))]


def steps_of(board: Board) -> list[list[str]]:
    return [[f"{step.action} {step.name}" for step in steps] for steps in board.steps(board.routes)]


def test_two_vans_that_cross_swap_their_tails():
    # Each goes out one arm and back on the other: 10 + 10 + 40 + 10 + 10 = 80. Each on its own arm it is 40.
    board = Board(Problem(ARMS, (EAST, BACK_EAST, WEST, BACK_WEST), VANS))
    board.lay([rides("east", "back west"), rides("west", "back east")])
    assert board.routes.cost.tolist() == [80, 80]
    course = begun(board)
    assert swap_tails(board.net, board.routes, board.room, course.bank, (3, 2))  # before "back west", with "west"'s
    assert all(refresh(board.net, board.routes, board.room, van) for van in (0, 1))
    assert board.routes.cost.tolist() == [40, 40]
    assert board.steps(board.routes) == [rides("east", "back east"), rides("west", "back west")]


def test_tails_are_swapped_only_where_nobody_is_aboard():
    # Asked to cut before "back east", who comes in while "east" is aboard, it cuts before both; the other van is cut
    # after its only ride, since with nothing before both cuts there is nothing to swap.
    board = Board(Problem(ARMS, (EAST, BACK_EAST, WEST), tuple(replace(van, layouts=((2,),)) for van in VANS)))
    together = [fetch("east"), fetch("back east"), bring("east"), bring("back east")]
    board.lay([together, rides("west")])
    assert swap_tails(board.net, board.routes, board.room, begun(board).bank, (1, 2))
    assert board.steps(board.routes) == [[], [*rides("west"), *together]]


def test_a_stop_moves_to_where_it_lies_on_the_way():
    # Bob first, at 20, then back to Ann at 10: 20 + 10 + 20 + 10 + 40 = 100. Ann on the way out: 80.
    ann, bob = Request("ann", Visit(1), Visit(4)), Request("bob", Visit(2), Visit(3))
    board = Board(Problem(LINE, (ann, bob), (Vehicle("van", 0, 0, layouts=((2,),)),)))
    board.lay([[fetch("bob"), fetch("ann"), bring("bob"), bring("ann")]])
    assert board.routes.cost.tolist() == [100]
    course = begun(board)
    for _ in range(20):  # which of her stops, and how many with it, the die says
        course.bank.budget[0] = 0
        if move_block(board.net, board.routes, board.room, course.bank, 0):
            break
    assert refresh(board.net, board.routes, board.room, 0)
    assert board.routes.cost.tolist() == [80]
    assert steps_of(board)[0][0] == "pickup ann"


def test_no_block_moves_before_its_pickup_or_into_a_full_van():
    # With one seat it is one after the other: 10 + 30 + 20 + 10 + 30 = 100 with Ann first, and 120 with Bob. Only
    # fetching one while the other is aboard would be cheaper.
    ann, bob = Request("ann", Visit(1), Visit(4)), Request("bob", Visit(2), Visit(3))
    board = Board(Problem(LINE, (ann, bob), (Vehicle("van", 0, 0, layouts=((1,),)),)))
    board.lay([rides("ann", "bob")])
    course = begun(board)
    for turn in range(40):
        course.bank.budget[0] = 0
        assert not move_block(board.net, board.routes, board.room, course.bank, turn % 2)


def test_an_empty_van_is_used_though_the_one_like_it_is_shut():
    board = Board(Problem(ARMS, (EAST,), VANS))
    memo = fresh_memo(board.net)
    mark(board.routes.row, board.routes.size, memo.twin, memo.mark)
    memo.open[0] = 0
    spot, _ = cheapest(board.net, board.routes, board.room, memo, (0, 0, 1))
    assert (int(spot.vehicle), int(spot.cost)) == (1, 40)


@settings(max_examples=60, deadline=None)
@given(small_problems(5))
def test_what_is_remembered_is_what_is_found_anew(problem: Problem):
    board = Board(problem)
    memo = fresh_memo(board.net)
    for pair in range(len(problem.requests)):
        mark(board.routes.row, board.routes.size, memo.twin, memo.mark)
        for other in range(pair, len(problem.requests)):
            found = [cheapest(board.net, board.routes, board.room, memo, (other, 0, both))[0] for both in (0, 1, 0)]
            assert {int(spot.cost) for spot in found} == {
                int(best_spot(board.net, board.routes, board.room, other).cost)
            }
            assert int(cheapest(board.net, board.routes, board.room, memo, (other, 0, 1))[1]) == _second(board, other)
        board.insert(pair)


def _second(board: Board, pair: int) -> int:
    """The second of the cheapest spots of each vehicle, of those that stand empty and alike one."""
    nothing = Spot(NEVER, -1, 0, 0)
    costs, seen = [], set()
    for vehicle, car in enumerate(board.problem.vehicles):
        like, empty = (car.end, car.layouts, car.max_duration), board.routes.size[vehicle] == 2
        if not (empty and like in seen):
            costs.append(int(spot_in(board.net, board.routes, board.room, (vehicle, pair, 0), nothing).cost))
        if empty:
            seen.add(like)
    return sorted([*costs, NEVER, NEVER])[1]


@settings(max_examples=25, deadline=None)
@given(small_problems(3))
def test_of_few_requests_the_best_plan_is_found(problem: Problem):
    plain = replace(problem, vehicles=tuple(replace(van, breaks=()) for van in problem.vehicles[:2]))
    plan = improve(plain, construct(plain), 2_000, seed=1)
    assert problems(plain, plan) == []
    assert (len(plan.unserved), plan.cost) == cheapest_plan(plain)[:2]


@settings(max_examples=60, deadline=None)
@given(days_underway(), st.integers(0, 5))
def test_a_day_underway_keeps_what_has_happened(problem: Problem, seed: int):
    first = construct(problem)
    plan = improve(problem, first, 300, seed)
    assert problems(problem, plan) == []
    assert (len(plan.unserved), plan.cost) <= (len(first.unserved), first.cost)
    for vehicle, route in zip(problem.vehicles, plan.routes, strict=True):
        assert route.steps[: len(vehicle.locked)] == vehicle.locked
        assert {bring(rider.name) for rider in vehicle.aboard} <= {*route.steps}


def crossing() -> Problem:
    """Twelve requests across a grid for three vans."""
    spread = np.array([[(7 * k) % 31, (11 * k) % 29] for k in range(25)])
    travel = np.abs(spread[:, None] - spread[None]).sum(axis=2).astype(np.int64)
    requests = tuple(
        Request(str(k), Visit(2 * k + 1, 10 * k, 10 * k + 90), Visit(2 * k + 2), max_ride=60) for k in range(12)
    )
    return Problem(travel, requests, tuple(Vehicle(str(k), 0, 0, layouts=((2,),)) for k in range(3)))


def test_two_processes_find_what_one_finds():
    problem = crossing()
    seeded = partial(improve, problem, construct(problem), 500)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as two:
        found: list[Plan] = list(two.map(seeded, (1, 2)))
    assert found == [seeded(1), seeded(2)]
    assert min(plan.cost for plan in found) < construct(problem).cost
