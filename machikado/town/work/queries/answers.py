"""The answers that stand for a task, each in its latest attempt."""

from django.db.models import F, Max

from machikado.town.work.models import Assignment, Submission, Task


def standing(task: Task) -> list[Submission]:
    """The latest submission of each assignment that counts for the task, with its assignment, in a steady order."""
    counted = Submission.objects.filter(assignment__task=task, assignment__state__in=Assignment.ANSWERED)
    latest = counted.annotate(last=Max("assignment__submissions__attempt")).filter(attempt=F("last"))
    return list(latest.select_related("assignment").order_by("assignment_id"))
