"""The process behind the pages: chores, the diary's sealer and readers, periodic duties. As many as wanted may run."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.urls import get_resolver
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from machikado.town.common import chores, clock, diary, health
from machikado.town.common.chores import Claim
from machikado.town.common.models import Ticked

POLL_SECONDS = 0.5
SEAL_SECONDS = 0.5
PULSE_SECONDS = 5
LOAD_SECONDS = 10  # after the start, when the town's processes have less to do
# A chore that does not call `chores.beat()` for so long hangs. The process ends, and the chore is handed out again.
LONGEST_SILENT_RUN = timedelta(minutes=30)
HANGS = 70  # exit code: EX_SOFTWARE
NICE = 5  # whoever waits for a page comes before what nobody waits for

# What the worker does for itself, in real time; settings.TICKS are the apps' duties, in town time.
OWN_TICKS: dict[str, tuple[Callable[[datetime], object], int]] = {chores.REAPER: (chores.reap, 10)}

log = structlog.get_logger("machikado.worker")


class Running:
    """The chore that this process does now, as its pulse sees it."""

    def __init__(self) -> None:
        self.claim: Claim | None = None

    def begin(self, claim: Claim | None) -> None:
        """A chore begins, or none is left."""
        chores.Loop.beat_at = time.monotonic()
        self.claim = claim


def run_until_signal() -> None:
    """Work until SIGTERM or SIGINT; the chore at hand is finished first."""
    os.nice(NICE)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(stop)


def run(stop: threading.Event) -> None:
    """Do chores in this thread; pulse, diary and duties have one each, so that a long chore delays none of them."""
    worker_id = f"{socket.gethostname()[:24]}-{os.getpid()}-{os.urandom(4).hex()}"
    running = Running()
    log.info("worker begins", worker=worker_id)
    beside = [
        threading.Thread(target=_repeat, args=(stop, seconds, step), name=name, daemon=True)
        for name, seconds, step in (
            ("pulse", PULSE_SECONDS, lambda: _pulse(running)),
            ("diary", SEAL_SECONDS, _keep_diary),
            ("duties", 1, _do_duties),
        )
    ]
    beside.append(threading.Thread(target=_load_pages, args=(stop,), name="pages", daemon=True))
    for thread in beside:
        thread.start()
    _repeat(stop, POLL_SECONDS, lambda: _do_chores(stop, running, worker_id))
    for thread in beside:
        thread.join(timeout=30)
    log.info("worker ends", worker=worker_id)


def do_waiting_chores() -> int:
    """Do what waits, here and now, until nothing does: for tests and for building the sample town."""
    count = 0
    while _do_one(Running(), "here"):
        count += 1
    return count


def _repeat(stop: threading.Event, seconds: float, step: Callable[[], object]) -> None:
    """Call `step` again and again. What goes wrong is logged and tried again: a worker does not die of one fault."""
    while not stop.is_set():
        close_old_connections()
        try:
            step()
        except Exception as fault:
            log.error("worker stumbles", thread=threading.current_thread().name, **_fault(fault))
            connection.close()
        stop.wait(seconds)
    connection.close()


def _do_chores(stop: threading.Event, running: Running, worker_id: str) -> None:
    while not stop.is_set() and _do_one(running, worker_id):
        close_old_connections()


def _do_one(running: Running, worker_id: str) -> bool:
    claimed = chores.claim_next(worker_id)
    if claimed is None:
        return False
    claim, result = claimed
    running.begin(claim)
    token = chores.current.set(claim)
    began = time.perf_counter()
    try:
        outcome = _do(claim, result)
    finally:
        chores.current.reset(token)
        running.begin(None)
    ms = round((time.perf_counter() - began) * 1000)
    log.info("chore", chore=result.task_path, id=claim.result_id, attempt=claim.attempt, outcome=outcome, ms=ms)
    return True


def _do(claim: Claim, result: DBTaskResult[..., Any]) -> str:
    """Do one chore and say how it ended."""
    try:
        value = result.task.call(*result.args_kwargs["args"], **result.args_kwargs["kwargs"])
        chores.finish(claim, result, value)
    except chores.Taken:
        return "taken"
    except (OperationalError, InterfaceError) as busy:
        connection.close()
        chores.try_again(claim, result, busy)
        return "again"
    except Exception as fault:
        log.error("chore failed", chore=result.task_path, id=claim.result_id, **_fault(fault))
        chores.fail(claim, result, fault)
        return "failed"
    return "done"


def _load_pages(stop: threading.Event) -> None:
    """Load all pages, as the first address that is told would do: within a chore's transaction, while others wait."""
    if not stop.wait(LOAD_SECONDS):
        _ = get_resolver().url_patterns


def _pulse(running: Running) -> None:
    """Note that chore and worker live; end the process if the chore hangs."""
    if claim := running.claim:
        if time.monotonic() - chores.Loop.beat_at > LONGEST_SILENT_RUN.total_seconds():
            log.error("chore hangs", id=claim.result_id)
            os._exit(HANGS)
        chores.beat_of(claim)
    health.seen()
    clock.note()


def _keep_diary() -> None:
    """Seal what was committed, then let the readers of the diary act on it."""
    while diary.seal() > 0:
        pass
    _is_due(health.SEALER, PULSE_SECONDS)  # notes that nothing was left unsealed
    for name, dotted in settings.REACTIONS.items():
        # A reader that stumbles keeps its place and does not hold up the others.
        try:
            diary.read(name, import_string(dotted))
        except Exception as fault:
            log.error("reader stumbles", reader=name, **_fault(fault))


def _do_duties() -> None:
    for name, (duty, seconds) in OWN_TICKS.items():
        _do_duty(name, seconds, lambda duty=duty: duty(clock.real_now()))  # type: ignore[misc]
    for dotted, seconds in settings.TICKS.items():
        _do_duty(dotted, seconds, lambda dotted=dotted: import_string(dotted)(clock.now()))  # type: ignore[misc]


def _do_duty(name: str, seconds: int, duty: Callable[[], object]) -> None:
    """Do a duty if no worker did it within `seconds`."""
    if _is_due(name, seconds):
        try:
            duty()
        except Exception as fault:
            log.error("duty failed", duty=name, **_fault(fault))


def _is_due(name: str, seconds: int) -> bool:
    """Take a periodic duty for this process, if its time has come. Only one of several workers gets it."""
    now = clock.real_now()
    last = Ticked.objects.filter(name=name).values_list("at", flat=True).first()
    if last is None:
        return Ticked.objects.get_or_create(name=name, defaults={"at": now})[1]
    long_enough = now - timedelta(seconds=seconds)
    return last <= long_enough and Ticked.objects.filter(name=name, at__lte=long_enough).update(at=now) == 1


def _fault(fault: BaseException) -> dict[str, str]:
    """Say what went wrong without its message, which may hold what somebody typed."""
    frame = fault.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame is not None else ""
    return {"type": type(fault).__qualname__, "place": place}
