"""Batch and Task: one import of tasks, and the smallest piece of work."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from machikado.town.common.codes import CodeField
from machikado.town.common.models import FileUse
from machikado.town.people.models import Person, Worker
from machikado.town.work.models.jobs import Job
from machikado.town.work.models.ordered import OrderedJSONField


class Batch(models.Model):
    """One import. Its rows are drafts until `state` is `ready`: one short flip opens them all."""

    class State(models.TextChoices):
        PREVIEWED = "previewed", pgettext_lazy("state of an import", "Preview")
        IMPORTING = "importing", _("Importing")
        IMPORTED = "imported", _("Imported")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Stopped by an error")
        CANCELLED = "cancelled", _("Cancelled")

    code = CodeField()
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="batches")
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREVIEWED)
    table = models.ForeignKey(FileUse, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    encoding = models.CharField(
        max_length=12, blank=True, help_text="utf-8-sig, cp932, utf-16-le or utf-16-be, found at the preview"
    )
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0, help_text="draft rows written so far; an import goes on from here")
    line = models.PositiveIntegerField(default=1, help_text="the line behind which it goes on (1 is the header) …")
    offset = models.BigIntegerField(
        default=0, help_text="… and where that is in the stored table, in bytes; 0 is its beginning"
    )
    problems = models.JSONField(
        default=list, help_text='[{"line": 3, "code": "…", "params": {…}}, …], the first hundred'
    )
    problem_count = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(done__lte=F("total")), name="batch_done_within_total")]


class Task(models.Model):
    """One item. `open_slots` is how many more people may take it now; `answers` how many have submitted."""

    class State(models.TextChoices):
        READY = "ready", _("Ready")
        IN_FLIGHT = "in_flight", _("In flight")
        SUBMITTED = "submitted", _("Submitted")
        NEEDS_MORE = "needs_more", _("Needs more")
        DISPUTED = "disputed", _("Disputed")
        RESOLVED = "resolved", _("Resolved")
        DELIVERED = "delivered", _("Delivered")
        VOID = "void", _("Void")

    code = CodeField()
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="tasks")
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="tasks", db_index=False)
    line = models.PositiveIntegerField(help_text="its line in the client's table, from 1")
    name = models.CharField(max_length=120, blank=True, help_text="the client's own number for the item")
    source = OrderedJSONField(default=dict, help_text='text shown beside the form: {"column": "value"}')
    image = models.ForeignKey(
        FileUse, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    known = models.JSONField(null=True, blank=True, help_text="the true answer where it is known; staff only")
    state = models.CharField(max_length=10, choices=State.choices, default=State.READY)
    wanted = models.PositiveSmallIntegerField(help_text="how many answers are wanted")
    open_slots = models.PositiveSmallIntegerField()
    answers = models.PositiveSmallIntegerField(default=0)
    result = models.JSONField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "line"], name="task_line"),
            models.CheckConstraint(condition=Q(open_slots__lte=F("wanted")), name="task_slots_within_wanted"),
            models.CheckConstraint(
                condition=~Q(state__in=["resolved", "delivered"]) | Q(resolved_at__isnull=False),
                name="task_resolved_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["batch", "id"], condition=Q(open_slots__gt=0), name="task_open"),
            models.Index(fields=["job", "state"], name="task_by_state"),
        ]


class Cursor(models.Model):
    """How far a worker has come in a batch, so that the next claim need not pass what was done before."""

    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="+", db_index=False)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="+")
    task_id = models.BigIntegerField(help_text="the last task claimed")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["worker", "batch"], name="cursor_once")]
