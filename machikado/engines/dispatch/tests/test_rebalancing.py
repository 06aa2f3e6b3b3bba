"""Where idle vehicles wait: worked out by hand, and never dearer than any other choice of places."""

from importlib import import_module
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import milp

from machikado.engines.dispatch import BadProblem
from machikado.engines.dispatch.rebalance import Expected, rebalance
from machikado.engines.dispatch.words import NEVER

LINE = np.abs(np.arange(0, 60, 10)[:, None] - np.arange(0, 60, 10)[None]).astype(np.int64)
CALLS = (Expected(1, 3), Expected(4, 2), Expected(5, 2))


def test_two_vans_wait_where_it_was_worked_out():
    # At 1 and 4 two calls from 5 are 10 away, the vans drive 10 + 40: 70. At 1 and 5: 2·10 + 10 + 50 = 80. One stays at
    # 0 and one goes to 4: 3·10 + 2·10 + 40 = 90. Both at 1: 2·30 + 2·40 + 20 = 160.
    assert rebalance(LINE, [0, 0], CALLS, range(6)) == [1, 4]


def test_who_stands_well_stays():
    assert rebalance(LINE, [4, 1], CALLS, range(6)) == [4, 1]


def test_nothing_expected_moves_nobody():
    assert rebalance(LINE, [0, 3], (), range(6)) == [0, 3]
    assert rebalance(LINE, [], CALLS, range(6)) == []


def test_who_can_be_reached_from_nowhere_is_said():
    island = LINE.copy()
    island[:, 5] = NEVER
    with pytest.raises(BadProblem, match="expected"):
        rebalance(island, [0], CALLS, range(5))


def test_vans_that_no_road_leads_from_are_said():
    island = LINE.copy()
    island[:, 5] = island[5] = NEVER
    island[5, 5] = 0
    with pytest.raises(BadProblem, match="expected"):  # a van could wait at 5, if only one came there
        rebalance(island, [0], (Expected(5, 1),), range(6))


def test_the_solver_is_not_content_with_nearly_the_least_sum(monkeypatch: pytest.MonkeyPatch):
    asked: dict[str, object] = {}

    def watched(*cost: object, **more: object) -> object:
        asked.update(more)
        return milp(*cost, **more)

    module = import_module("machikado.engines.dispatch.rebalance")
    monkeypatch.setattr(module, "milp", watched)
    assert rebalance(LINE, [0, 0], CALLS, range(6)) == [1, 4]
    assert asked["options"] == {"mip_rel_gap": 0}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=3),
    st.lists(st.builds(Expected, st.integers(0, 5), st.integers(1, 5)), min_size=1, max_size=4),
)
def test_no_other_places_are_better(idle: list[int], expected: list[Expected]):
    def cost(where: tuple[int, ...]) -> int:
        ways = sum(int(LINE[a, b]) for a, b in zip(idle, where, strict=True))
        return ways + sum(each.calls * min(int(LINE[place, each.place]) for place in where) for each in expected)

    assert cost(tuple(rebalance(LINE, idle, expected, range(6)))) == min(map(cost, product(range(6), repeat=len(idle))))
