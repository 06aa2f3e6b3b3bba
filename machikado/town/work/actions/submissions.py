"""What happens when an answer is handed in: it is earned, it starts the payment clock, and it may settle the task."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.calendar import town_date
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.work import bridge, lives
from machikado.town.work.actions import claims, slots, terms
from machikado.town.work.actions.claims import Wish, lock_worker
from machikado.town.work.bridge import Given, Outcome
from machikado.town.work.events.assignments import TaskSubmitted
from machikado.town.work.kinds import kind_of
from machikado.town.work.models import Assignment, Submission, Task
from machikado.town.work.queries.answers import standing, waiting_objections
from machikado.town.work.seams import require_own

State = Assignment.State

# Each try fails only because another answer to the same task came in between, and a task has at most nine.
TRIES = 12


class CannotSubmit(Cannot):
    """An answer that cannot be taken now; the draft is kept."""

    sentences = {
        "fields": _("Some fields are not filled in yet. Nothing is lost; please look at the marked ones."),
        "taken": _("The time for this task ran out and somebody else is doing it now. What you wrote is kept."),
        "already": _("You have handed in this task already, perhaps on another page. It stays as you handed it in."),
        "not_started": _("Please open the task first. Then you can hand it in."),
        "other_key": _("This page belongs to another task. Please open the task again; what you wrote is kept."),
        "busy": _("Many people are handing in at this moment. Your answer is kept; please press the button once more."),
    }


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """An answer as the page sends it. `sent_key` was made with the page; `seconds` are for estimates, never for pay."""

    sent_key: UUID
    answer: dict[str, Any] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class _Sent:
    """One hand-in with what was worked out before its transaction began."""

    assignment: Assignment
    answer: NewAnswer
    by: Actor
    now: datetime
    seen: tuple[int, ...]
    outcome: Outcome | None


class _Moved(Exception):
    """Other answers came in since they were compared."""


def submit(*, assignment: Assignment, answer: NewAnswer, by: Actor, now: datetime) -> Submission:
    """Hand an answer in. The same `sent_key` again returns the same submission.

    A lease that ran out does not matter while a slot is free. Raises CannotSubmit; the draft is kept then.
    """
    require_own(assignment.worker, by)
    if (known := _known(assignment, answer)) is not None:
        return known
    task = Task.objects.select_related("job__schema").get(pk=assignment.task_id)
    answer = _checked(task, answer)
    for _try in range(TRIES):
        seen, outcome = _compared(task, assignment, answer)
        try:
            return _hand_in(_Sent(assignment, answer, by, now, seen, outcome))
        except _Moved:
            continue
        except CannotSubmit:
            if (known := _known(assignment, answer)) is not None:  # the other half of a double click was quicker
                return known
            _keep_draft(assignment, answer)
            raise
    _keep_draft(assignment, answer)
    raise CannotSubmit("busy")


def _known(assignment: Assignment, answer: NewAnswer) -> Submission | None:
    """What was handed in with this key before. Raises CannotSubmit where that was for another task."""
    known = Submission.objects.filter(sent_key=answer.sent_key).first()
    if known is not None and known.assignment_id != assignment.pk:
        raise CannotSubmit("other_key")
    return known


def _checked(task: Task, answer: NewAnswer) -> NewAnswer:
    """The answer as its kind reads it. Raises CannotSubmit with a sentence per field (`params["fields"]`)."""
    kind, schema = kind_of(task.job), task.job.schema.body
    names = {each.name for each in kind.fields(schema)}
    unreadable = [name for name in dict.fromkeys(answer.unreadable) if name in names]
    values = {name: value for name, value in kind.read(schema, answer.answer).items() if name not in unreadable}
    if faults := kind.check(schema, values, unreadable):
        raise CannotSubmit("fields", fields=faults)
    return NewAnswer(answer.sent_key, values, unreadable, max(0, answer.seconds))


def _compared(task: Task, assignment: Assignment, answer: NewAnswer) -> tuple[tuple[int, ...], Outcome | None]:
    """Compare this answer with those that stand, outside any transaction. No outcome while more answers are wanted."""
    others = [row for row in standing(task) if row.assignment_id != assignment.pk]
    seen = tuple(row.pk for row in others)
    if len(others) + 1 < task.wanted:
        return seen, None
    given = [Given.of(row.assignment.worker_id, row) for row in others]
    given.append(Given(assignment.worker_id, answer.answer, frozenset(answer.unreadable)))
    return seen, bridge.agree(task.job, task.wanted, given)


@transaction.atomic
def _hand_in(sent: _Sent) -> Submission:
    """Write the answer, what it earns and what the task came to. Raises CannotSubmit, _Moved.

    The worker's row is held first: one worker's hand-ins come one after another, so that yen are counted exactly.
    """
    worker = lock_worker(sent.assignment.worker)
    task = slots.lock_task(sent.assignment.task_id)
    row = Assignment.objects.select_for_update(of=("self",)).get(pk=sent.assignment.pk)
    row.task, row.worker = task, worker
    _take_in_hand(row, sent)
    if task.answers != len(sent.seen) or (sent.outcome and tuple(each.pk for each in standing(task)) != sent.seen):
        raise _Moved
    submission = _write_submission(row, sent)
    _close_assignment(row, sent.now)
    _advance(task, sent.outcome, sent.now)
    if sent.outcome is not None:
        _judge(task, sent.outcome)
    record(_submitted(submission, row, task), by=sent.by, now=sent.now)
    return submission


def _take_in_hand(row: Assignment, sent: _Sent) -> None:
    """Make sure that the worker holds the task: also again, if the lease ran out and a slot is free."""
    if row.state in Assignment.ANSWERED or row.state == State.REJECTED:
        raise CannotSubmit("already")
    if row.terms_id is None:
        raise CannotSubmit("not_started")
    if row.state in (State.RELEASED, State.EXPIRED):
        if not row.task.open_slots:
            raise CannotSubmit("taken")
        claims.reopen_rows(Wish(row.worker, 1, sent.by, sent.now), [row], {row.task.job_id: row.task.job})
        row.task.open_slots -= 1
        row.task.state = Task.State.IN_FLIGHT
    if row.state != State.STARTED:
        row.state = lives.ASSIGNMENT.step(row.state, State.STARTED)


def _write_submission(row: Assignment, sent: _Sent) -> Submission:
    """The answer for ever. A redo earns nothing again."""
    received_on = town_date(sent.now)
    attempt = row.submissions.count() + 1
    return Submission.objects.create(
        assignment=row,
        attempt=attempt,
        sent_key=sent.answer.sent_key,
        answer=sent.answer.answer,
        unreadable=sent.answer.unreadable,
        seconds=sent.answer.seconds,
        yen=_yen(row) if attempt == 1 else 0,
        submitted_at=sent.now,
        received_on=received_on,
        pay_by=terms.pay_by(received_on),
    )


def _yen(row: Assignment) -> int:
    """What the worker's next item of this job earns: whole yen, a fraction waits for a later item."""
    job = row.task.job
    if job.price_items == 1:
        return job.yen_for(1)
    before = Assignment.objects.filter(worker_id=row.worker_id, job_id=row.job_id, submitted_at__isnull=False).count()
    return job.yen_for(before + 1) - job.yen_for(before)


