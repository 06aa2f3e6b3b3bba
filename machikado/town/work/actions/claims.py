"""How tasks come to a worker: fresh ones by index and cursor, and those that went back, on the row there was."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F

from machikado.town.common import statements
from machikado.town.common.actors import Actor
from machikado.town.common.diary import record_many
from machikado.town.common.statements import Columns
from machikado.town.people.models import Worker
from machikado.town.work import lives
from machikado.town.work.actions import slots
from machikado.town.work.events.assignments import TaskTaken
from machikado.town.work.models import Assignment, Batch, Cursor, Job, Task
from machikado.town.work.queries.next_tasks import SKIP_HELD, WAIT_FOR_HELD, Span, fresh_tasks
from machikado.town.work.queries.piles import MOST_ITEMS, offered_back

State = Assignment.State

# Taken one by one, the cursor may lag behind by so many tasks: passing them again costs less than writing each time.
STRIDE = 16

_WORKER = Columns(Worker)
_LOCK_WORKER = (
    "SELECT (SELECT COUNT(*) FROM work_assignment a WHERE a.worker_id = people_worker.id"  # noqa: S608  our columns
    f" AND a.state IN ('accepted', 'started', 'redo_requested')), {_WORKER} FROM people_worker WHERE id = %s"
)


@dataclass(frozen=True, slots=True)
class Wish:
    """How many items a worker wants, who writes it down, and when."""

    worker: Worker
    items: int
    by: Actor
    now: datetime

    def lease_until(self, job: Job) -> datetime:
        """Long enough for the job, and twice as long as all the items should take."""
        return self.now + max(lease_of(job), timedelta(seconds=2 * self.items * job.expected_seconds))


def lease_of(job: Job) -> timedelta:
    """How long a worker may leave a task of this job untouched."""
    return timedelta(minutes=job.lease_minutes)


def lock_worker(worker: Worker) -> Worker:
    """The worker's row with `held` (tasks in hand), held until the end: one worker's steps come one after another."""
    ((held, *values),) = statements.rows(_LOCK_WORKER + statements.lock(" FOR NO KEY UPDATE"), worker.pk)
    locked = _WORKER.made(iter(values))
    locked.held = held  # type: ignore[attr-defined]  # counted for room_for
    return locked


def take_fresh(wish: Wish, batches: Iterable[Batch]) -> list[Assignment]:
    """Lease up to `wish.items` tasks that the worker never had. The caller holds the worker's row.

    Each batch is read from the worker's cursor on, then from its beginning, past what others take at this moment.
    """
    found: list[tuple[Task, Job]] = []
    for batch in batches:
        missing = wish.items - len(found)
        if missing <= 0:
            break
        found += [(task, batch.job) for task in _next_tasks(wish.worker, batch, missing)]
    return _lease(wish, found) if found else []


def _next_tasks(worker: Worker, batch: Batch, count: int) -> list[Task]:
    """The next tasks of a batch, locked. Moves the cursor forward, never back."""
    cursor: int = batch.cursor  # type: ignore[attr-defined]  # annotated by open_batches
    found = fresh_tasks(worker, Span(batch.pk, cursor), count, SKIP_HELD)
    if found and (count > 1 or found[-1].pk >= cursor + STRIDE):
        row = Cursor(worker=worker, batch=batch, task_id=found[-1].pk)
        Cursor.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["worker", "batch"], update_fields=["task_id"]
        )
    if cursor and len(found) < count:
        found += fresh_tasks(worker, Span(batch.pk, until=cursor), count - len(found), SKIP_HELD)
    # What somebody else was taking just now may have a slot left; only now is it worth waiting for them.
    return found or fresh_tasks(worker, Span(batch.pk), count, WAIT_FOR_HELD)


def _lease(wish: Wish, found: Sequence[tuple[Task, Job]]) -> list[Assignment]:
    """Write down that the worker holds these tasks now."""
    taken = slots.take(task.pk for task, _ in found)
    assert taken == len(found)  # their rows are locked, so nobody else took the slots
    rows = [
        Assignment(
            task=task,
            worker=wish.worker,
            job_id=job.pk,
            state=State.ACCEPTED,
            accepted_at=wish.now,
            lease_until=wish.lease_until(job),
        )
        for task, job in found
    ]
    statements.insert_many(rows)
    jobs = {job.pk: job for _, job in found}
    _write_down(wish, rows, jobs, again=frozenset())
    return rows


def take_back(wish: Wish, jobs: Iterable[Job]) -> list[Assignment]:
    """Lease again what went back from this worker and still has a free slot, what was begun first. Same rows."""
    by_id = {job.pk: job for job in jobs}
    waiting = offered_back(wish.worker).filter(job_id__in=list(by_id)).select_related("task")
    begun_first = waiting.order_by(F("started_at").desc(nulls_last=True), "pk")
    rows = list(begun_first.select_for_update(skip_locked=True, of=("self", "task"))[: wish.items])
    if rows:
        reopen_rows(wish, rows, by_id)
    return rows


def reopen_rows(wish: Wish, rows: Sequence[Assignment], jobs: dict[int, Job]) -> None:
    """Give these released or expired assignments a lease again. The caller holds rows, tasks and worker."""
    taken = slots.take(row.task_id for row in rows)
    assert taken == len(rows)  # as in _lease
    for row in rows:
        row.state = lives.ASSIGNMENT.step(lives.ASSIGNMENT.step(row.state, State.OFFERED), State.ACCEPTED)
        row.accepted_at = wish.now
        row.lease_until = wish.lease_until(jobs[row.job_id])
        row.let_go = ""
    Assignment.objects.bulk_update(rows, ["state", "accepted_at", "lease_until", "let_go"], batch_size=200)
    _write_down(wish, rows, jobs, again=frozenset(row.pk for row in rows))


def _write_down(wish: Wish, rows: Sequence[Assignment], jobs: dict[int, Job], again: frozenset[int]) -> None:
    """One diary row for each task taken."""
    events = [
        TaskTaken(
            code=row.code,
            task=row.task.code,
            job=jobs[row.job_id].code,
            worker=wish.worker.code,
            seconds=jobs[row.job_id].expected_seconds,
            again=row.pk in again,
        )
        for row in rows
    ]
    record_many(events, by=wish.by, now=wish.now)


def room_for(worker: Worker, items: int) -> int:
    """How many of so many items the worker may still take in hand; `worker` comes from `lock_worker`."""
    held: int = worker.held  # type: ignore[attr-defined]  # counted there
    return max(0, min(items, MOST_ITEMS - held))
