"""The lines along the roads that the plans of today need are drawn in the worker, so that pages only read them."""

from datetime import datetime, timedelta

from machikado.town.common.calendar import town_date
from machikado.town.ride.models import DayPlan, WayLine
from machikado.town.ride.queries.runs import encoded, undrawn

MOST_AT_ONCE = 100  # so that the worker comes back to its chores


def draw(now: datetime) -> int:
    """Periodic duty: draw what the plans of today (and of yesterday, past midnight) still lack. Returns how many."""
    today = town_date(now)
    plans = DayPlan.objects.filter(day__in=(today - timedelta(days=1), today)).order_by("-day", "pk")
    return sum(_draw(plan, now) for plan in plans.select_related("area", "table__file__file", "table__network"))


def _draw(plan: DayPlan, now: datetime) -> int:
    wanted = undrawn(plan)[:MOST_AT_ONCE]
    if not wanted:
        return 0
    from machikado.town.ride.planning.drawing import ways

    found = ways(plan.table, plan.day, wanted)
    rows = [
        WayLine(table=plan.table, origin=origin, goal=goal, seconds=seconds, line=encoded(line), drawn_at=now)
        for (origin, goal), (seconds, line) in found.items()
    ]
    return len(WayLine.objects.bulk_create(rows, ignore_conflicts=True))
