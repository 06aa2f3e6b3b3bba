"""The answers that stand for a task, each in its latest attempt."""

from django.db.models import F, Max, QuerySet

from machikado.town.work.models import Assignment, Review, Submission, Task


def standing(task: Task) -> list[Submission]:
    """The latest submission of each assignment that counts for the task, with its assignment, in a steady order."""
    counted = Submission.objects.filter(assignment__task=task, assignment__state__in=Assignment.ANSWERED)
    latest = counted.annotate(last=Max("assignment__submissions__attempt")).filter(attempt=F("last"))
    return list(latest.select_related("assignment").order_by("assignment_id"))


def waiting_rejections() -> QuerySet[Review]:
    """The proposed rejections whose second person has not spoken yet: nothing else may judge these answers."""
    return Review.objects.filter(decision=Review.Decision.REJECT, second_by=None, withdrawn_at=None)
