"""The answers that stand for a task, each in its latest attempt."""

from django.db.models import Exists, F, Max, OuterRef, QuerySet

from machikado.town.work.models import Assignment, Review, Settlement, Submission, Task


def standing(task: Task) -> list[Submission]:
    """The latest submission of each assignment that counts for the task, with its assignment, in a steady order."""
    counted = Submission.objects.filter(assignment__task=task, assignment__state__in=Assignment.ANSWERED)
    latest = counted.annotate(last=Max("assignment__submissions__attempt")).filter(attempt=F("last"))
    return list(latest.select_related("assignment").order_by("assignment_id"))


def waiting_rejections() -> QuerySet[Review]:
    """The proposed rejections whose second person has not spoken yet: nothing else may judge these answers."""
    return Review.objects.filter(decision=Review.Decision.REJECT, second_by=None, withdrawn_at=None)


def is_settled() -> Exists:
    """Whether the result that stands for a task is a leader's: settled in the moment in which it was resolved.

    A task that came back later and was resolved by agreement is settled no more.
    """
    return Exists(Settlement.objects.filter(task=OuterRef("pk"), made_at=OuterRef("resolved_at")))
