"""What happens to a job: its procedure and form schema are written down, it is priced, opened, paused, closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.permissions import require
from machikado.town.work import lives
from machikado.town.work.events.jobs import JobAdded, JobStepped, ProcedureAdded, SchemaAdded
from machikado.town.work.form_schema import canonical_digest, checked_schema
from machikado.town.work.models import FormSchema, Job, Order, Procedure

# Jobs are added while the order is being made ready or runs; a rework may need a job of its own.
TAKES_JOBS = frozenset({"accepted", "preparing", "running", "suspended", "rework"})

# Until the client has accepted, a task may have to be offered once more.
MAY_COME_BACK = frozenset({"preparing", "running", "suspended", "delivered", "rework"})


class CannotAddJob(Cannot):
    """A job that would not make sense."""

    sentences = {
        "order_state": _("This order does not take jobs now. The client must accept the estimate first."),
        "number": _("Price, items, seconds and minutes must be at least 1, people per task from 1 to 9. Please check."),
        "sent": _("This job was added already. It stands below."),
        "no_title": _("Please give the job a name."),
        "unknown_kind": _("There is no kind of task called “%(kind)s”."),
    }


class CannotAddProcedure(Cannot):
    """A procedure that nobody could point into."""

    sentences = {
        "no_name": _("Please give the procedure a name."),
        "no_clauses": _("A procedure needs at least one clause."),
        "clause_empty": _("Clause %(number)s needs a title and a text."),
        "clause_twice": _("The number %(number)s stands at two clauses. Each clause needs its own number."),
    }


class CannotCloseJob(Cannot):
    """A job that may be needed again."""

    sentences = {
        "client_may_ask": _(
            "The client may still ask for rework of this job. Pause it instead; close it once the order is accepted."
        )
    }


class CannotOpenJob(Cannot):
    """A job that cannot be opened yet."""

    sentences = {"order_state": _("The order of this job is not in preparation or running. Move the order first.")}


@dataclass(frozen=True, slots=True)
class Clause:
    """One numbered clause of a procedure."""

    number: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job as the coordinator enters it: a worker earns `price_yen` for `price_items` items."""

    title: str
    procedure: Procedure
    schema: FormSchema
    price_yen: int
    expected_seconds: int
    price_items: int = 1
    redundancy: int = 2
    lease_minutes: int = 30
    due_on: date | None = None
    kind: str = "form"


@transaction.atomic
def add_procedure(*, name: str, clauses: Sequence[Clause], by: Actor, now: datetime) -> Procedure:
    """Write down a procedure; the same name again makes its next version. Raises CannotAddProcedure."""
    require(by, may="work.add_job")
    _check_clauses(name, clauses)
    last = Procedure.objects.filter(name=name.strip()).aggregate(last=Max("version"))["last"] or 0
    assert by.person_id is not None  # `require` lets no actor without a person write procedures
    procedure = Procedure.objects.create(
        name=name.strip(),
        version=last + 1,
        clauses=[{"number": c.number.strip(), "title": c.title.strip(), "text": c.text.strip()} for c in clauses],
        made_by_id=by.person_id,
        made_at=now,
    )
    event = ProcedureAdded(code=procedure.code, version=procedure.version, clauses=len(clauses))
    record(event, by=by, now=now, detail={"name": procedure.name})
    return procedure


def _check_clauses(name: str, clauses: Sequence[Clause]) -> None:
    """Raise CannotAddProcedure where a clause could not be pointed to."""
    if not name.strip():
        raise CannotAddProcedure("no_name")
    if not clauses:
        raise CannotAddProcedure("no_clauses")
    seen: set[str] = set()
    for clause in clauses:
        number = clause.number.strip()
        if not (number and clause.title.strip() and clause.text.strip()) or len(number) > 20:
            raise CannotAddProcedure("clause_empty", number=number[:20] or "–")
        if number in seen:
            raise CannotAddProcedure("clause_twice", number=number)
        seen.add(number)


