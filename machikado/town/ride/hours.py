"""When the bus runs: kinds of days, opening spans of a service day (which may pass 24:00), the days one can book."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

import jpholiday

from machikado.town.common.calendar import midnight, town_date

LAST_MINUTE = 28 * 60  # a service day ends at 28:00 at the latest
MIDNIGHT = 24 * 60


class DayType(StrEnum):
    """The kinds of days that have hours of their own; a public holiday counts as one whatever its weekday."""

    WEEKDAY = "weekday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From a minute of the service day until a minute (which is not in it): 23:30–25:00 is Span(1410, 1500)."""

    opens: int
    closes: int

    def holds(self, minute: int) -> bool:
        """Say whether a minute lies in it."""
        return self.opens <= minute < self.closes


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a timetable of hours: the span of a kind of day, from a day on until a newer set."""

    effective_from: date
    day_type: DayType
    span: Span


def day_type(day: date) -> DayType:
    """Return the kind of a day in Japan."""
    if jpholiday.is_holiday(day):
        return DayType.HOLIDAY
    return (DayType.SATURDAY, DayType.SUNDAY)[day.weekday() - 5] if day.weekday() >= 5 else DayType.WEEKDAY


def spans(rules: Iterable[Rule], day: date) -> tuple[Span, ...]:
    """Return when the bus runs on a service day, in order. Of sets in force the newest alone counts."""
    known = [rule for rule in rules if rule.effective_from <= day]
    newest = max((rule.effective_from for rule in known), default=None)
    kind = day_type(day)
    return tuple(sorted(rule.span for rule in known if rule.effective_from == newest and rule.day_type == kind))


def service_day(rules: Iterable[Rule], at: datetime) -> tuple[date, int] | None:
    """Return the service day and its minute in which the bus runs at a moment, or None when it does not.

    At 0:30 that may be yesterday's 24:30; where today has begun as well, it is today.
    """
    known, today = list(rules), town_date(at)
    for day in (today, today - timedelta(days=1)):
        minute = minute_of(day, at)
        if any(span.holds(minute) for span in spans(known, day)):
            return day, minute
    return None


def bookable_days(now: datetime, ahead: int) -> list[date]:
    """Return the service days for which one can book now: today and so many days more."""
    return [town_date(now) + timedelta(days=number) for number in range(ahead + 1)]


def moment_of(day: date, minute: int) -> datetime:
    """Return the moment (UTC) of a minute of a service day; minutes may pass 24:00."""
    return midnight(day) + timedelta(minutes=minute)


def minute_of(day: date, at: datetime) -> int:
    """Return the minute of a service day at a moment; negative before the day, beyond 1440 after it."""
    return (at - moment_of(day, 0)) // timedelta(minutes=1)


def moment_at(day: date, second: int) -> datetime:
    """Return the moment (UTC) of a second of a service day; plans and promises count in them."""
    return moment_of(day, 0) + timedelta(seconds=second)


def second_of(day: date, at: datetime) -> int:
    """Return the second of a service day at a moment, begun ones not counted; negative before the day."""
    return (at - moment_of(day, 0)) // timedelta(seconds=1)


def clock_of(minute: int) -> str:
    """Return a minute of a service day as people write it: 8:05, 24:30."""
    return f"{minute // 60}:{minute % 60:02d}"


def overlapping(given: Iterable[Span]) -> tuple[Span, Span] | None:
    """Return two spans that share a minute, or None."""
    row = sorted(given)
    return next(((a, b) for a, b in pairwise(row) if b.opens < a.closes), None)
