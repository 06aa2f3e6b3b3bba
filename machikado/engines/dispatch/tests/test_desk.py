"""A desk books what a board books, spot by spot, and its plan is sound."""

import pytest
from hypothesis import given, settings

from machikado.engines.dispatch import BadProblem, Problem, Request, Vehicle, Visit, problems
from machikado.engines.dispatch.arrays import DRIVEN
from machikado.engines.dispatch.desk import Desk
from machikado.engines.dispatch.plans import Board
from machikado.engines.dispatch.tests.drawn import small_problems
from machikado.engines.dispatch.tests.test_inserting import LINE


def test_a_desk_says_what_a_request_costs_more():
    # Out to 40 and back for Ann costs 80; Dan, from 30 to 20, lies on the way back.
    ann, dan = Request("ann", Visit(1), Visit(4)), Request("dan", Visit(3), Visit(2))
    desk = Desk(Problem(LINE, (ann, dan), (Vehicle("van", 0, 0),)))
    assert [desk.book("ann"), desk.book("dan")] == [80, 0]
    assert desk.plan().cost == 80


def test_what_is_asked_twice_is_there_once():
    desk = Desk(Problem(LINE, (Request("ann", Visit(1), Visit(4)),), (Vehicle("van", 0, 0),)))
    assert [desk.book("ann"), desk.book("ann")] == [80, 0]
    assert len(desk.plan().routes[0].stops) == 2


def test_who_finds_no_spot_is_told_so_and_leaves_nothing_behind():
    late = Request("late", Visit(1, 0, 5), Visit(4))  # the van is ten minutes away
    dear = Request("dear", Visit(5), Visit(0), must=False, prize=30)
    desk = Desk(Problem(LINE, (late, dear), (Vehicle("van", 0, 0),)))
    assert [desk.book("late"), desk.book("dear")] == [None, None]
    assert desk.plan().unserved == ("late", "dear")
    with pytest.raises(KeyError):
        desk.book("nobody")


def test_nobody_sits_too_long_for_another():
    # On the way from 10 to 40 the van could take Bob along for nothing; but he comes at 100, when Ann must be out.
    # So he is fetched after her: 40, back to 20, on to 30, home, which is 20 more.
    ann = Request("ann", Visit(1, 0, 60), Visit(4), max_ride=50)
    bob = Request("bob", Visit(2, 100, 120), Visit(3))
    problem = Problem(LINE, (ann, bob), (Vehicle("van", 0, 0, layouts=((2,),)),))
    desk = Desk(problem)
    assert [desk.book("ann"), desk.book("bob")] == [80, 20]
    assert problems(problem, desk.plan()) == []


def test_a_problem_without_meaning_is_refused():
    with pytest.raises(BadProblem, match="no place 9"):
        Desk(Problem(LINE, (Request("ann", Visit(9), Visit(1)),), ()))


@settings(max_examples=100, deadline=None)
@given(small_problems())
def test_a_desk_books_what_a_board_inserts(problem: Problem):
    desk, board = Desk(problem), Board(problem)
    mine = desk._board.routes
    for pair, request in enumerate(problem.requests):
        before = int(board.routes.cost.sum())
        cost = desk.book(request.name)
        if board.insert(pair):
            assert cost == int(board.routes.cost.sum()) - before
        else:
            assert cost is None
        assert desk.plan() == board.plan()
        for vehicle, size in enumerate(board.routes.size.tolist()):  # what is kept is what a walk along it would find
            assert (mine.row[vehicle, :size, : DRIVEN + 1] == board.routes.row[vehicle, :size, : DRIVEN + 1]).all()
            assert (mine.aboard[vehicle, :size] == board.routes.aboard[vehicle, :size]).all()
        assert (mine.where == board.routes.where).all()
    assert problems(problem, desk.plan()) == []
