"""Makes the files of a delivery in the background, and hands them over in one transaction with their tasks.

Reading and writing happen outside of any transaction; the hand-over then compares: if a single result moved in the
meantime, everything is written anew.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import IO, Any

from django.db import transaction

from machikado.town.common import chores, clock, files, statements
from machikado.town.common.actors import SYSTEM
from machikado.town.common.calendar import town_date
from machikado.town.common.diary import record
from machikado.town.common.models import StoredFile
from machikado.town.work import lives
from machikado.town.work.actions.orders import DELIVERS, locked, set_state, withdraw_unmade
from machikado.town.work.actions.telling_orders import tell_client
from machikado.town.work.events.deliveries import DeliveryMade
from machikado.town.work.exports import ResultRow, Writers, manifest_bytes, task_lines
from machikado.town.work.kinds import kind_of
from machikado.town.work.models import Delivery, DeliveryFile, Job, Order, Task
from machikado.town.work.queries.deliveries import BY_AGREEMENT, BY_LEADER, checked, how_resolved, remains

FILE_NOUN = "delivery"
CHUNK = 2_000
TRIES = 3

Format = DeliveryFile.Format
_MEDIA = {
    Format.CSV_UTF8: "text/csv; charset=utf-8",
    Format.CSV_CP932: "text/csv; charset=shift_jis",
    Format.JSONL: "application/jsonl",
    Format.MANIFEST: "application/json",
}
_NAMES = {
    Format.CSV_UTF8: "{order}-{number}-utf8.csv",
    Format.CSV_CP932: "{order}-{number}-shift-jis.csv",
    Format.JSONL: "{order}-{number}.jsonl",
    Format.MANIFEST: "{order}-{number}-manifest.json",
}


class MovedOn(Exception):
    """Results changed again and again while the files were made; the chore fails and can be asked for again."""


@dataclass(frozen=True, slots=True)
class Made:
    """The stored files of one try, and exactly the tasks (id, state, time of result) that stand in them."""

    stored: dict[str, StoredFile]
    tasks: list[tuple[int, str, datetime]]

    @property
    def changed(self) -> int:
        """How many of the tasks are new in this delivery."""
        return sum(state == Task.State.RESOLVED for _, state, _ in self.tasks)


@chores.chore(queue="slow")
def make_files(delivery_code: str) -> None:
    """Write the files and hand them over. Whoever comes late or twice changes nothing."""
    delivery = Delivery.objects.select_related("order").get(code=delivery_code)
    for _ in range(TRIES):
        if not delivery.is_being_made:
            return
        now = clock.now()
        if _hand_over(delivery, _write_files(delivery, now), now):
            return
        delivery.refresh_from_db()
    raise MovedOn(delivery_code)


def _write_files(delivery: Delivery, now: datetime) -> Made:
    """Read the checked results once and store the four files."""
    jobs = _jobs(delivery.order)
    columns = list(dict.fromkeys(name for job in jobs.values() for name in kind_of(job).columns(job.schema.body)))
    with ExitStack() as stack:
        streams = {form: stack.enter_context(tempfile.TemporaryFile()) for form in list(Format)[:3]}
        writers = Writers(columns, *(streams[form] for form in list(Format)[:3]))
        tasks, rows = [], []
        for chunk in _chunks(delivery.order):
            made = [_row(task, jobs[task.job_id]) for task in chunk]
            writers.write(made)
            rows += task_lines(made)
            tasks += [_version(task) for task in chunk]
            Delivery.objects.filter(pk=delivery.pk, made_at=None).update(done=min(len(tasks), delivery.total))
            chores.beat()
        writers.finish()
        stored = {str(form): _store(stream, form, now) for form, stream in streams.items()}
    content = _manifest(delivery, jobs, stored, now) | _counts(rows) | {"replaced": writers.replaced}
    manifest = manifest_bytes(content, rows)
    stored[Format.MANIFEST] = files.store(manifest, media_type=_MEDIA[Format.MANIFEST], now=now)
    return Made(stored, tasks)


def _jobs(order: Order) -> dict[int, Job]:
    """The jobs of an order with what their results are read by."""
    return {job.pk: job for job in order.jobs.select_related("schema", "procedure").order_by("pk")}


def _chunks(order: Order) -> Iterator[list[Task]]:
    """The checked tasks, without what must not leave (`known`) and what is not needed."""
    needed = ("code", "job_id", "line", "name", "state", "answers", "result", "resolved_at")
    tasks = checked(order).only(*needed).iterator(chunk_size=CHUNK)
    while chunk := list(islice(tasks, CHUNK)):
        yield chunk


def _row(task: Task, job: Job) -> ResultRow:
    """One task as a row of the files."""
    kind, result = kind_of(job), task.result or {}
    columns = kind.columns(job.schema.body)
    assert task.resolved_at is not None  # by the CHECK of the table
    return ResultRow(
        task=task.code,
        job=job.code,
        line=task.line,
        name=task.name,
        values=dict(zip(columns, kind.export(job.schema.body, task), strict=True)),
        exact={name: result.get(name) for name in columns if name in result},
        resolved=how_resolved(task),
        resolved_at=task.resolved_at.isoformat(),
        changed=task.state == Task.State.RESOLVED,
    )


def _version(task: Task) -> tuple[int, str, datetime]:
    """What tells this result from a later one of the same task."""
    assert task.resolved_at is not None  # by the CHECK of the table
    return task.pk, task.state, task.resolved_at


def _store(stream: IO[bytes], form: str, now: datetime) -> StoredFile:
    """Keep a finished file."""
    stream.seek(0)
    return files.store(stream, media_type=_MEDIA[Format(form)], now=now)  # type: ignore[arg-type]


def _counts(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """How many rows there are, and how they came about."""
    return {
        "counts": {
            "rows": len(rows),
            "changed": sum(row["changed"] for row in rows),
            "by_agreement": sum(row["resolved"] == BY_AGREEMENT for row in rows),
            "by_leader": sum(row["resolved"] == BY_LEADER for row in rows),
        }
    }


def _manifest(delivery: Delivery, jobs: dict[int, Job], stored: dict[str, StoredFile], now: datetime) -> dict[str, Any]:
    """What the manifest says of the delivery as a whole."""
    return {
        "format": "machikado-delivery",
        "version": 1,
        "order": delivery.order.code,
        "delivery": delivery.number,
        "made_at": now.isoformat(timespec="seconds"),
        "made_on": town_date(now).isoformat(),
        "jobs": [
            {
                "job": job.code,
                "title": job.title,
                "answers_per_task": job.redundancy,
                "schema": {"name": job.schema.name, "version": job.schema.version, "sha256": job.schema.digest},
                "procedure": {"name": job.procedure.name, "version": job.procedure.version, "code": job.procedure.code},
            }
            for job in jobs.values()
        ],
        "files": [
            {"name": _file_name(delivery, form), "format": str(form), "bytes": file.size, "sha256": file.sha256}
            for form, file in stored.items()
        ],
    }


def _file_name(delivery: Delivery, form: str) -> str:
    """How a file is called when it is downloaded."""
    return _NAMES[Format(form)].format(order=delivery.order.code, number=delivery.number)


def _hand_over(delivery: Delivery, made: Made, now: datetime) -> bool:
    """Attach the files and count their tasks as delivered, all at once; False if any result has moved meanwhile."""
    try:
        with transaction.atomic():
            order = locked(delivery.order)
            here = Delivery.objects.select_for_update().get(pk=delivery.pk)
            if here.is_being_made:
                _finish(here, order, made, now)
            return True
    except MovedOn:
        return False


def _finish(delivery: Delivery, order: Order, made: Made, now: datetime) -> None:
    """Deliver, or withdraw what an order that does not run any more can no longer deliver. Raises MovedOn."""
    if order.state not in DELIVERS:
        return withdraw_unmade(order, SYSTEM, now)
    _deliver_tasks(order, delivery, made)
    _attach(delivery, made, now)
    delivery.made_at, delivery.total, delivery.done = now, len(made.tasks), len(made.tasks)
    delivery.save(update_fields=["made_at", "total", "done"])
    if not remains(order):
        set_state(order, lives.ORDER.step(order.state, Order.State.DELIVERED), now)
    record(_made(delivery, order, made), by=SYSTEM, now=now)
    return tell_client(order, "work.delivery_made", now)


def _deliver_tasks(order: Order, delivery: Delivery, made: Made) -> None:
    """Count the tasks of the files as delivered. Raises MovedOn if the files no longer say what the tasks say."""
    now_checked = checked(order).values_list("pk", "state", "resolved_at")
    if sorted(now_checked) != sorted(made.tasks):
        raise MovedOn(delivery.code)
    before, after = Task.State.RESOLVED, lives.TASK.step(Task.State.RESOLVED, Task.State.DELIVERED)
    rows = [(delivery.pk, pk) for pk, _, _ in made.tasks]
    statements.write_many(Delivery.tasks.through, ("delivery_id", "task_id"), rows)
    those = Delivery.tasks.through.objects.filter(delivery=delivery).values("task")
    if Task.objects.filter(pk__in=those, state=before).update(state=after) != made.changed:
        raise MovedOn(delivery.code)


def _attach(delivery: Delivery, made: Made, now: datetime) -> None:
    """Give the delivery its files."""
    for form, stored in made.stored.items():
        use = files.attach(stored, noun=FILE_NOUN, noun_id=delivery.pk, name=_file_name(delivery, form), now=now)
        DeliveryFile.objects.create(delivery=delivery, format=form, use=use)


def _made(delivery: Delivery, order: Order, made: Made) -> DeliveryMade:
    """The diary's words for a delivery."""
    return DeliveryMade(
        code=delivery.code,
        order=order.code,
        number=delivery.number,
        tasks=len(made.tasks),
        changed=made.changed,
        manifest=made.stored[Format.MANIFEST].sha256,
        order_state=order.state,
    )
