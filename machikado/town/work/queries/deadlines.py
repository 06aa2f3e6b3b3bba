"""How long an answer can be sent back: the dated `review_days`, counted from the day on which it was received."""

from datetime import datetime, timedelta

from django.db.models import Q

from machikado.town.common.calendar import service_time
from machikado.town.law.queries import parameter, timeline
from machikado.town.work.models import Submission

REVIEW_DAYS = "review_days"


def review_until(submission: Submission) -> datetime:
    """Until when a leader can ask to redo or reject this answer; after that it counts as accepted for pay."""
    return submission.submitted_at + timedelta(days=parameter(REVIEW_DAYS, submission.received_on))


def in_review_time(now: datetime, moment: str = "submitted_at") -> Q:
    """The rows whose `moment` lies no longer ago than the days that held on its own day, as `review_until`."""
    steps = timeline(REVIEW_DAYS)
    ends = [start for start, _days in steps[1:]]
    found = Q(pk__in=[])
    for place, (_start, days) in enumerate(steps):
        period = Q(**{f"{moment}__gte": now - timedelta(days=days)})
        if place:
            period &= Q(**{f"{moment}__gte": service_time(steps[place][0], "0:00")})
        if place < len(ends):
            period &= Q(**{f"{moment}__lt": service_time(ends[place], "0:00")})
        found |= period
    return found
