"""Facts about 運行の記録: what really happened on a shift, each press of the driver's tablet once and in order."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from machikado.town.common.codes import CodeField
from machikado.town.ride.models.bookings import Booking
from machikado.town.ride.models.stops import Stop
from machikado.town.ride.models.vehicles import VehicleShift


class RunStep(models.Model):
    """One thing that a driver told: arrived, aboard, nobody came, got off, fare taken. Rows are never changed.

    `key` was made by the tablet when the button was pressed: told again, it is the same. `at` is the moment by the
    town's clock, `told_at` by the tablet's own, `received_at` when it came here, after a dead zone much later.
    What could not be done is kept as well, with the reason in `refused`.
    """

    class Kind(models.TextChoices):
        ARRIVE = "arrive", _("Arrived at the stop")
        ABOARD = "aboard", _("Got on")
        NO_SHOW = "no_show", _("Nobody came")
        ALIGHT = "alight", _("Got off")
        FARE = "fare", _("Fare taken")

    class Paid(models.TextChoices):
        CASH = "cash", _("Cash")
        TICKET = "ticket", _("Ticket")
        PASS = "pass", _("Pass")
        CARD = "card", _("Card")

    key = models.UUIDField(unique=True)
    shift = models.ForeignKey(VehicleShift, on_delete=models.CASCADE, related_name="run")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="run")
    stop = models.ForeignKey(Stop, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    told_at = models.DateTimeField()
    received_at = models.DateTimeField()
    yen = models.PositiveIntegerField(null=True, blank=True)
    paid = models.CharField(max_length=8, choices=Paid.choices, blank=True)
    refused = models.CharField(max_length=20, blank=True, help_text="why it could not be done")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "kind"], condition=Q(refused=""), name="each_booking_is_told_each_thing_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="arrive", stop__isnull=False, booking=None)
                | ~Q(kind="arrive") & Q(stop=None, booking__isnull=False),
                name="run_step_is_of_a_stop_or_a_booking",
            ),
            models.CheckConstraint(
                condition=Q(kind="fare", yen__isnull=False) & ~Q(paid="") | ~Q(kind="fare") & Q(yen=None, paid=""),
                name="a_fare_has_its_yen",
            ),
            models.CheckConstraint(condition=Q(at__lte=models.F("received_at")), name="nothing_is_told_beforehand"),
        ]


class StopNote(models.Model):
    """What a driver saw at a stop, for whoever looks after the stops."""

    class Kind(models.TextChoices):
        WRONG_SIDE = "wrong_side", _("The stop is on the other side of the road")
        BLOCKED = "blocked", _("The bus cannot stop there")

    code = CodeField()
    key = models.UUIDField(unique=True, help_text="of the press on the tablet: told again, it is the same")
    stop = models.ForeignKey(Stop, on_delete=models.CASCADE, related_name="notes")
    shift = models.ForeignKey(VehicleShift, on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
