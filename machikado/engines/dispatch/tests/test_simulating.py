"""Simulated days: the same for the same seed, sound after every event, and no promise broken without a word."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from machikado.engines.dispatch import Vehicle, Visit, problems
from machikado.engines.dispatch.chance import Die, roll
from machikado.engines.dispatch.days import Call, Day, Habits, Simulated
from machikado.engines.dispatch.policy import Rules
from machikado.engines.dispatch.promises import Agenda, Choice, When, Wish
from machikado.engines.dispatch.rebalance import Expected
from machikado.engines.dispatch.simulate import simulate

STEADY = Habits(decline=0, decline_each_600_seconds=0, cancel=0, no_show=0, slow=0)
LINE = 300 * np.abs(np.arange(6)[:, None] - np.arange(6)[None]).astype(np.int64)
VAN = Vehicle("van", 0, 0, 0, 40_000, layouts=((2,),))


def wish(name: str, time: int, places: tuple[int, int], when: When = When.LEAVE) -> Wish:
    return Wish(name, (Choice(places[0]),), (Choice(places[1]),), when, time, max_wait=1200, boarding=20)


def test_a_day_worked_out_by_hand():
    # Ann calls at 0 for 3,000 from 1 to 4, Bob at 100 for 3,300 from 2 to 3, on her way. The van leaves at 2,700,
    # fetches Ann at 3,000 (ready 3,020), Bob at 3,320 (3,340), is at 3 at 3,640, at 4 at 3,940. Bob waits 20, Ann not.
    calls = (Call(0, wish("ann", 3000, (1, 4))), Call(100, wish("bob", 3300, (2, 3))))
    figures = simulate(Day(LINE, LINE * 10, calls, STEADY), (VAN,), Rules(), 1).figures
    assert (figures.calls, figures.accepted, figures.served, figures.pooled, figures.broken) == (2, 2, 2, 2, 0)
    assert (figures.wait, figures.ride, figures.direct) == (20, 920 + 300, 900 + 300)
    assert (figures.driven_seconds, figures.driven_metres) == (1200, 12_000)


def test_who_finds_no_seat_is_refused_and_comes_in_when_the_first_cancels():
    always = Habits(decline=0, decline_each_600_seconds=0, cancel=1000, no_show=0, slow=0)
    both_seats = replace(wish("ann", 3000, (1, 4)), load=(2,))  # she is out at 3,920, and the van back at 2 at 4,520
    calls = (Call(0, both_seats), Call(1, wish("bob", 3000, (2, 3))))
    found = simulate(Day(LINE, LINE, calls, always), (VAN,), Rules(), 3)
    assert found.figures.refused.total() == 1
    assert found.figures.from_waiting_list == 1


def test_a_day_goes_on_when_the_last_vehicle_has_broken_down():
    # The van breaks down as it sets out at 2,700; at 3,600 the idle vehicles are looked at again, and there are none.
    breaks = replace(STEADY, breakdown=1000)
    day = Day(LINE, LINE, (Call(0, wish("ann", 3000, (1, 4))),), breaks, expected=(Expected(4, 1),))
    figures = simulate(day, (VAN,), Rules(), 1).figures
    assert (figures.breakdowns, figures.lost) == (1, 1)


def test_nobody_is_sent_to_wait_where_they_could_not_come_home_from_in_time():
    # To 4 and back it takes 2,400, and the van may be out for 2,000.
    day = Day(LINE, LINE, (Call(5000, wish("ann", 9000, (1, 0))),), STEADY, expected=(Expected(4, 50),))
    short = simulate(day, (replace(VAN, max_duration=2000),), Rules(), 1)
    assert "waits at" not in {entry.what for entry in short.log}
    assert "waits at" in {entry.what for entry in simulate(day, (VAN,), Rules(), 1).log}


def random_day(calls: list[tuple[int, int, int, bool]], habits: Habits) -> Day:
    """Calls (ahead, from, to, arrive) from 1,000 on, one every 300 seconds."""
    wishes = [
        (1000 + 300 * k, wish(f"p{k}", 1000 + 300 * k + ahead, (a, b), When.ARRIVE if arrive else When.LEAVE))
        for k, (ahead, a, b, arrive) in enumerate(calls)
    ]
    expected = (Expected(1, 1), Expected(4, 2))
    return Day(LINE, LINE, tuple(Call(at, each) for at, each in wishes), habits, expected=expected, rounds=20)


ROUGH = Habits(decline=30, cancel=200, no_show=100, slow=500, breakdown=20)
FLEET = (
    VAN,
    Vehicle("bus", 3, 0, 0, 30_000, layouts=((4,),), breaks=(Visit(3, 2000, 20_000, 900),)),
    Vehicle("car", 5, None, 500, 20_000, layouts=((1,), (2,)), max_duration=15_000),
)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9000), st.integers(0, 5), st.integers(0, 5), st.booleans()), max_size=14),
    st.integers(0, 10**6),
    st.sampled_from((ROUGH, STEADY, Habits())),
)
def test_every_moment_is_sound_and_every_promise_is_kept(calls, seed, habits):
    def watch(now: int, agenda: Agenda) -> None:
        assert problems(agenda.problem, agenda.plan, agenda.promises) == []

    day = random_day(calls, habits)
    found = simulate(day, FLEET, Rules(), seed, watch)
    figures = found.figures
    assert figures.broken == 0
    if habits is STEADY:
        assert (figures.moved, figures.lost) == (0, 0)
    gone = figures.cancelled + figures.no_shows + figures.lost
    assert figures.accepted == figures.served + gone
    assert figures.calls == figures.accepted - figures.from_waiting_list + figures.declined + figures.refused.total()


def same(one: Simulated, other: Simulated) -> bool:
    return one.log == other.log and one.figures == other.figures


def test_the_same_seed_gives_the_same_day():
    day = random_day([(k * 700 % 5000, k % 6, (k + 2) % 6, k % 3 == 0) for k in range(20)], ROUGH)
    assert same(simulate(day, FLEET, Rules(), 5), simulate(day, FLEET, Rules(), 5))
    assert not same(simulate(day, FLEET, Rules(), 5), simulate(day, FLEET, Rules(), 6))


def test_nobody_calls_and_nobody_drives():
    assert simulate(random_day([], ROUGH), (), Rules(), 1).figures.events == 0
    figures = simulate(random_day([(0, 1, 2, False)], ROUGH), (), Rules(), 1).figures
    assert figures.refused == {"nobody on duty": 1}


def test_the_die_is_the_one_of_the_kernels():
    die, state = Die(7), np.array([15], np.uint64)
    plain: Any = roll
    with np.errstate(over="ignore"):
        for _ in range(8):
            plain.py_func(state, 2)
        assert [die.roll(1000) for _ in range(50)] == [plain.py_func(state, 1000) for _ in range(50)]


@pytest.mark.parametrize("faces", [2, 6, 1000])
def test_the_die_falls_on_each_side(faces: int):
    die = Die(1)
    thrown = [die.roll(faces) for _ in range(faces * 400)]
    assert {*thrown} == {*range(faces)}
    assert abs(sum(thrown) / len(thrown) - (faces - 1) / 2) < faces / 20
