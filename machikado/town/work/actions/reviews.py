"""What a leader decides about one answer: accept it; ask to redo it or reject it, with a second person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common import chores
from machikado.town.common.actors import SYSTEM, Actor
from machikado.town.common.diary import DiaryEvent, record, record_many
from machikado.town.common.errors import Cannot
from machikado.town.people.permissions import require
from machikado.town.work import lives
from machikado.town.work.actions import slots
from machikado.town.work.actions.settlements import values_of, written
from machikado.town.work.actions.telling import tell_worker
from machikado.town.work.events import reviews as events
from machikado.town.work.kinds import kind_of
from machikado.town.work.models import Assignment, Review, Submission, Task
from machikado.town.work.queries.answers import standing, waiting_objections
from machikado.town.work.queries.deadlines import in_review_time, review_until

State = Assignment.State
Decision = Review.Decision

# How long a worker has for a redo; the lease of the task until then.
REDO_TIME = timedelta(days=3)
CHUNK = 200


class CannotReview(Cannot):
    """A decision about an answer that cannot be made."""

    sentences = {
        "own": _("This is your own answer. Another leader has to look at it."),
        "own_objection": _("You proposed this yourself. A second person has to decide."),
        "clause": _("Please choose a clause of the procedure of this work."),
        "reason": _("Please write the reason in one sentence. The worker will read it."),
        "late": _("The %(days)s days for this are over: the answer counts as accepted for pay."),
        "replaced": _("The worker has handed in a newer answer. Please look at that one."),
        "delivered": _("This task has been delivered already. Only the client can ask for rework now."),
        "decided": _("This was decided in the meantime. Please reload the page."),
        "used": _("The result that stands uses this answer, so it stays paid. Please let the rejection fall."),
        "waiting": _("A redo or rejection of this answer is waiting for a second person. Please decide that first."),
    }


@dataclass(frozen=True, slots=True)
class Objection:
    """Why an answer is sent back: a clause of the job's procedure, and the reason in words."""

    clause: str
    reason: str = ""


@transaction.atomic
def accept(*, submission: Submission, by: Actor, now: datetime) -> Review:
    """Accept an answer. Where one answer was wanted, it is the result now. Twice is once. Raises CannotReview."""
    require(by, may="work.review")
    task, row = _locked(submission, by)
    if (earlier := submission.reviews.filter(decision=Decision.ACCEPT).first()) is not None:
        return earlier
    _refuse_waiting(submission)
    if row.state != State.PASSED:
        _set_state(row, State.PASSED)
    if task.state == Task.State.SUBMITTED:
        slots.resolve(task, _as_result(task, submission), now)
    event = events.SubmissionAccepted(submission.code, task=task.code, task_state=task.state, overdue=False)
    return _write(submission, row, Decision.ACCEPT, Objection(""), _Doing(by, now, event))


@transaction.atomic
def redo(*, submission: Submission, objection: Objection, by: Actor, now: datetime) -> Review:
    """Propose to have an answer done again; the worker hears of it when a second person agrees. Raises CannotReview."""
    require(by, may="work.review")
    task, row = _locked(submission, by)
    _check_objection(task, submission, objection, now)
    _refuse_waiting(submission)
    if task.state == Task.State.DELIVERED:
        raise CannotReview("delivered")
    if row.state == State.SUBMITTED:
        _set_state(row, State.CHECKING)
    event = events.RedoProposed(submission.code, task=task.code, clause=objection.clause)
    return _write(submission, row, Decision.REDO, objection, _Doing(by, now, event))


@transaction.atomic
def reject(*, submission: Submission, objection: Objection, by: Actor, now: datetime) -> Review:
    """Propose to reject an answer; nothing happens to the pay until a second person agrees. Raises CannotReview."""
    require(by, may="work.review")
    task, row = _locked(submission, by)
    _check_objection(task, submission, objection, now)
    _refuse_waiting(submission)
    if not objection.reason.strip():
        raise CannotReview("reason")
    if row.state == State.SUBMITTED:
        _set_state(row, State.CHECKING)
    elif row.state != State.CHECKING:
        raise CannotReview("decided")
    event = events.RejectionProposed(submission.code, task=task.code, clause=objection.clause)
    return _write(submission, row, Decision.REJECT, objection, _Doing(by, now, event))


