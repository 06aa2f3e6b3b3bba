"""質問する: a worker's questions with their answers, and the leader's page of one that is about no task."""

from django.contrib import messages as toasts
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.common.acting import saved, status
from machikado.town.people import queries as people
from machikado.town.people.viewer import SignedInRequest
from machikado.town.work.actions import questions as asking
from machikado.town.work.forms.worker import AnswerQuestionForm, TalkForm
from machikado.town.work.models import Question
from machikado.town.work.queries.workers import questions_visible_to
from machikado.town.work.views.worker import own_worker

PAGE = 20


def questions(request: SignedInRequest) -> HttpResponse:
    """Ask a leader anything; what was asked before stands below with its answers."""
    worker, form = own_worker(request), TalkForm(request.POST or None)
    by, now = request.viewer.actor, clock.now()
    if saved(form, lambda: asking.ask_anything(worker=worker, **form.cleaned_data, by=by, now=now), "text"):
        toasts.success(request, _("Your question is with the leaders. The answer comes as a message."))
        return redirect("work:questions")
    asked = Question.objects.filter(worker=worker).select_related("task__job").order_by("-asked_at", "-pk")
    page = Paginator(asked, PAGE).get_page(request.GET.get("page"))
    place = people.town()
    context = {"form": form, "page": page, "phone": place.desk_phone if place else ""}
    return render(request, "work/worker/questions.html", context, status=status(form))


def question(request: SignedInRequest, code: str) -> HttpResponse:
    """One question that is about no task, with its answer or the form for it."""
    here = get_object_or_404(questions_visible_to(request.viewer).filter(task=None), code=code)
    form = AnswerQuestionForm(request.POST or None)
    by, now = request.viewer.actor, clock.now()
    if saved(form, lambda: asking.answer(question=here, **form.cleaned_data, by=by, now=now)):
        toasts.success(request, _("Answered. The worker has a message."))
        return redirect("work:question", code)
    return render(request, "work/reviews/question.html", {"question": here, "form": form}, status=status(form))
