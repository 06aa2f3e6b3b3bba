"""Order 受注: what a client asks for, from the inquiry to the end, and the estimates made for it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from machikado.town.common.codes import CodeField
from machikado.town.people.models import Organisation, Person
from machikado.town.people.traces import ERASED


class Order(models.Model):
    """A piece of work that a client entrusts to the centre. `client` is empty only while it is an inquiry."""

    class State(models.TextChoices):
        INQUIRY = "inquiry", _("Inquiry")
        ESTIMATED = "estimated", _("Estimated")
        ACCEPTED = "accepted", _("Accepted")
        PREPARING = "preparing", _("Preparing")
        RUNNING = "running", _("Running")
        SUSPENDED = "suspended", _("Suspended")
        DELIVERED = "delivered", _("Delivered")
        REWORK = "rework", _("Rework")
        ACCEPTED_BY_CLIENT = "accepted_by_client", _("Accepted by the client")
        INVOICED = "invoiced", _("Invoiced")
        PAID = "paid", _("Paid")
        CLOSED = "closed", _("Closed")
        DECLINED = "declined", _("Declined")
        CANCELLED = "cancelled", _("Cancelled")

    code = CodeField()
    client = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="orders")
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=20, choices=State.choices, default=State.INQUIRY)
    due_on = models.DateField(null=True, blank=True)
    coordinator = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_sample = models.BooleanField(default=False, help_text="sample town: nobody is paid")
    made_at = models.DateTimeField()
    stepped_at = models.DateTimeField(help_text="when it came into its present state")

    class Meta:
        indexes = [models.Index(fields=["state", "due_on"], name="order_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(client__isnull=False) | Q(state__in=["inquiry", "declined"]), name="order_has_client"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def cannot_be_paid_yet(self) -> bool:
        """Outside the sample town nobody can be paid yet, since terms notices and statements come later."""
        return not self.is_sample


class Inquiry(models.Model):
    """What somebody wrote on the public page; personal data, erased by its own dated rule."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="inquiry")
    organisation_name = models.CharField(max_length=120)
    person_name = models.CharField(max_length=80)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    about = models.TextField(max_length=4000)
    quantity = models.PositiveIntegerField(null=True, blank=True, help_text="how many items, as the client guesses")
    wished_on = models.DateField(null=True, blank=True)
    sent_key = models.UUIDField(unique=True, help_text="made with the empty page: sending twice makes one inquiry")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(email="") | ~Q(phone=""), name="inquiry_can_be_answered")]

    @property
    def is_erased(self) -> bool:
        """Whether who asked was erased: the name is gone, and the address is one that nobody has."""
        return self.person_name == ERASED


class Estimate(models.Model):
    """A priced answer to an inquiry; a new one replaces the last, none is ever changed."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="estimates")
    number = models.PositiveSmallIntegerField()
    items = models.PositiveIntegerField()
    unit_yen = models.PositiveIntegerField(help_text="what the client pays per item, without tax")
    redundancy = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    valid_until = models.DateField()
    note = models.TextField(max_length=2000, blank=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="estimate_number"),
            models.CheckConstraint(condition=Q(redundancy__gte=1, redundancy__lte=9), name="estimate_redundancy"),
        ]

    @property
    def total_yen(self) -> int:
        """Whole yen without tax."""
        return self.items * self.unit_yen
