"""The ways to go: examples worked out by hand, and every way that exists in small timetables."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from machikado.engines.journeys import Call, Footpath, Question, Reach, Ride, Timetable, Trip, Walk, journeys, prepare
from machikado.engines.journeys.soundness import problems, timetable_problems
from machikado.engines.journeys.words import Journey

HOUR = 3600


def trip(name, *calls):
    """A trip from (stop, minute) pairs, with no time at the stops."""
    return Trip(name, tuple(Call(stop, minute * 60, minute * 60) for stop, minute in calls))


# Stops: 0 village, 1 junction, 2 town, 3 bus stop beside the junction, 4 hospital.
LOCAL, LATE = trip("local", (0, 600), (1, 610), (2, 640)), trip("late", (0, 660), (1, 670), (2, 700))
EXPRESS = trip("express", (1, 615), (2, 625))
BUS = trip("bus", (3, 620), (4, 635))
PATHS = ((), (Footpath(3, 180),), (), (Footpath(1, 180),), ())
TOWN = Timetable(5, (LOCAL, LATE, EXPRESS, BUS), PATHS)


def asked(goal, second, **more):
    usual = {"origins": (Reach("walk", 0, 300),), "goals": (Reach("walk", goal, 120),), "second": second}
    return Question(**{**usual, **more})


def told(found):
    """Minutes of departure and arrival, and rides."""
    return [(each.leaves / 60, each.arrives / 60, each.rides) for each in found]


def test_the_town_is_sound():
    assert timetable_problems(TOWN) == []


def test_changing_is_quicker_staying_is_easier_and_one_leaves_as_late_as_one_can():
    # The local leaves at 600: on the platform at 598, five minutes' walk, so 593. The express is in town at 625.
    found = journeys(prepare(TOWN), asked(2, 9 * HOUR))
    assert told(found) == [(593, 627, 2), (593, 642, 1), (653, 702, 1)]
    assert found[0].legs == (Ride(0, 0, 1), Ride(2, 0, 1))
    assert all(problems(TOWN, asked(2, 9 * HOUR), each) == [] for each in found)


def test_between_a_train_and_a_bus_one_walks():
    # 610 + 3 minutes = 613 at stop 3, the bus leaves at 620, hospital 635, door 637.
    (found,) = journeys(prepare(TOWN), asked(4, 9 * HOUR))
    assert found.legs == (Ride(0, 0, 1), Walk(1, 3, 180), Ride(3, 0, 1))
    assert told([found]) == [(593, 637, 2)]


def test_be_there_by_is_answered_from_the_end():
    assert told(journeys(prepare(TOWN), asked(2, 630 * 60, arrives=True))) == [(593, 627, 2)]
    assert told(journeys(prepare(TOWN), asked(2, 702 * 60, arrives=True)))[0] == (653, 702, 1)
    assert journeys(prepare(TOWN), asked(2, 626 * 60, arrives=True)) == ()


def test_a_minute_too_late_is_the_next_train():
    assert told(journeys(prepare(TOWN), asked(2, 593 * 60 + 1)))[0] == (653, 702, 1)


def test_a_way_to_the_stop_that_runs_in_some_hours_only():
    # The bus that comes when called takes 4 minutes, from 596 on: the local at 600 would need 594 at the latest.
    called = Reach("bus", 0, 240, opens=596 * 60, closes=20 * HOUR)
    found = journeys(prepare(TOWN), asked(2, 9 * HOUR, origins=(called,)))
    assert told(found) == [(654, 702, 1)]
    closed = replace(called, opens=0, closes=597 * 60)  # it brings one there by 597, and one waits
    found = journeys(prepare(TOWN), asked(2, 9 * HOUR, origins=(closed,)))
    assert told(found)[0] == (593, 627, 2)


def test_where_nobody_may_get_on_nobody_does():
    closed = Trip("local", (Call(0, 36000, 36000, boards=False), Call(2, 38000, 38000)))
    assert journeys(prepare(Timetable(3, (closed,))), asked(2, 0)) == ()


def test_a_train_that_is_overtaken_is_another_line():
    slow, fast = trip("slow", (0, 600), (2, 660)), trip("fast", (0, 610), (2, 630))
    found = journeys(prepare(Timetable(3, (slow, fast))), asked(2, 0))
    assert told(found) == [(603, 632, 1)]  # whoever leaves later is there earlier


def test_times_past_midnight_are_larger_numbers():
    night = trip("night", (0, 24 * 60 + 10), (2, 24 * 60 + 40))
    assert told(journeys(prepare(Timetable(3, (night,))), asked(2, 23 * HOUR))) == [(1443, 1482, 1)]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"leaves": 594 * 60}, "the trip is missed"),
        ({"arrives": 600 * 60}, "its arrival is another"),
        ({"legs": (Ride(0, 1, 0),)}, "one gets off before getting on"),
        ({"legs": (Ride(2, 0, 1),)}, "the trip is not at stop 0"),
        ({"legs": (Ride(0, 0, 1),)}, "the last ride ends elsewhere"),
        ({"legs": (Ride(0, 0, 1), Walk(1, 3, 60), Ride(3, 0, 1))}, "there is no such footpath from 1"),
        ({"origin": Reach("car", 0, 300)}, "it begins on a way that was not offered"),
    ],
)
def test_each_fault_has_its_sentence(change, sentence):
    sound = journeys(prepare(TOWN), asked(2, 9 * HOUR))[1]
    assert sentence in problems(TOWN, asked(2, 9 * HOUR), replace(sound, **change))


def test_a_timetable_with_faults_is_told():
    bad = Timetable(2, (trip("back", (0, 10), (1, 5)), trip("short", (0, 1)), trip("far", (0, 1), (7, 2))), ((),))
    assert len(timetable_problems(bad)) == 4


def rides_from(timetable, question, stop, now):
    """Every ride that can be caught: how, and where and when one gets off."""
    for number, run in enumerate(timetable.trips):
        for board, on in enumerate(run.calls):
            if on.stop == stop and on.boards and on.leaves - question.board_seconds >= now:
                for alight, off in enumerate(run.calls[board + 1 :], board + 1):
                    if off.alights:
                        yield Ride(number, board, alight), off.stop, off.arrives


def onward(timetable, question, here, legs):
    """Every stop where one can be after a ride, by trying everything."""
    stop, now = here
    has_ridden = bool(legs) and isinstance(legs[-1], Ride)
    if has_ridden:
        yield stop, now, legs
    if sum(isinstance(leg, Ride) for leg in legs) == question.most_rides:
        return
    for ride, there, then in rides_from(timetable, question, stop, now):
        yield from onward(timetable, question, (there, then), (*legs, ride))
    for path in timetable.paths_from(stop) if has_ridden else ():
        walk = Walk(stop, path.stop, path.seconds)
        yield from onward(timetable, question, (path.stop, now + path.seconds), (*legs, walk))


def every_journey(timetable, question):
    """All journeys that exist."""
    earliest = -(10**9) if question.arrives else question.second
    for origin in question.origins:
        begin = max(earliest, origin.opens) + origin.seconds
        for stop, now, legs in onward(timetable, question, (origin.stop, begin), ()) if begin <= origin.closes else ():
            for goal in (goal for goal in question.goals if goal.stop == stop):
                end = max(now, goal.opens) + goal.seconds
                if end <= goal.closes and not (question.arrives and end > question.second):
                    first = timetable.trips[legs[0].trip].calls[legs[0].board].leaves - question.board_seconds
                    yield Journey(origin, legs, goal, min(first, origin.closes) - origin.seconds, end)


def unbeaten(found):
    facts = {(each.leaves, each.arrives, each.rides) for each in found}
    return {
        one
        for one in facts
        if not any(o != one and o[0] >= one[0] and o[1] <= one[1] and o[2] <= one[2] for o in facts)
    }


@st.composite
def trips(draw):
    stops = draw(st.lists(st.integers(0, 4), min_size=2, max_size=4))
    now, calls = draw(st.integers(0, 60)), []
    for stop in stops:
        stay = draw(st.integers(0, 3))
        calls.append(Call(stop, now, now + stay, draw(st.integers(0, 5)) > 0, draw(st.integers(0, 5)) > 0))
        now += stay + draw(st.integers(0, 15))
    return Trip("t", tuple(calls))


@st.composite
def timetables(draw):
    paths = tuple(
        tuple(Footpath(draw(st.integers(0, 4)), draw(st.integers(1, 9))) for _n in range(draw(st.integers(0, 1))))
        for _stop in range(5)
    )
    return Timetable(5, tuple(draw(st.lists(trips(), max_size=6))), paths)


REACHES = st.lists(
    st.builds(Reach, st.just("walk"), st.integers(0, 4), st.integers(0, 9))
    | st.builds(Reach, st.just("bus"), st.integers(0, 4), st.integers(0, 9), st.integers(0, 20), st.integers(25, 90)),
    min_size=1,
    max_size=3,
)


@settings(max_examples=300)
@given(timetables(), REACHES, REACHES, st.integers(0, 90), st.booleans(), st.integers(0, 3))
def test_nothing_that_exists_beats_what_is_found(timetable, origins, goals, second, arrives, board):
    question = Question(tuple(origins), tuple(goals), second, arrives, board, most_rides=3)
    found = journeys(prepare(timetable), question, count=100)
    assert [problems(timetable, question, each) for each in found] == [[]] * len(found)
    best = unbeaten(every_journey(timetable, question))
    facts = {(each.leaves, each.arrives, each.rides) for each in found}
    assert len(facts) == len(found)
    assert facts <= best
    assert bool(found) == bool(best)
    if best:
        key = (lambda each: -each[0]) if arrives else (lambda each: each[1])
        assert {each for each in best if key(each) == min(map(key, best))} <= facts