def _close_assignment(row: Assignment, now: datetime) -> None:
    """The task leaves the worker's hands; what was typed stands in the submission now."""
    row.state = lives.ASSIGNMENT.step(row.state, State.SUBMITTED)
    row.lease_until = None
    row.submitted_at = now
    row.draft = {}
    row.draft_seconds = 0
    row.save(update_fields=["state", "lease_until", "submitted_at", "draft", "draft_seconds"])


def _advance(task: Task, outcome: Outcome | None, now: datetime) -> None:
    """Count the answer and bring the task to where its answers are."""
    task.answers += 1
    if outcome is None:
        after = slots.undecided_state(task)
        task.state = after if after == task.state else lives.TASK.step(task.state, after)
    else:
        task.state = lives.TASK.step(task.state, Task.State.SUBMITTED)
        if outcome.state != bridge.UNCHECKED:
            task.state = lives.TASK.step(task.state, outcome.state)
        if task.state == Task.State.RESOLVED:
            task.result, task.resolved_at = outcome.result, now
    task.save(update_fields=["answers", "state", "result", "resolved_at"])


def _judge(task: Task, outcome: Outcome) -> None:
    """Let the answers that stand pass where they agree; a leader looks at the others. One alone waits for a leader.

    An answer whose rejection was proposed waits for the second person, whatever others say.
    """
    if outcome.state == bridge.UNCHECKED:
        return
    open_rows = task.assignments.filter(state__in=(State.SUBMITTED, State.CHECKING))
    if outcome.state == bridge.DISPUTED:
        open_rows.filter(state=State.SUBMITTED).update(state=State.CHECKING)
        return
    differing = open_rows.filter(worker_id__in=outcome.dissenting)
    differing.filter(state=State.SUBMITTED).update(state=State.CHECKING)
    agreeing = open_rows.exclude(worker_id__in=outcome.dissenting)
    agreeing.exclude(submissions__in=waiting_objections().values("submission")).update(state=State.PASSED)


def _keep_draft(assignment: Assignment, answer: NewAnswer) -> None:
    """Keep what could not be handed in, unless an answer stands already."""
    rows = Assignment.objects.filter(pk=assignment.pk).exclude(state__in=(*Assignment.ANSWERED, State.REJECTED))
    rows.update(draft={"answer": answer.answer, "unreadable": answer.unreadable}, draft_seconds=answer.seconds)


def _submitted(submission: Submission, row: Assignment, task: Task) -> TaskSubmitted:
    """The diary's words for an answer."""
    return TaskSubmitted(
        code=submission.code,
        assignment=row.code,
        task=task.code,
        job=task.job.code,
        worker=row.worker.code,
        attempt=submission.attempt,
        seconds=submission.seconds,
        yen=submission.yen,
        unreadable=len(submission.unreadable),
        pay_by=submission.pay_by.isoformat(),
        task_state=task.state,
    )
