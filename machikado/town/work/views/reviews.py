"""The leaders' pages: what waits, one task with its answers side by side, rejections for the second person."""

from collections.abc import Callable, Mapping

from django.contrib import messages as toasts
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.common.errors import Cannot
from machikado.town.people.viewer import SignedInRequest
from machikado.town.work.actions import questions, reviews, settlements
from machikado.town.work.forms.reviews import posted_objection, posted_settlement
from machikado.town.work.models import Question, Review, Submission, Task
from machikado.town.work.queries import checking
from machikado.town.work.queries.tasks import tasks_to_check
from machikado.town.work.views.queue_page import ObjectionLine, QueuePage
from machikado.town.work.views.review_page import ReviewPage, still_waits

PAGE = 20


def queue(request: SignedInRequest) -> HttpResponse:
    """What waits for a leader, longest first."""
    page = QueuePage(request.viewer, request.GET, clock.now())
    rows = Paginator(page.tasks, PAGE).get_page(request.GET.get("page"))
    return render(request, "work/reviews/queue.html", {"queue": page, "rows": rows})


def review(request: SignedInRequest, code: str) -> HttpResponse:
    """One task: look at it, or decide about it and go to the next."""
    task = get_object_or_404(_tasks(request), code=code)
    if request.method == "POST":
        return _decide(request, task)
    return _show(request, ReviewPage(request.viewer, task))


def rejections(request: SignedInRequest) -> HttpResponse:
    """The second person's page: agree to a rejection, or let it fall."""
    if request.method == "POST":
        return _decide_rejection(request)
    page = Paginator(checking.open_objections(request.viewer), PAGE).get_page(request.GET.get("page"))
    lines = [ObjectionLine(each, request.viewer) for each in page]
    context = {"page": page, "lines": lines, "queue": QueuePage(request.viewer, request.GET, clock.now())}
    return render(request, "work/reviews/rejections.html", context)


def _tasks(request: SignedInRequest) -> QuerySet[Task]:
    return tasks_to_check(request.viewer).select_related("job__schema", "job__procedure", "job__order", "image")


def _decide(request: SignedInRequest, task: Task) -> HttpResponse:
    """Do what the pressed button says; a refusal shows the page again with everything that was chosen."""
    decide = _DECISIONS.get(request.POST.get("decision", ""))
    if decide is None:
        raise Http404
    try:
        toasts.success(request, decide(request, task))
    except Cannot as refusal:
        faults: Mapping[str, str] = refusal.params.get("fields", {})
        page = ReviewPage(request.viewer, task, request.POST, faults)
        return _show(request, page, refusal.sentence)
    return _go_on(request, task)


def _show(request: SignedInRequest, page: ReviewPage, refusal: str = "") -> HttpResponse:
    context = {**page.context, "refusal": refusal, "tab": request.GET.get("tab", "") or request.POST.get("tab", "")}
    return render(request, "work/reviews/review.html", context, status=422 if refusal else 200)


def _go_on(request: SignedInRequest, task: Task) -> HttpResponse:
    """Stay while something of this task waits, else go to the next of the same kind, else to the list."""
    tab = request.POST.get("tab", "")
    tab = tab if tab in checking.TABS else checking.DISPUTED
    task.refresh_from_db()
    following = task if still_waits(task) else checking.next_task(request.viewer, tab, task)
    return redirect("work:review", following.code) if following else redirect("work:reviews")


def _settle(request: SignedInRequest, task: Task) -> str:
    page = ReviewPage(request.viewer, task)
    settling = posted_settlement(page.fields, page.raw_values, request.POST)
    if settling.faults:
        raise settlements.CannotSettle("fields", fields=settling.faults)
    settlements.settle(task=task, settlement=settling.settlement, by=request.viewer.actor, now=clock.now())
    return _("Decided. These values stand.")


def _take_back(request: SignedInRequest, task: Task) -> str:
    settlement = get_object_or_404(task.settlements.order_by("-made_at")[:1])
    settlements.take_back(settlement=settlement, by=request.viewer.actor, now=clock.now())
    return _("Taken back. The task waits for a decision again.")


def _accept(request: SignedInRequest, task: Task) -> str:
    reviews.accept(submission=_submission(request, task), by=request.viewer.actor, now=clock.now())
    return _("Accepted.")


def _redo(request: SignedInRequest, task: Task) -> str:
    objection = posted_objection(request.POST)
    reviews.redo(submission=_submission(request, task), objection=objection, by=request.viewer.actor, now=clock.now())
    return _("Proposed. The worker hears of it when a second person agrees.")


def _reject(request: SignedInRequest, task: Task) -> str:
    objection = posted_objection(request.POST)
    reviews.reject(submission=_submission(request, task), objection=objection, by=request.viewer.actor, now=clock.now())
    return _("Proposed. A second person decides; until then the pay stays.")


def _thank(request: SignedInRequest, task: Task) -> str:
    reviews.thank(submission=_submission(request, task), by=request.viewer.actor, now=clock.now())
    return _("Your thanks are on the way.")


def _answer(request: SignedInRequest, task: Task) -> str:
    question = get_object_or_404(Question, task=task, code=request.POST.get("question", ""))
    questions.answer(question=question, text=request.POST.get("text", ""), by=request.viewer.actor, now=clock.now())
    return _("Answered. The worker has a message.")


_DECISIONS: dict[str, Callable[[SignedInRequest, Task], str]] = {
    "settle": _settle,
    "take_back": _take_back,
    "accept": _accept,
    "redo": _redo,
    "reject": _reject,
    "thank": _thank,
    "answer": _answer,
}


def _submission(request: SignedInRequest, task: Task) -> Submission:
    return get_object_or_404(Submission, assignment__task=task, code=request.POST.get("submission", ""))


def _decide_rejection(request: SignedInRequest) -> HttpResponse:
    """Agree or let it fall; both stay on the page, where the next one waits."""
    found = checking.open_objections(request.viewer).filter(code=request.POST.get("review", "")).first()
    agreed = request.POST.get("decision") == "confirm"
    act: Callable[..., Review] = reviews.confirm if agreed else reviews.withdraw
    try:
        if found is None:
            raise reviews.CannotReview("decided")
        decided = act(review=found, by=request.viewer.actor, now=clock.now())
    except Cannot as refusal:
        toasts.warning(request, refusal.sentence)
    else:
        toasts.success(request, _outcome(decided, agreed))
    return redirect("work:rejections")


def _outcome(review: Review, agreed: bool) -> str:
    """What came of an objection, in words."""
    if review.decision == Review.Decision.REDO:
        if agreed:
            return _("The worker is asked to look at it once more. What was earned stays.")
        return _("The redo is not asked for.")
    if agreed:
        return _("Rejected by two people. The worker has a message.")
    return _("The rejection was dropped. The pay stays.")