@transaction.atomic
def add_schema(*, name: str, body: str | bytes | dict[str, Any], by: Actor, now: datetime) -> FormSchema:
    """Keep a form schema; the same name and body again return the row there is. Raises CannotUseSchema."""
    require(by, may="work.add_job")
    schema = checked_schema(body)
    digest = canonical_digest(schema)
    versions = FormSchema.objects.filter(name=name.strip())
    if same := versions.filter(digest=digest).first():
        return same
    assert by.person_id is not None  # `require` lets no actor without a person keep schemas
    row = FormSchema.objects.create(
        name=name.strip(),
        version=(versions.aggregate(last=Max("version"))["last"] or 0) + 1,
        body=schema,
        digest=digest,
        made_by_id=by.person_id,
        made_at=now,
    )
    event = SchemaAdded(code=row.code, version=row.version, digest=digest, fields=len(schema["properties"]))
    record(event, by=by, now=now, detail={"name": row.name})
    return row


@transaction.atomic
def add(*, order: Order, job: NewJob, by: Actor, now: datetime) -> Job:
    """Add a job to an order, as a draft. Raises CannotAddJob."""
    require(by, may="work.add_job", on=order)
    order = Order.objects.select_for_update().get(pk=order.pk)
    _check_job(order, job)
    row = Job.objects.create(
        order=order,
        title=job.title.strip(),
        kind=job.kind,
        procedure=job.procedure,
        schema=job.schema,
        redundancy=job.redundancy,
        price_yen=job.price_yen,
        price_items=job.price_items,
        expected_seconds=job.expected_seconds,
        lease_minutes=job.lease_minutes,
        due_on=job.due_on or order.due_on,
        made_at=now,
    )
    record(_added(row), by=by, now=now, detail={"title": row.title})
    return row


def _check_job(order: Order, job: NewJob) -> None:
    """Raise CannotAddJob where order or figures do not allow it."""
    if order.state not in TAKES_JOBS:
        raise CannotAddJob("order_state")
    if not job.title.strip():
        raise CannotAddJob("no_title")
    if job.kind not in settings.TASK_KINDS:
        raise CannotAddJob("unknown_kind", kind=job.kind)
    figures = (job.price_yen, job.price_items, job.expected_seconds, job.lease_minutes)
    if min(figures) < 1 or not 1 <= job.redundancy <= 9:
        raise CannotAddJob("number")


def _added(job: Job) -> JobAdded:
    """The diary's words for a new job."""
    return JobAdded(
        code=job.code,
        order=job.order.code,
        price_yen=job.price_yen,
        price_items=job.price_items,
        expected_seconds=job.expected_seconds,
        redundancy=job.redundancy,
    )


@transaction.atomic
def open_job(*, job: Job, by: Actor, now: datetime) -> Job:
    """Open (or reopen) a job, so that its ready batches are offered. Raises CannotOpenJob, CannotStep."""
    job = _held(job, by)
    if job.order.state not in TAKES_JOBS - {"accepted"}:
        raise CannotOpenJob("order_state")
    return _step(job, Job.State.OPEN, by, now)


@transaction.atomic
def pause(*, job: Job, by: Actor, now: datetime) -> Job:
    """Offer nothing more of a job for now; what people hold stays theirs. Raises CannotStep."""
    return _step(_held(job, by), Job.State.PAUSED, by, now)


@transaction.atomic
def close(*, job: Job, by: Actor, now: datetime) -> Job:
    """Offer nothing more of a job, for good. Raises CannotCloseJob, CannotStep."""
    job = _held(job, by)
    if job.order.state in MAY_COME_BACK and job.tasks.exists():
        raise CannotCloseJob("client_may_ask")
    return _step(job, Job.State.CLOSED, by, now)


def _held(job: Job, by: Actor) -> Job:
    """The job and its order as they stand now, held in the order in which adding a job holds them."""
    require(by, may="work.step_job", on=job)
    order = Order.objects.select_for_update().get(pk=job.order_id)
    held = Job.objects.select_for_update().get(pk=job.pk)
    held.order = order
    return held


def _step(job: Job, to: str, by: Actor, now: datetime) -> Job:
    """Take one step of the life of a job that is held; a step already taken changes nothing."""
    if job.state == to:
        return job
    before = job.state
    job.state = lives.JOB.step(before, to)
    job.save(update_fields=["state"])
    record(JobStepped(code=job.code, before=before, after=to), by=by, now=now)
    return job
