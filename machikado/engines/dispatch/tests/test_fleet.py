"""Fewer vehicles: by hand, with somebody who must be pushed out first, and against trying everything."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

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
    lay_out,
    minimise_fleet,
    problems,
)
from machikado.engines.dispatch.tests.drawn import cheapest_plan, days_underway, small_problems

LINE = np.abs(np.arange(0, 60, 10)[:, None] - np.arange(0, 60, 10)[None]).astype(np.int64)
FOLDING = Vehicle("folding", 0, 0, layouts=((1, 0), (0, 1)))


def used(plan: Plan) -> int:
    return sum(bool(route.stops) for route in plan.routes)


def trip(name: str, opens: int, load: tuple[int, int]) -> Request:
    """From 10 to 40, fetched at the very moment."""
    return Request(name, Visit(1, opens, opens), Visit(4), load, max_ride=30)


def inside(*names: str) -> list[Step]:
    """One after the other."""
    return [Step(name, action) for name in names for action in (Action.PICKUP, Action.DELIVERY)]


def test_two_vans_on_one_way_become_one():
    two = tuple(Vehicle(name, 0, 0, layouts=((2,),)) for name in ("one", "two"))
    problem = Problem(LINE, (Request("ann", Visit(1), Visit(4)), Request("bob", Visit(2), Visit(3))), two[:1])
    plan = construct(problem)
    apart = replace(plan, routes=(plan.routes[0], replace(plan.routes[0], vehicle="two", stops=(), cost=0)))
    whole = replace(problem, vehicles=two)
    assert used(minimise_fleet(whole, apart, 100)) == 1
    assert problems(whole, minimise_fleet(whole, apart, 100)) == []


def test_who_sits_in_the_only_fitting_seat_is_pushed_to_another_van():
    # At 10 Ann sits in the one folding van and Hal, in a wheelchair, in the other; Zoe has the bus. The second folding
    # van can be saved only if Ann takes the bus, so that Hal comes into hers. At 200 and 300 both vans go again.
    ann, ann_again = trip("ann", 10, (1, 0)), trip("ann again", 200, (0, 1))
    hal = trip("hal", 10, (0, 1))
    zoe, zoe_again = trip("zoe", 10, (1, 0)), trip("zoe again", 300, (1, 0))
    bus = Vehicle("bus", 0, 0, layouts=((2, 0),))
    problem = Problem(LINE, (ann, ann_again, hal, zoe, zoe_again), (FOLDING, bus, replace(FOLDING, name="other")))
    steps = [["ann", "ann again"], ["zoe", "zoe again"], ["hal"]]
    apart = construct(replace(problem, vehicles=tuple(_only(problem, steps))))
    assert used(apart) == 3
    together = minimise_fleet(problem, apart, 200, seed=1)
    assert used(together) == 2
    assert together.unserved == ()
    assert problems(problem, together) == []


def _only(problem: Problem, names: list[list[str]]):
    """The vehicles with these requests locked to them."""

    for vehicle, mine in zip(problem.vehicles, names, strict=True):
        yield replace(vehicle, locked=tuple(inside(*mine)))


@pytest.mark.parametrize("seed", range(4))
def test_nobody_moves_whose_van_would_come_too_late_without_them(seed: int):
    # From 2 to 4 it is 100, but 20 by way of 3, where Bob goes: without him Ann, who is out at 2 at 20, is followed by
    # Eve, at 4 at 40, too late. Cat needs both kinds of seats at once, as only the bus has them; for that Zoe goes to
    # the folding van. Meanwhile Bob is moved.
    roads = LINE.copy()
    roads[2, 4] = 100
    ann, eve = Request("ann", Visit(1, 10, 10), Visit(2), (1, 0)), Request("eve", Visit(4, 40, 40), Visit(5), (1, 0))
    bob = Request("bob", Visit(2), Visit(3), (1, 0))
    cat, zoe, dan = trip("cat", 10, (1, 1)), trip("zoe", 10, (0, 1)), trip("dan", 300, (1, 0))
    layouts = (("first", ((1, 1),)), ("one", ((2, 0),)), ("bus", ((2, 1),)), ("folding", ((1, 0), (0, 1))))
    vans = tuple(Vehicle(name, 0, 0, layouts=each) for name, each in layouts)
    problem = Problem(roads, (ann, bob, eve, cat, zoe, dan), vans)
    steps = [inside("cat"), inside("ann", "bob", "eve"), inside("zoe"), inside("dan")]
    fewer = minimise_fleet(problem, lay_out(problem, steps), 200, seed)
    assert used(fewer) < 4
    assert problems(problem, fewer) == []


@settings(max_examples=25, deadline=None)
@given(small_problems(3))
def test_of_few_requests_the_fewest_vehicles_are_found(problem: Problem):
    plain = replace(problem, vehicles=tuple(replace(van, breaks=()) for van in problem.vehicles[:2]))
    left, _, fewest = cheapest_plan(plain)
    plan = minimise_fleet(plain, improve(plain, construct(plain), 1_000, seed=1), 2_000, seed=1)
    assert problems(plain, plan) == []
    assert (len(plan.unserved), used(plan)) == (left, fewest)


@settings(max_examples=60, deadline=None)
@given(days_underway())
def test_the_fleet_never_grows_and_nobody_is_lost(problem: Problem):
    first = construct(problem)
    plan = minimise_fleet(problem, first, 400, seed=2)
    assert problems(problem, plan) == []
    assert {*plan.unserved} <= {*first.unserved}
    assert used(plan) <= used(first)
    assert minimise_fleet(problem, first, 400, seed=2) == plan


def test_it_ends_when_it_is_told_to():
    problem = Problem(LINE, (Request("ann", Visit(1), Visit(4)),), (Vehicle("van", 0, 0),))
    assert minimise_fleet(problem, construct(problem), 10**9, stop=lambda: True) == construct(problem)
