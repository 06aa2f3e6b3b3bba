"""リーダーに聞く: a worker asks, about a task or about anything else, and a leader answers in words."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.actions.messages import NewMessage, tell
from machikado.town.people.models import Worker
from machikado.town.people.permissions import require
from machikado.town.work.actions.claims import lock_worker
from machikado.town.work.actions.telling import person_of, tell_leaders, tell_leaders_of, tell_worker
from machikado.town.work.events.reviews import QuestionAnswered, QuestionAsked
from machikado.town.work.models import Assignment, Question, Task
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


def ask(*, assignment: Assignment, text: str, by: Actor, now: datetime) -> Question:
    """Ask the leaders about a task; asking the same twice is once. Raises CannotAsk."""
    return _ask(assignment.worker, assignment.task, text, by, now)


def ask_anything(*, worker: Worker, text: str, by: Actor, now: datetime) -> Question:
    """質問する: ask the leaders something that is about no task. Raises CannotAsk."""
    return _ask(worker, None, text, by, now)


@transaction.atomic
def _ask(worker: Worker, task: Task | None, text: str, by: Actor, now: datetime) -> Question:
    """The worker's row is held, so that two halves of a double click come one after the other."""
    require_own(worker, by)
    words = _words(text)
    waiting = Question.objects.filter(worker=lock_worker(worker), answered_at=None)
    same = waiting.filter(task=task, text=words).first()
    if same is not None:
        return same
    if waiting.count() >= MOST_WAITING:
        raise CannotAsk("many", number=MOST_WAITING)
    question = Question.objects.create(task=task, worker=worker, text=words, asked_at=now)
    record(QuestionAsked(code=question.code, task=task.code if task else "", worker=worker.code), by=by, now=now)
    if task:
        tell_leaders(task, "work.question", now)
    else:
        tell_leaders_of(question, now)
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
    record(QuestionAnswered(code=row.code, task=row.task.code if row.task else "", minutes=minutes), by=by, now=now)
    _tell_answer(row, now)
    return row


def _tell_answer(row: Question, now: datetime) -> None:
    """The message leads to the task that was asked about, else to the worker's questions."""
    if row.task is None:
        tell(person_of(row.worker), NewMessage("work.answered", url=reverse("work:questions")), now=now)
        return
    asked = Assignment.objects.select_related("task__job", "worker").get(task=row.task, worker=row.worker)
    tell_worker(asked, "work.answer", {}, now)


def _words(text: str) -> str:
    """The text without blanks around it. Raises CannotAsk."""
    words = text.replace("\0", "").strip()  # PostgreSQL cannot keep a NUL
    if not words:
        raise CannotAsk("empty")
    if len(words) > LENGTH:
        raise CannotAsk("long", length=LENGTH)
    return words
