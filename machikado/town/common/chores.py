"""Chores: work that is done in the background, at least once, by a worker that may die at any moment."""

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db import connection, transaction
from django_tasks import TaskResultStatus, task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from machikado.town.common import clock
from machikado.town.common.models import ChoreBeat, Effect, Ticked

Queue = Literal["now", "slow"]
QUEUES: tuple[Queue, ...] = ("now", "slow")

# A running chore gives a sign of life every BEAT seconds; after SILENCE without one it is handed out again.
BEAT = timedelta(seconds=5)
SILENCE = timedelta(seconds=40)
TRIES = 5
REAPER = "chores.reap"  # the name of its duty


class Taken(Exception):
    """This chore was handed to another worker, because this one was silent for too long; stop here."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One try at one chore."""

    result_id: str
    attempt: int


current: ContextVar[Claim | None] = ContextVar("current_chore", default=None)


class Loop:
    """When the chore of this process last called `beat()` itself: a worker that only hangs does not."""

    beat_at = time.monotonic()


def chore(queue: Queue) -> Callable[[Callable[..., Any]], Task[..., Any]]:
    """Make a module-level function with JSON arguments a chore. `later(it, …)` queues it, `it.call(…)` does it now."""
    return task(queue_name=queue)


def later(fn: Task[..., Any], **kwargs: Any) -> str:
    """Queue a chore in the caller's transaction: if that is rolled back, it was never asked for. Returns its id."""
    return str(fn.enqueue(**kwargs).id)


def awaited(fn: Task[..., Any]) -> set[Any]:
    """The arguments for which a chore of one argument still waits or runs: for any other it ended, well or for good."""
    queued = DBTaskResult.objects.filter(
        task_path=fn.module_path, status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING)
    )
    return {value for args in queued.values_list("args_kwargs", flat=True) for value in args["kwargs"].values()}


def once(key: str, now: datetime) -> bool:
    """Say whether the effect called `key` is still to be done, and note it as done, both in its own transaction.

    A second run, or another worker at the same moment, gets False.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("the key is written in the transaction of the effect")
    table, quote = Effect._meta.db_table, connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(table)} ({quote('key')}, {quote('at')}) VALUES (%s, %s) ON CONFLICT DO NOTHING",  # noqa: S608  our own names
            [key, connection.ops.adapt_datetimefield_value(now)],
        )
        return bool(cursor.rowcount == 1)


def beat() -> None:
    """Give a sign of life from a long loop. Raises Taken if the chore is no longer ours. Outside a chore: nothing."""
    Loop.beat_at = time.monotonic()
    claim = current.get()
    if claim is not None and not beat_of(claim):
        raise Taken(claim.result_id)


def beat_of(claim: Claim) -> bool:
    """Note that this try is alive; False if the chore is no longer its."""
    mine = ChoreBeat.objects.filter(result_id=claim.result_id, tries=claim.attempt)
    return mine.update(beat_at=clock.real_now()) == 1


def claim_next(worker_id: str) -> tuple[Claim, DBTaskResult[..., Any]] | None:
    """Take the next chore that waits, of queue `now` before `slow`. Two workers never get the same one."""
    for queue in QUEUES:
        waiting = DBTaskResult.objects.ready().filter(queue_name=queue)
        if not waiting.exists():  # a look costs no lock; only a chore that waits does
            continue
        with transaction.atomic():
            result = waiting.get_locked()
            if result is not None:
                result.claim(worker_id)
                return _first_beat(result), result
    return None


def finish(claim: Claim, result: DBTaskResult[..., Any], value: Any) -> None:
    """Note that this try came to its end."""
    with transaction.atomic():
        if _still(claim):
            result.set_successful(value)
            ChoreBeat.objects.filter(result_id=claim.result_id).delete()


def fail(claim: Claim, result: DBTaskResult[..., Any], why: BaseException) -> None:
    """Note that this try failed for good: another one would end no better."""
    with transaction.atomic():
        if _still(claim):
            result.set_failed(why)
            ChoreBeat.objects.filter(result_id=claim.result_id).delete()


def try_again(claim: Claim, result: DBTaskResult[..., Any], why: BaseException) -> None:
    """Hand the chore out again a little later, because the database was busy; the last try fails."""
    if claim.attempt >= TRIES:
        return fail(claim, result, why)
    with transaction.atomic():
        if _still(claim):
            result.status = TaskResultStatus.READY
            result.run_after = clock.real_now() + timedelta(seconds=2**claim.attempt)
            result.save(update_fields=["status", "run_after"])
    return None


def reap(now: datetime) -> int:
    """Hand out again what gave no sign of life for SILENCE; what was tried TRIES times fails. `now` is real time."""
    silent = now - SILENCE
    reaped = 0
    running = DBTaskResult.objects.running().filter(started_at__lt=silent)
    for result_id in list(running.values_list("pk", flat=True)):
        with transaction.atomic():
            result = running.select_for_update().filter(pk=result_id).first()
            last = ChoreBeat.objects.select_for_update().filter(result_id=str(result_id)).first()
            if result is None or (last is not None and last.beat_at >= silent):
                continue
            reaped += 1
            if last is not None and last.tries >= TRIES:
                result.set_failed(TimeoutError(f"no sign of life in {TRIES} tries"))
                last.delete()
            else:
                DBTaskResult.objects.filter(pk=result_id).update(status=TaskResultStatus.READY)
    return reaped


def problems() -> list[str]:
    """Say which chores run without a sign of life although a reaper came by since: they would never end."""
    reaped_at = Ticked.objects.filter(name=REAPER).values_list("at", flat=True).first()
    if reaped_at is None:
        return []
    silent = reaped_at - 2 * SILENCE
    beating = set(ChoreBeat.objects.filter(beat_at__gte=silent).values_list("result_id", flat=True))
    running = DBTaskResult.objects.running().filter(started_at__lt=silent).values_list("pk", "task_path")
    return [f"chore {pk} ({path}) runs without a sign of life" for pk, path in running if str(pk) not in beating]


def _first_beat(result: DBTaskResult[..., Any]) -> Claim:
    """Begin a try. Its number tells it from every other try, also from one that was given up and still runs."""
    before = ChoreBeat.objects.filter(result_id=str(result.pk)).values_list("tries", flat=True).first() or 0
    ChoreBeat.objects.update_or_create(
        result_id=str(result.pk), defaults={"beat_at": clock.real_now(), "tries": before + 1}
    )
    return Claim(str(result.pk), before + 1)


def _still(claim: Claim) -> bool:
    """Lock the beat and say whether the chore is still this try's."""
    mine = ChoreBeat.objects.select_for_update().filter(result_id=claim.result_id, tries=claim.attempt)
    return mine.exists()
