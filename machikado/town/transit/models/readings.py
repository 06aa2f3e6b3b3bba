"""Facts about feeds that are being taken in: how far each is, and why one could not be read."""

from django.db import models
from django.db.models import Q

from machikado.town.common.codes import CodeField
from machikado.town.common.models import FileUse
from machikado.town.transit.models.timetables import Timetable


class FeedReading(models.Model):
    """時刻表の取り込み: a feed that was sent, while it is read in the background and after; not who sent it."""

    class State(models.TextChoices):
        READING = "reading"
        DONE = "done"
        REFUSED = "refused"
        FAILED = "failed"

    code = CodeField()
    name = models.CharField(max_length=200, help_text="of the file")
    file = models.ForeignKey(FileUse, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.READING)
    done = models.PositiveSmallIntegerField(default=0, help_text="of a hundred")
    refusal = models.JSONField(null=True, help_text="why nothing was taken in: code and what it is about")
    faults = models.JSONField(default=list, help_text="table, line and why, for the first of the bad lines")
    timetable = models.ForeignKey(Timetable, on_delete=models.CASCADE, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(done__lte=100), name="feed_is_read_to_its_end_at_most"),
            models.CheckConstraint(
                condition=Q(state="done", timetable__isnull=False) | ~Q(state="done") & Q(timetable=None),
                name="feed_that_was_read_is_a_timetable",
            ),
            models.CheckConstraint(
                condition=Q(state="refused", refusal__isnull=False) | ~Q(state="refused") & Q(refusal=None),
                name="feed_is_refused_for_a_reason",
            ),
        ]
