"""Health, hygiene and soundness: what the town says about itself, and what it clears away."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection
from django.test import RequestFactory
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from machikado.town.common import chores, clock, diary, health, hygiene, soundness, views, worker
from machikado.town.common.chores import later
from machikado.town.common.models import Answered, ChoreBeat, Effect, Ticked
from machikado.town.common.tests import chores as tried
from machikado.town.common.tests.test_diary import light

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def ask() -> tuple[int, dict]:
    response = views.healthz(RequestFactory().get("/healthz"))
    assert "no-cache" in response["Cache-Control"]
    return response.status_code, json.loads(response.content)


def age(name: str, seconds: int) -> None:
    Ticked.objects.update_or_create(name=name, defaults={"at": clock.real_now() - timedelta(seconds=seconds)})


def test_without_a_worker_the_town_is_not_well(db):
    assert ask() == (503, {"ok": False, "database": True, "worker_age_s": None, "sealer_lag_s": 0.0})


def test_with_a_worker_and_an_empty_desk_the_town_is_well(db):
    health.seen()
    status, facts = ask()
    assert (status, facts["ok"], facts["sealer_lag_s"]) == (200, True, 0.0)


def test_a_worker_that_is_silent_is_told(db):
    age(health.WORKER, 90)
    status, facts = ask()
    assert status == 503
    assert facts["worker_age_s"] >= 90


def test_a_sealer_that_lags_is_told(db):
    health.seen()
    age(health.SEALER, 90)
    light()
    assert ask()[0] == 503
    diary.seal()
    assert ask()[0] == 200


def test_a_database_that_does_not_answer_is_told(db, monkeypatch):
    def refuse():
        raise DatabaseError

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", refuse)
        assert ask() == (503, {"ok": False, "database": False, "worker_age_s": None, "sealer_lag_s": None})


def test_old_rows_are_cleared_away_and_young_ones_stay(db):
    old, young = later(tried.mark, key=1), later(tried.mark, key=2)
    waiting = later(tried.mark, key=3)
    for result_id, days in ((old, 15), (young, 13)):
        ended = clock.real_now() - timedelta(days=days)
        DBTaskResult.objects.filter(pk=result_id).update(status=TaskResultStatus.SUCCESSFUL, finished_at=ended)
    for days, key in ((89, "young"), (91, "old")):
        Effect.objects.create(key=key, at=NOW - timedelta(days=days))
    for days, key in ((6, "young"), (8, "old")):
        at = NOW - timedelta(days=days)
        Answered.objects.create(key=key, holder="mk", request_digest="", status=200, body={}, at=at)
    assert hygiene.prune(NOW) == 3
    assert {str(pk) for pk in DBTaskResult.objects.values_list("pk", flat=True)} == {young, waiting}
    assert Effect.objects.get().key == Answered.objects.get().key == "young"


def test_a_duty_is_done_by_one_worker_and_not_before_its_time(db):
    assert worker._is_due("duty", 60)
    assert not worker._is_due("duty", 60)
    age("duty", 61)
    assert worker._is_due("duty", 60)


def test_the_worker_does_the_duties_of_the_settings_in_town_time(db, settings):
    settings.TICKS = {f"{__name__}.fail": 60, f"{__name__}.note": 60}
    called.clear()
    worker._do_duties()
    worker._do_duties()
    assert len(called) == 1
    assert called[0].tzinfo is not None


called: list[datetime] = []


def note(now: datetime) -> None:
    called.append(now)


def fail(now: datetime) -> None:
    raise RuntimeError


def test_the_worker_hands_sealed_events_to_the_readers(db, settings):
    settings.REACTIONS = {"stumbler": f"{__name__}.fail", "noter": f"{__name__}.note"}
    called.clear()
    light(3)
    worker._keep_diary()
    assert len(called) == 3


def simple() -> list[str]:
    return ["a"]


def thorough(full: bool) -> list[str]:
    return ["b", "c"] if full else ["b"]


@pytest.mark.parametrize(("full", "found"), [(True, ["a", "b", "c"]), (False, ["a", "b"])])
def test_every_problem_of_every_app_is_told(settings, full, found):
    settings.PROBLEMS = [f"{__name__}.simple", f"{__name__}.thorough"]
    assert list(soundness.all_problems(full=full)) == found


def test_an_empty_town_is_sound(db):
    assert list(soundness.all_problems()) == []


def test_a_worker_whose_chore_hangs_ends_so_that_another_takes_over(db, monkeypatch):
    def end(code: int) -> None:
        raise SystemExit(code)

    monkeypatch.setattr("os._exit", end)
    later(tried.mark, key=1)
    running = worker.Running()
    claimed = chores.claim_next("tests")
    assert claimed is not None
    running.begin(claimed[0])
    ChoreBeat.objects.update(beat_at=NOW)
    worker._pulse(running)
    assert ChoreBeat.objects.get().beat_at > NOW
    chores.Loop.beat_at -= worker.LONGEST_SILENT_RUN.total_seconds() + 1
    with pytest.raises(SystemExit) as ended:
        worker._pulse(running)
    assert ended.value.code == worker.HANGS
    chores.beat()
    worker._pulse(running)
