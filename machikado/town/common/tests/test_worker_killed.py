"""Real worker processes: killed with -9 in the middle of a chore, asked to stop, two at once."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from machikado.town.common import chores, clock, diary, diary_check, health
from machikado.town.common.models import ChoreBeat, Effect, Event, Seal, SearchKey, Ticked, Unsealed
from machikado.town.common.tests import chores as tried
from machikado.town.common.tests.test_diary import light

WAIT_SECONDS = 60
WORK = "import django; django.setup(); from machikado.town.common import worker; worker.run_until_signal()"

Start = Callable[[], subprocess.Popen[bytes]]


@pytest.fixture
def start(own_database, tmp_path) -> Iterator[Start]:
    """`start()`: one more worker process on the database of this test; all are gone afterwards."""
    environment = {
        **os.environ,
        "DATABASE_URL": own_database,
        "MACHIKADO_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "machikado.town.config.settings",
    }
    processes = []

    def begin() -> subprocess.Popen[bytes]:
        processes.append(subprocess.Popen([sys.executable, "-c", WORK], env=environment, stderr=subprocess.DEVNULL))
        return processes[-1]

    yield begin
    for process in processes:
        process.kill()
        process.wait()


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def state(result_id: str) -> str:
    return DBTaskResult.objects.get(pk=result_id).status


def let_a_minute_pass_in_silence() -> None:
    ago = clock.real_now() - 2 * chores.SILENCE
    DBTaskResult.objects.running().update(started_at=ago)
    ChoreBeat.objects.update(beat_at=ago)
    Ticked.objects.filter(name="chores.reap").update(at=ago)


def test_killed_in_the_middle_every_effect_happens_exactly_once(start: Start):
    light(100)
    result_id = chores.later(tried.count_in_chunks, name="import")
    first = start()
    wait_until(lambda: SearchKey.objects.count() >= 3)
    first.send_signal(signal.SIGKILL)
    first.wait()
    done = SearchKey.objects.count()
    assert 3 <= done < tried.CHUNKS
    assert state(result_id) == TaskResultStatus.RUNNING

    light(20)
    let_a_minute_pass_in_silence()
    start()
    wait_until(lambda: state(result_id) == TaskResultStatus.SUCCESSFUL)
    assert sorted(int(key) for key in SearchKey.objects.values_list("key", flat=True)) == list(range(tried.CHUNKS))
    assert Effect.objects.count() == tried.CHUNKS
    wait_until(lambda: not Unsealed.objects.exists())
    assert Event.objects.count() == Seal.objects.count() == 120
    assert diary_check.problems() == []
    assert not DBTaskResult.objects.exclude(status=TaskResultStatus.SUCCESSFUL).exists()
    assert not ChoreBeat.objects.exists()


def test_a_long_chore_does_not_hold_up_the_sealer_and_the_town_is_well(start: Start):
    result_id = chores.later(tried.count_in_chunks, name="long", chunks=40)
    start()
    wait_until(lambda: SearchKey.objects.exists())
    light(10)
    wait_until(lambda: Seal.objects.count() == 10)
    wait_until(lambda: health.look().is_good)
    assert state(result_id) == TaskResultStatus.RUNNING


def test_asked_to_stop_a_worker_finishes_its_chore_and_takes_no_other(start: Start):
    present = chores.later(tried.count_in_chunks, name="present")
    worker = start()
    wait_until(lambda: SearchKey.objects.exists())
    waiting = chores.later(tried.mark, key=99)
    worker.terminate()
    assert worker.wait(timeout=WAIT_SECONDS) == 0
    assert state(present) == TaskResultStatus.SUCCESSFUL
    assert SearchKey.objects.count() == tried.CHUNKS
    assert state(waiting) == TaskResultStatus.READY


def test_two_workers_do_each_chore_once_and_seal_one_chain(start: Start):
    ids = [chores.later(tried.mark, key=key) for key in range(60)]
    start()
    start()
    for _ in range(10):
        light(10)
    finished = DBTaskResult.objects.finished().filter(pk__in=ids)
    wait_until(lambda: finished.count() == len(ids))
    wait_until(lambda: Seal.objects.count() == 100)
    assert SearchKey.objects.count() == len(ids)
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {TaskResultStatus.SUCCESSFUL}
    assert diary_check.problems() == []


def test_a_chore_begins_within_half_a_second(start: Start):
    start()
    wait_until(lambda: Ticked.objects.filter(name=health.WORKER).exists())
    time.sleep(0.5)
    began = time.monotonic()
    result_id = chores.later(tried.mark, key=1)
    wait_until(lambda: state(result_id) == TaskResultStatus.SUCCESSFUL)
    assert time.monotonic() - began < 1.5  # the poll takes up to 0.5 s, a busy machine the rest


def test_many_writers_and_sealers_at_once_make_one_sound_chain(own_database):
    begin = threading.Barrier(6)

    def write() -> None:
        begin.wait()
        for _ in range(15):
            light(2)
        connection.close()

    def seal() -> None:
        begin.wait()
        end = time.monotonic() + WAIT_SECONDS
        while Seal.objects.count() < 120 and time.monotonic() < end:
            diary.seal(limit=7)
        connection.close()

    threads = [threading.Thread(target=task) for task in (write, write, write, write, seal, seal)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Event.objects.count() == Seal.objects.count() == diary.head()[0] == 120
    assert diary_check.problems() == []
