"""Facts about vehicles and shifts: what fits in, who drives when, and that nobody is in two places at once."""

from django.db import models
from django.db.models import F, Q

from machikado.town.common.codes import CodeField
from machikado.town.people.models import Person
from machikado.town.ride.hours import LAST_MINUTE
from machikado.town.ride.models.area import ServiceArea
from machikado.town.ride.models.stops import Stop

QUARTER = 15  # minutes: the grain of shifts


class RideVehicle(models.Model):
    """車両. The depot is where it stands at night."""

    code = CodeField()
    area = models.ForeignKey(ServiceArea, on_delete=models.PROTECT, related_name="vehicles")
    name = models.CharField(max_length=40, unique=True, help_text="1号車")
    plate = models.CharField(max_length=20, blank=True, help_text="ナンバー")
    depot_name = models.CharField(max_length=80)
    depot_lat = models.FloatField()
    depot_lon = models.FloatField()
    retired_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(depot_lat__gte=20, depot_lat__lte=46, depot_lon__gte=122, depot_lon__lte=154),
                name="depot_is_in_japan",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Layout(models.Model):
    """What fits in at the same time, in one way to set the seats up; number 1 is the usual one."""

    vehicle = models.ForeignKey(RideVehicle, on_delete=models.CASCADE, related_name="layouts")
    number = models.PositiveSmallIntegerField()
    seats = models.PositiveSmallIntegerField(help_text="for passengers; the driver's is not counted")
    wheelchairs = models.PositiveSmallIntegerField(default=0)
    prams = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["vehicle", "number"], name="layout_number_once"),
            models.UniqueConstraint(fields=["vehicle", "seats", "wheelchairs", "prams"], name="layout_once"),
            models.CheckConstraint(
                condition=(Q(seats__gte=1) | Q(wheelchairs__gte=1))
                & Q(seats__lte=60, wheelchairs__lte=10, prams__lte=10),
                name="layout_carries_somebody",
            ),
        ]


class VehicleShift(models.Model):
    """A person drives a vehicle on a service day from a minute until a minute, on quarters of an hour."""

    code = CodeField()
    vehicle = models.ForeignKey(RideVehicle, on_delete=models.PROTECT, related_name="shifts")
    driver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="ride_shifts")
    day = models.DateField()
    begins = models.PositiveSmallIntegerField()
    ends = models.PositiveSmallIntegerField(help_text="may pass 24:00")
    start = models.ForeignKey(Stop, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    end = models.ForeignKey(Stop, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    dropped_at = models.DateTimeField(null=True, blank=True, help_text="will not be driven")

    class Meta:
        indexes = [models.Index(fields=["day", "vehicle"], name="shift_of_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(begins__lt=F("ends")) & Q(ends__lte=LAST_MINUTE), name="shift_begins_before_it_ends"
            )
        ]


class ShiftBreak(models.Model):
    """休憩: the driver rests within these minutes of the shift."""

    shift = models.ForeignKey(VehicleShift, on_delete=models.CASCADE, related_name="breaks")
    begins = models.PositiveSmallIntegerField()
    ends = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["begins"]
        constraints = [
            models.UniqueConstraint(fields=["shift", "begins"], name="break_once"),
            models.CheckConstraint(condition=Q(begins__lt=F("ends")), name="break_begins_before_it_ends"),
        ]


class ShiftQuarter(models.Model):
    """A quarter of an hour that a shift takes of its vehicle and of its driver: each has each quarter once only.

    `quarter` counts from 1970 (UTC), so that the hours past midnight meet those of the next day. A rule that both
    databases keep, without exclusion constraints.
    """

    shift = models.ForeignKey(VehicleShift, on_delete=models.CASCADE, related_name="quarters")
    vehicle = models.ForeignKey(RideVehicle, on_delete=models.PROTECT, related_name="+")
    driver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    quarter = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vehicle", "quarter"], name="vehicle_drives_one_shift"),
            models.UniqueConstraint(fields=["driver", "quarter"], name="driver_drives_one_shift"),
        ]
