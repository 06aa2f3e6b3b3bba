"""One task in a worker's hands: open it, keep what is typed, hand it in, give it back, take it up, ask about it."""

from datetime import timedelta
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages as toasts
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.common.errors import Cannot
from machikado.town.common.templatetags import look
from machikado.town.people.viewer import SignedInRequest
from machikado.town.work.actions import assignments, questions, submissions
from machikado.town.work.actions.submissions import CannotSubmit
from machikado.town.work.forms.answers import fields_of, form_with, posted_answer, posted_draft
from machikado.town.work.forms.worker import QuestionForm
from machikado.town.work.models import Assignment
from machikado.town.work.queries import bundles
from machikado.town.work.queries.tasks import for_page
from machikado.town.work.views.task_page import gone_page, opened_page, task_page

# While somebody holds a task in the sample town, its time goes no faster than theirs.
VISIT = timedelta(minutes=10)


def task(request: SignedInRequest, code: str) -> HttpResponse:
    """The task page; opening it is beginning it. What is not in the viewer's hands any more says so."""
    assignment = own_assignment(request, code)
    if assignment.state in Assignment.ANSWERED:
        return redirect("work:done", code)
    if assignment.state not in Assignment.HOLDING:
        return render(request, "work/worker/gone.html", gone_page(assignment))
    if not settings.MACHIKADO_READ_ONLY:
        clock.slow_down_until(clock.real_now() + VISIT)
        assignments.start(assignment=assignment, by=request.viewer.actor, now=clock.now())
    return render(request, "work/worker/task.html", opened_page(request.viewer, own_assignment(request, code)))


def keep(request: SignedInRequest, code: str) -> HttpResponse:
    """Keep what is typed so far; asked by the page's script every few seconds."""
    assignment = own_assignment(request, code)
    clock.slow_down_until(clock.real_now() + VISIT)
    draft, now = posted_draft(fields_of(assignment), request.POST), clock.now()
    try:
        assignments.keep(assignment=assignment, draft=draft, by=request.viewer.actor, now=now)
    except Cannot as refusal:
        kept = refusal.code in {"not_started", "expired", "taken"}  # not in hand, and kept all the same
        answer = {"kept": kept, "sentence": refusal.sentence, "code": refusal.code, "time": look.clock(now)}
        return JsonResponse(answer, status=HTTPStatus.CONFLICT)
    return JsonResponse({"kept": True, "time": look.clock(now)})


def submit(request: SignedInRequest, code: str) -> HttpResponse:
    """Hand the answer in and go to the next item, or to what the bundle brought."""
    assignment = own_assignment(request, code)
    draft = posted_draft(fields_of(assignment), request.POST)
    answer = posted_answer(draft, request.POST)
    try:
        submissions.submit(assignment=assignment, answer=answer, by=request.viewer.actor, now=clock.now())
    except CannotSubmit as refusal:
        return _refused(request, assignment, refusal)
    following = bundles.next_in_hand(assignment)
    url = reverse("work:task", args=[following.code]) if following else reverse("work:done", args=[code])
    return JsonResponse({"next": url}) if _is_script(request) else redirect(url)


def done(request: SignedInRequest, code: str) -> HttpResponse:
    """What the bundle of this item brought, when it is paid, and thank you."""
    assignment = own_assignment(request, code)
    if assignment.submitted_at is None:
        return redirect("work:task", code)
    return render(request, "work/worker/done.html", {"done": bundles.done(assignment)})


def release(request: SignedInRequest, code: str) -> HttpResponse:
    """この仕事を返す: no reason is needed."""
    assignment = own_assignment(request, code)
    reason = request.POST.get("reason") or Assignment.LetGo.NONE
    try:
        assignments.release(assignment=assignment, reason=reason, by=request.viewer.actor, now=clock.now())
    except Cannot as refusal:
        toasts.warning(request, refusal.sentence)
    else:
        toasts.success(request, _("Given back. What you wrote is kept, and what is done is paid."))
    following = bundles.next_in_hand(assignment)
    return redirect("work:task", following.code) if following else redirect("work:home")


def reopen(request: SignedInRequest, code: str) -> HttpResponse:
    """Take up again what went back or ran out."""
    try:
        assignments.reopen(assignment=own_assignment(request, code), by=request.viewer.actor, now=clock.now())
    except Cannot as refusal:
        toasts.warning(request, refusal.sentence)
        return redirect("work:home")
    return redirect("work:task", code)


def ask(request: SignedInRequest, code: str) -> HttpResponse:
    """リーダーに聞く."""
    assignment = own_assignment(request, code)
    form = QuestionForm(request.POST)
    try:
        questions.ask(assignment=assignment, text=form.data.get("text", ""), by=request.viewer.actor, now=clock.now())
    except Cannot as refusal:
        toasts.warning(request, refusal.sentence)
    else:
        toasts.success(request, _("Your question is with the leaders. The answer comes as a message."))
    return redirect("work:task", code)


def own_assignment(request: SignedInRequest, code: str) -> Assignment:
    """An assignment of the viewer with all that the page needs, or 404: nobody learns of another's work."""
    return get_object_or_404(for_page(), code=code, worker_id=request.viewer.worker_id)


def _refused(request: SignedInRequest, assignment: Assignment, refusal: CannotSubmit) -> HttpResponse:
    """Say what is wrong; everything that was typed stands on the page again."""
    faults = refusal.params.get("fields", {})
    sentence = "" if faults else refusal.sentence
    if _is_script(request):
        status = HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.CONFLICT
        return JsonResponse({"sentence": sentence, "code": refusal.code, "errors": faults}, status=status)
    fields = fields_of(assignment)
    form = form_with(fields, posted_draft(fields, request.POST), faults)
    page = task_page(request.viewer, assignment, form)
    return render(
        request, "work/worker/task.html", {**page, "refusal": sentence}, status=HTTPStatus.UNPROCESSABLE_ENTITY
    )


def _is_script(request: SignedInRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")
