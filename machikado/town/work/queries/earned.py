"""What a worker did and earned, day by day and job by job, for a month or for the lists of months."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, Sum
from django.db.models.functions import TruncMonth

from machikado.town.people.models import Worker
from machikado.town.work.models import Assignment, Submission


@dataclass(frozen=True, slots=True)
class Earned:
    """One job on one town day: items handed in, whole yen, and the last lawful day of payment."""

    day: date
    title: str
    items: int
    yen: int
    pay_by: date
    is_sample: bool


def months(worker: Worker) -> list[date]:
    """The first days of the months in which the worker handed anything in, the latest first."""
    rows = Submission.objects.filter(assignment__worker=worker).annotate(month=TruncMonth("received_on"))
    return list(rows.values_list("month", flat=True).distinct().order_by("-month"))


def earned_in(worker: Worker, first: date) -> list[Earned]:
    """The rows of one month, the latest day first, in one query; rejected answers are not in it."""
    following = (first + timedelta(days=31)).replace(day=1)
    counted = Submission.objects.filter(assignment__worker=worker).exclude(assignment__state=Assignment.State.REJECTED)
    rows = (
        counted.filter(received_on__gte=first, received_on__lt=following)
        .values(
            "received_on",
            "assignment__task__job",
            "assignment__task__job__title",
            "assignment__task__job__order__is_sample",
        )
        .annotate(items=Count("assignment", distinct=True), yen=Sum("yen"), pay_by=Max("pay_by"))
        .order_by("-received_on", "assignment__task__job")
    )
    return [
        Earned(
            day=row["received_on"],
            title=row["assignment__task__job__title"],
            items=row["items"],
            yen=row["yen"],
            pay_by=row["pay_by"],
            is_sample=row["assignment__task__job__order__is_sample"],
        )
        for row in rows
    ]
