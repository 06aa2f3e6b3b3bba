"""Facts about fares: versions of the table, its sections and zones, what each kind of rider pays, passes, free days."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from machikado.town.common.codes import CodeField
from machikado.town.ride.fare import WHOLE, Rider
from machikado.town.ride.models.area import ServiceArea

RIDERS = [
    (Rider.ADULT, _("Adult")),
    (Rider.CHILD, _("Child")),
    (Rider.DISABLED, _("Person with a disability")),
    (Rider.COMPANION, _("Companion of a person with a disability")),
    (Rider.PRESCHOOL, _("Preschool child")),
]


class FareTable(models.Model):
    """運賃表: one immutable version, in force from a day on until the area's next one."""

    code = CodeField()
    area = models.ForeignKey(ServiceArea, on_delete=models.PROTECT, related_name="fare_tables")
    number = models.PositiveSmallIntegerField()
    effective_from = models.DateField()
    round_up_yen = models.PositiveSmallIntegerField(default=10, help_text="a share is rounded up to this")
    note = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "number"], name="fare_table_number_once"),
            models.UniqueConstraint(fields=["area", "effective_from"], name="fare_table_once_a_day"),
            models.CheckConstraint(condition=Q(round_up_yen__in=[1, 10, 50, 100]), name="fare_rounds_to_coins"),
        ]


class Section(models.Model):
    """運賃区間: what an adult pays in it."""

    table = models.ForeignKey(FareTable, on_delete=models.CASCADE, related_name="sections")
    name = models.CharField(max_length=8, help_text="AA, BB, CC")
    yen = models.PositiveIntegerField()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["table", "name"], name="section_once")]


class ZonePair(models.Model):
    """From one zone to another (and back) it is this section."""

    table = models.ForeignKey(FareTable, on_delete=models.CASCADE, related_name="pairs")
    one = models.CharField(max_length=8)
    other = models.CharField(max_length=8)
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="pairs")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "one", "other"], name="zone_pair_once")]


class RiderShare(models.Model):
    """What a kind of rider pays of the adult's fare, in ten-thousandths."""

    table = models.ForeignKey(FareTable, on_delete=models.CASCADE, related_name="shares")
    rider = models.CharField(max_length=9, choices=RIDERS)
    share = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["table", "rider"], name="rider_share_once"),
            models.CheckConstraint(condition=Q(share__lte=WHOLE), name="rider_pays_at_most_all"),
        ]


class FarePass(models.Model):
    """定期券: whoever holds it pays nothing for so many days."""

    table = models.ForeignKey(FareTable, on_delete=models.CASCADE, related_name="passes")
    name = models.CharField(max_length=40)
    rider = models.CharField(max_length=9, choices=RIDERS)
    yen = models.PositiveIntegerField()
    days = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["table", "name", "rider"], name="fare_pass_once"),
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=366), name="fare_pass_lasts_a_year_at_most"),
        ]


class FreePeriod(models.Model):
    """無料期間: nobody pays from a day until a day."""

    code = CodeField()
    area = models.ForeignKey(ServiceArea, on_delete=models.PROTECT, related_name="free_periods")
    name = models.CharField(max_length=40)
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta:
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="free_period_ends_after_it_begins")
        ]
