"""Which tasks come next to a worker: asked by every claim, so its statements are written out."""

from typing import NamedTuple

from machikado.town.common import statements
from machikado.town.common.statements import Columns
from machikado.town.people.models import Worker
from machikado.town.work.models import Batch, Job, Order, Task
from machikado.town.work.seams import may_start

# A scalar subquery that follows the index `task_open`, since PostgreSQL would turn EXISTS into a join that reads whole
# tables. `batch_id` stands between two bounds and in the order: with `=`, PostgreSQL may take the order from the
# primary key and walk through the tasks of all other batches.
ANY_OPEN = (
    "(SELECT t.id FROM work_task t WHERE t.batch_id >= work_batch.id AND t.batch_id <= work_batch.id"
    " AND t.open_slots > 0 ORDER BY t.batch_id, t.id LIMIT 1) IS NOT NULL"
)
# How far a worker has come in the batch.
CURSOR = "COALESCE((SELECT c.task_id FROM work_cursor c WHERE c.batch_id = work_batch.id AND c.worker_id = %s), 0)"

_BATCH = Columns(Batch, "id", "job_id")
_JOB = Columns(Job, "id", "code", "order_id", "state", "expected_seconds", "lease_minutes")
_ORDER = Columns(Order, "id", "state")
_TASK = Columns(Task, "id", "code")

# The states as literals, like the open slots below: PostgreSQL knows from its statistics how many rows have them.
_BATCHES = (
    f"SELECT {CURSOR}, {_BATCH}, {_JOB}, {_ORDER}"  # noqa: S608  columns of our models
    " FROM work_batch JOIN work_job ON work_job.id = work_batch.job_id"
    " JOIN work_order ON work_order.id = work_job.order_id"
    f" WHERE work_batch.state = 'ready' AND work_job.state = 'open' AND work_order.state IN ('running', 'rework')"
    f" AND {ANY_OPEN} ORDER BY work_job.due_on ASC NULLS LAST, work_batch.job_id, work_batch.id"
)
# A walk along the index `task_open`; SQLite uses it only for the very condition that it was made with. Whether the
# worker had a task is a scalar again: it is looked up once per task, however much this worker has done.
_FRESH = (
    f"SELECT {_TASK} FROM work_task WHERE work_task.open_slots > 0"  # noqa: S608  columns of our models
    " AND (work_task.batch_id, work_task.id) > (%s, %s) AND work_task.batch_id <= %s"
    " AND (SELECT a.id FROM work_assignment a WHERE a.task_id = work_task.id AND a.worker_id = %s) IS NULL"
)
_UNTIL = " AND work_task.id <= %s"
_IN_ORDER = " ORDER BY work_task.batch_id, work_task.id LIMIT "

# What else to do with the tasks that are found: hold them, and whether to wait for those that somebody else holds.
SKIP_HELD = " FOR UPDATE OF work_task SKIP LOCKED"
WAIT_FOR_HELD = " FOR UPDATE OF work_task"


class Span(NamedTuple):
    """The tasks of a batch behind one of them, up to another (ids)."""

    batch_id: int
    after: int = 0
    until: int | None = None


def batches_for(worker: Worker) -> list[Batch]:
    """The batches from which this worker may take tasks now, what is due first in front.

    Each has its `cursor` (how far the worker has come in it) and as much of its job and order as taking needs.
    """
    found = []
    for cursor, *rest in statements.rows(_BATCHES, worker.pk):
        values = iter(rest)
        batch, job, order = _BATCH.made(values), _JOB.made(values), _ORDER.made(values)
        batch.job, job.order = job, order
        batch.cursor = cursor  # type: ignore[attr-defined]  # as annotated by open_batches
        if may_start(worker, job) is None:
            found.append(batch)
    return found


def fresh_tasks(worker: Worker, span: Span, count: int, hold: str = "") -> list[Task]:
    """The first open tasks of a span that this worker never had, in order (id and code only)."""
    sql, values = fresh_statement(worker, span, count)
    return [_TASK.made(iter(row)) for row in statements.rows(sql + statements.lock(hold), *values)]


def fresh_statement(worker: Worker, span: Span, count: int) -> tuple[str, list[int]]:
    """The statement of `fresh_tasks` and its values."""
    sql, values = _FRESH, [span.batch_id, span.after, span.batch_id, worker.pk]
    if span.until is not None:
        sql, values = sql + _UNTIL, [*values, span.until]
    # As a literal: with a value to come, PostgreSQL would plan for a tenth of the table.
    return f"{sql}{_IN_ORDER}{count:d}", values
