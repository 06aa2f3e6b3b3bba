"""Job 業務: one kind of task, one procedure, one price; procedures and form schemas are immutable versions."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from machikado.town.common.codes import CodeField
from machikado.town.people.models import Person
from machikado.town.work.models.ordered import OrderedJSONField
from machikado.town.work.models.orders import Order


class Procedure(models.Model):
    """手順書, one immutable version: numbered clauses that redo and reject must point to."""

    code = CodeField()
    name = models.CharField(max_length=120)
    version = models.PositiveSmallIntegerField(default=1)
    clauses = models.JSONField(help_text='[{"number": "4-2", "title": "…", "text": "…"}, …]')
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    def clause(self, number: str) -> dict[str, str] | None:
        """Return the clause with this number, or None."""
        return next((clause for clause in self.clauses if clause["number"] == number), None)


class FormSchema(models.Model):
    """A JSON Schema (2020-12), one immutable version. `digest` is the SHA-256 of its canonical text."""

    code = CodeField()
    name = models.CharField(max_length=120)
    version = models.PositiveSmallIntegerField(default=1)
    body = OrderedJSONField(help_text="the order of the properties is the order of the form")
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()


class Job(models.Model):
    """One kind of work inside an order. Its price never changes once it is open (change = a new job)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPEN = "open", _("Open")
        PAUSED = "paused", _("Paused")
        CLOSED = "closed", _("Closed")

    code = CodeField()
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="jobs")
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, default="form", help_text="a key of settings.TASK_KINDS")
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="jobs")
    schema = models.ForeignKey(FormSchema, on_delete=models.PROTECT, related_name="jobs")
    redundancy = models.PositiveSmallIntegerField(default=2, help_text="how many people do each task, 1–9")
    price_yen = models.PositiveIntegerField(help_text="a worker earns this …")
    price_items = models.PositiveSmallIntegerField(
        default=1, help_text="… for this many items (above 1: below one yen each)"
    )
    expected_seconds = models.PositiveIntegerField(
        help_text="per item, from a timed pilot; for estimates, never for pay"
    )
    lease_minutes = models.PositiveSmallIntegerField(default=30)
    due_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(redundancy__gte=1, redundancy__lte=9), name="job_redundancy"),
            models.CheckConstraint(condition=Q(price_items__gte=1, price_yen__gte=1), name="job_price"),
            models.CheckConstraint(
                condition=Q(expected_seconds__gte=1, lease_minutes__gte=1), name="job_times_are_positive"
            ),
        ]
        indexes = [models.Index(F("state"), F("due_on"), name="job_by_state")]

    def __str__(self) -> str:
        return self.title

    def yen_for(self, items: int) -> int:
        """Whole yen for the first `items` items of one worker; a fraction of a yen waits for the next item."""
        return items * self.price_yen // self.price_items
