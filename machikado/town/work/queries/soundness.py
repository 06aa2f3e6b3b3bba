"""What must hold of tasks and answers, worked out anew from the rows and the diary, apart from the actions."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from django.db.models import Count, Exists, F, Max, Min, OuterRef

from machikado.town.common.models import Event
from machikado.town.work.models import Assignment, Review, Settlement, Submission, Task

HELD = {"accepted", "started", "redo_requested"}
STANDING = {"submitted", "checking", "passed"}
WANTS_MORE = {"ready", "in_flight", "needs_more"}


def problems() -> list[str]:
    """Return a sentence per fault; [] is sound."""
    return [*_tasks(), *_attempts(), *_assignments(), *_reviews(), *_diary()]


def _tasks() -> Iterator[str]:
    """Slots, answers and states of each task against its assignments."""
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    rows = Assignment.objects.values_list("task_id", "state").annotate(Count("pk")).order_by()
    for task_id, state, number in rows.iterator():
        counts[task_id][state] += number
    settled = Exists(Settlement.objects.filter(task=OuterRef("pk"), made_at=OuterRef("resolved_at")))
    fields = ("pk", "code", "state", "wanted", "open_slots", "answers", "result", "settled")
    for pk, *facts in Task.objects.annotate(settled=settled).values_list(*fields).iterator():
        yield from _task(counts.pop(pk, Counter()), *facts)


def _task(counts: "Counter[str]", code: str, state: str, *facts: object) -> Iterator[str]:
    """One task: code, state, then wanted, open slots, answers, result, and whether a leader settled it."""
    wanted, open_slots, answers, result, settled = facts
    assert isinstance(wanted, int)
    assert isinstance(open_slots, int)
    held = sum(counts[each] for each in HELD)
    standing = sum(counts[each] for each in STANDING)
    if answers != standing:
        yield f"task {code}: counts {answers} answers, but {standing} stand"
    if state in WANTS_MORE:
        if wanted != open_slots + held + standing:
            yield f"task {code}: {wanted} wanted, but {open_slots} open, {held} held, {standing} answered"
        if (state == "in_flight") != (held > 0):
            yield f"task {code}: is {state} with {held} people holding it"
        if state == "ready" and standing:
            yield f"task {code}: is ready with {standing} answers"
    elif state != "void" and (open_slots or held):
        yield f"task {code}: is {state}, but {open_slots} open and {held} held"
    if state in ("submitted", "disputed") and standing != wanted:
        yield f"task {code}: is {state} with {standing} of {wanted} answers"
    if state in ("resolved", "delivered") and (result is None or not (standing or settled)):
        yield f"task {code}: is {state} without a result, or without an answer or a leader to stand for it"


def _attempts() -> Iterator[str]:
    """The attempts of an assignment are 1, 2, 3 …; only the first earns."""
    grouped = Submission.objects.values("assignment__code").annotate(
        number=Count("pk"), first=Min("attempt"), last=Max("attempt")
    )
    for row in grouped.exclude(first=1, last=F("number")).order_by():
        yield f"assignment {row['assignment__code']}: its attempts have gaps"
    for code in Submission.objects.filter(attempt__gt=1, yen__gt=0).values_list("code", flat=True):
        yield f"submission {code}: a redo earned again"
    for code in Submission.objects.filter(pay_by__lte=F("received_on")).values_list("code", flat=True):
        yield f"submission {code}: is payable before it was received"


def _assignments() -> Iterator[str]:
    """Answered assignments have an answer, and its time."""
    answered = Assignment.objects.filter(state__in=(*STANDING, "redo_requested", "rejected"))
    for code in answered.filter(submissions=None).values_list("code", flat=True):
        yield f"assignment {code}: counts as answered without an answer"
    last = Assignment.objects.annotate(last=Max("submissions__submitted_at"))
    for code in (
        last.exclude(last=F("submitted_at")).exclude(last=None, submitted_at=None).values_list("code", flat=True)
    ):
        yield f"assignment {code}: the time of its last answer is another"


def _reviews() -> Iterator[str]:
    """Who is rejected was rejected by two; an author judged nothing of their own."""
    confirmed = Review.objects.filter(decision="reject", second_by__isnull=False, withdrawn_at=None)
    rejected = set(Assignment.objects.filter(state="rejected").values_list("code", flat=True))
    by_two = set(confirmed.values_list("submission__assignment__code", flat=True))
    for code in sorted(rejected ^ by_two):
        yield f"assignment {code}: is rejected without two people, or confirmed without being rejected"
    rows = Review.objects.select_related("submission__assignment__worker__machine", "submission__assignment__worker")
    for review in rows.iterator():
        if review.author_id != review.submission.assignment.worker.author_id:
            yield f"review {review.code}: its author is not the author of the answer"


def _diary() -> Iterator[str]:
    """Every answer has its one diary row and every such row its answer; every assignment was taken at least once."""
    told = Counter(Event.objects.filter(kind="work.task_submitted").values_list("code", flat=True).iterator())
    there = set(Submission.objects.values_list("code", flat=True).iterator())
    for code in sorted(there ^ told.keys()):
        yield f"submission {code}: the diary and the answers do not agree about it"
    for code, times in told.items():
        if times > 1:
            yield f"submission {code}: stands {times} times in the diary"
    taken = set(Event.objects.filter(kind="work.task_taken").values_list("code", flat=True).iterator())
    rows = set(Assignment.objects.exclude(state__in=("offered", "declined")).values_list("code", flat=True).iterator())
    for code in sorted(rows ^ taken):
        yield f"assignment {code}: the diary and the assignments do not agree about it"
    yield from _yen()


def _yen() -> Iterator[str]:
    """The diary tells the same yen for each answer as the answer."""
    told = Event.objects.filter(kind="work.task_submitted").values_list("code", "data")
    earned = dict(Submission.objects.values_list("code", "yen").iterator())
    for code, data in told.iterator():
        if code in earned and data["yen"] != earned[code]:
            yield f"submission {code}: earned {earned[code]} yen, the diary says {data['yen']}"
