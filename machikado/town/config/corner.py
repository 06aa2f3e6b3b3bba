"""今日の街角: what the town did for each other today, in three figures that need no name."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Sum

from machikado.town.common.calendar import service_time, town_date
from machikado.town.work.models import Submission


@dataclass(frozen=True, slots=True)
class Corner:
    """What was done since midnight of the town: answers handed in, people who did them, whole yen earned."""

    items: int
    people: int
    yen: int


def today(now: datetime) -> Corner:
    """Count today's work, in one query over the index of submissions by time."""
    midnight = service_time(town_date(now), "0:00")
    done = Submission.objects.filter(submitted_at__gte=midnight).aggregate(
        items=Count("pk"), people=Count("assignment__worker", distinct=True), yen=Sum("yen")
    )
    return Corner(items=done["items"], people=done["people"], yen=done["yen"] or 0)
