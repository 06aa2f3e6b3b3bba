"""Delivery 引渡し: checked results as files with their hashes, and what the client decided about them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from machikado.town.common.codes import CodeField
from machikado.town.common.models import FileUse
from machikado.town.people.models import Person
from machikado.town.work.models.orders import Order
from machikado.town.work.models.tasks import Task


class Delivery(models.Model):
    """One handing-over of results. Its files are made in the background; `made_at` is set when all are there.

    `withdrawn_at` is set instead where the order stopped running before they were.
    """

    code = CodeField()
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="deliveries")
    number = models.PositiveSmallIntegerField()
    tasks = models.ManyToManyField(Task, related_name="deliveries")
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="delivery_number"),
            models.CheckConstraint(condition=Q(made_at=None) | Q(withdrawn_at=None), name="delivery_made_or_withdrawn"),
        ]

    @property
    def is_being_made(self) -> bool:
        """Whether its files are still to come."""
        return self.made_at is None and self.withdrawn_at is None

    @property
    def waits_for_client(self) -> bool:
        """Whether its files are there and its client has not decided yet."""
        return self.made_at is not None and not hasattr(self, "decision")


class DeliveryFile(models.Model):
    """One file of a delivery; its SHA-256 is the stored file's name and stands in the manifest."""

    class Format(models.TextChoices):
        CSV_UTF8 = "csv_utf8", _("CSV (UTF-8)")
        CSV_CP932 = "csv_cp932", _("CSV (Shift_JIS for older Excel)")
        JSONL = "jsonl", _("JSON Lines")
        MANIFEST = "manifest", _("Manifest")

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="files")
    format = models.CharField(max_length=10, choices=Format.choices)
    use = models.OneToOneField(FileUse, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delivery", "format"], name="delivery_file_once")]


class ClientDecision(models.Model):
    """検収: the client accepted a delivery or asked for rework, once per delivery."""

    delivery = models.OneToOneField(Delivery, on_delete=models.PROTECT, related_name="decision")
    accepted = models.BooleanField()
    reason = models.TextField(max_length=2000, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(accepted=True) | ~Q(reason=""), name="client_decision_gives_the_reason")
        ]


class ReworkItem(models.Model):
    """A row that the client wants done again, with the clause it does not meet."""

    decision = models.ForeignKey(ClientDecision, on_delete=models.PROTECT, related_name="items")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+")
    clause = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "task"], name="rework_item_once")]
