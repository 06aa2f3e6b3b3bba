"""The bench of dispatch finds instances by what stands in them, keeps to its seconds, and tells faults and misses."""

import json
from pathlib import Path

import numpy as np
import pytest

from machikado.bench.dispatch import measuring, static
from machikado.bench.dispatch.answers import Answer
from machikado.bench.dispatch.asked import Asked
from machikado.bench.dispatch.found import Best, Found, Kind, instances
from machikado.bench.dispatch.live import Day
from machikado.bench.dispatch.peers import PEERS, or_tools, plan_of
from machikado.bench.dispatch.peers.rounded import rounded
from machikado.bench.dispatch.planners import plan_static
from machikado.bench.dispatch.timed import Budget
from machikado.bench.dispatch.towns import town
from machikado.bench.figures import Cost, Figure
from machikado.engines.dispatch import BadProblem, Problem, Request, Vehicle, Visit, construct, problems

# Two requests on a line: out to the far end and home.
DARP = """1 4 480 3 30
0 0 0 0 0 0 1440
1 3 0 1 1 0 1440
2 6 0 1 1 0 1440
3 9 0 1 -1 60 75
4 12 0 1 -1 0 1440
"""
PDPTW = """2 10 1
0 0 0 0 0 100 0 0 0
1 3 4 5 0 50 2 0 2
2 6 8 -5 0 90 2 1 0
"""
DYNAMIC = {
    "static_info": {
        "number_of_vehicles": 1,
        "vehicle_capacity": 2,
        "max_ride_time": 50,
        "max_route_time": 400,
        "planing_horizon": 500,
        "depot_location": {"x_coord": 0, "y_coord": 0},
    },
    "requests": [
        {
            "id": number,
            "pickup_location": {"x_coord": 10 * number, "y_coord": 0},
            "delivery_location": {"x_coord": 40, "y_coord": 0},
            **{f"{end}_{part}": value for end in ("pickup", "delivery") for part, value in WINDOW.items()},
            "load": 1,
            "arrival_time": 5 * number,
        }
        for WINDOW in [{"lower_tw": 0, "upper_tw": 400, "service_time": 1}]
        for number in (1, 2)
    ],
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder as public data lies in it, with files that are no instances beside."""
    for name, text in {
        "darp/z1-2.txt": DARP,
        "darp/R9z.txt": DARP,
        "darp/README.txt": "Two requests.",
        "darp/best_known.csv": "instance,best_known,kind\nz1-2,24,by hand\n",
        "pdptw/p1.txt": PDPTW,
        "pdptw/best_known.csv": "instance,clients,vehicles,distance\np1,2,1,20\n",
        "dynamic/d1.json": json.dumps(DYNAMIC),
        "hga/Town.1.reqs": "1 0 2\n2 1 2\n",
        "hga/Town.d": "6\n0 1 5\n0 1 7\n1 2 5\n2 0 9\n",
        "hga/Town.drv": "1 0\n",
    }.items():
        path = tmp_path / "dispatch" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def measured(data: Path, words: str, **more) -> dict[str, dict]:
    asked = Asked(set=words, data=data, quick=True, **more)
    return {line["name"]: line for line in measuring.lines(asked)}


def test_instances_are_found_by_what_stands_in_them(data: Path):
    found = {each.name: (each.kind, each.set, each.best) for each in instances(data)}
    assert found == {
        "z1-2": (Kind.DARP, "darp-a", Best(24.0, None, "by hand")),
        "R9z": (Kind.DARP, "darp-r", None),
        "p1": (Kind.PDPTW, "pdptw-100", Best(20.0, 1)),
        "d1": (Kind.DYNAMIC, "dynamic", None),
        "Town.1": (Kind.CROWD, "hga", None),
    }
    assert [each.name for each in instances(data / "dispatch" / "darp")] == ["z1-2", "R9z"]


def test_static_instances_are_planned_told_and_written(data: Path, tmp_path: Path):
    lines = measured(data, "darp-a,p1", seconds=0.3, out=tmp_path / "out")
    assert set(lines["darp-a, 0.3 s: z1-2"]) == set(Figure("", 0, "").as_json())
    assert lines["darp-a, 0.3 s: z1-2"]["value"] == 0  # out to 12 and home is 24, which is the best known
    assert lines["darp-a, 0.3 s: violations"]["ok"] is True
    assert lines["darp-a, 0.3 s: at the best known"]["value"] == 100
    assert lines["pdptw-100, 0.3 s: vehicles"]["value"] == 1
    assert lines["darp-a, 0.3 s: z1-2"]["wall_s"] < 2
    written = json.loads((tmp_path / "out" / "z1-2.json").read_text())
    assert written["routes"] in ([[1, 2, 3, 4]], [[2, 1, 3, 4]], [[1, 2, 4, 3]])
    assert {"instance", "routes", "cost", "seconds", "cpu_s", "seed"} == set(written)


def test_demands_hold_only_for_the_seconds_that_they_name(data: Path):
    assert measured(data, "darp-a", seconds=0.1)["darp-a, 0.1 s: mean gap"]["demand"] is None
    assert static._demands("darp-a", 10.0)["mean"].limit == 0.1
    assert static._demands("darp-r", 59.0)["mean"].limit == 2.0
    assert static._demands("darp-r", 60.0)["worst"].limit == 1.5


def test_small_is_every_fifth_by_name_and_fits_its_time():
    many = [Found(Path(f"i{number:03}.txt"), Kind.DARP, "darp-r") for number in range(150)]
    asked = Asked(set="small")
    assert [each.name for each in static.chosen(asked, many)][:3] == ["i000", "i005", "i010"]
    work, share = static.planned(asked, many)
    assert sum(seconds for _, seconds in work) * share <= 25 * 60
    assert static.planned(Asked(set="small"), many[:20])[1] == 1


def test_a_dynamic_day_is_beaten_by_nobody_who_knew_less(data: Path):
    lines = measured(data, "dynamic")
    assert lines["dynamic: violations"]["value"] == 0
    assert lines["dynamic: served"]["value"] == 100
    assert lines["dynamic: d1"]["value"] >= 0


def test_a_crowd_is_put_in_and_driven(data: Path):
    lines = measured(data, "hga", seconds=0.2)
    # 0 → 1 → 2 → there: 5 + 5; the double road counts with its shorter time.
    assert lines["hga, Town.1: driven after insertion"]["value"] == 10
    assert lines["hga, Town.1: violations"]["value"] == 0


def test_a_town_of_our_own_is_measured():
    lines = measured(Path("/nowhere"), "online,offers,day")
    assert lines["online, 30 requests, 5 vehicles: violations"]["value"] == 0
    assert lines["online, 30 requests, 5 vehicles: rate"]["value"] > 0
    assert lines["day, 30 requests, 5 vehicles: violations"]["value"] == 0
    assert "30 bookings" in lines["offers, 5 × 5 stops, 3 offers, 5 vehicles: p50"]["note"]


@pytest.mark.parametrize("words", ["roads", "small"])
def test_what_cannot_be_measured_without_data_is_said(words: str, tmp_path: Path):
    for data in (None, tmp_path):
        with pytest.raises(measuring.NothingToMeasure, match=f"{words}.*--data"):
            next(measuring.lines(Asked(set=words, data=data, quick=True)))


def test_a_day_freezes_what_is_under_way_and_is_sound():
    problem, calls = town(40, 3, seed=5)
    days = [Day(problem, rounds, 1) for rounds in (0, 30)]
    for day in days:
        for request, call in zip(problem.requests, calls, strict=True):
            before = [list(done) for done in day.done]
            day.ask(request, call)
            assert all(done[: len(old)] == old for done, old in zip(day.done, before, strict=True))
            assert all(stop.begin > call for route in day.agenda.plan.routes for stop in route.stops)
        plan = day.whole()
        assert problems(problem, plan) == []
        assert len(plan.unserved) + sum(len(route.stops) for route in plan.routes) // 2 == 40


def test_nobody_who_was_taken_is_given_up_for_who_asks_later():
    # Both are to be fetched at one moment, each elsewhere, and the van has one seat. Bob, who asks later, is nearer.
    line = np.abs(np.arange(0, 50, 10)[:, None] - np.arange(0, 50, 10)[None]).astype(np.int64)
    ann, bob = Request("ann", Visit(1, 60, 60), Visit(4)), Request("bob", Visit(2, 60, 60), Visit(1))
    problem = Problem(line, (ann, bob), (Vehicle("van", 0, 0),))
    day = Day(problem, 500, 1)
    assert [day.ask(ann, 0), day.ask(bob, 0)] == [True, False]
    plan = day.whole()
    assert plan.unserved == ("bob",)
    assert problems(problem, plan) == []


def test_a_fault_is_told_and_not_counted_as_a_gap(data: Path):
    found = instances(data)[0]
    instance = found.read()
    plan = construct(instance.problem)
    short = plan.__class__(plan.routes, ("1",), cost=plan.cost)
    line = static.line(Answer(found, instance, short, Cost(), 1))
    assert (line.unit, line.ok) == ("faults", False)
    assert any(
        figure.ok is False for figure in static.summary("x", "darp-a", [Answer(found, instance, short, Cost(), 1)])
    )


def test_the_clock_ends_a_search():
    problem, _ = town(30, 3, seed=2)
    plan_static(problem, 0.1, seed=1)  # whoever is first compiles
    budget = Budget(20)
    plan_static(problem, 0.2, seed=1)
    assert 20 - budget.left < 5


def test_peers_are_looked_at_as_we_are(data: Path):
    instance = next(each for each in instances(data) if each.name == "p1").read()
    assert plan_of(instance.problem, [[1, 2]]).cost == 20 * 10**9
    with pytest.raises(BadProblem):
        plan_of(instance.problem, [[2, 1]])
    task = rounded(instance.problem)
    assert (task.pairs, task.load, task.travel[0, 1], task.ride) == ([(1, 2)], [0, 5, -5], 50_000, None)


@pytest.mark.parametrize("module", [module for module, _, _ in PEERS])
def test_each_peer_plans_what_it_is_given(data: Path, module: str):
    pytest.importorskip({name: package for name, package, _ in PEERS}[module].replace("pyvroom", "vroom"))
    solve = __import__(f"machikado.bench.dispatch.peers.{module}", fromlist=["solve"]).solve
    instance = next(each for each in instances(data) if each.name == "p1").read()
    assert solve(rounded(instance.problem), 0.3, 1) == [[1, 2]]


def test_a_longest_ride_is_kept_by_who_knows_of_it():
    line = np.abs(np.arange(0, 50, 10)[:, None] - np.arange(0, 50, 10)[None]).astype(np.int64) * 10**9
    # Fetched on the way out, at 10, and held until 100, one would sit for longer than 20.
    ann = Request("1", Visit(1, 0, 10**12), Visit(3, 100 * 10**9, 10**12), max_ride=20 * 10**9)
    bob = Request("2", Visit(2, 0, 30 * 10**9), Visit(4, 0, 10**12), max_ride=20 * 10**9)
    problem = Problem(line, (ann, bob), (Vehicle("1", 0, 0, 0, 10**12, ((2,),)),))
    assert problems(problem, plan_of(problem, or_tools.solve(rounded(problem), 0.3, 1))) == []
