"""Facts about the waiting list: who waits for a seat since when, until when, and how it ended."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from machikado.town.ride.models.bookings import Booking


class Waiting(models.Model):
    """キャンセル待ち: a wish for which the bus was full waits for a seat; the seat that comes free is promised at once.

    The promise is that of its booking, made in the transaction in which the waiting ends.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a seat")
        BOOKED = "booked", _("A seat came free")
        LET_GO = "let_go", _("Does not wait any more")
        OVER = "over", _("No seat came free")

    TIME = "time"  # the reason where its time was over
    CONSENT = "consent"  # where the consent was over of whoever asked for it

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="waiting")
    state = models.CharField(max_length=8, choices=State.choices)
    since = models.DateTimeField(help_text="whoever waits longer comes first")
    until = models.DateTimeField(help_text="so long a seat is of use to them")
    why = models.CharField(max_length=20, blank=True, help_text="why it is over")
    looked_at = models.DateTimeField(null=True, blank=True, help_text="when a seat was looked for last")
    looked_mark = models.CharField(max_length=16, blank=True, help_text="of what could free a seat, as it was then")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "until"], name="waiting_in_line")]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="waiting_lasts_a_while"),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at=None) | ~Q(state="waiting") & Q(ended_at__isnull=False),
                name="waiting_ends_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(state="over") & ~Q(why="") | ~Q(state="over") & Q(why=""),
                name="waiting_is_over_for_a_reason",
            ),
        ]
