"""Facts about 運行計画: the latest solution of a service day by vehicle, and every change that led to it."""

from django.db import models
from django.db.models import F, Q

from machikado.town.common.models import FileUse
from machikado.town.ride.models.area import ServiceArea
from machikado.town.ride.models.bookings import Booking
from machikado.town.ride.models.roads import RoadNetwork
from machikado.town.ride.models.stops import Stop
from machikado.town.ride.models.vehicles import VehicleShift


class TravelTable(models.Model):
    """所要時間表: how many seconds a van takes between the stops and depots of a day; its numbers are a stored file.

    `key` is the SHA-256 of everything it is made from, so that the same roads, stops and day are made once.
    """

    key = models.CharField(max_length=64, unique=True)
    network = models.ForeignKey(RoadNetwork, on_delete=models.PROTECT, related_name="+")
    stops = models.JSONField(help_text="ids of the stops, in the order of the rows of the table")
    depots = models.JSONField(help_text="[lat, lon] of the depots, after the stops")
    file = models.ForeignKey(FileUse, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()


class DayPlan(models.Model):
    """運行計画 of one area and one service day. What it was made from is frozen in `table` and `fleet`.

    A change makes the next version. `seed` and `iterations` are those of the last search that made it better.
    """

    area = models.ForeignKey(ServiceArea, on_delete=models.PROTECT, related_name="plans")
    day = models.DateField()
    version = models.PositiveIntegerField(default=0)
    table = models.ForeignKey(TravelTable, on_delete=models.PROTECT, related_name="+")
    fleet = models.JSONField(help_text="the shifts as the engine sees them")
    states = models.JSONField(default=dict, help_text="by shift: where a vehicle really is, or why it does not drive")
    seed = models.PositiveBigIntegerField(default=0)
    iterations = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the steps")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "day"], name="one_plan_a_day")]


class PlanStep(models.Model):
    """One stop of a shift in the plan: somebody gets on or off, or the driver rests. Seconds of the service day.

    `set_out` is when the vehicle began to drive there, once it did: such a step is not moved any more.
    """

    class Action(models.TextChoices):
        PICKUP = "pickup"
        DELIVERY = "delivery"
        BREAK = "break"
        PASS = "pass"  # noqa: S105  the vehicle was there, or gets there, and nobody boards: they cancelled, or did not come

    plan = models.ForeignKey(DayPlan, on_delete=models.CASCADE, related_name="steps")
    shift = models.ForeignKey(VehicleShift, on_delete=models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField()
    action = models.CharField(max_length=8, choices=Action.choices)
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="steps")
    stop = models.ForeignKey(Stop, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    break_number = models.PositiveSmallIntegerField(null=True, blank=True)
    begins = models.IntegerField()
    leaves = models.IntegerField()
    set_out = models.IntegerField(null=True, blank=True)

    class Meta:
        ordering = ["shift", "position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "shift", "position"], name="step_position_once"),
            models.UniqueConstraint(fields=["booking", "action"], name="fetched_and_brought_once"),
            models.UniqueConstraint(fields=["plan", "shift", "break_number"], name="each_break_once"),
            models.CheckConstraint(condition=Q(leaves__gte=F("begins")), name="step_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(action="break", booking=None, break_number__isnull=False, stop=None)
                | Q(action__in=("pickup", "delivery"), booking__isnull=False, break_number=None, stop=None)
                | Q(action="pass", booking=None, break_number=None, stop__isnull=False),
                name="step_is_of_a_booking_a_break_or_a_stop",
            ),
        ]


class PlanChange(models.Model):
    """How a version of a plan came from the one before: enough to do it again and come to the same `digest`.

    `second` is when, counted from the service day's midnight: what had begun by then was fixed. `engine` is the mark of
    the sources that computed it: others may come to another plan, and then that is said.
    """

    class Kind(models.TextChoices):
        GROUND = "ground"  # other shifts, breaks, stops or roads: `facts` are the new ones
        TAKE = "take"  # a booking was taken in: `facts` say into which shift and where
        DROP = "drop"  # a booking was taken out
        IMPROVE = "improve"  # a search found a cheaper plan
        MOVE = "move"  # a manager gave a booking to another vehicle: `facts` as those of `take`
        REPAIR = "repair"  # something went wrong: `facts` say what, promises may be others after it

    plan = models.ForeignKey(DayPlan, on_delete=models.CASCADE, related_name="changes")
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    second = models.IntegerField()
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    facts = models.JSONField(default=dict)
    seed = models.PositiveBigIntegerField(default=0)
    iterations = models.PositiveIntegerField(default=0)
    engine = models.CharField(max_length=16, blank=True)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["plan", "version"], name="plan_version_once")]
