"""Where a worker stands in the items that they took together: which one this is, what is left, what was earned."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Max, QuerySet, Sum

from machikado.town.work.models import Assignment, Job, Submission

State = Assignment.State
IN_HAND = (State.ACCEPTED, State.STARTED)


@dataclass(frozen=True, slots=True)
class Progress:
    """`position` of `total` items from 1, and the minutes that those in hand should take."""

    position: int
    total: int
    minutes_left: int


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a bundle: items handed in, whole yen, the last lawful day of payment, and what is still in hand."""

    job: Job
    items: int
    yen: int
    pay_by: date | None
    left: Assignment | None
    is_first: bool


def progress(assignment: Assignment) -> Progress:
    """Where this item stands among those taken in the same moment; what was given back does not count."""
    rows = list(_taken_with(assignment).values_list("pk", "state"))
    order = [pk for pk, _state in rows]
    held = sum(state in IN_HAND for _pk, state in rows)
    seconds = max(held, 1) * assignment.task.job.expected_seconds
    position = order.index(assignment.pk) + 1 if assignment.pk in order else 1
    return Progress(position, max(len(order), 1), max(1, -(-seconds // 60)))


def next_in_hand(assignment: Assignment) -> Assignment | None:
    """The item that comes after this one: of the same bundle, else whatever else the worker holds."""
    mine = Assignment.objects.filter(worker_id=assignment.worker_id, state__in=IN_HAND).exclude(pk=assignment.pk)
    same = mine.filter(job_id=assignment.job_id, accepted_at=assignment.accepted_at)
    return same.order_by("pk").first() or mine.order_by("accepted_at", "pk").first()


def done(assignment: Assignment) -> Done:
    """What the bundle of this assignment came to."""
    handed_in = Submission.objects.filter(assignment__in=_taken_with(assignment).values("pk"), attempt=1)
    sums = handed_in.aggregate(yen=Sum("yen"), pay_by=Max("pay_by"))
    items = handed_in.count()
    all_items = Assignment.objects.filter(worker_id=assignment.worker_id, submitted_at__isnull=False).count()
    return Done(
        job=assignment.task.job,
        items=items,
        yen=sums["yen"] or 0,
        pay_by=sums["pay_by"],
        left=next_in_hand(assignment),
        is_first=items > 0 and all_items == items,
    )


def _taken_with(assignment: Assignment) -> QuerySet[Assignment]:
    """The items of one bundle: taken of one job in one moment, and in hand or handed in."""
    taken = Assignment.objects.filter(
        worker_id=assignment.worker_id, job_id=assignment.job_id, accepted_at=assignment.accepted_at
    )
    return taken.exclude(state__in=(State.RELEASED, State.EXPIRED, State.OFFERED, State.DECLINED)).order_by("pk")
