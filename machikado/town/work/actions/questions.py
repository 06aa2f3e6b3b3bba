"""リーダーに聞く: a worker asks about a task, a leader answers in words."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.permissions import require
from machikado.town.work.actions.claims import lock_worker
from machikado.town.work.actions.telling import tell_leaders, tell_worker
from machikado.town.work.events.reviews import QuestionAnswered, QuestionAsked
from machikado.town.work.models import Assignment, Question
from machikado.town.work.seams import require_own

LENGTH = 1000
# So many questions of one worker may wait for an answer at once.
MOST_WAITING = 10


class CannotAsk(Cannot):
    """A question or an answer without words, or with too many."""

    sentences = {
        "empty": _("Please write in a few words what it is about."),
        "long": _("Please write at most %(length)s characters."),
        "many": _("%(number)s of your questions wait for an answer. Please ask again when a leader has answered some."),
        "answered": _("Somebody else has answered this question already."),
    }


@transaction.atomic
def ask(*, assignment: Assignment, text: str, by: Actor, now: datetime) -> Question:
    """Ask the leaders about a task; asking the same twice is once. Raises CannotAsk.

    The worker's row is held, so that two halves of a double click come one after the other.
    """
    require_own(assignment.worker, by)
    words = _words(text)
    waiting = Question.objects.filter(worker=lock_worker(assignment.worker), answered_at=None)
    same = waiting.filter(task_id=assignment.task_id, text=words).first()
    if same is not None:
        return same
    if waiting.count() >= MOST_WAITING:
        raise CannotAsk("many", number=MOST_WAITING)
    question = Question.objects.create(task=assignment.task, worker=assignment.worker, text=words, asked_at=now)
    event = QuestionAsked(code=question.code, task=question.task.code, worker=question.worker.code)
    record(event, by=by, now=now)
    tell_leaders(question.task, "work.question", now)
    return question


@transaction.atomic
def answer(*, question: Question, text: str, by: Actor, now: datetime) -> Question:
    """Answer a question once; the worker is told. Raises CannotAsk."""
    require(by, may="work.review")
    words = _words(text)
    row = Question.objects.select_for_update(of=("self",)).select_related("task__job", "worker").get(pk=question.pk)
    if row.answered_at is not None:
        raise CannotAsk("answered")
    row.answer, row.answered_by_id, row.answered_at = words, by.person_id, now
    row.save(update_fields=["answer", "answered_by", "answered_at"])
    minutes = int((now - row.asked_at).total_seconds()) // 60
    record(QuestionAnswered(code=row.code, task=row.task.code, minutes=minutes), by=by, now=now)
    assignment = Assignment.objects.select_related("task__job", "worker").get(
        task_id=row.task_id, worker_id=row.worker_id
    )
    tell_worker(assignment, "work.answer", {}, now)
    return row


def _words(text: str) -> str:
    """The text without blanks around it. Raises CannotAsk."""
    words = text.replace("\0", "").strip()  # PostgreSQL cannot keep a NUL
    if not words:
        raise CannotAsk("empty")
    if len(words) > LENGTH:
        raise CannotAsk("long", length=LENGTH)
    return words
