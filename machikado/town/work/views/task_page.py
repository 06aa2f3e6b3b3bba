"""What stands on a task page: the source, the form, where one is in the bundle, and what the leader said about it."""

from typing import Any

from django.utils.translation import gettext as _

from machikado.town.common import files
from machikado.town.people.viewer import Viewer
from machikado.town.work.forms.answers import AnswerForm, draft_of, fields_of, form_with
from machikado.town.work.forms.worker import QuestionForm
from machikado.town.work.kinds import kind_of
from machikado.town.work.models import Assignment, Question, Review
from machikado.town.work.queries import bundles


def opened_page(viewer: Viewer, assignment: Assignment) -> dict[str, Any]:
    """The page as it opens: with what was typed before."""
    return task_page(viewer, assignment, form_with(fields_of(assignment), draft_of(assignment), {}))


def task_page(viewer: Viewer, assignment: Assignment, form: AnswerForm) -> dict[str, Any]:
    """The context of the task page with this form on it."""
    task = assignment.task
    kind = kind_of(task.job)
    bundle = bundles.progress(assignment)
    return {
        **source_of(viewer, assignment),
        "assignment": assignment,
        "task": task,
        "job": task.job,
        "procedure": task.job.procedure,
        "kind_template": kind.template,
        "form": form,
        "bundle": bundle,
        "submit_label": _("Hand in") if bundle.position == bundle.total else _("Hand in and go on"),
        "redo": _redo(assignment),
        "is_first": not assignment.worker.assignments.filter(submitted_at__isnull=False).exists(),
        "questions": Question.objects.filter(task_id=task.pk, worker_id=assignment.worker_id).order_by("asked_at"),
        "question_form": QuestionForm(auto_id="question_%s"),
    }


def source_of(viewer: Viewer, assignment: Assignment) -> dict[str, Any]:
    """The source of the task, image and text, as this viewer may read it now."""
    page = kind_of(assignment.task.job).page(assignment.task)
    image = page.get("image")
    return {
        "source": page.get("source"),
        "image_url": files.url_for(image, account_id=viewer.account_id) if image else "",
    }


def gone_page(assignment: Assignment) -> dict[str, Any]:
    """The page of a task that is not in the worker's hands any more: what was typed is still shown."""
    form = form_with(fields_of(assignment), draft_of(assignment), {})
    can_reopen = (
        assignment.state in (Assignment.State.RELEASED, Assignment.State.EXPIRED) and assignment.task.open_slots > 0
    )
    return {"assignment": assignment, "job": assignment.task.job, "form": form, "can_reopen": can_reopen}


def _redo(assignment: Assignment) -> Review | None:
    """What the leader asked for, while the worker has not handed it in again."""
    if assignment.submitted_at is None:
        return None
    redo = Review.objects.filter(submission__assignment=assignment, decision=Review.Decision.REDO)
    return redo.order_by("-made_at").first()
