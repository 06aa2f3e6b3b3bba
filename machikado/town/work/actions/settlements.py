"""What a leader decides where answers differ: which values stand for a task."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.permissions import require
from machikado.town.work import lives
from machikado.town.work.actions import slots
from machikado.town.work.events.reviews import SettlementTakenBack, TaskSettled
from machikado.town.work.kinds import kind_of
from machikado.town.work.models import Assignment, Settlement, SettlementUndone, Submission, Task
from machikado.town.work.queries.answers import standing, waiting_objections

State = Assignment.State

# So long a settlement can be taken back, while nothing of it was delivered.
UNDO_TIME = timedelta(minutes=30)


class CannotSettle(Cannot):
    """A settlement that cannot be made."""

    sentences = {
        "own": _("One of these answers is your own. Another leader has to decide."),
        "state": _("This task needs no decision now. Please reload the page."),
        "fields": _("Some values cannot be kept like this. Please look at the marked fields."),
        "reason": _("A value that nobody wrote needs a clause of the procedure or a reason."),
        "clause": _("Please choose a clause of the procedure of this work."),
    }


class CannotTakeBack(Cannot):
    """A settlement that stays."""

    sentences = {
        "late": _("A decision can be taken back for %(minutes)s minutes. This one stays."),
        "state": _("This task was delivered or decided anew in the meantime. Please reload the page."),
    }


@dataclass(frozen=True, slots=True)
class NewSettlement:
    """What stands for a task: raw values by field, None where it cannot be read."""

    result: dict[str, Any] = field(default_factory=dict)
    clause: str = ""
    reason: str = ""


@transaction.atomic
def settle(*, task: Task, settlement: NewSettlement, by: Actor, now: datetime) -> Settlement:
    """Decide which values stand where answers differ. All answers pass but those whose rejection waits.

    Raises CannotSettle.
    """
    require(by, may="work.settle")
    task = slots.lock_task(task.pk)
    if task.state not in (Task.State.DISPUTED, Task.State.SUBMITTED):
        raise CannotSettle("state")
    answers = standing(task)
    if any(each.assignment.worker.author_id == by.person_id for each in answers):
        raise CannotSettle("own")
    result, own = _checked_result(task, settlement, answers)
    slots.resolve(task, result, now)
    checked = task.assignments.filter(state__in=(State.SUBMITTED, State.CHECKING))
    checked.exclude(submissions__in=waiting_objections().values("submission")).update(state=State.PASSED)
    assert by.person_id is not None  # `require` lets no actor without a person settle anything
    words = {"clause": settlement.clause, "reason": settlement.reason.strip()}
    row = Settlement.objects.create(task=task, result=result, by_id=by.person_id, made_at=now, **words)
    event = TaskSettled(task.code, job=task.job.code, clause=row.clause, fields=len(result), own=own)
    record(event, by=by, now=now)
    return row


@transaction.atomic
def take_back(*, settlement: Settlement, by: Actor, now: datetime) -> SettlementUndone:
    """Undo a settlement within UNDO_TIME, while its result has not left: the task waits for a leader again.

    The answers that passed with it stay passed, and paid. Twice is once. Raises CannotTakeBack.
    """
    require(by, may="work.settle")
    task = slots.lock_task(settlement.task_id)
    if (earlier := SettlementUndone.objects.filter(settlement=settlement).first()) is not None:
        return earlier
    if task.state != Task.State.RESOLVED or task.resolved_at != settlement.made_at or not task.answers:
        raise CannotTakeBack("state")
    if now > settlement.made_at + UNDO_TIME:
        raise CannotTakeBack("late", minutes=UNDO_TIME.seconds // 60)
    before = Task.State.SUBMITTED if task.answers == 1 else Task.State.DISPUTED
    task.state, task.result, task.resolved_at = lives.TASK.step(task.state, before), None, None
    task.save(update_fields=["state", "result", "resolved_at"])
    assert by.person_id is not None  # `require` lets no actor without a person settle anything
    row = SettlementUndone.objects.create(settlement=settlement, by_id=by.person_id, made_at=now)
    minutes = int((now - settlement.made_at).total_seconds()) // 60
    record(SettlementTakenBack(task.code, job=task.job.code, minutes=minutes), by=by, now=now)
    return row


def _checked_result(task: Task, settlement: NewSettlement, answers: list[Submission]) -> tuple[dict[str, Any], int]:
    """The result as its kind reads it, and how many of its values nobody wrote. Raises CannotSettle."""
    kind, schema = kind_of(task.job), task.job.schema.body
    unreadable = [name for name, value in settlement.result.items() if value is None]
    values = kind.read(schema, values_of(settlement.result))
    if faults := kind.check(schema, values, unreadable):
        raise CannotSettle("fields", fields=faults)
    if settlement.clause and task.job.procedure.clause(settlement.clause) is None:
        raise CannotSettle("clause")
    chosen = kind.normalise(schema, values)
    given = [written(task, each) for each in answers]
    own = sum(all(each.get(name) != chosen[name] for each in given) for name in chosen)
    if own and not (settlement.clause or settlement.reason.strip()):
        raise CannotSettle("reason")
    names = [each.name for each in kind.fields(schema)]
    return {name: values.get(name) for name in names if name in values or name in unreadable}, own


def written(task: Task, submission: Submission) -> dict[str, Any]:
    """What an answer says in each field that was readable, normalised for comparing. `task.job.schema` is loaded."""
    words = kind_of(task.job).normalise(task.job.schema.body, submission.answer)
    return {name: value for name, value in words.items() if name not in submission.unreadable}


def values_of(result: dict[str, Any]) -> dict[str, Any]:
    """The values of a result, without those that cannot be read."""
    return {name: value for name, value in result.items() if value is not None}
