"""Facts of duty: roll calls, checks of the vehicle, going out, cash, the daily report. A row is never changed.

Whoever made a mistake writes another row that takes its place and says why; the last one of its kind counts.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from machikado.town.common.codes import CodeField
from machikado.town.people.models import Person
from machikado.town.ride.models import VehicleShift


class DutyRecord(models.Model):
    """What every record of a shift has. `sent_key` is the form's: sent twice, it is one record."""

    code = CodeField()
    shift = models.ForeignKey(VehicleShift, on_delete=models.CASCADE, related_name="+")
    sent_key = models.UUIDField(unique=True)
    at = models.DateTimeField()
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    replaces = models.OneToOneField("self", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True, help_text="why it takes the place of another record")

    class Meta:
        abstract = True
        ordering = ["pk"]


class RollCall(DutyRecord):
    """点呼 before or after driving: who called it and how, alcohol on the breath, health, what was said."""

    class Part(models.TextChoices):
        BEFORE = "before", _("Before driving")
        AFTER = "after", _("After driving")

    class How(models.TextChoices):
        FACE = "face", _("Face to face")
        REMOTE = "remote", _("By camera")
        PHONE = "phone", _("By telephone")

    class Health(models.TextChoices):
        GOOD = "good", _("Well")
        TIRED = "tired", _("Tired, or slept too little")
        ILL = "ill", _("Ill, or takes a medicine")

    part = models.CharField(max_length=6, choices=Part.choices)
    called_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=6, choices=How.choices)
    alcohol = models.PositiveSmallIntegerField(help_text="hundredths of a milligram in a litre of breath")
    signs = models.BooleanField(help_text="the face, the voice or the smell of who drank")
    health = models.CharField(max_length=5, choices=Health.choices)
    fit = models.BooleanField(help_text="whoever called says that they can drive safely")
    passed = models.BooleanField()
    note = models.CharField(max_length=400, blank=True, help_text="before: instructions; after: vehicle, road, drive")

    class Meta(DutyRecord.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(passed=False) | Q(alcohol=0, signs=False), name="nobody_passes_who_drank"
            ),
            models.CheckConstraint(
                condition=Q(passed=False) | Q(part="after") | Q(fit=True), name="nobody_passes_who_is_unfit"
            ),
        ]


class VehicleCheck(DutyRecord):
    """日常点検: what was found of each item of `checks.ITEMS`."""

    findings = models.JSONField(help_text="[item, is good, remark]")
    passed = models.BooleanField()


class Departure(DutyRecord):
    """出庫: from now on the vehicle is on duty."""

    odometer_km = models.PositiveIntegerField()


class CashCount(DutyRecord):
    """The cash in the box after driving, beside what fares should have brought."""

    counted_yen = models.PositiveIntegerField()
    expected_yen = models.PositiveIntegerField()
    note = models.CharField(max_length=400, blank=True)

    class Meta(DutyRecord.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(counted_yen=models.F("expected_yen")) | ~Q(note=""),
                name="a_difference_of_cash_is_explained",
            )
        ]


class DayReport(DutyRecord):
    """日報 of one shift, with the facts as they stood when it was written."""

    odometer_km = models.PositiveIntegerField(help_text="when the vehicle came back")
    incident = models.CharField(max_length=400, blank=True, help_text="accidents and delays; empty: none")
    note = models.CharField(max_length=400, blank=True)
    facts = models.JSONField(help_text="queries/report.py: times, kilometres, riders, fares, stops")
