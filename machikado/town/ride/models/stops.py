"""Facts about 乗降地点: where one gets on and off, on which side of the road, and when a stop is closed."""

from django.db import models
from django.db.models import F, Q

from machikado.town.common.codes import CodeField
from machikado.town.common.models import FileUse
from machikado.town.ride.hours import LAST_MINUTE
from machikado.town.ride.models.area import ServiceArea
from machikado.town.ride.models.roads import RoadNetwork


class Stop(models.Model):
    """乗降地点. `bearing` says to where the bus looks (degrees), where the side of the road must not be guessed."""

    code = CodeField()
    area = models.ForeignKey(ServiceArea, on_delete=models.PROTECT, related_name="stops")
    number = models.CharField(max_length=20, unique=True, help_text="as it stands on the sign")
    name = models.CharField(max_length=80)
    kana = models.CharField(max_length=160, blank=True)
    residents_name = models.CharField(max_length=80, blank=True, help_text="what people who live here call it")
    address = models.CharField(max_length=200, blank=True)
    lat = models.FloatField()
    lon = models.FloatField()
    bearing = models.PositiveSmallIntegerField(null=True, blank=True)
    zone = models.CharField(max_length=8, blank=True, help_text="of the fares")
    has_shelter = models.BooleanField(default=False)
    wheelchair = models.BooleanField(default=False, help_text="a wheelchair can get on and off here")
    opens = models.PositiveSmallIntegerField(null=True, blank=True, help_text="minute of the service day; none: always")
    closes = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    photo = models.ForeignKey(FileUse, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    is_closed: bool  # on the day that was asked for (queries/stops.py)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(lat__gte=20, lat__lte=46, lon__gte=122, lon__lte=154), name="stop_is_in_japan"
            ),
            models.CheckConstraint(
                condition=Q(bearing=None) | Q(bearing__lt=360), name="stop_looks_within_360_degrees"
            ),
            models.CheckConstraint(
                condition=Q(opens=None, closes=None)
                | Q(opens__isnull=False, closes__isnull=False, opens__lt=F("closes"), closes__lte=LAST_MINUTE),
                name="stop_opens_before_it_closes",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StopClosure(models.Model):
    """A stop is not used from a day until a day (or until further notice), for a reason that residents can read."""

    code = CodeField()
    stop = models.ForeignKey(Stop, on_delete=models.PROTECT, related_name="closures")
    first_day = models.DateField()
    last_day = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    reopened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day=None) | Q(last_day__gte=F("first_day")), name="closure_ends_after_it_begins"
            )
        ]


class Kerb(models.Model):
    """Where a stop lies on one version of the roads, as the engine found it: arc, centimetres along it, side."""

    network = models.ForeignKey(RoadNetwork, on_delete=models.CASCADE, related_name="kerbs")
    stop = models.ForeignKey(Stop, on_delete=models.CASCADE, related_name="kerbs")
    arc = models.PositiveIntegerField()
    along_cm = models.PositiveIntegerField()
    off_cm = models.PositiveIntegerField(help_text="from the stop to the middle of the road")
    on_left = models.BooleanField(help_text="the stop lies on the left of the road, where the bus stops")
    is_reachable = models.BooleanField(help_text="a bus gets there and away again")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "stop"], name="kerb_once")]
