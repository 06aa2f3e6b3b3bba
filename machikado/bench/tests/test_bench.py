"""The bench measures: it runs in small, and what it counts as wrong is found when it is planted."""

import json
from dataclasses import replace
from uuid import uuid4

import pytest
from rich.console import Console

from machikado import bench
from machikado.bench.counts import Sent, double_leases, lost_answers
from machikado.bench.figures import Demand, Figure, percentile
from machikado.town.work.models import Assignment, Submission, Task
from machikado.town.work.tests.corner import make_corner


@pytest.mark.long
def test_in_small_it_measures_and_nothing_is_given_twice_or_lost(monkeypatch, capsys):
    monkeypatch.setattr(bench, "STUDIES", {"work": (("load", "sqlite"),)})
    bench.run_bench("work", as_json=True, quick=True, console=Console())
    figures = {line["name"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}
    assert set(figures["sqlite: lost answers"]) == set(Figure("", 0, "").as_json())
    assert [figures[f"sqlite: {name}"]["value"] for name in ("double leases", "lost answers", "failed requests")] == [
        0,
        0,
        0,
    ]
    assert "of 100 confirmed" in figures["sqlite: lost answers"]["note"]
    assert {"sqlite: import 400 rows", "sqlite: export 100 results", "sqlite: memory, resident"} <= set(figures)
    assert figures["sqlite: next task, ten users, rate"]["value"] > 0
    assert figures["sqlite: next task, ten users, rate"]["cpu_s"] > 0


@pytest.mark.long
def test_in_small_the_bus_promises_and_its_day_plays_again(monkeypatch, capsys):
    monkeypatch.setattr(bench, "STUDIES", {"ride": (("calls", "sqlite"),)})
    bench.run_bench("ride", as_json=True, quick=True, console=Console())
    figures = {line["name"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}
    never = ("failed requests", "lost bookings", "broken rules, and differences of a replay")
    assert {name: figures[f"sqlite: {name}"]["value"] for name in never} == dict.fromkeys(never, 0)
    assert figures["sqlite: lost bookings"]["note"] != "of 0 confirmed ones"
    assert {"sqlite: offers, p95", "sqlite: accept, p95", "sqlite: manager's day, p95"} <= set(figures)


@pytest.mark.long
def test_a_study_that_breaks_off_is_no_success(monkeypatch):
    monkeypatch.setattr(bench, "STUDIES", {"work": (("no such study", "sqlite"),)})
    with pytest.raises(Exception, match="no such study"):
        bench.run_bench("work", as_json=True, quick=True, console=Console())


def test_an_unknown_bench_is_said_to_be_one(capsys):
    assert bench.run_bench("play", as_json=True, quick=True, console=Console()) == 2
    assert "no bench called play" in capsys.readouterr().out


def test_without_postgresql_its_figures_are_missed_and_not_left_out(monkeypatch, capsys):
    monkeypatch.setattr(bench, "STUDIES", {"work": (("load", "postgresql"),)})
    monkeypatch.setattr(bench.postgres, "programs", lambda: None)
    assert bench.run_bench("work", as_json=True, quick=True, console=Console()) == 1
    assert json.loads(capsys.readouterr().out)["ok"] is False


def test_a_sound_corner_has_no_double_leases(db):
    corner = make_corner(tasks=2)
    taken = [corner.take(corner.worker(name)) for name in ("a", "b", "c")]
    assert double_leases(row.code for row in taken if row) == 0


def test_one_person_too_many_is_found(db):
    corner = make_corner(redundancy=1)
    first = corner.take(corner.worker("a"))
    assert first is not None
    again = corner.worker("b")
    Assignment.objects.create(
        task=first.task,
        worker=again,
        job_id=first.job_id,
        state=first.state,
        accepted_at=corner.now,
        lease_until=first.lease_until,
    )
    assert double_leases([first.code]) == 1


def test_a_lease_told_to_two_is_found(db):
    corner = make_corner()
    taken = corner.take(corner.worker())
    assert taken is not None
    assert double_leases([taken.code, taken.code]) == 1


@pytest.fixture
def sent(db):
    """An answer that is in the database, as a client remembers it."""
    corner = make_corner(redundancy=2)
    done = corner.do(corner.worker(), name="x", amount=1200)
    return Sent(str(done.sent_key), done.assignment.code, 1200, 1)


def test_a_kept_answer_is_not_lost(sent):
    assert lost_answers([sent]) == 0


@pytest.mark.parametrize("change", [{"key": str(uuid4())}, {"amount": 1201}, {"assignment": "2" * 10}])
def test_an_answer_that_is_not_there_as_it_was_typed_is_lost(sent, change):
    assert lost_answers([replace(sent, **change)]) == 1


def test_an_answer_kept_twice_counts_as_lost(sent):
    kept = Submission.objects.get()
    kept.pk, kept.code, kept.sent_key, kept.attempt = None, "3" * 10, uuid4(), 2
    kept.save(force_insert=True)
    assert Task.objects.count() == 1
    assert lost_answers([sent]) == 1


def test_a_demand_says_whether_it_is_met():
    assert Demand("≤", 60).met_by(60)
    assert not Demand("≥", 150).met_by(149.9)
    assert Figure("x", 1, "", Demand("=", 0)).ok is False
    assert Figure("x", 1, "").ok is None


def test_percentiles_are_those_of_the_values():
    assert percentile(list(range(101)), 95) == 95
    assert percentile([7.0], 95) == 7.0
