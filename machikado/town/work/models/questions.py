"""Question: what a worker asks a leader, about one task or none, and the answer. Free text, so it can be erased."""

from django.db import models
from django.db.models import Q

from machikado.town.common.codes import CodeField
from machikado.town.people.models import Person, Worker
from machikado.town.work.models.tasks import Task


class Question(models.Model):
    """リーダーに聞く: one question, about one task or about anything else; the first answer stands."""

    code = CodeField()
    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.PROTECT, related_name="questions")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=1000)
    asked_at = models.DateTimeField()
    answer = models.TextField(max_length=1000, blank=True)
    answered_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="question_answer_is_whole",
            )
        ]
        indexes = [models.Index(fields=["asked_at"], condition=Q(answered_at__isnull=True), name="question_open")]
