"""What happens between a worker and a task: taken, started, typed, given back, run out, taken up again."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import SYSTEM, Actor
from machikado.town.common.calendar import town_date
from machikado.town.common.deadlocks import again_after_deadlock
from machikado.town.common.diary import record, record_many
from machikado.town.common.errors import Cannot, CannotStep
from machikado.town.people.models import Worker
from machikado.town.people.permissions import require
from machikado.town.work import lives
from machikado.town.work.actions import claims, slots, terms
from machikado.town.work.actions.claims import Wish, lease_of, lock_worker, room_for
from machikado.town.work.bridge import BundleOffer
from machikado.town.work.events.assignments import TaskExpired, TaskReleased, TaskStarted
from machikado.town.work.models import Assignment, Job
from machikado.town.work.queries.next_tasks import batches_for
from machikado.town.work.seams import CannotStart, may_start, require_own

State = Assignment.State
LetGo = Assignment.LetGo

# Typing extends a lease, but not beyond this after the task was taken: others wait for it too.
LONGEST_LEASE = timedelta(hours=24)
# So many leases run out in one transaction.
CHUNK = 200


class CannotKeep(Cannot):
    """What was typed is kept, but the task is not in this worker's hands any more."""

    sentences = {
        "not_started": _("Please open the task again. What you wrote is kept."),
        "expired": _("The time for this task ran out. What you wrote is kept, and you can go on with it."),
        "taken": _("The time for this task ran out and somebody else is doing it now. What you wrote is kept."),
        "submitted": _("You have handed in this task already. It stays as you handed it in."),
    }


class CannotRelease(Cannot):
    """A task that cannot be given back."""

    sentences = {
        "submitted": _("You have handed in this task already. There is nothing to give back, and your pay stays."),
        "unknown_reason": _("Please choose one of the reasons."),
    }


class CannotReopen(Cannot):
    """A task that cannot be taken up again."""

    sentences = {
        "taken": _("Somebody else has done this task in the meantime. Thank you all the same; here is other work."),
        "full": _("You have very many tasks in hand. Please hand in or give back some first."),
    }


@dataclass(frozen=True, slots=True)
class Draft:
    """What is typed so far: raw values by field, the fields marked unreadable, seconds spent on it."""

    answer: dict[str, Any] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)
    seconds: int = 0

    @property
    def body(self) -> dict[str, Any]:
        """As the row keeps it."""
        return {"answer": self.answer, "unreadable": self.unreadable}


@again_after_deadlock
@transaction.atomic
def start_bundle(*, worker: Worker, bundle: BundleOffer, by: Actor, now: datetime) -> list[Assignment]:
    """Lease the items of a bundle and return what the worker now holds of that job, unopened ones included.

    What was begun before comes first. Fewer than promised if others were quicker; pressed twice, it is one bundle.
    Raises CannotStart.
    """
    require_own(worker, by)
    worker = lock_worker(worker)
    job = Job.objects.select_related("order__client").get(pk=bundle.job_id)
    _require_may_start(worker, job)
    in_hand = worker.assignments.filter(job_id=job.pk, state__in=(State.ACCEPTED, State.STARTED))
    held = list(in_hand.select_related("task").order_by("pk"))
    items = room_for(worker, bundle.items - len(held))
    found = claims.take_back(Wish(worker, items, by, now), [job]) if items else []
    if items > len(found):
        batches = [batch for batch in batches_for(worker) if batch.job_id == job.pk]
        found += claims.take_fresh(Wish(worker, items - len(found), by, now), batches)
    return held + found


@again_after_deadlock
@transaction.atomic
def claim(*, worker: Worker, job: Job | None, by: Actor, now: datetime) -> Assignment | None:
    """Lease the next item, of this job or of any; None when there is nothing for this worker.

    What the worker never saw comes first, then what went back from them. Raises CannotStart.
    """
    require_own(worker, by)
    worker = lock_worker(worker)
    if not room_for(worker, 1):
        return None
    if job is not None:
        _require_may_start(worker, job)
    batches = [batch for batch in batches_for(worker) if job is None or batch.job_id == job.pk]
    wish = Wish(worker, 1, by, now)
    found = claims.take_fresh(wish, batches) or claims.take_back(wish, [batch.job for batch in batches])
    return found[0] if found else None


def _require_may_start(worker: Worker, job: Job) -> None:
    """Raise CannotStart where the seam says no."""
    if (code := may_start(worker, job)) is not None:
        raise CannotStart(code)


@transaction.atomic
def start(*, assignment: Assignment, by: Actor, now: datetime) -> Assignment:
    """Begin: remember which terms were shown. Beginning twice is once. Raises CannotStep."""
    require_own(assignment.worker, by)
    row = _locked(assignment)
    if row.state == State.STARTED:
        return row
    job = Job.objects.select_related("order__client", "procedure").get(pk=row.job_id)
    row.state = lives.ASSIGNMENT.step(row.state, State.STARTED)
    row.terms_id = terms.show(job, town_date(now), now)
    row.started_at = now
    assert row.lease_until is not None  # by the CHECK: whoever holds a task has a lease
    row.lease_until = max(row.lease_until, now + lease_of(job))
    row.save(update_fields=["state", "terms", "started_at", "lease_until"])
    record(TaskStarted(code=row.code, terms=row.terms_id), by=by, now=now)
    return row


