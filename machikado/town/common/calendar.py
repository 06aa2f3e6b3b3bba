"""Days as the town reckons them: its legal day, Japanese eras, service days past midnight, whole yen."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import pgettext

# First day, name and first year of each era (元号を改める政令); the Gregorian calendar was adopted on 1873-01-01.
ERAS = (
    (date(2019, 5, 1), "令和", 2019),
    (date(1989, 1, 8), "平成", 1989),
    (date(1926, 12, 25), "昭和", 1926),
    (date(1912, 7, 30), "大正", 1912),
    (date(1873, 1, 1), "明治", 1868),
)


class Rounding(StrEnum):
    """What becomes of a fraction of a yen."""

    DOWN = "down"
    UP = "up"
    HALF_UP = "half_up"


def town_zone() -> ZoneInfo:
    """Return the time zone in which the town's days begin and end."""
    return ZoneInfo(settings.TIME_ZONE)


def town_date(at: datetime) -> date:
    """Return the legal day on which an aware moment falls in the town. Raises ValueError on a naive one."""
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone falls on no day")
    return at.astimezone(town_zone()).date()


def months_back(day: date, count: int) -> list[date]:
    """Return the first days of so many months, that of `day` first."""
    numbers = [day.year * 12 + day.month - 1 - back for back in range(count)]
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def month_in(months: Sequence[date], said: str) -> date:
    """Return that of the months which is written so (2026-11), and the first of them for anything else."""
    return next((first for first in months if f"{first:%Y-%m}" == said), months[0])


def wareki(day: date) -> str:
    """Return a day in the Japanese era: 令和8年11月23日, the first year as 元年. Raises ValueError before 1873."""
    for first, era, year_one in ERAS:
        if day >= first:
            year = day.year - year_one + 1
            return f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    raise ValueError(f"{day}: before the Gregorian calendar in Japan")


def weekday_date(day: date) -> str:
    """Return a day as people speak of it: 11月23日（月）, in English `Mon 23 Nov`."""
    return date_format(day, pgettext("date format", "D j M"))


def midnight(day: date) -> datetime:
    """Return the moment (UTC) at which a day of the town begins."""
    return datetime(day.year, day.month, day.day, tzinfo=town_zone()).astimezone(UTC)


def service_time(day: date, clock: str) -> datetime:
    """Return the moment (UTC) of a time of a service day, `"H:MM"` or `"H:MM:SS"`; hours may pass 24. ValueError."""
    parts = clock.split(":")
    if len(parts) not in (2, 3) or not all(part.isascii() and part.isdigit() for part in parts):
        raise ValueError(f"{clock!r} is no time of a service day")
    hours, minutes, seconds = map(int, [*parts, "0"][:3])
    if minutes > 59 or seconds > 59:
        raise ValueError(f"{clock!r} is no time of a service day")
    return midnight(day) + timedelta(hours=hours, minutes=minutes, seconds=seconds)


def round_yen(amount: Decimal | Fraction | int, mode: Rounding) -> int:
    """Return whole yen. Takes exact numbers only; a half goes away from zero with `HALF_UP`."""
    exact = Fraction(amount)
    if mode == Rounding.DOWN:
        return floor(exact) if exact >= 0 else ceil(exact)
    if mode == Rounding.UP:
        return ceil(exact) if exact >= 0 else floor(exact)
    half = floor(abs(exact) + Fraction(1, 2))
    return half if exact >= 0 else -half
