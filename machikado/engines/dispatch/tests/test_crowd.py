"""A crowd: the linear walk finds what trying every pair of positions finds, and plans stay sound and get no dearer."""

from dataclasses import replace
from itertools import combinations_with_replacement, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from machikado.engines.dispatch import BadProblem, Problem, Request, Step, Vehicle, Visit, problems
from machikado.engines.dispatch.crowd_plans import construct_crowd, crowd_of, improve_crowd, lines_of
from machikado.engines.dispatch.tests.opened import best_gap, put_into
from machikado.engines.dispatch.words import NEVER, Action

LINE = np.abs(np.arange(0, 60, 10)[:, None] - np.arange(0, 60, 10)[None]).astype(np.int64)
VAN = Vehicle("van", 0, None, layouts=((2,),))
ANN = Request("ann", Visit(1), Visit(4))
BOB = Request("bob", Visit(2), Visit(3))


def said(plan) -> list[str]:
    return [f"{stop.step.action} {stop.step.name}" for route in plan.routes for stop in route.stops]


def test_two_on_one_way_share_it_and_nobody_drives_back():
    problem = Problem(LINE, (ANN, BOB), (VAN,))
    plan = construct_crowd(problem)
    assert said(plan) == ["pickup ann", "pickup bob", "delivery bob", "delivery ann"]
    assert plan.cost == 40
    assert problems(problem, plan) == []


def test_with_one_seat_one_waits_for_the_other():
    # Ann is brought to 40; back to 20 for Bob and on to 30: 40 + 20 + 10. Bob first: 20 + 10, back to 10, on to 40: 80.
    problem = Problem(LINE, (ANN, BOB), (replace(VAN, layouts=((1,),)),))
    assert construct_crowd(problem).cost == 70


def test_who_weighs_more_than_any_vehicle_takes_is_named():
    problem = Problem(LINE, (replace(ANN, load=(3,)), BOB), (VAN,))
    plan = construct_crowd(problem)
    assert plan.unserved == ("ann",)
    assert improve_crowd(problem, plan, 100).unserved == ("ann",)


@st.composite
def crowds(draw: st.DrawFn) -> Problem:
    """Up to seven requests between places of a town with one-way streets, so that there and back differ."""
    places = draw(st.integers(2, 8))
    seed = draw(st.integers(0, 10**6))
    chance = np.random.default_rng(seed)
    xy = chance.integers(0, 30, (places, 2))
    travel = np.abs(xy[:, None] - xy[None]).sum(axis=2) + 3 * (xy[:, None, 0] > xy[None, :, 0])
    place = st.integers(0, places - 1)
    count = draw(st.integers(0, 7))
    requests = [
        Request(f"r{k}", Visit(draw(place)), Visit(draw(place)), (draw(st.integers(1, 3)),)) for k in range(count)
    ]
    vans = [Vehicle(f"v{k}", draw(place), None, layouts=((draw(st.integers(1, 4)),),)) for k in range(draw(place) + 1)]
    return Problem(travel.astype(np.int64), tuple(requests), tuple(vans))


@settings(max_examples=80, deadline=None)
@given(crowds())
def test_no_pair_of_positions_is_cheaper(problem: Problem):
    crowd = crowd_of(problem)
    lines = lines_of(crowd)
    routes: list[list[Step]] = [[] for _ in problem.vehicles]
    for number, request in enumerate(problem.requests):
        gap = best_gap(crowd, lines, number)
        assert int(gap.cost) == cheapest(problem, routes, request)
        if gap.cost < NEVER:
            put_into(crowd, lines, number, gap)
            mine = routes[int(gap.vehicle)]
            mine.insert(int(gap.second), Step(request.name, Action.DELIVERY))
            mine.insert(int(gap.first), Step(request.name, Action.PICKUP))
            assert int(lines.cost[gap.vehicle]) == driven(problem, int(gap.vehicle), mine)


def cheapest(problem: Problem, routes: list[list[Step]], request: Request) -> int:
    """The least extra cost over every route and pair of positions."""
    found = [NEVER]
    for vehicle, old in enumerate(routes):
        for first, second in combinations_with_replacement(range(len(old) + 1), 2):
            both = Step(request.name, Action.PICKUP), Step(request.name, Action.DELIVERY)
            new = [*old[:first], both[0], *old[first:second], both[1], *old[second:]]
            if most_aboard(problem, new) <= problem.vehicles[vehicle].layouts[0][0]:
                found.append(driven(problem, vehicle, new) - driven(problem, vehicle, old))
    return min(found)


