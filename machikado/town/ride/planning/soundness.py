"""What must hold of the plans of yesterday and later, asked by `machikado check`: every rule, and that they replay."""

from datetime import timedelta

from machikado.town.common import clock
from machikado.town.common.calendar import town_date
from machikado.town.ride.models import DayPlan
from machikado.town.ride.planning.replaying import problems_of


def problems() -> list[str]:
    """Each plan by the engine's independent check, and played again from its changes."""
    since = town_date(clock.now()) - timedelta(days=1)
    plans = DayPlan.objects.filter(day__gte=since).select_related("area", "table__file__file").order_by("day", "pk")
    return [fault for plan in plans for fault in problems_of(plan)]
