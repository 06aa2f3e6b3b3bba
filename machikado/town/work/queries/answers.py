"""The answers that stand for a task, each in its latest attempt."""

from django.db.models import Exists, F, Max, OuterRef, QuerySet

from machikado.town.work.models import Assignment, Review, Settlement, Submission, Task

OBJECTIONS = (Review.Decision.REDO, Review.Decision.REJECT)


def standing(task: Task) -> list[Submission]:
    """The latest submission of each assignment that counts for the task, with its assignment, in a steady order."""
    counted = Submission.objects.filter(assignment__task=task, assignment__state__in=Assignment.ANSWERED)
    latest = counted.annotate(last=Max("assignment__submissions__attempt")).filter(attempt=F("last"))
    return list(latest.select_related("assignment").order_by("assignment_id"))


def waiting_objections() -> QuerySet[Review]:
    """The redos and rejections whose second person has not spoken yet: nothing else may judge these answers.

    A redo of the time before it took a second person was done at once: its answer stands no more, or has a newer one.
    """
    newer = Submission.objects.filter(assignment=OuterRef("submission__assignment"))
    later = Exists(newer.filter(attempt__gt=OuterRef("submission__attempt")))
    proposed = Review.objects.filter(decision__in=OBJECTIONS, second_by=None, withdrawn_at=None)
    return proposed.filter(~later, submission__assignment__state__in=Assignment.ANSWERED)


def is_settled() -> Exists:
    """Whether the result that stands for a task is a leader's: settled in the moment in which it was resolved.

    A task that came back later and was resolved by agreement is settled no more.
    """
    return Exists(Settlement.objects.filter(task=OuterRef("pk"), made_at=OuterRef("resolved_at")))
