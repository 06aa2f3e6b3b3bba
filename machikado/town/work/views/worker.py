"""A worker's own pages: what is on offer now, what was done and earned, terms and procedures."""

from django.contrib import messages as toasts
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.common.calendar import town_date
from machikado.town.common.errors import Cannot
from machikado.town.people.actions import workers as people_workers
from machikado.town.people.models import Account, Worker
from machikado.town.people.viewer import SignedInRequest
from machikado.town.work import bridge
from machikado.town.work.actions import assignments
from machikado.town.work.forms.worker import MinutesForm
from machikado.town.work.models import Job
from machikado.town.work.queries.tasks import procedures_visible_to
from machikado.town.work.queries.workers import terms_visible_to
from machikado.town.work.views.home_page import HomePage
from machikado.town.work.views.mine_page import MinePage
from machikado.town.work.views.terms_page import term_lines


def own_worker(request: SignedInRequest) -> Worker:
    """The viewer as a worker, or 404."""
    if request.viewer.worker_id is None:
        raise Http404
    assert isinstance(request.user, Account)  # who looks has one
    worker: Worker = request.user.person.worker  # loaded with the account
    return worker


def home(request: SignedInRequest) -> HttpResponse:
    """今、何分ありますか, and the bundle that fits; htmx asks for the offers alone."""
    page = HomePage(request.viewer, own_worker(request), MinutesForm(request.GET), clock.now())
    template = "work/worker/offer.html" if request.headers.get("HX-Request") else "work/worker/home.html"
    return render(request, template, {"home": page})


def start_bundle(request: SignedInRequest) -> HttpResponse:
    """Take the bundle that was offered: worked out again, since others may have been quicker."""
    worker, now, by = own_worker(request), clock.now(), request.viewer.actor
    minutes = MinutesForm(request.POST).answer(worker.usual_minutes)
    job = Job.objects.filter(code=request.POST.get("job", "")).first()
    bundle = next((each for each in bridge.next_for(worker, minutes, now) if job and each.job_id == job.pk), None)
    try:
        held = bundle and assignments.start_bundle(worker=worker, bundle=bundle, by=by, now=now)
    except Cannot as refusal:
        return _back_home(request, refusal.sentence)
    people_workers.remember_minutes(worker=worker, minutes=minutes, by=by, now=now)
    if not held:
        return _back_home(request, _("Somebody else took this work first. Here is what is available now."))
    return redirect("work:task", held[0].code)


def next_task(request: SignedInRequest) -> HttpResponse:
    """Take one item of whatever is due first."""
    try:
        taken = assignments.claim(worker=own_worker(request), job=None, by=request.viewer.actor, now=clock.now())
    except Cannot as refusal:
        return _back_home(request, refusal.sentence)
    if taken is None:
        return _back_home(request, _("There is no work for you at the moment."))
    return redirect("work:task", taken.code)


def stop(request: SignedInRequest) -> HttpResponse:
    """Give everything back."""
    count = assignments.release_all(worker=own_worker(request), by=request.viewer.actor, now=clock.now())
    toasts.success(
        request,
        _("Given back. What you wrote is kept, and what is done is paid.")
        if count
        else _("Nothing was in your hands."),
    )
    return redirect("work:home")


def rest(request: SignedInRequest) -> HttpResponse:
    """今日は無理: everything goes back, and nothing is offered today."""
    worker, now = own_worker(request), clock.now()
    assignments.release_all(worker=worker, by=request.viewer.actor, now=now)
    people_workers.rest(worker=worker, on=town_date(now), by=request.viewer.actor, now=now)
    return redirect("work:home")


def mine(request: SignedInRequest) -> HttpResponse:
    """What the viewer did and earned in a month: as a page, or as a table of their own."""
    page = MinePage(own_worker(request), request.GET.get("month", ""), town_date(clock.now()))
    if request.GET.get("format") == "csv":
        return page.as_csv()
    return render(request, "work/worker/mine.html", {"mine": page})


def terms(request: SignedInRequest, digest: str) -> HttpResponse:
    """The terms as they were shown when work was begun under them."""
    kept = get_object_or_404(terms_visible_to(request.viewer), digest=digest)
    return render(
        request, "work/worker/terms.html", {"lines": term_lines(kept.body), "procedure": kept.body["procedure"]}
    )


def procedure(request: SignedInRequest, code: str) -> HttpResponse:
    """手順書 with its clauses."""
    here = get_object_or_404(procedures_visible_to(request.viewer), code=code)
    return render(request, "work/worker/procedure.html", {"procedure": here})


def _back_home(request: SignedInRequest, sentence: str) -> HttpResponse:
    toasts.warning(request, sentence)
    return redirect("work:home")
