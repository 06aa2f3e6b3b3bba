"""What workers and leaders are told about tasks: the sentences, and to whom they go."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from machikado.town.people.actions.messages import NewMessage, tell
from machikado.town.people.models import Membership, Person, Role, Worker
from machikado.town.people.sentences import Words
from machikado.town.work.models import Assignment, Question, Task

SENTENCES: dict[str, Words] = {
    "work.redo_requested": Words(
        _("Please look once more: %(title)s"),
        _(
            "Could you look at “%(title)s” once more? It is about clause %(clause)s of the procedure."
            " What you earned stays."
        ),
    ),
    "work.rejected": Words(
        _("An answer could not be taken: %(title)s"),
        _(
            "Two people looked at your answer to “%(title)s” and could not take it, because of clause %(clause)s."
            " If you see it differently, please write to us."
        ),
    ),
    "work.thanks": Words(_("Thank you"), _("Thank you for your work on “%(title)s”. It was done well.")),
    "work.question": Words(
        _("A worker asks: %(title)s"), _("A worker has a question about a task of “%(title)s”. Please answer it.")
    ),
    "work.answer": Words(
        _("An answer to your question: %(title)s"), _("Your leader has answered your question about “%(title)s”.")
    ),
    "work.asked": Words(
        _("A worker would like to talk to you"),
        _("A worker has a question that is not about a task. Please answer it."),
    ),
    "work.answered": Words(
        _("An answer to your question"), _("Your leader has answered. The answer stands beside your question.")
    ),
}


def person_of(worker: Worker) -> Person:
    """Whom to tell about a worker's work: the worker, or who answers for the machine."""
    if worker.person is not None:
        return worker.person
    assert worker.machine is not None  # by the CHECK of Worker
    return worker.machine.responsible


def tell_worker(row: Assignment, kind: str, params: Mapping[str, Any], now: datetime) -> None:
    """Tell the worker of an assignment something about it; the message leads to the task. Loads what is missing."""
    message = NewMessage(
        kind=kind, params={"title": row.task.job.title, **params}, url=reverse("work:task", args=[row.code])
    )
    tell(person_of(row.worker), message, now=now)


def tell_leaders(task: Task, kind: str, now: datetime) -> None:
    """Tell every leader of the centre something about a task; the message leads to its review page."""
    _tell_leaders(NewMessage(kind, {"title": task.job.title}, reverse("work:review", args=[task.code])), now)


def tell_leaders_of(question: Question, now: datetime) -> None:
    """Tell every leader that somebody asks something that is about no task; the message leads to the question."""
    _tell_leaders(NewMessage("work.asked", url=reverse("work:question", args=[question.code])), now)


def _tell_leaders(message: NewMessage, now: datetime) -> None:
    leaders = Membership.objects.filter(role=Role.LEADER, until=None).select_related("person")
    for person in {membership.person for membership in leaders}:
        tell(person, message, now=now)
