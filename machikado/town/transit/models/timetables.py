"""Facts about the times of trains and other buses: one row for each version of a feed; its bytes are a stored file."""

from django.db import models
from django.db.models import F, Q

from machikado.town.common.codes import CodeField
from machikado.town.common.models import FileUse


class Timetable(models.Model):
    """時刻表: a version of what one operator runs. It is looked at first; in use, it replaces the one before."""

    code = CodeField()
    operator = models.CharField(max_length=200, help_text="who runs it, as the feed says")
    number = models.PositiveIntegerField(help_text="of the operator's versions")
    sha256 = models.CharField(max_length=64, unique=True)
    file = models.ForeignKey(FileUse, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=200, help_text="of the file")
    halts = models.PositiveIntegerField()
    lines = models.PositiveIntegerField()
    runs = models.PositiveIntegerField()
    left_out = models.PositiveIntegerField(help_text="runs that only come when they are booked")
    first_day = models.DateField()
    last_day = models.DateField()
    made_at = models.DateTimeField()
    used_from = models.DateTimeField(null=True, blank=True)
    used_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["operator", "number"], name="timetable_number_once"),
            models.UniqueConstraint(
                fields=["operator"],
                condition=Q(used_from__isnull=False, used_until=None),
                name="one_timetable_of_an_operator_in_use",
            ),
            models.CheckConstraint(
                condition=Q(used_until=None) | Q(used_from__isnull=False, used_until__gte=F("used_from")),
                name="timetable_is_used_before_it_is_not",
            ),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="timetable_has_days"),
        ]

    def __str__(self) -> str:
        return f"{self.operator} {self.number}"

    @property
    def is_in_use(self) -> bool:
        """Whether ways are found with it now."""
        return self.used_from is not None and self.used_until is None
