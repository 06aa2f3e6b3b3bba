"""Facts about series: a trip that somebody wants every week, and what came of each of its days."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from machikado.town.common.codes import CodeField
from machikado.town.people.models import Person
from machikado.town.ride.hours import LAST_MINUTE
from machikado.town.ride.models.area import ServiceArea
from machikado.town.ride.models.bookings import Booking
from machikado.town.ride.models.trips import Trip

EVERY_DAY = 0b111_1111


class BookingSeries(Trip):
    """定期予約: a trip on some days of every week. Each day is booked as soon as it can be; the wish never changes."""

    class Back(models.TextChoices):
        NONE = "", _("No way back")
        TIME = "time", _("Back at a time")
        OPEN = "open", _("Back when I call")

    code = CodeField()
    area = models.ForeignKey(ServiceArea, on_delete=models.PROTECT, related_name="series")
    rider = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="booking_series")
    channel = models.CharField(max_length=8, choices=Booking.Channel.choices)
    weekdays = models.PositiveSmallIntegerField(help_text="a bit for each weekday, that of Monday is 1")
    when = models.CharField(max_length=6, choices=Booking.When.choices)
    minute = models.PositiveSmallIntegerField(help_text="of the service day")
    back = models.CharField(max_length=4, choices=Back.choices, blank=True)
    back_minute = models.PositiveSmallIntegerField(null=True, blank=True)
    until = models.DateField(null=True, blank=True, help_text="the last day; none: until it is ended")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["rider", "ended_at"], name="series_of_rider")]
        constraints = [
            models.CheckConstraint(condition=Q(weekdays__gt=0, weekdays__lte=EVERY_DAY), name="series_has_weekdays"),
            models.CheckConstraint(condition=Q(minute__lte=LAST_MINUTE), name="series_is_of_a_service_day"),
            models.CheckConstraint(condition=Q(when__in=("leave", "arrive")), name="series_has_a_time"),
            models.CheckConstraint(
                condition=Q(back="time", back_minute__isnull=False) | Q(back__in=("", "open"), back_minute=None),
                name="series_goes_back_at_a_time_or_not",
            ),
        ]

    @property
    def days(self) -> list[int]:
        """Its weekdays; Monday is 0."""
        return [weekday for weekday in range(7) if self.weekdays >> weekday & 1]

    def is_on(self, day: date) -> bool:
        """Say whether a day is one of its days, as long as nobody ends it."""
        return day.weekday() in self.days and (self.until is None or day <= self.until)


class SeriesRide(models.Model):
    """What came of one day of a series, each way once: a booking, or the reason why there is none."""

    class Way(models.TextChoices):
        OUT = "out", _("The way out")
        BACK = "back", _("The way back")

    SKIPPED = "skipped"  # the reason where they said that they do not ride on that day

    series = models.ForeignKey(BookingSeries, on_delete=models.CASCADE, related_name="rides")
    day = models.DateField(help_text="service day")
    way = models.CharField(max_length=4, choices=Way.choices)
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, null=True, blank=True, related_name="of_series")
    reason = models.CharField(max_length=20, blank=True, help_text="why nothing was booked")
    missed_at = models.DateTimeField(null=True, blank=True, help_text="when they were told that there is no bus")
    looked_at = models.DateTimeField(null=True, blank=True, help_text="when a bus was looked for last")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "day", "way"], name="series_rides_once_each_way"),
            models.CheckConstraint(
                condition=Q(booking__isnull=False) | ~Q(reason=""), name="series_ride_is_booked_or_says_why"
            ),
        ]
