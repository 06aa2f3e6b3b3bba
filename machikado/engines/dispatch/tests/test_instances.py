"""The readers: small files written here, files that are none, and the literature's where they are at hand."""

from pathlib import Path

import pytest

from machikado.engines.dispatch import BadProblem, construct, improve, problems
from machikado.engines.dispatch.instances import read_darp, read_dynamic, read_pdptw, solution
from machikado.engines.dispatch.words import Plan
from tests import public_data

DARP = """1 2 480 3 30
0 0 0 0 0 0 1440
1 3 4 1 1 0 1440
2 0 8 1 1 0 1440
3 6 8 1 -1 60 75
4 0 0 1 -1 0 1440
"""
PDPTW = """2 10 1
0 0 0 0 0 100 0 0 0
1 3 4 5 0 50 2 0 2
2 6 8 -5 0 90 2 1 0
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "small.txt"
    path.write_text(text)
    return path


def test_a_dial_a_ride_file_is_read_and_planned(tmp_path: Path):
    instance = read_darp(written(tmp_path, DARP))
    first, second = instance.problem.requests
    assert (first.delivery.open, first.delivery.close) == (60 * 10**9, 75 * 10**9)
    assert first.max_ride == second.max_ride == 30 * 10**9
    assert instance.problem.travel[0, 1] == 5 * 10**9
    plan = construct(instance.problem)
    assert problems(instance.problem, plan) == []
    # 0 → 1 (3,4) → 3 (6,8) → 2 (0,8) → 4 = depot: 5 + 5 + 6 + 8 + 0 = 24.
    assert solution(instance, plan)["cost"] == 24
    assert solution(instance, plan)["routes"] == [[1, 3, 2, 4]]


def test_a_pickup_and_delivery_file_is_read_and_planned(tmp_path: Path):
    instance = read_pdptw(written(tmp_path, PDPTW))
    plan = construct(instance.problem)
    assert problems(instance.problem, plan) == []
    assert solution(instance, plan) == {"instance": "small", "routes": [[1, 2]], "cost": 20.0}


@pytest.mark.parametrize("read", [read_darp, read_pdptw, read_dynamic])
@pytest.mark.parametrize("text", ["", "no numbers", "1 2 3", "{}", "[1]", "1 2 480 3 30\n"])
def test_what_is_no_instance_is_refused(read, text: str, tmp_path: Path):
    with pytest.raises(BadProblem, match="small"):
        read(written(tmp_path, text))


@pytest.mark.parametrize("name", ["a2-16", "a4-32", "R1a"])
def test_the_literatures_dial_a_ride_is_served_whole_and_soundly(name: str):
    instance = read_darp(public_data.path(f"dispatch/darp/{name}.txt"))
    plan: Plan = improve(instance.problem, construct(instance.problem), 3_000, seed=1)
    assert problems(instance.problem, plan) == []
    assert plan.unserved == ()


def test_dynamic_requests_know_when_they_become_known():
    instance = read_dynamic(public_data.path("dispatch/dynamic/pr01.json"))
    assert instance.known[0] == 111 * 10**9
    assert len(instance.known) == len(instance.problem.requests)
    plan = construct(instance.problem)
    assert problems(instance.problem, plan) == []