def driven(problem: Problem, vehicle: int, steps: list[Step]) -> int:
    ends = {request.name: request for request in problem.requests}
    places = [problem.vehicles[vehicle].start]
    places += [(ends[s.name].pickup if s.action is Action.PICKUP else ends[s.name].delivery).place for s in steps]
    return sum(int(problem.travel[a, b]) for a, b in pairwise(places))


def most_aboard(problem: Problem, steps: list[Step]) -> int:
    loads = {request.name: request.load[0] for request in problem.requests}
    aboard = [0]
    for step in steps:
        aboard.append(aboard[-1] + loads[step.name] * (1 if step.action is Action.PICKUP else -1))
    return max(aboard)


@settings(max_examples=60, deadline=None)
@given(crowds())
def test_plans_are_sound_never_dearer_and_the_same_for_the_same_seed(problem: Problem):
    first = construct_crowd(problem)
    assert problems(problem, first) == []
    better = improve_crowd(problem, first, 200, seed=4)
    assert problems(problem, better) == []
    assert better.unserved == first.unserved
    assert better.cost <= first.cost
    assert improve_crowd(problem, first, 200, seed=4) == better


def test_a_crowd_gets_shorter_routes():
    chance = np.random.default_rng(5)
    xy = chance.integers(0, 1000, (80, 2))
    travel = np.abs(xy[:, None] - xy[None]).sum(axis=2).astype(np.int64)
    ends = [chance.choice(80, 2, replace=False).tolist() for _ in range(300)]
    requests = tuple(Request(str(k), Visit(a), Visit(b)) for k, (a, b) in enumerate(ends))
    vans = tuple(Vehicle(f"v{k}", k, None, layouts=((4,),)) for k in range(10))
    problem = Problem(travel, requests, vans)
    first = construct_crowd(problem)
    better = improve_crowd(problem, first, 2_000, seed=1)
    assert problems(problem, better) == []
    assert better.cost < 0.9 * first.cost


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"requests": (replace(ANN, pickup=Visit(1, 0, 50)),)}, "ann"),
        ({"requests": (replace(ANN, max_ride=50),)}, "no windows"),
        ({"vehicles": (replace(VAN, end=0),)}, "no end"),
        ({"travel": np.where(LINE > 40, np.iinfo(np.int64).max, LINE)}, "reached"),
        ({"travel": np.where(LINE > 40, NEVER // 2, LINE)}, "reached"),
        ({"travel": np.where(LINE > 40, NEVER, LINE), "cost": LINE}, "reached"),
        ({"requests": (ANN, ANN)}, "two"),
    ],
)
def test_what_is_no_crowd_is_refused_with_the_reason(change, word):
    with pytest.raises(BadProblem, match=word):
        construct_crowd(replace(Problem(LINE, (ANN, BOB), (VAN,)), **change))


def test_a_plan_of_another_problem_is_refused():
    problem = Problem(LINE, (ANN, BOB), (VAN,))
    plan = construct_crowd(problem)
    with pytest.raises(BadProblem, match="fetched twice"):
        improve_crowd(problem, replace(plan, routes=(replace(plan.routes[0], stops=plan.routes[0].stops[2:]),)), 10)
    with pytest.raises(BadProblem, match="too many aboard"):
        improve_crowd(replace(problem, vehicles=(replace(VAN, layouts=((1,),)),)), plan, 10)


def test_a_plan_in_which_a_stop_stands_twice_is_refused():
    # As many stops as two requests have, but Ann is brought twice and Bob never.
    problem = Problem(LINE, (ANN, BOB), (VAN,))
    plan = construct_crowd(problem)
    fetch_ann, fetch_bob, _, bring_ann = plan.routes[0].stops
    twice = replace(plan.routes[0], stops=(fetch_ann, bring_ann, bring_ann, fetch_bob))
    with pytest.raises(BadProblem, match="twice"):
        improve_crowd(problem, replace(plan, routes=(twice,)), 10)


def test_nobody_and_nothing_to_do():
    assert construct_crowd(Problem(LINE, (), (VAN,))).cost == 0
    lonely = Problem(LINE, (ANN,), ())
    assert improve_crowd(lonely, construct_crowd(lonely), 10).unserved == ("ann",)
