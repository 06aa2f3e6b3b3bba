"""Facts about プリペイドカード: cards, their ledger that only grows, which entry paid for which ride."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from machikado.town.common.codes import CodeField
from machikado.town.people.models import Person
from machikado.town.ride.card_numbers import LENGTH
from machikado.town.ride.models.area import ServiceArea
from machikado.town.ride.models.bookings import Booking

SECRET = 32  # characters of the QR


class Card(models.Model):
    """プリペイドカード: bound to a person, or to nobody. `paid_yen` and `bonus_yen` are the sums of its entries.

    What was paid in goes first, the bonus last; the bonus is never given back in money.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("Card in use")
        BLOCKED = "blocked", _("Blocked")
        REPLACED = "replaced", _("Replaced by another card")
        CLOSED = "closed", _("Card closed")

    code = CodeField()
    area = models.ForeignKey(ServiceArea, on_delete=models.PROTECT, related_name="cards")
    number = models.CharField(max_length=LENGTH, unique=True, help_text="that is typed")
    secret = models.CharField(max_length=SECRET, unique=True, help_text="that stands in the QR")
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="cards")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    paid_yen = models.PositiveIntegerField(default=0)
    bonus_yen = models.PositiveIntegerField(default=0)
    sold_at = models.DateTimeField()
    valid_until = models.DateField(help_text="the last day on which it pays")
    told_until = models.DateField(null=True, blank=True, help_text="the last day of which the holder was told")
    replaced_by = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces")

    class Meta:
        indexes = [models.Index(fields=["valid_until"], name="card_valid")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="replaced", replaced_by__isnull=False) | ~Q(state="replaced") & Q(replaced_by=None),
                name="replaced_card_has_another",
            ),
        ]

    @property
    def balance(self) -> int:
        """The yen with which it can pay."""
        return self.paid_yen + self.bonus_yen


class CardEntry(models.Model):
    """One line of the ledger of a card: what was added or taken, of what was paid in and of the bonus. Append-only.

    `key` was made by whoever pressed: told again, it is the same line. Which ride it paid for stands in `CardRide`.
    """

    class Kind(models.TextChoices):
        SOLD = "sold", _("Sold")
        CHARGE = "charge", _("Charged")
        BONUS = "bonus", _("Bonus")
        FARE = "fare", _("Fare")
        BACK = "back", _("Fare taken back")
        MOVED = "moved", _("Moved to another card")
        REFUND = "refund", _("Paid back")
        EXPIRED = "expired", _("Past its last day")

    key = models.UUIDField(unique=True)
    card = models.CharField(max_length=10, help_text="its code; a line is kept whatever becomes of other rows")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    paid_yen = models.IntegerField(help_text="of what was paid in: added, or taken")
    bonus_yen = models.IntegerField(help_text="of the bonus")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["card", "id"], name="entry_of_card"),
            models.Index(fields=["at"], name="entry_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=("sold", "charge"), paid_yen__gt=0, bonus_yen=0)
                | Q(kind="bonus", paid_yen=0, bonus_yen__gt=0)
                | Q(kind="back", paid_yen__gte=0, bonus_yen__gte=0)
                | Q(kind__in=("fare", "expired"), paid_yen__lte=0, bonus_yen__lte=0)
                | Q(kind="refund", paid_yen__lte=0, bonus_yen=0)
                | Q(kind="moved"),
                name="entry_goes_one_way",
            ),
        ]

    @property
    def yen(self) -> int:
        """What it added to the balance, or took (negative)."""
        return self.paid_yen + self.bonus_yen


class CardRide(models.Model):
    """Which ride a fare was taken for from a card. It goes when it is forgotten who rode; the entry stays."""

    entry = models.OneToOneField(CardEntry, on_delete=models.PROTECT, related_name="ride")
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="card_rides")
