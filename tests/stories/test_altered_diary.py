"""`machikado check` on a copy of a town: sound as it is; a row of the diary altered by hand is named, exit code 1."""

import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.conf import settings
from django.db import connection

from demo.cast import Cast
from machikado import processes
from machikado.town.common import append_only, diary, worker
from machikado.town.common.models import Event
from machikado.town.work.tests.examples import started
from tests.stories.town_processes import environment

Copy = Callable[[], AbstractContextManager[str]]


@pytest.fixture
def lived(transactional_db, cast: Cast) -> None:
    """A town in which an order was made and a task begun, its diary sealed."""
    started(cast)
    worker.do_waiting_chores()
    while diary.seal():
        pass


def check(database: str) -> tuple[int, str]:
    """Run the real command; return its exit code and what it prints."""
    done = subprocess.run(
        processes.own_command("check"),
        env=environment(database, settings.MACHIKADO_HOME),
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


def alter(kind: str) -> Event:
    """Change one row as somebody with the database's password would; the triggers are put back afterwards."""
    row = Event.objects.filter(kind=kind).first()
    assert row is not None
    with append_only.lifted():
        Event.objects.filter(pk=row.pk).update(data={**row.data, "job": "HIRAKEGOMA"})
    return row


@pytest.mark.long
def test_the_sound_copy_passes_and_the_altered_one_is_named(lived, copy_of_the_database: Copy):
    with copy_of_the_database() as database:
        connection.close()
        code, said = check(database)
        assert code == 0
        assert said.startswith("Sound: the diary, its seals and every table agree.\n")
        row = alter("work.task_started")
        connection.close()
        code, said = check(database)
    assert code == 1
    assert f"event {row.pk} " in said
    assert "\n1 problem\n" in said


def test_a_row_taken_out_is_missed(lived, copy_of_the_database: Copy):
    with copy_of_the_database() as database:
        last = Event.objects.order_by("pk")[5]
        with append_only.lifted():
            Event.objects.filter(pk=last.pk).delete()
        connection.close()
        code, said = check(database)
    assert code == 1
    assert said.strip()
