"""今日の街角: what the town did for each other yesterday, in figures without names."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Count

from machikado.town.common.calendar import town_date
from machikado.town.work.models import Submission

KEPT_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Yesterday:
    """Items handed in yesterday, and how many people did them."""

    items: int
    people: int


def yesterday(now: datetime) -> Yesterday:
    """Yesterday's counts; counted once in ten minutes for everybody, since yesterday changes no more."""
    day = town_date(now) - timedelta(days=1)
    key = f"work.yesterday.{day.isoformat()}"
    kept: Yesterday | None = cache.get(key)
    if kept is None:
        rows = Submission.objects.filter(received_on=day)
        kept = Yesterday(**rows.aggregate(items=Count("pk"), people=Count("assignment__worker", distinct=True)))
        cache.set(key, kept, KEPT_SECONDS)
    return kept
