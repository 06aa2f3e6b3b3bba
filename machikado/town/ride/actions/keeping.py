"""What changes the ground under plans (vehicles, shifts, stops) is tried first: no promise breaks in silence.

It is done and taken back, to see the ground as it would be; plans are computed on that outside of every transaction;
then it is done for good, with the plans as computed, if nobody was faster.
"""

from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.calendar import town_date, weekday_date
from machikado.town.common.errors import Cannot
from machikado.town.ride.actions import plans
from machikado.town.ride.actions.plans import Overtaken, Standing
from machikado.town.ride.hours import second_of
from machikado.town.ride.models import Booking, DayPlan, PlanStep, ServiceArea

NAMED = 3  # people in a sentence; the list of the day has them all
Result = TypeVar("Result")


class CannotKeep(Cannot):
    """A change after which somebody could not be fetched or brought as they were told; nothing was changed."""

    sentences = {
        "promises": _(
            "With this, %(count)s rides on %(day)s could not be kept as promised: %(people)s."
            " Please move or cancel them first."
        ),
        "busy": _("Many people are booking at this moment. Please press once more."),
    }


def kept(area: ServiceArea, act: Callable[[], Result], now: datetime) -> Result:
    """Do something that may change the ground of plans, and bring them onto it. Raises CannotKeep, and what it raises.

    Rides may be given to other vehicles and times within what was promised.
    """
    for turn in plans.turns(area):
        with suppress(Overtaken), turn:
            standings = _tried(area, act, now)
            with transaction.atomic():
                ServiceArea.objects.select_for_update(no_key=True).get(pk=area.pk)
                done = act()
                for standing in standings:
                    plans.write(standing, standing.pending, plans.lock(standing))
            return done
    raise CannotKeep("busy")


def _tried(area: ServiceArea, act: Callable[[], object], now: datetime) -> list[Standing]:
    """The plans as they would be after it; [] where nobody is promised anything."""
    days = days_ahead(area, now)
    if not days:
        return []
    with transaction.atomic():
        act()
        grounds = {day: plans.ground_of(area, day) for day in days}
        transaction.set_rollback(True)
    found = []
    for day, ground in grounds.items():
        standing = plans.read(area, day, now, ground) if ground is not None else None
        if standing is None:
            _refuse(day, _ahead_on(area, day, now))
        elif standing.behind is not None:
            _refuse(day, [*standing.behind.moved, *standing.behind.lost])
        elif standing.pending:
            found.append(standing)
    return found


def days_ahead(area: ServiceArea, now: datetime) -> list[date]:
    """The days on which somebody is still to be fetched or brought."""
    since = town_date(now) - timedelta(days=1)
    days = DayPlan.objects.filter(area=area, day__gte=since).order_by("day").values_list("day", flat=True)
    return [day for day in days if _ahead_on(area, day, now)]


def _ahead_on(area: ServiceArea, day: date, now: datetime) -> list[str]:
    steps = PlanStep.objects.filter(plan__area=area, plan__day=day, begins__gt=second_of(day, now))
    return sorted(set(steps.exclude(booking=None).values_list("booking__code", flat=True)))


def _refuse(day: date, codes: Collection[str]) -> None:
    """Raise CannotKeep with the names of those whose promise would break."""
    rows = Booking.objects.filter(code__in=codes).select_related("rider").order_by("wish_second", "pk")
    names = [f"{row.rider or row.code} ({row.promise.pickup_stop})" for row in rows[:NAMED]]
    people = "、".join(names) + ("…" if len(codes) > NAMED else "")
    raise CannotKeep("promises", count=len(codes), day=weekday_date(day), people=people)