@transaction.atomic
def confirm(*, review: Review, by: Actor, now: datetime) -> Review:
    """Agree to a redo or a rejection as the second person (LAW F8). Raises CannotReview."""
    require(by, may="work.confirm_objection")
    task, row = _locked(review.submission, by)
    review = _waiting(review)
    if review.by_id == by.person_id:
        raise CannotReview("own_objection")
    _refuse_late(review.submission, now)
    if review.decision == Decision.REDO:
        event, kind = _send_back(task, row, review, now), "work.redo_requested"
    else:
        event, kind = _reject(task, row, review), "work.rejected"
    review.second_by_id, review.second_at = by.person_id, now
    review.save(update_fields=["second_by", "second_at"])
    record(event, by=by, now=now)
    tell_worker(row, kind, {"clause": review.clause}, now)
    return review


def _send_back(task: Task, row: Assignment, review: Review, now: datetime) -> DiaryEvent:
    """The same worker may do it again; what was earned stays earned."""
    if task.state == Task.State.DELIVERED:
        raise CannotReview("delivered")
    row.lease_until = now + REDO_TIME
    _set_state(row, State.REDO_REQUESTED)
    _take_answer_out(task)
    _back_to_work(task)
    return events.RedoRequested(review.submission.code, task=task.code, clause=review.clause)


def _reject(task: Task, row: Assignment, review: Review) -> DiaryEvent:
    """The earning is reversed and somebody else may do the task."""
    _refuse_used(task, review.submission)
    _set_state(row, State.REJECTED)
    _take_answer_out(task)
    if task.state not in (Task.State.RESOLVED, Task.State.DELIVERED):
        task.open_slots += 1
        _back_to_work(task)
    else:  # a result stands without it: nobody is wanted in its place, also when the task comes back
        task.wanted -= 1
        task.save(update_fields=["wanted"])
    yen = sum(row.submissions.values_list("yen", flat=True))
    return events.RejectionConfirmed(review.submission.code, task=task.code, clause=review.clause, yen=yen)


@transaction.atomic
def withdraw(*, review: Review, by: Actor, now: datetime) -> Review:
    """Let a proposed redo or rejection fall, as the second person or as who proposed it. Raises CannotReview."""
    require(by, may="work.confirm_objection")
    task, _row = _locked(review.submission, by)
    review = _waiting(review)
    if review.by_id != by.person_id:
        review.second_by_id, review.second_at = by.person_id, now
    review.withdrawn_at = now
    review.save(update_fields=["second_by", "second_at", "withdrawn_at"])
    told = {Decision.REDO: events.RedoWithdrawn, Decision.REJECT: events.RejectionWithdrawn}[Decision(review.decision)]
    record(told(review.submission.code, task=task.code), by=by, now=now)
    return review


def accept_overdue(now: datetime) -> int:
    """Let what nobody checked in time count as accepted for pay, and for nothing else; returns how many."""
    count = 0
    while found := _accept_some(now):
        count += found
    in_time = Submission.objects.filter(in_review_time(now))
    waiting_objections().exclude(submission__in=in_time).update(withdrawn_at=now)  # of answers that passed before
    return count


@transaction.atomic
def _accept_some(now: datetime) -> int:
    """Up to CHUNK answers whose time of checking is over. Their tasks stay as they are; waiting objections fall."""
    unchecked = Assignment.objects.filter(state__in=(State.SUBMITTED, State.CHECKING))
    late = unchecked.filter(~in_review_time(now))
    found = dict(late.order_by("submitted_at").values_list("pk", "task_id")[:CHUNK])
    slots.lock_tasks(found.values())
    rows = list(late.filter(pk__in=found).select_for_update(of=("self",)).select_related("task").order_by("pk"))
    latest = {each.assignment_id: each for each in Submission.objects.filter(assignment__in=rows).order_by("attempt")}
    for row in rows:
        lives.ASSIGNMENT.step(row.state, State.PASSED)
    Assignment.objects.filter(pk__in=[row.pk for row in rows]).update(state=State.PASSED)
    waiting_objections().filter(submission__assignment__in=rows).update(withdrawn_at=now)
    made = (
        events.SubmissionAccepted(latest[row.pk].code, task=row.task.code, task_state=row.task.state, overdue=True)
        for row in rows
    )
    record_many(made, by=SYSTEM, now=now)
    return len(rows)


@transaction.atomic
def thank(*, submission: Submission, by: Actor, now: datetime) -> None:
    """Say thank you for an answer, once; it reaches the person who did the work."""
    require(by, may="work.review")
    if not chores.once(f"work.thanks:{submission.code}", now):
        return
    row = Assignment.objects.select_related("worker__person", "worker__machine__responsible", "task__job").get(
        pk=submission.assignment_id
    )
    record(events.WorkerThanked(submission.code, task=row.task.code), by=by, now=now)
    tell_worker(row, "work.thanks", {}, now)


