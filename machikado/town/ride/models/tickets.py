"""Facts about 定期券, 未収 and receipts of sales: passes, fares that are still open, numbers of receipts."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from machikado.town.common.codes import CodeField
from machikado.town.people.models import Person
from machikado.town.ride.card_numbers import LENGTH
from machikado.town.ride.models.bookings import Booking
from machikado.town.ride.models.cards import Card, CardEntry
from machikado.town.ride.models.fares import FarePass


class SoldPass(models.Model):
    """定期券 that somebody holds from a day to a day. It never changes; a wrong one is undone, once."""

    code = CodeField()
    key = models.UUIDField(unique=True, help_text="of the form that sold it: sent twice, it is one pass")
    fare_pass = models.ForeignKey(FarePass, on_delete=models.PROTECT, related_name="sold")
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="fare_passes")
    first_day = models.DateField()
    last_day = models.DateField()
    yen = models.PositiveIntegerField()
    sold_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_why = models.CharField(max_length=120, blank=True)
    refunded_yen = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-first_day", "-pk"]
        indexes = [models.Index(fields=["holder", "last_day"], name="pass_of_holder")]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="sold_pass_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(undone_at=None, refunded_yen=None)
                | Q(undone_at__isnull=False, refunded_yen__isnull=False, refunded_yen__lte=F("yen")),
                name="pass_is_undone_with_its_refund",
            ),
        ]


class OpenFare(models.Model):
    """未収: a fare that the tablet could not take, until it is settled or waived; one for each ride.

    `card` is the one that was to pay: of a card that was replaced it is the one in its place.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Fare open")
        CARD = "card", _("Settled by card")
        CASH = "cash", _("Settled in cash at the desk")
        BUS = "bus", _("Paid in the bus after all")
        WAIVED = "waived", _("Waived")
        TWICE = "twice", _("Paid twice: to be given back")
        RETURNED = "returned", _("Paid twice, and given back")

    code = CodeField()
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="open_fare")
    yen = models.PositiveIntegerField()
    reason = models.CharField(max_length=20, help_text="why it could not be taken")
    card = models.ForeignKey(Card, on_delete=models.PROTECT, null=True, blank=True, related_name="open_fares")
    typed = models.CharField(max_length=LENGTH, blank=True, help_text="the digits that no card has")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_key = models.UUIDField(null=True, blank=True, unique=True)
    why = models.CharField(max_length=120, blank=True, help_text="why it was waived")

    class Meta:
        ordering = ["opened_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(yen__gt=0), name="open_fare_is_of_some_yen"),
            models.CheckConstraint(
                condition=Q(state="open", settled_at=None) | ~Q(state="open") & Q(settled_at__isnull=False),
                name="open_fare_is_settled_at_a_moment",
            ),
        ]


class SaleReceipt(models.Model):
    """領収書 of what the desk sold: one number for a card, a charge or a pass, however often it is printed.

    From the second time on the paper says 再発行.
    """

    code = CodeField()
    entry = models.OneToOneField(CardEntry, on_delete=models.PROTECT, null=True, related_name="receipt")
    sold_pass = models.OneToOneField(SoldPass, on_delete=models.PROTECT, null=True, related_name="receipt")
    yen = models.PositiveIntegerField()
    issued_at = models.DateTimeField()
    prints = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(yen__gt=0), name="sale_receipt_is_of_some_yen"),
            models.CheckConstraint(
                condition=Q(entry=None, sold_pass__isnull=False) | Q(entry__isnull=False, sold_pass=None),
                name="sale_receipt_is_of_one_sale",
            ),
        ]
