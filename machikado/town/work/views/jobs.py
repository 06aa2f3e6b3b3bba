"""The coordinator's pages of jobs: a new one, one with its figures, its steps, the look of a form."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages as toasts
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.common.acting import acted
from machikado.town.common.calendar import town_date
from machikado.town.common.errors import Cannot
from machikado.town.law.queries import parameter
from machikado.town.people.viewer import SignedInRequest
from machikado.town.work.actions import jobs, whole_jobs
from machikado.town.work.forms.job_entry import JobEntry
from machikado.town.work.forms.jobs import JobForm
from machikado.town.work.models import Job, Order
from machikado.town.work.queries.orders import jobs_visible_to
from machikado.town.work.views.form_preview import preview_of
from machikado.town.work.views.job_page import job_page
from machikado.town.work.views.orders import one_order

STEPS: dict[str, Callable[..., Job]] = {"open": jobs.open_job, "paused": jobs.pause, "closed": jobs.close}


def one_job(request: SignedInRequest, code: str) -> Job:
    """The job with this code, or 404."""
    here = jobs_visible_to(request.viewer).select_related("order__client", "procedure", "schema")
    return get_object_or_404(here, code=code)


def job_add(request: SignedInRequest, code: str) -> HttpResponse:
    """Add a job with its procedure and form; every other button redraws the page with what was typed."""
    order = one_order(request, code)
    if request.method == "GET" and order.state not in jobs.TAKES_JOBS:  # said before anything is written
        toasts.warning(request, jobs.CannotAddJob("order_state").sentence)
        return redirect("work:order", code)
    entry = _entry(request, {"title": order.title, "due_on": order.due_on})
    if request.method != "POST" or "do" in request.POST:
        return _entered(request, order, entry, entry.drawn())
    form = entry.form()
    if not entry.is_sound(form):
        return _entered(request, order, entry, form)
    try:
        job = whole_jobs.add(order=order, whole=entry.whole(form), by=request.viewer.actor, now=clock.now())
        return redirect("work:job", job.code)
    except Cannot as refusal:
        if refusal.code == "sent":
            toasts.info(request, refusal.sentence)
            return redirect("work:order", code)
        form.add_error(None, refusal.sentence)
        return _entered(request, order, entry, form)


def _entry(request: SignedInRequest, initial: dict[str, Any]) -> JobEntry:
    """What was entered, after the button that was pressed."""
    entry = JobEntry(request.POST.copy(), request.FILES, initial)
    entry.press(request.POST.get("do", ""))
    return entry


def _entered(request: SignedInRequest, order: Order, entry: JobEntry, form: JobForm) -> HttpResponse:
    """The page with what was entered so far."""
    minimum = parameter("minimum_wage_yen_hour", town_date(clock.now()))
    context = {"order": order, "entry": entry, "form": form, "minimum": minimum, "seen": preview_of(entry)}
    return render(request, "work/jobs/add.html", context, status=422 if form.errors else 200)


def job_part(request: SignedInRequest) -> HttpResponse:
    """The table of fields or the clauses after a button was pressed, for a page that redraws only this part."""
    entry = _entry(request, {})
    context = {"entry": entry, "form": entry.drawn(), "seen": preview_of(entry)}
    return render(request, f"work/jobs/{entry.part}.html", context)


def schema_preview(request: SignedInRequest) -> HttpResponse:
    """Draw the form as it is written so far, or say what is wrong with it and where."""
    return render(request, "work/jobs/preview.html", {"seen": preview_of(_entry(request, {}))})


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
