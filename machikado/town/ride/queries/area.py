"""Questions about the service: its area, when it runs, what suspends it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from machikado.town.ride.hours import DayType, Rule, Span, service_day, spans
from machikado.town.ride.models import ServiceArea, ServiceHours, Suspension


def first_area() -> ServiceArea | None:
    """The area of a town that has one, or None while there is none."""
    return ServiceArea.objects.order_by("pk").first()


def rules_of(area: ServiceArea) -> list[Rule]:
    """All hours of an area, of every version."""
    rows = ServiceHours.objects.filter(area=area).values_list("effective_from", "day_type", "opens", "closes")
    return [Rule(since, DayType(kind), Span(opens, closes)) for since, kind, opens, closes in rows]


def spans_on(area: ServiceArea, day: date) -> tuple[Span, ...]:
    """When the bus runs on a service day, suspensions left aside."""
    return spans(rules_of(area), day)


def suspensions_now(area: ServiceArea, now: datetime) -> "QuerySet[Suspension]":
    """The suspensions that hold now or will, the first to begin first."""
    to_come = Q(ends_at=None) | Q(ends_at__gt=now)
    return Suspension.objects.filter(to_come, area=area, lifted_at=None).order_by("begins_at", "pk")


@dataclass(frozen=True, slots=True)
class Running:
    """Whether the bus runs at a moment; if not, the suspension that is the reason, if one is."""

    runs: bool
    suspension: Suspension | None = None


def runs_at(area: ServiceArea, at: datetime) -> Running:
    """Say whether the bus runs at a moment."""
    held = suspensions_now(area, at).filter(begins_at__lte=at).first()
    return Running(held is None and service_day(rules_of(area), at) is not None, held)


def sets_of_hours(area: ServiceArea) -> list[tuple[date, Sequence[Rule]]]:
    """The versions of the hours, the newest first."""
    by_day: dict[date, list[Rule]] = {}
    for rule in rules_of(area):
        by_day.setdefault(rule.effective_from, []).append(rule)
    return sorted(by_day.items(), reverse=True)
