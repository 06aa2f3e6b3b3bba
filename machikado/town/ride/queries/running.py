"""Questions about one service day: when the bus runs, suspensions taken off, and which stops can be used."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from machikado.town.ride.hours import LAST_MINUTE, Span, bookable_days, moment_of, second_of, service_day
from machikado.town.ride.models import ServiceArea, Stop, Suspension
from machikado.town.ride.queries.area import rules_of, spans_on
from machikado.town.ride.queries.stops import closures_on


@dataclass(frozen=True, slots=True)
class Runs:
    """When the bus runs on a day; `off` are the suspensions, with the seconds of the day from and until which."""

    spans: tuple[Span, ...]
    off: tuple[tuple[int, int, Suspension], ...]

    def holds(self, second: int) -> bool:
        """Say whether somebody can get on or off at a second of the day."""
        inside = any(span.opens * 60 <= second <= span.closes * 60 for span in self.spans)
        return inside and self.suspension_at(second) is None

    @property
    def open_spans(self) -> tuple[tuple[int, int], ...]:
        """From which second until which one can get on and off, suspensions taken off, in order."""
        spans = [(span.opens * 60, span.closes * 60) for span in self.spans]
        for begin, end, _row in self.off:
            left = [(a, min(b, begin - 1)) for a, b in spans] + [(max(a, end), b) for a, b in spans]
            spans = [(a, b) for a, b in left if a < b]
        return tuple(sorted(set(spans)))

    def suspension_at(self, second: int) -> Suspension | None:
        """The suspension that holds at a second of the day, or None."""
        return next((row for begin, end, row in self.off if begin <= second < end), None)


def runs_on(area: ServiceArea, day: date) -> Runs:
    """When the bus runs on a service day."""
    first, last = moment_of(day, 0), moment_of(day, LAST_MINUTE)
    open_end = Q(ends_at=None) | Q(ends_at__gt=first)
    rows = Suspension.objects.filter(open_end, area=area, lifted_at=None, begins_at__lt=last).order_by("begins_at")
    off = [(second_of(day, row.begins_at), second_of(day, row.ends_at or last), row) for row in rows]
    return Runs(spans_on(area, day), tuple(off))


def days_open(area: ServiceArea, now: datetime) -> list[date]:
    """The service days for which one can book now: yesterday too, as long as its bus runs on past midnight."""
    days = bookable_days(now, area.book_ahead_days)
    yesterday = days[0] - timedelta(days=1)
    last = max((span.closes for span in spans_on(area, yesterday)), default=0)
    return [yesterday, *days] if moment_of(yesterday, last) > now else days


def day_running(area: ServiceArea, at: datetime, *, arrives: bool = False) -> date | None:
    """The service day whose bus runs at a moment: at 0:30 that may be yesterday. None where no bus runs.

    Whoever arrives may do so in the very minute in which the bus ends.
    """
    running = service_day(rules_of(area), at - timedelta(minutes=1) if arrives else at)
    return running[0] if running is not None else None


def usable_stops(area: ServiceArea, day: date, *, wheelchair: bool) -> "QuerySet[Stop]":
    """The stops that are used on a day; with a wheelchair only those where it can get on and off."""
    rows = Stop.objects.filter(area=area).exclude(pk__in=closures_on(day).values("stop"))
    return rows.filter(wheelchair=True) if wheelchair else rows
