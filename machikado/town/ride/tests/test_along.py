"""Where a bus is on its way, worked by hand on streets of a kilometre; and what holds on any line."""

from math import cos, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikado.town.ride.along import (
    Here,
    Leg,
    expected,
    heading_of,
    late_by,
    length_m,
    nearest_on,
    place_at,
    place_near,
    point_on,
)
from machikado.town.ride.ground import Spot, metres

NORTH = 1 / 111.195  # degrees of a kilometre to the north, by the mean radius of the earth
EAST = NORTH / cos(radians(36.1))
A = Spot(36.1, 137.9)
B = Spot(36.1 + NORTH, 137.9)  # a kilometre north of A
C = Spot(36.1 + NORTH, 137.9 + EAST)  # and from there a kilometre to the east
D = Spot(36.1, 137.9 + EAST)
# The bus sets out at A at 1000, is at C (two kilometres) at 1200, waits there, sets out at 1500, is at D at 1600.
LEGS = (Leg(1000, 1200, (A, B, C)), Leg(1500, 1600, (C, D)))


@pytest.mark.parametrize(
    ("second", "spot", "heading", "leg"),
    [
        (500, A, 0, 0),  # it has not set out: it looks where it will drive
        (1050, Spot(36.1 + NORTH / 2, 137.9), 0, 0),  # a quarter of the time: 500 m north
        (1150, Spot(36.1 + NORTH, 137.9 + EAST / 2), 90, 0),  # three quarters: 500 m behind the corner
        (1200, C, 180, 1),  # there, and it looks to where it drives next
        (1400, C, 180, 1),  # waits
        (1550, Spot(36.1 + NORTH / 2, 137.9 + EAST), 180, 1),
        (9999, D, 180, 1),  # done
    ],
)
def test_the_plan_says_where_the_bus_is(second, spot, heading, leg):
    here = place_at(LEGS, second)
    assert metres(here.spot, spot) < 1
    assert (here.heading, here.leg) == (heading, leg)


def test_a_bus_that_stands_five_hundred_metres_behind_the_plan_is_fifty_seconds_late():
    """At 1150 it should be half way from B to C; it is at B, half of its way: 100 of 200 seconds are still to drive."""
    here = place_near(LEGS, 1150, B)
    assert (here.leg, round(here.share, 2)) == (0, 0.5)
    assert late_by(LEGS[0], here.share, 1150) == 50


def test_a_bus_that_the_plan_has_on_the_second_leg_is_found_on_the_first():
    """At 1550 it still stands at B: 100 seconds to C, which it should have reached at 1200: 450 late."""
    here = place_near(LEGS, 1550, B)
    assert here.leg == 0
    assert late_by(LEGS[here.leg], here.share, 1550) == 450


def test_a_bus_that_has_not_called_yet_is_not_taken_for_past_the_call():
    """To C and back to A: at 1210 it still stands at A. It has not driven there and back in ten seconds: 210 late."""
    there_and_back = (Leg(1000, 1200, (A, B, C)), Leg(1230, 1430, (C, B, A)))
    here = place_near(there_and_back, 1210, A)
    assert (here.leg, here.share) == (0, 0.0)
    assert late_by(there_and_back[0], here.share, 1210) == 210
    assert place_near(there_and_back, 1425, A).leg == 1, "by then it can have"


def test_a_bus_that_waits_in_time_is_not_late():
    here = place_near(LEGS, 1400, C)
    assert (here.leg, here.share) == (1, 0.0)
    assert late_by(LEGS[1], here.share, 1400) == 0


def test_a_bus_that_is_early_is_not_late_either():
    here = place_near(LEGS, 1100, C)
    assert late_by(LEGS[here.leg], here.share, 1100) == 0


def test_a_bus_that_stands_at_its_last_stop_does_not_get_later():
    here = place_near(LEGS, 1900, D)
    assert (here.leg, here.share) == (1, 1.0)
    assert late_by(LEGS[1], here.share, 1900) == 0


@pytest.mark.parametrize(
    ("second", "share", "at_c", "at_d"),
    [
        (1100, 0.5, 1200, 1600),  # in time
        (1150, 0.5, 1250, 1600),  # 50 late at C, where it stands until 1260: it sets out at 1500 all the same
        (1500, 0.5, 1600, 1760),  # 400 late: at C at 1600, stands 60 there, and drives the 100 to D
    ],
)
def test_a_delay_is_carried_on_as_far_as_no_wait_takes_it_up(second, share, at_c, at_d):
    calls = ((1200, 1260), (1600, 1630))
    here = Here(B, 90, 0, share)
    assert [expected(LEGS, calls, here, second, number) for number in (0, 1)] == [at_c, at_d]


def test_where_the_bus_has_been_it_was_as_planned():
    assert expected(LEGS, ((1200, 1260), (1600, 1630)), Here(D, 180, 1, 1.0), 1700, 0) == 1200


def test_a_place_beside_the_road_is_on_it():
    beside = Spot(36.1 + NORTH / 4, 137.9 + EAST / 50)  # 250 m up, 20 m to the east
    share, off = nearest_on((A, B, C), beside)
    assert share == pytest.approx(0.125, abs=0.001)
    assert off == pytest.approx(20, abs=0.5)


def test_a_leg_of_no_length_is_a_place():
    leg = Leg(100, 100, (A, A))
    assert place_at((leg,), 100).spot == A
    share, off = nearest_on((A,), B)
    assert (share, round(off)) == (0.0, 1000)
    assert point_on((A, A), 0.5) == (A, 0)


@pytest.mark.parametrize(("goal", "heading"), [(B, 0), (C, 45), (D, 90)])
def test_headings(goal, heading):
    assert heading_of(A, goal) == pytest.approx(heading, abs=1)
    assert heading_of(goal, A) == pytest.approx(heading + 180, abs=1)


spots = st.builds(Spot, st.floats(36.0, 36.2), st.floats(137.8, 138.0))
lines = st.lists(spots, min_size=2, max_size=8).map(tuple)


@given(lines, st.floats(0, 1))
def test_a_place_on_a_line_is_found_again_on_it(line, share):
    spot, _heading = point_on(line, share)
    _again, off = nearest_on(line, spot)
    assert off < 1 + length_m(line) / 10_000


@given(st.lists(st.tuples(st.integers(0, 600), st.integers(1, 900), lines), min_size=1, max_size=5), st.data())
def test_the_later_the_farther(parts, data):
    """The plan never has the bus go back, and what it says lies on the leg that it names."""
    legs, time = [], 0
    for waits, drives, line in parts:
        legs.append(Leg(time + waits, time + waits + drives, line))
        time += waits + drives
    one, other = sorted(data.draw(st.tuples(st.integers(0, time + 9), st.integers(0, time + 9))))
    first, second = place_at(legs, one), place_at(legs, other)
    assert (first.leg, first.share) <= (second.leg, second.share)
    assert late_by(legs[first.leg], first.share, one) <= 1, "who is where the plan has them is in time"
