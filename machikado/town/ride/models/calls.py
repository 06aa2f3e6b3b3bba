"""Facts about 架電リスト: rides that a suspension cancelled, and whom the desk has to telephone because of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from machikado.town.common.codes import CodeField
from machikado.town.people.models import Person
from machikado.town.ride.models.area import Suspension
from machikado.town.ride.models.bookings import Booking


class CallList(models.Model):
    """架電リスト of one suspension: begun when its promised rides were cancelled."""

    code = CodeField()
    suspension = models.OneToOneField(Suspension, on_delete=models.PROTECT, related_name="call_list")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()


class CallEntry(models.Model):
    """Somebody who is to be telephoned once, for all their rides of a list.

    Whoever calls holds the entry: `claimed_by` until `claimed_until`, which is real time, unless they give it back.
    """

    class State(models.TextChoices):
        OPEN = "open", _("To call")
        REACHED = "reached", _("Reached")
        NOBODY = "nobody", _("Could not be reached")

    code = CodeField()
    call_list = models.ForeignKey(CallList, on_delete=models.CASCADE, related_name="entries")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ride_at = models.DateTimeField(help_text="when the bus was promised to come first")
    rank = models.PositiveSmallIntegerField(help_text="of two at one time the smaller one is called first")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    claimed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["ride_at", "rank", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["call_list", "person"], name="one_call_a_person"),
            models.UniqueConstraint(
                fields=["claimed_by"], condition=Q(claimed_by__isnull=False), name="one_call_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(claimed_by__isnull=False), name="called_by_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(claimed_by=None, claimed_until=None)
                | Q(claimed_by__isnull=False, claimed_until__isnull=False, state="open"),
                name="an_open_call_is_held_until_a_moment",
            ),
        ]


class SuspendedRide(models.Model):
    """A ride that a suspension cancelled. Without an entry its passenger is told by message alone."""

    call_list = models.ForeignKey(CallList, on_delete=models.CASCADE, related_name="rides")
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="suspended_ride")
    entry = models.ForeignKey(CallEntry, on_delete=models.SET_NULL, null=True, related_name="rides")

    class Meta:
        ordering = ["pk"]


class CallTry(models.Model):
    """One telephone call, and what came of it. Rows are never changed."""

    class Outcome(models.TextChoices):
        REACHED = "reached", _("Reached")
        AGAIN = "again", _("Not reached: try again")
        NOBODY = "nobody", _("Not reached: nobody to try")

    entry = models.ForeignKey(CallEntry, on_delete=models.CASCADE, related_name="tries")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
