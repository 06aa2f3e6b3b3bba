"""Facts about where vehicles are: the last place of each shift, its track, what was kept out, and ways along roads."""

from django.db import models
from django.db.models import Q

from machikado.town.ride.models.plans import TravelTable
from machikado.town.ride.models.vehicles import VehicleShift


class VehiclePosition(models.Model):
    """現在地: where a shift's vehicle was last, as its tablet said. `at` is when it measured, `heard_at` when we heard.

    `doubt_*` is the last place that was farther away than a bus can drive: if the next ones agree, they are believed.
    """

    shift = models.OneToOneField(VehicleShift, on_delete=models.CASCADE, related_name="position")
    at = models.DateTimeField()
    heard_at = models.DateTimeField(db_index=True)
    lat = models.FloatField()
    lon = models.FloatField()
    heading_deg = models.PositiveSmallIntegerField(null=True, blank=True)
    speed_kmh = models.PositiveSmallIntegerField(null=True, blank=True)
    doubt_at = models.DateTimeField(null=True, blank=True)
    doubt_lat = models.FloatField(null=True, blank=True)
    doubt_lon = models.FloatField(null=True, blank=True)
    doubts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(heading_deg=None) | Q(heading_deg__lt=360), name="bus_looks_within_360_degrees"
            ),
            models.CheckConstraint(
                condition=Q(doubts=0, doubt_at=None, doubt_lat=None, doubt_lon=None)
                | Q(doubts__gt=0, doubt_at__isnull=False, doubt_lat__isnull=False, doubt_lon__isnull=False),
                name="a_doubt_is_of_a_place",
            ),
        ]


class TrackPoint(models.Model):
    """軌跡: where a shift's vehicle was, a point every twenty seconds at most, for the replay of a day."""

    shift = models.ForeignKey(VehicleShift, on_delete=models.CASCADE, related_name="track")
    at = models.DateTimeField()
    lat = models.FloatField()
    lon = models.FloatField()

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["shift", "at"], name="one_place_at_a_time")]


class FixRemark(models.Model):
    """What a shift's tablet sent that was kept out: why, how often, and when last."""

    shift = models.ForeignKey(VehicleShift, on_delete=models.CASCADE, related_name="fix_remarks")
    code = models.CharField(max_length=10)
    times = models.PositiveIntegerField(default=1)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shift", "code"], name="one_remark_of_a_kind")]


class WayLine(models.Model):
    """道のり: the line along the roads from one place of a table of travel times to another, by their rows in it.

    `line` holds [lat, lon, lat, lon …] in hundred-thousandths of a degree (a metre), each pair as the step from the one
    before; `seconds` is the table's. Empty where no way leads: then nobody drives there.
    """

    table = models.ForeignKey(TravelTable, on_delete=models.CASCADE, related_name="ways")
    origin = models.PositiveIntegerField()
    goal = models.PositiveIntegerField()
    seconds = models.PositiveIntegerField()
    line = models.JSONField()
    drawn_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "origin", "goal"], name="way_once")]
