"""What a caller may get wrong is refused with its reason or left unserved by name: no wrong plan, no crash."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from machikado.engines.dispatch import (
    BadProblem,
    Problem,
    Request,
    Vehicle,
    Visit,
    construct,
    improve,
    minimise_fleet,
    problems,
)
from machikado.engines.dispatch.desk import Desk
from machikado.engines.dispatch.plans import Board
from machikado.engines.dispatch.tests.drawn import small_problems

LINE = np.abs(np.arange(0, 60, 10)[:, None] - np.arange(0, 60, 10)[None]).astype(np.int64)
VAN = Vehicle("van", 0, 0, layouts=((2,),))
ANN = Request("ann", Visit(1), Visit(4))
BOB = Request("bob", Visit(2), Visit(3))
DAY = 24 * 60


@pytest.mark.parametrize(
    "ann",
    [
        replace(ANN, pickup=Visit(1, 50, 40)),  # a window that ends before it begins
        replace(ANN, pickup=Visit(1, 100, 200), delivery=Visit(4, 0, 120)),  # 30 minutes' ride in 20
        replace(ANN, max_ride=29),  # the direct way takes 30
        replace(ANN, max_wait=9),  # the van is ten minutes away, and she may be kept waiting for nine
        replace(ANN, load=(3,)),  # more than any van takes
        replace(ANN, pickup=Visit(1, DAY)),  # when the van is at home again
    ],
)
def test_who_cannot_be_served_is_left_out_by_name_and_the_others_are_served(ann: Request):
    problem = Problem(LINE, (ann, BOB), (replace(VAN, close=DAY),))
    plan = construct(problem)
    assert plan.unserved == ("ann",)
    assert problems(problem, plan) == []
    assert improve(problem, plan, 300, seed=1).unserved == ("ann",)
    desk = Desk(problem)
    assert [desk.book("ann"), desk.book("bob")] == [None, 60]


def test_a_day_may_go_on_after_midnight():
    late = replace(ANN, pickup=Visit(1, DAY - 5, DAY + 30), max_ride=40)
    problem = Problem(LINE, (late,), (replace(VAN, open=DAY - 60, close=DAY + 120),))
    plan = construct(problem)
    assert [stop.begin for stop in plan.routes[0].stops] == [DAY - 5, DAY + 25]
    assert problems(problem, plan) == []


def test_nobody_asks_and_nobody_drives():
    assert construct(Problem(LINE, (), ())).routes == ()
    assert construct(Problem(LINE, (), (VAN,))).cost == 0
    assert construct(Problem(LINE, (ANN,), ())).unserved == ("ann",)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"requests": (ANN, replace(BOB, name="ann"))}, "'ann' stands for two"),
        ({"vehicles": (VAN, VAN)}, "'van' stands for two"),
        ({"travel": np.where(LINE > 40, np.inf, LINE)}, "int64"),
        ({"travel": np.where(LINE > 40, np.nan, LINE)}, "int64"),
        ({"travel": np.where(LINE > 40, -1, LINE)}, "negative"),
        ({"travel": LINE[:, :4]}, "square"),
        ({"requests": (replace(ANN, delivery=Visit(6)),)}, "no place 6"),
    ],
)
def test_what_has_no_meaning_is_refused_before_any_kernel_sees_it(change, word):
    with pytest.raises(BadProblem, match=word):
        construct(replace(Problem(LINE, (ANN, BOB), (VAN,)), **change))


@settings(max_examples=80, deadline=None)
@given(small_problems(), st.integers(0, 10**6))
def test_any_matrix_gives_a_sound_plan(problem: Problem, seed: int):
    # There and back differ, detours are shorter than direct ways, and some ways do not exist.
    chance = np.random.default_rng(seed)
    travel = chance.integers(0, 60, problem.travel.shape)
    travel[chance.random(travel.shape) < 0.05] = np.iinfo(np.int64).max
    np.fill_diagonal(travel, 0)
    wild = replace(problem, travel=travel.astype(np.int64))
    wild = replace(wild, vehicles=tuple(replace(vehicle, breaks=()) for vehicle in wild.vehicles))
    plan = construct(wild)
    assert problems(wild, plan) == []
    assert problems(wild, improve(wild, plan, 300, seed=2)) == []
    assert problems(wild, minimise_fleet(wild, plan, 400, seed=2)) == []
    desk = Desk(wild)
    for request in wild.requests:
        desk.book(request.name)
    assert problems(wild, desk.plan()) == []


def test_ten_thousand_requests_are_planned_soundly():
    chance = np.random.default_rng(1)
    xy = chance.integers(0, 600, (60, 2))
    travel = np.abs(xy[:, None] - xy[None]).sum(axis=2).astype(np.int64)
    opens = chance.integers(0, 80_000, 10_000).tolist()
    ends = [chance.choice(60, 2, replace=False).tolist() for _ in opens]
    requests = tuple(
        Request(str(k), Visit(a, start, start + 900, 10), Visit(b, service=10), max_ride=2_000)
        for k, (start, (a, b)) in enumerate(zip(opens, ends, strict=True))
    )
    vans = tuple(Vehicle(f"v{k}", k, k, layouts=((6,),)) for k in range(20))
    problem = Problem(travel, requests, vans)
    plan = construct(problem)
    assert problems(problem, plan) == []
    board = Board(problem, steps=[route.steps for route in plan.routes])
    assert not any(board.insert(int(name)) for name in plan.unserved)
