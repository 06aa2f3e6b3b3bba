"""Facts about 領収書: which fare has a receipt, and under which number."""

from django.db import models
from django.db.models import Q

from machikado.town.common.codes import CodeField
from machikado.town.ride.models.bookings import Booking


class Receipt(models.Model):
    """領収書 for a fare that was taken in cash: one for each ride, under one number, however often it is printed.

    `code` is the number. Rows are never changed. Who paid is who rides, and goes with the ride.
    """

    code = CodeField()
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="receipt")
    yen = models.PositiveIntegerField()
    taken_at = models.DateTimeField(help_text="when the driver took the fare, by the town's clock")
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(yen__gt=0), name="receipt_is_of_some_yen")]
