"""The cheapest spot is the cheapest of all positions, tried one by one; taken out again it leaves what was there."""

from itertools import combinations_with_replacement

import numpy as np
from hypothesis import given, settings

from machikado.engines.dispatch import BadProblem, Problem, Request, Step, Vehicle, Visit
from machikado.engines.dispatch.plans import Board
from machikado.engines.dispatch.tests.drawn import carried, small_problems
from machikado.engines.dispatch.tests.opened import best_spot, put_in, take_out
from machikado.engines.dispatch.words import NEVER, Action

LINE = np.abs(np.arange(0, 60, 10)[:, None] - np.arange(0, 60, 10)[None]).astype(np.int64)


def test_the_cheapest_spot_is_the_one_worked_out_by_hand():
    # Out to 40 and back for Ann costs 80. Dan, from 30 to 20, lies on the way back: nothing extra after both her stops,
    # and with one seat nowhere before.
    ann, dan = Request("ann", Visit(1), Visit(4)), Request("dan", Visit(3), Visit(2))
    board = Board(Problem(LINE, (ann, dan), (Vehicle("van", 0, 0, layouts=((1,),)),)))
    assert board.insert(0)
    spot = best_spot(board.net, board.routes, board.room, 1)
    assert (int(spot.cost), int(spot.first), int(spot.second)) == (0, 2, 2)


@settings(max_examples=80, deadline=None)
@given(small_problems(4))
def test_no_position_is_cheaper(problem: Problem):
    board = Board(problem)
    for pair, request in enumerate(problem.requests):
        spot = best_spot(board.net, board.routes, board.room, pair)
        assert int(spot.cost) == _cheapest(problem, board.plan().routes, request)
        if spot.cost < NEVER:
            before = board.routes.row[:, :, 0].copy(), board.routes.size.copy()
            assert put_in(board.net, board.routes, board.room, pair, spot)
            assert take_out(board.net, board.routes, board.room, pair)
            assert (board.routes.size == before[1]).all()
            assert put_in(board.net, board.routes, board.room, pair, spot)


def _cheapest(problem: Problem, routes, request: Request) -> int:
    """The least extra cost over every route and pair of positions, each order tried on a board of its own."""
    found = [NEVER]
    both = Step(request.name, Action.PICKUP), Step(request.name, Action.DELIVERY)
    steps = [list(route.steps) for route in routes]
    for vehicle, old in enumerate(steps):
        for first, second in combinations_with_replacement(range(len(old) + 1), 2):
            new = [*old[:first], both[0], *old[first:second], both[1], *old[second:]]
            trial = Board(problem)
            try:
                trial.lay([*steps[:vehicle], new, *steps[vehicle + 1 :]])
            except BadProblem:
                continue
            if all(carried(problem.vehicles[vehicle], problem, new)):
                found.append(int(trial.routes.cost[vehicle]) - routes[vehicle].cost)
    return min(found)