def _as_result(task: Task, submission: Submission) -> dict[str, Any]:
    """One answer as the result of its task: None where it was unreadable."""
    names = [each.name for each in kind_of(task.job).fields(task.job.schema.body)]
    marked = dict.fromkeys(submission.unreadable)
    return {name: submission.answer.get(name) for name in names if name in submission.answer or name in marked}


@dataclass(frozen=True, slots=True)
class _Doing:
    """Who decides, when, and what the diary says of it."""

    by: Actor
    now: datetime
    event: DiaryEvent


def _locked(submission: Submission, by: Actor) -> tuple[Task, Assignment]:
    """The task and the assignment of an answer, held. Raises CannotReview on one's own and on old attempts."""
    task = slots.lock_task(Assignment.objects.values_list("task_id", flat=True).get(pk=submission.assignment_id))
    rows = Assignment.objects.select_for_update(of=("self",))
    row = rows.select_related("worker__person", "worker__machine__responsible").get(pk=submission.assignment_id)
    row.task = task
    if row.worker.author_id == by.person_id:
        raise CannotReview("own")
    if row.submissions.filter(attempt__gt=submission.attempt).exists():
        raise CannotReview("replaced")
    if row.state not in Assignment.ANSWERED:
        raise CannotReview("decided")
    return task, row


def _refuse_waiting(submission: Submission) -> None:
    """Raise CannotReview while a redo or rejection of this answer waits for its second person."""
    if waiting_objections().filter(submission=submission).exists():
        raise CannotReview("waiting")


def _refuse_used(task: Task, submission: Submission) -> None:
    """Raise CannotReview where a value of the result that stands comes from this answer alone: what is used is paid."""
    if task.result is None:
        return
    others = [each for each in standing(task) if each.assignment_id != submission.assignment_id]
    own, *rest = (written(task, each) for each in (submission, *others))
    result = kind_of(task.job).normalise(task.job.schema.body, values_of(task.result))
    if any(own.get(name) == value and all(each.get(name) != value for each in rest) for name, value in result.items()):
        raise CannotReview("used")


def _check_objection(task: Task, submission: Submission, objection: Objection, now: datetime) -> None:
    """Raise CannotReview without a clause of the procedure, or when it is too late (LAW F8)."""
    if task.job.procedure.clause(objection.clause) is None:
        raise CannotReview("clause")
    _refuse_late(submission, now)


def _refuse_late(submission: Submission, now: datetime) -> None:
    """Raise CannotReview when the days for redo and reject are over."""
    if now > review_until(submission):
        raise CannotReview("late", days=(review_until(submission) - submission.submitted_at).days)


def _waiting(review: Review) -> Review:
    """The proposed redo or rejection as it stands now. Raises CannotReview when it was decided."""
    row = Review.objects.select_for_update(of=("self",)).select_related("submission").get(pk=review.pk)
    if not waiting_objections().filter(pk=row.pk).exists():
        raise CannotReview("decided")
    return row


def _set_state(row: Assignment, after: str) -> None:
    """Take a step of the assignment's life; a lease was set before if the worker holds it again."""
    row.state = lives.ASSIGNMENT.step(row.state, after)
    row.save(update_fields=["state", "lease_until"])


def _take_answer_out(task: Task) -> None:
    """One answer fewer counts for the task."""
    task.answers -= 1
    task.save(update_fields=["answers"])


def _back_to_work(task: Task) -> None:
    """Undo what was decided: the task wants an answer again."""
    if task.state not in slots.UNDECIDED:
        task.state = lives.TASK.step(task.state, Task.State.NEEDS_MORE)
        task.result, task.resolved_at = None, None
    if slots.held(task) and task.state == Task.State.NEEDS_MORE:
        task.state = lives.TASK.step(task.state, Task.State.IN_FLIGHT)
    task.save(update_fields=["state", "open_slots", "result", "resolved_at"])


def _write(submission: Submission, row: Assignment, decision: str, objection: Objection, doing: _Doing) -> Review:
    """The review and its diary row."""
    assert doing.by.person_id is not None  # `require` lets no actor without a person review
    review = Review.objects.create(
        submission=submission,
        decision=decision,
        clause=objection.clause,
        reason=objection.reason.strip(),
        author_id=row.worker.author_id,
        by_id=doing.by.person_id,
        made_at=doing.now,
    )
    record(doing.event, by=doing.by, now=doing.now)
    return review
