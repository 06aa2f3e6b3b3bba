"""Facts about the service: its area, its hours, and when it does not run."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from machikado.town.common.codes import CodeField
from machikado.town.ride.hours import LAST_MINUTE, DayType

DAY_TYPES = [
    (DayType.WEEKDAY, _("Weekdays")),
    (DayType.SATURDAY, _("Saturdays")),
    (DayType.SUNDAY, _("Sundays")),
    (DayType.HOLIDAY, _("Public holidays")),
]


class ServiceArea(models.Model):
    """区域: where the bus runs, how far ahead one books, and what is promised there."""

    code = CodeField()
    name = models.CharField(max_length=80, unique=True)
    polygon = models.JSONField(help_text="GeoJSON Polygon; longitude before latitude, the ring closed")
    book_ahead_days = models.PositiveSmallIntegerField(default=6, help_text="0: today only")
    max_wait_minutes = models.PositiveSmallIntegerField(default=30)
    max_ride_minutes = models.PositiveSmallIntegerField(default=45)
    boarding_seconds = models.PositiveSmallIntegerField(default=30)
    slow_boarding_seconds = models.PositiveSmallIntegerField(default=60, help_text="with a stick or a walking frame")
    pram_boarding_seconds = models.PositiveSmallIntegerField(default=60)
    wheelchair_boarding_seconds = models.PositiveSmallIntegerField(default=240)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(book_ahead_days__lte=60), name="area_books_two_months_ahead_at_most"),
            models.CheckConstraint(
                condition=Q(max_wait_minutes__gte=5, max_wait_minutes__lte=180)
                & Q(max_ride_minutes__gte=5, max_ride_minutes__lte=180),
                name="area_promises_5_to_180_minutes",
            ),
            models.CheckConstraint(
                condition=Q(boarding_seconds__lte=900)
                & Q(slow_boarding_seconds__lte=900)
                & Q(pram_boarding_seconds__lte=900)
                & Q(wheelchair_boarding_seconds__lte=900),
                name="area_boards_within_15_minutes",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ServiceHours(models.Model):
    """運行時間 of one kind of day, in force from a day on until the area's next set. Minutes of the service day."""

    area = models.ForeignKey(ServiceArea, on_delete=models.CASCADE, related_name="hours")
    effective_from = models.DateField()
    day_type = models.CharField(max_length=8, choices=DAY_TYPES)
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField(help_text="may pass 24:00")

    class Meta:
        ordering = ["effective_from", "day_type", "opens"]
        constraints = [
            models.UniqueConstraint(fields=["area", "effective_from", "day_type", "opens"], name="hours_once"),
            models.CheckConstraint(
                condition=Q(opens__lt=F("closes")) & Q(closes__lte=LAST_MINUTE), name="hours_open_before_they_close"
            ),
        ]


class Suspension(models.Model):
    """運休: the bus does not run, from a moment until a moment (or until further notice)."""

    class Reason(models.TextChoices):
        SNOW = "snow", _("Snow")
        STORM = "storm", _("Storm or flood")
        DISASTER = "disaster", _("Earthquake or other disaster")
        STAFF = "staff", _("Not enough drivers or vehicles")
        HOLIDAYS = "holidays", _("Year-end and other holidays")
        OTHER = "other", _("Another reason")

    code = CodeField()
    area = models.ForeignKey(ServiceArea, on_delete=models.PROTECT, related_name="suspensions")
    reason = models.CharField(max_length=8, choices=Reason.choices)
    note = models.CharField(max_length=200, blank=True, help_text="for residents")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("begins_at")), name="suspension_ends_after_it_begins"
            )
        ]
