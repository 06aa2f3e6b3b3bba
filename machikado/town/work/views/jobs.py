"""The coordinator's pages of jobs: a new one, one with its figures, its steps, the look of a form."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages as toasts
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.common.calendar import town_date
from machikado.town.common.errors import Cannot
from machikado.town.law.queries import parameter
from machikado.town.people.viewer import SignedInRequest
from machikado.town.work.actions import jobs, whole_jobs
from machikado.town.work.actions.assignments import Draft
from machikado.town.work.form import FormKind
from machikado.town.work.form_schema import checked_schema
from machikado.town.work.forms.answers import form_with
from machikado.town.work.forms.jobs import JobForm, clause_rows, clauses
from machikado.town.work.models import Job
from machikado.town.work.queries.orders import jobs_visible_to
from machikado.town.work.views.acting import acted
from machikado.town.work.views.job_page import job_page
from machikado.town.work.views.orders import one_order

STEPS: dict[str, Callable[..., Job]] = {"open": jobs.open_job, "paused": jobs.pause, "closed": jobs.close}


def one_job(request: SignedInRequest, code: str) -> Job:
    """The job with this code, or 404."""
    here = jobs_visible_to(request.viewer).select_related("order__client", "procedure", "schema")
    return get_object_or_404(here, code=code)


def job_add(request: SignedInRequest, code: str) -> HttpResponse:
    """Add a job with its procedure and form; 「見本」 shows the form before anything is kept."""
    order, written = one_order(request, code), clauses(request.POST)
    form = JobForm(request.POST or None, request.FILES or None, initial={"title": order.title, "due_on": order.due_on})
    context: dict[str, Any] = {"order": order, "form": form, "rows": clause_rows(written)}
    if request.method == "POST" and "preview" in request.POST:
        context |= _preview(form)
    elif request.method == "POST" and form.is_valid():
        try:
            job = whole_jobs.add(order=order, whole=form.whole(written), by=request.viewer.actor, now=clock.now())
            return redirect("work:job", job.code)
        except Cannot as refusal:
            if refusal.code == "sent":
                toasts.info(request, refusal.sentence)
                return redirect("work:order", code)
            form.add_error(None, refusal.sentence)
    context["minimum"] = parameter("minimum_wage_yen_hour", town_date(clock.now()))
    return render(request, "work/jobs/add.html", context, status=422 if form.errors else 200)


def schema_preview(request: SignedInRequest) -> HttpResponse:
    """Draw the form that a text or a file describes, or say what is wrong with it and where."""
    form = JobForm(request.POST, request.FILES)
    return render(request, "work/jobs/preview.html", _preview(form))


def _preview(form: JobForm) -> dict[str, Any]:
    """What the template of a preview needs; nothing is kept."""
    form.is_valid()
    chosen = form.cleaned_data.get("schema")
    try:
        body = chosen.body if chosen else checked_schema(form.schema_body)
    except Cannot as refusal:
        return {"fault": refusal.sentence}
    fields = FormKind().fields(body)
    return {"preview": form_with(fields, Draft({}, [], 0), {}), "count": len(fields)}


def job(request: SignedInRequest, code: str) -> HttpResponse:
    """One job with its figures and imports."""
    return render(request, "work/jobs/job.html", {"page": job_page(one_job(request, code), clock.now())})


def job_step(request: SignedInRequest, code: str) -> HttpResponse:
    """Open, pause or close a job."""
    here, to = one_job(request, code), request.POST.get("to", "")
    if to:
        if to not in STEPS:
            raise Http404
        acted(request, lambda: STEPS[to](job=here, by=request.viewer.actor, now=clock.now()), _done(to))
    return redirect("work:job", code)


def _done(to: str) -> str:
    return {
        "open": _("The job is open: its tasks are offered now."),
        "paused": _("Nothing more is offered. What people hold stays theirs."),
        "closed": _("The job is closed."),
    }[to]