def keep(*, assignment: Assignment, draft: Draft, by: Actor, now: datetime) -> datetime | None:
    """Keep what is typed and extend the lease; returns until when. No diary row: nothing was decided.

    Of two tabs the one typed in last wins. `assignment.task.job` is loaded. Raises CannotKeep, with the draft kept.
    """
    require_own(assignment.worker, by)
    longest = assignment.accepted_at + LONGEST_LEASE
    lease_until = max(min(now + lease_of(assignment.task.job), longest), assignment.lease_until or now)
    rows = Assignment.objects.filter(pk=assignment.pk)
    typed = {"draft": draft.body, "draft_seconds": draft.seconds}
    held = rows.filter(state=State.STARTED)
    if held.update(lease_until=Greatest(F("lease_until"), lease_until), **typed):
        return lease_until
    rows.filter(state__in=(State.RELEASED, State.EXPIRED, *Assignment.HOLDING)).update(**typed)
    raise CannotKeep(_why_lost(rows.select_related("task").get()))


def _why_lost(row: Assignment) -> str:
    """Why a draft found no started assignment: a code of CannotKeep."""
    if row.state in Assignment.HOLDING:
        return "not_started"
    if row.state in (State.RELEASED, State.EXPIRED):
        return "expired" if row.task.open_slots else "taken"
    return "submitted"


@transaction.atomic
def release(*, assignment: Assignment, reason: str, by: Actor, now: datetime) -> None:
    """Give a task back; it costs nothing, ever, and the draft is kept. Twice is once. Raises CannotRelease."""
    if by.has("coordinator"):
        require(by, may="work.release_for")
    else:
        require_own(assignment.worker, by)
    if reason not in LetGo.values or reason == LetGo.EXPIRED:
        raise CannotRelease("unknown_reason")
    row = _locked(assignment)
    if row.state in (State.RELEASED, State.EXPIRED):
        return
    if row.state not in Assignment.HOLDING:
        raise CannotRelease("submitted")
    _let_go([row], State.RELEASED, reason)
    record(TaskReleased(code=row.code, reason=reason), by=by, now=now)


@transaction.atomic
def release_all(*, worker: Worker, by: Actor, now: datetime, reason: str = LetGo.NONE) -> int:
    """Give everything back that is in hand, and say how many. What a leader asked to redo stays, for its days."""
    require_own(worker, by)
    if reason not in LetGo.values or reason == LetGo.EXPIRED:
        raise CannotRelease("unknown_reason")
    lock_worker(worker)
    in_hand = worker.assignments.filter(state__in=(State.ACCEPTED, State.STARTED), submitted_at__isnull=True)
    slots.lock_tasks(in_hand.values_list("task_id", flat=True))
    rows = list(in_hand.select_for_update().order_by("task_id"))
    _let_go(rows, State.RELEASED, reason)
    record_many((TaskReleased(code=row.code, reason=reason) for row in rows), by=by, now=now)
    return len(rows)


@transaction.atomic
def reopen(*, assignment: Assignment, by: Actor, now: datetime) -> Assignment:
    """Take up again what went back or ran out, with its draft, if a slot is free. Raises CannotReopen, CannotStart."""
    require_own(assignment.worker, by)
    worker = lock_worker(assignment.worker)
    row = _locked(assignment)
    if row.state in Assignment.HOLDING:
        return row
    if row.state not in (State.RELEASED, State.EXPIRED):
        raise CannotStep("assignment", row.state, State.OFFERED)
    job = Job.objects.select_related("order").get(pk=row.job_id)
    _require_may_start(worker, job)
    if not room_for(worker, 1):
        raise CannotReopen("full")
    if not row.task.open_slots:
        raise CannotReopen("taken")
    claims.reopen_rows(Wish(worker, 1, by, now), [row], {job.pk: job})
    return row


def expire(now: datetime) -> int:
    """Let the leases run out that ended before `now`; returns how many. Called by the worker every little while."""
    count = 0
    while found := _expire_some(now):
        count += found
    return count


@transaction.atomic
def _expire_some(now: datetime) -> int:
    """Let up to CHUNK leases run out. A lease that was extended meanwhile stays."""
    over = Assignment.objects.filter(lease_until__lt=now).order_by("lease_until")
    found = dict(over.values_list("pk", "task_id")[:CHUNK])
    slots.lock_tasks(found.values())
    rows = list(over.filter(pk__in=found).select_for_update())
    minutes = {row.pk: int((now - row.accepted_at).total_seconds()) // 60 for row in rows}
    _let_go(rows, State.EXPIRED, LetGo.EXPIRED)
    record_many((TaskExpired(code=row.code, minutes=minutes[row.pk]) for row in rows), by=SYSTEM, now=now)
    return len(rows)


def _let_go(rows: list[Assignment], to: str, reason: str) -> None:
    """End these leases and free their slots. The caller holds the rows and their tasks."""
    for row in rows:
        lives.ASSIGNMENT.step(row.state, to)
    ids = [row.pk for row in rows]
    Assignment.objects.filter(pk__in=ids).update(state=to, lease_until=None, let_go=reason)
    slots.free(row.task_id for row in rows)


def _locked(assignment: Assignment) -> Assignment:
    """The assignment as it stands now, with its task: both held until the transaction ends, the task first."""
    task = slots.lock_task(assignment.task_id)
    row = Assignment.objects.select_for_update(of=("self",)).select_related("worker").get(pk=assignment.pk)
    row.task = task
    return row
