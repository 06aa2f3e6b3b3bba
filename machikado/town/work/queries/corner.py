"""今日の街角: what the town did for each other today and yesterday, in figures without names."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.cache import cache
from django.db.models import Count, Sum

from machikado.town.common.calendar import service_time, town_date
from machikado.town.work.models import Submission

KEPT_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Corner:
    """What was done on one town day: answers handed in, people who did them, whole yen earned."""

    items: int
    people: int
    yen: int


def today(now: datetime) -> Corner:
    """What was done so far today."""
    return _on(town_date(now))


def yesterday(now: datetime) -> Corner:
    """Yesterday's figures; counted once in ten minutes for everybody, since yesterday changes no more."""
    day = town_date(now) - timedelta(days=1)
    key = f"work.corner.{day.isoformat()}"
    kept: Corner | None = cache.get(key)
    if kept is None:
        kept = _on(day)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _on(day: date) -> Corner:
    """Count one day, in one query over the index of submissions by time."""
    midnight, following = service_time(day, "0:00"), service_time(day, "24:00")
    done = Submission.objects.filter(submitted_at__gte=midnight, submitted_at__lt=following)
    sums = done.aggregate(items=Count("pk"), people=Count("assignment__worker", distinct=True), yen=Sum("yen"))
    return Corner(sums["items"], sums["people"], sums["yen"] or 0)
