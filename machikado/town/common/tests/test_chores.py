"""Chores: asked for with what they belong to, done once, handed out again when a worker died."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.urls import clear_url_caches, get_resolver
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from machikado.town.common import chores, clock, worker
from machikado.town.common.models import ChoreBeat, Effect, SearchKey, Ticked
from machikado.town.common.tests import chores as tried

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def state(result_id: str) -> str:
    return DBTaskResult.objects.get(pk=result_id).status


def keys() -> set[int]:
    return {int(key) for key in SearchKey.objects.values_list("key", flat=True)}


def claim():
    found = chores.claim_next("tests")
    assert found is not None
    return found


def silence(result_id: str) -> datetime:
    """Let a running chore be silent for long, and return the real time of the reaper."""
    return clock.real_now() + chores.SILENCE + timedelta(seconds=1)


def test_a_chore_is_done_and_ends(db):
    result_id = chores.later(tried.mark, key=7)
    assert worker.do_waiting_chores() == 1
    assert keys() == {7}
    assert state(result_id) == TaskResultStatus.SUCCESSFUL
    assert not ChoreBeat.objects.exists()


def test_a_worker_loads_the_pages_beside_its_chores(monkeypatch):
    for duty in ("_pulse", "_keep_diary", "_do_duties", "_do_chores"):
        monkeypatch.setattr(worker, duty, lambda *_: None)
    monkeypatch.setattr(worker, "LOAD_SECONDS", 0)
    clear_url_caches()
    stop = threading.Event()
    working = threading.Thread(target=worker.run, args=(stop,))
    working.start()
    until = time.monotonic() + 60
    while "url_patterns" not in vars(get_resolver()) and time.monotonic() < until:
        time.sleep(0.05)
    stop.set()
    working.join()
    assert "url_patterns" in vars(get_resolver())


def test_a_chore_is_never_asked_for_if_its_transaction_is_undone(transactional_db):
    with transaction.atomic():
        chores.later(tried.mark, key=7)
        transaction.set_rollback(True)
    assert not DBTaskResult.objects.exists()


def test_now_goes_before_slow(db):
    chores.later(tried.mark_slowly, key=1)
    chores.later(tried.mark, key=2)
    assert claim()[1].task_path.endswith("chores.mark")


def test_a_chore_that_fails_ends_and_the_next_one_is_done(db):
    first = chores.later(tried.stumble)
    chores.later(tried.mark, key=2)
    assert worker.do_waiting_chores() == 2
    assert state(first) == TaskResultStatus.FAILED
    assert keys() == {2}


def test_a_chore_that_does_not_exist_any_more_ends(db):
    result_id = chores.later(tried.mark, key=2)
    DBTaskResult.objects.update(task_path="machikado.town.common.tests.chores.gone")
    assert worker.do_waiting_chores() == 1
    assert state(result_id) == TaskResultStatus.FAILED


def test_a_busy_database_is_tried_again_later_and_five_times(transactional_db):
    result_id = chores.later(tried.find_the_database_busy)
    for attempt in range(1, chores.TRIES):
        assert worker.do_waiting_chores() == 1
        row = DBTaskResult.objects.get()
        assert row.status == TaskResultStatus.READY
        assert row.run_after > clock.real_now()
        assert ChoreBeat.objects.get().tries == attempt
        DBTaskResult.objects.update(run_after=clock.real_now())
    assert worker.do_waiting_chores() == 1
    assert state(result_id) == TaskResultStatus.FAILED


def test_an_effect_happens_once(db):
    assert chores.once("bill:1", NOW)
    assert not chores.once("bill:1", NOW)
    assert chores.once("bill:2", NOW)
    assert Effect.objects.get(key="bill:1").at == NOW


def test_an_effect_that_was_undone_is_still_to_be_done(transactional_db):
    with transaction.atomic():
        assert chores.once("bill:1", NOW)
        transaction.set_rollback(True)
    with transaction.atomic():
        assert chores.once("bill:1", NOW)
    with pytest.raises(transaction.TransactionManagementError):
        chores.once("bill:2", NOW)


def test_two_at_once_do_an_effect_once(own_database):
    begin, got = threading.Barrier(4), []

    def attempt():
        begin.wait()
        try:
            with transaction.atomic():
                got.append(chores.once("bill:1", NOW))
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False, False, False, True]


def test_a_silent_chore_is_handed_out_again_and_a_living_one_is_not(db):
    result_id = chores.later(tried.mark, key=1)
    taken, _row = claim()
    assert chores.reap(clock.real_now()) == 0
    later = silence(result_id)
    ChoreBeat.objects.update(beat_at=later)
    assert chores.reap(later) == 0
    ChoreBeat.objects.update(beat_at=later - chores.SILENCE - timedelta(seconds=1))
    assert chores.reap(later) == 1
    assert state(result_id) == TaskResultStatus.READY
    assert claim()[0] == chores.Claim(result_id, taken.attempt + 1)


def test_a_chore_whose_workers_all_die_ends_after_five_tries(db):
    result_id = chores.later(tried.mark, key=1)
    for _ in range(chores.TRIES):
        claim()
        assert chores.reap(silence(result_id)) == 1
    assert chores.claim_next("tests") is None
    assert state(result_id) == TaskResultStatus.FAILED
    assert not ChoreBeat.objects.exists()


def test_a_worker_that_was_given_up_stops_and_does_not_overwrite_the_next_one(db):
    result_id = chores.later(tried.mark, key=1)
    old, old_row = claim()
    chores.reap(silence(result_id))
    new, new_row = claim()
    token = chores.current.set(old)
    with pytest.raises(chores.Taken):
        chores.beat()
    chores.current.reset(token)
    chores.fail(old, old_row, ValueError())
    assert state(result_id) == TaskResultStatus.RUNNING
    chores.finish(new, new_row, None)
    assert state(result_id) == TaskResultStatus.SUCCESSFUL


def test_a_beat_outside_a_chore_is_nothing(db):
    chores.beat()


def test_two_workers_never_take_the_same_chore(own_database):
    for key in range(20):
        chores.later(tried.mark, key=key)
    begin, taken = threading.Barrier(2), []

    def work():
        begin.wait()
        try:
            while found := chores.claim_next("tests"):
                taken.append(found[0].result_id)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 20


def test_a_chore_that_nobody_reaped_is_a_problem(db):
    chores.later(tried.mark, key=1)
    claim()
    assert chores.problems() == []
    long_ago = clock.real_now() - timedelta(hours=1)
    DBTaskResult.objects.update(started_at=long_ago)
    ChoreBeat.objects.update(beat_at=long_ago)
    assert chores.problems() == []  # no worker came by since: the next one will see to it
    Ticked.objects.create(name=chores.REAPER, at=clock.real_now())
    assert "without a sign of life" in chores.problems()[0]
