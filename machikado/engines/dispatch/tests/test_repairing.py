"""Mishaps: worked out by hand; and for anything drawn the day is sound again and nobody's promise moves untold."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from machikado.engines.dispatch import Action, Problem, Request, Step, Vehicle, Visit, construct, problems
from machikado.engines.dispatch.mishaps import BadMishap, BrokenDown, Cancelled, Closed, Delayed, Mishap, NoShow
from machikado.engines.dispatch.policy import Rules
from machikado.engines.dispatch.progress import rest_of_day
from machikado.engines.dispatch.promises import Agenda, Band, Promise
from machikado.engines.dispatch.repair import Repaired, repair
from machikado.engines.dispatch.tests.drawn import small_problems
from machikado.engines.dispatch.words import NEVER

LINE = np.abs(np.arange(0, 60, 10)[:, None] - np.arange(0, 60, 10)[None]).astype(np.int64)
RULES = Rules(
    pickup_early_seconds=2, pickup_late_seconds=10, arrival_late_seconds=15, ride_more_seconds=5, late_most_seconds=100
)
VAN = Vehicle("van", 0, 0, 0, 400, layouts=((2,),))
ANN = Request("ann", Visit(1, 50, 60), Visit(4, 0, 95), max_ride=40)
BOB = Request("bob", Visit(2, 55, 75), Visit(3, 0, 95), max_ride=30)


def promised(request: Request) -> Promise:
    pickup, arrival = (Band(visit.place, visit.open, visit.close) for visit in (request.pickup, request.delivery))
    return Promise(request.name, pickup, arrival, request.max_ride)


def day(*vans: Vehicle, requests: tuple[Request, ...] = (ANN, BOB)) -> Agenda:
    """Ann is fetched at 50 at place 1, Bob at 60 at 2 and brought at 70 to 3, Ann at 80 to 4."""
    problem = Problem(LINE, requests, vans or (VAN,))
    return Agenda(problem, construct(problem), tuple(promised(request) for request in requests))


def sound(found: Repaired) -> Repaired:
    after = found.agenda
    assert problems(after.problem, after.plan, after.promises) == []
    return found


def told(found: Repaired) -> list[str]:
    return [notice.name for notice in found.notices]


def test_a_cancelled_ride_leaves_the_others_as_they_were():
    found = sound(repair(day(), (Cancelled("bob"),), 0, RULES))
    assert found.notices == ()
    assert [stop.step.name for stop in found.agenda.plan.routes[0].stops] == ["ann", "ann"]
    assert found.agenda.version == 1


def test_a_van_on_its_way_to_somebody_who_cancels_gets_there_first():
    now = rest_of_day(day(), 45)  # it left place 0 at 40
    van = sound(repair(now, (Cancelled("ann"),), 45, RULES)).agenda.problem.vehicles[0]
    assert (van.start, van.open, van.locked) == (1, 50, ())


def test_who_was_not_at_the_stop_is_not_brought():
    now = rest_of_day(day(), 50)
    found = sound(repair(now, (NoShow("ann"), Delayed("van", 3)), 50, RULES))
    assert found.notices == ()
    assert found.agenda.problem.vehicles[0].aboard == ()
    assert [stop.begin for stop in found.agenda.plan.routes[0].stops] == [63, 73]


def test_a_delay_that_fits_in_what_was_promised_is_told_to_nobody():
    # Ten later at place 1: Ann at 60, Bob at 70, Bob out at 80, Ann at 90; all of them may be.
    found = sound(repair(rest_of_day(day(), 45), (Delayed("van", 10),), 45, RULES))
    assert found.notices == ()
    assert [stop.begin for stop in found.agenda.plan.routes[0].stops] == [60, 70, 80, 90]


def test_a_longer_delay_moves_the_one_promise_that_it_must():
    # Twelve later: Ann at 62 instead of 60, at place 4 at 92. Bob at 72, out at 82. Only her pickup is out of its band.
    found = sound(repair(rest_of_day(day(), 45), (Delayed("van", 12),), 45, RULES))
    (notice,) = found.notices
    assert (notice.name, notice.new) == ("ann", Promise("ann", Band(1, 60, 72), Band(4, 0, 95), 40))
    assert [stop.begin for stop in found.agenda.plan.routes[0].stops] == [62, 72, 82, 92]


def test_another_van_takes_over_what_the_late_one_cannot():
    # On its way to Ann it loses 20: she is fetched at 70 and brought at 100, both too late. It would be at Bob's stop
    # at 80; the other van is there at 65, in time.
    other = Vehicle("other", 0, 0, 0, 400, layouts=((2,),))
    found = sound(repair(rest_of_day(day(VAN, other), 45), (Delayed("van", 20),), 45, RULES))
    (notice,) = found.notices
    assert notice.new == Promise("ann", Band(1, 68, 80), Band(4, 0, 115), 40)
    assert Step("bob", Action.PICKUP) in found.agenda.plan.routes[1].steps


def test_who_sits_in_a_broken_van_is_fetched_by_another():
    # It breaks down near 2 at 58 with Ann in it. The other is there at 78 and brings her to 4 at 98.
    other = Vehicle("other", 0, 0, 0, 400, layouts=((2,),))
    now = rest_of_day(day(VAN, other), 58)
    found = sound(repair(now, (BrokenDown("van", 2, 58),), 58, RULES))
    assert sorted(told(found)) == ["ann", "bob"]
    assert found.lost == ()
    new = {promise.name: promise for promise in found.agenda.promises}
    assert new["ann"].pickup == Band(2, 76, 88)
    assert [vehicle.name for vehicle in found.agenda.problem.vehicles] == ["other"]


def test_who_sat_in_a_broken_van_may_not_want_to_be_fetched_any_more():
    other = Vehicle("other", 0, 0, 0, 400, layouts=((2,),))
    now = rest_of_day(day(VAN, other), 58)
    found = sound(repair(now, (BrokenDown("van", 2, 58), Cancelled("ann")), 58, RULES))
    assert (told(found), found.lost) == (["bob"], ())
    # Where it broke down is closed now, and where she wants to go stands for it: she is there as good as anywhere.
    found = sound(repair(now, (BrokenDown("van", 2, 58), Closed(2, 4)), 58, RULES))
    assert found.lost == ("ann",)


def test_without_another_van_nobody_can_be_kept():
    found = repair(rest_of_day(day(), 58), (BrokenDown("van", 2, 60),), 60, RULES)
    assert sorted(found.lost) == ["ann", "bob"]
    assert found.agenda.promises == ()


def test_a_closed_stop_is_told_with_the_one_that_stands_for_it():
    found = sound(repair(day(), (Closed(3, 4),), 0, RULES))
    (notice,) = found.notices
    assert notice.new == replace(notice.old, arrival=Band(4, 0, 95))
    gone = repair(day(), (Closed(3, 2),), 0, RULES)  # Bob would ride from 2 to 2
    assert gone.lost == ("bob",)


def test_a_break_that_cannot_be_in_time_is_said():
    van = replace(VAN, breaks=(Visit(1, 0, 30, 10),))  # it sets out for it at 0
    found = sound(repair(rest_of_day(day(van), 0), (Delayed("van", 35),), 0, RULES))
    assert found.overtime == ("van",)


@pytest.mark.parametrize(
    "mishap",
    [Cancelled("zoe"), NoShow("zoe"), Delayed("bus", 1), Delayed("van", -1), BrokenDown("van", 9, 1), Closed(1, 9)],
)
def test_what_cannot_have_happened_is_refused(mishap):
    with pytest.raises(BadMishap):
        repair(day(), (mishap,), 0, RULES)


def test_who_sits_in_a_van_with_no_road_on_is_said():
    island = LINE.copy()
    island[:, 5] = NEVER
    problem = Problem(island, (ANN, BOB), (VAN,))
    now = rest_of_day(Agenda(problem, construct(problem)), 52)
    with pytest.raises(BadMishap, match="no road"):
        repair(now, (Closed(4, 5),), 52, RULES)


@settings(max_examples=80, deadline=None)
@given(small_problems(5), st.integers(0, 200), st.data())
def test_the_day_is_sound_again_and_nobody_moves_untold(problem: Problem, now: int, data: st.DataObject):
    plan = construct(problem)
    left = tuple(request for request in problem.requests if request.name not in plan.unserved)
    problem = replace(problem, requests=left)
    agenda = Agenda(problem, replace(plan, unserved=()), tuple(map(promised, left)))
    now_left = rest_of_day(agenda, now)
    waiting = [request.name for request in now_left.problem.requests]
    places = st.integers(0, len(problem.travel) - 1)
    cars = st.sampled_from([vehicle.name for vehicle in problem.vehicles])
    kinds: list[st.SearchStrategy[Mishap]] = [st.builds(Delayed, cars, st.integers(0, 60))]
    kinds += [st.builds(BrokenDown, cars, places, st.just(now + 5))]
    kinds += [st.builds(Closed, places, places)]
    kinds += [st.builds(Cancelled, st.sampled_from(waiting))] if waiting else []
    mishap = data.draw(st.one_of(kinds))
    found = sound(repair(now_left, (mishap,), now, RULES))
    new = {promise.name: promise for promise in found.agenda.promises}
    silent = {promise.name for promise in now_left.promises} - {*told(found)}
    if isinstance(mishap, Cancelled):
        assert told(found) == []
        silent -= {mishap.name}
    assert all(new[each.name] == each for each in now_left.promises if each.name in silent)
