"""Facts about bookings: who wished to ride where, what was offered, and the offer that became a promise."""

from datetime import datetime
from functools import cached_property

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from machikado.town.common.codes import CodeField
from machikado.town.people.models import Person
from machikado.town.ride.fare import Rider
from machikado.town.ride.hours import LAST_MINUTE, moment_at
from machikado.town.ride.models.area import ServiceArea
from machikado.town.ride.models.consents import BookingConsent
from machikado.town.ride.models.fares import FareTable
from machikado.town.ride.models.stops import Stop
from machikado.town.ride.models.trips import Trip
from machikado.town.ride.party import MOST_WALK_MINUTES

LAST_SECOND = LAST_MINUTE * 60


class Passenger(models.Model):
    """利用者: what the bus knows of a person who rides, or books for others; said once, and not every time."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="passenger")
    home_name = models.CharField(max_length=120, blank=True)
    home_lat = models.FloatField(null=True, blank=True)
    home_lon = models.FloatField(null=True, blank=True)
    walk_minutes = models.PositiveSmallIntegerField(default=10, help_text="the longest way on foot to a stop")
    fare_kind = models.CharField(max_length=9, default=Rider.ADULT)
    slow = models.BooleanField(default=False, help_text="with a stick or a walking frame")
    wheelchair = models.BooleanField(default=False)
    pram = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    used_on = models.DateField(help_text="the last day for which they asked, rode, or said something of themselves")

    class Meta:
        indexes = [models.Index(fields=["used_on"], name="passenger_last_used")]
        constraints = [
            models.CheckConstraint(
                condition=Q(walk_minutes__lte=MOST_WALK_MINUTES), name="passenger_walks_an_hour_at_most"
            ),
            models.CheckConstraint(
                condition=Q(home_lat=None, home_lon=None) | Q(home_lat__isnull=False, home_lon__isnull=False),
                name="home_has_both_degrees",
            ),
        ]


class Booking(Trip):
    """乗車予約: a wish, what came of it, and where its life stands. `wish_second` counts from the day's midnight.

    The wish never changes; who wants another time asks anew, and the new booking `replaces` the old one.
    """

    class State(models.TextChoices):
        OFFERED = "offered", _("Offered")
        REFUSED = "refused", _("No bus at that time")
        BOOKED = "booked", _("Booked")
        ABOARD = "aboard", _("Aboard")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")
        NO_SHOW = "no_show", _("Nobody came")

    class Channel(models.TextChoices):
        WEB = "web", _("Web")
        PHONE = "phone", _("By telephone")
        RECEPTION = "desk", _("By the reception of where they were")
        PROXY = "proxy", _("By somebody who books for them")
        GUEST = "guest", _("Web, as a guest with a telephone number")

    class When(models.TextChoices):
        NOW = "now", _("As soon as possible")
        LEAVE = "leave", _("Leave at")
        ARRIVE = "arrive", _("Be there by")

    class CancelReason(models.TextChoices):
        RIDER = "rider", _("The passenger does not want to ride")
        CHANGED = "changed", _("Another booking took its place")
        STAFF = "staff", _("Cancelled by the centre")
        BUS = "bus", _("No bus can come")
        SUSPENDED = "suspend", _("The bus is suspended")

    code = CodeField()
    area = models.ForeignKey(ServiceArea, on_delete=models.PROTECT, related_name="bookings")
    rider = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="bookings")
    booked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    consent = models.ForeignKey(
        BookingConsent,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="bookings",
        help_text="by which somebody else asked for it",
    )
    state = models.CharField(max_length=10, choices=State.choices)
    sent_key = models.UUIDField(unique=True, help_text="of the form that asked: sent twice, it is one wish")
    asked_at = models.DateTimeField()
    day = models.DateField(help_text="service day")
    when = models.CharField(max_length=6, choices=When.choices)
    wish_second = models.PositiveIntegerField()
    boarding_seconds = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=20, blank=True, help_text="why there was no bus at that time")
    beyond = models.CharField(max_length=120, blank=True, help_text="why the desk went beyond the limits of asking")
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    back_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="backs")
    is_open = models.BooleanField(
        default=False, help_text="仮予約: the last ride back, until they say that they are ready"
    )
    booked_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=8, choices=CancelReason.choices, blank=True, help_text="who decided")
    cancelled_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="who typed it"
    )

    class Meta:
        indexes = [
            models.Index(fields=["area", "day", "state"], name="booking_of_day"),
            models.Index(fields=["rider", "-day"], name="booking_of_rider"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(wish_second__lte=LAST_SECOND), name="booking_is_of_its_day"),
            models.CheckConstraint(
                condition=Q(adults__gt=0) | Q(children__gt=0) | Q(disabled__gt=0) | Q(companions__gt=0),
                name="booking_has_riders",
            ),
            models.CheckConstraint(
                condition=Q(booked_at=None, state__in=("offered", "refused"))
                | Q(booked_at__isnull=False) & ~Q(state__in=("offered", "refused")),
                name="booking_is_booked_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=False, state="cancelled") & ~Q(cancel_reason="")
                | Q(cancelled_at=None, cancel_reason="") & ~Q(state="cancelled"),
                name="booking_is_cancelled_for_a_reason",
            ),
        ]

    @cached_property
    def promise(self) -> "Offer":
        """The offer that was taken. Raises Offer.DoesNotExist for what was never booked."""
        return self.offers.get(taken_at__isnull=False)

    @property
    def wish_at(self) -> datetime:
        """The moment wished for."""
        return moment_at(self.day, self.wish_second)


class Offer(models.Model):
    """提案: one way to fulfil a wish. Taken, it is the promise. Seconds of the service day.

    `expected_*` are the times of the plan when it was made; `*_from` and `*_by` what is promised; `planned_*` what the
    plan keeps to, which ends a little earlier, so that there is time for traffic.
    """

    code = CodeField()
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="offers")
    number = models.PositiveSmallIntegerField(help_text="1 is the best")
    pickup_stop = models.ForeignKey(Stop, on_delete=models.PROTECT, related_name="+")
    arrival_stop = models.ForeignKey(Stop, on_delete=models.PROTECT, related_name="+")
    walk_from_seconds = models.PositiveIntegerField()
    walk_to_seconds = models.PositiveIntegerField()
    expected_pickup = models.IntegerField()
    expected_arrival = models.IntegerField()
    pickup_from = models.IntegerField()
    pickup_by = models.IntegerField()
    arrival_from = models.IntegerField()
    arrival_by = models.IntegerField()
    max_ride_seconds = models.PositiveIntegerField()
    fare_table = models.ForeignKey(FareTable, on_delete=models.PROTECT, related_name="+")
    section = models.CharField(max_length=8)
    yen = models.PositiveIntegerField()
    fare_lines = models.JSONField(help_text="rider, people, yen_each, why, percent")
    free_period = models.CharField(max_length=40, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    planned_pickup_by = models.IntegerField(null=True, blank=True)
    planned_arrival_by = models.IntegerField(null=True, blank=True)
    planned_ride_seconds = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["booking", "number"], name="offer_number_once"),
            models.UniqueConstraint(fields=["booking"], condition=Q(taken_at__isnull=False), name="one_promise"),
            models.CheckConstraint(
                condition=Q(
                    pickup_from__lte=F("expected_pickup"),
                    pickup_by__gte=F("expected_pickup"),
                    arrival_from__lte=F("expected_arrival"),
                    arrival_by__gte=F("expected_arrival"),
                ),
                name="offer_lies_within_its_promise",
            ),
            models.CheckConstraint(condition=~Q(pickup_stop=F("arrival_stop")), name="offer_goes_somewhere"),
            models.CheckConstraint(
                condition=Q(taken_at=None, planned_pickup_by=None)
                | Q(taken_at__isnull=False, planned_pickup_by__lte=F("pickup_by"))
                & Q(planned_arrival_by__lte=F("arrival_by"), planned_ride_seconds__lte=F("max_ride_seconds")),
                name="plan_keeps_within_the_promise",
            ),
        ]
