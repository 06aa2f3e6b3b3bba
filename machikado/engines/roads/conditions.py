"""Conditional tags: `no @ (Dec-Mar)`, `yes @ (Mo-Fr 07:00-09:00)`; what is not understood is said, never guessed.

The grammar is the part of the map's opening hours that road signs need: dates (with or without a year), days of the
week, hours. https://wiki.openstreetmap.org/wiki/Conditional_restrictions
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAY_MINUTES = 24 * 60

_MONTH, _DAY = "|".join(MONTHS), "|".join(DAYS)
_DATE = rf"(?:\d{{4}}\s+)?(?:{_MONTH})(?:\s+\d{{1,2}})?"
_DATES = rf"{_DATE}(?:\s*-\s*(?:{_DATE}|\d{{1,2}}))?"
_TIME = r"\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2}"
_DAYS = rf"(?:{_DAY})(?:\s*-\s*(?:{_DAY}))?"
RULE = re.compile(
    rf"(?P<dates>{_DATES}(?:\s*,\s*{_DATES})*)?\s*:?\s*"
    rf"(?P<days>{_DAYS}(?:\s*,\s*{_DAYS})*)?\s*(?P<times>{_TIME}(?:\s*,\s*{_TIME})*)?"
)


def clauses(text: str) -> Iterator[tuple[str, str]]:
    """The (value, condition) pairs of a conditional tag; a pair without a condition is left out."""
    for part in re.split(r";(?![^(]*\))", text):
        value, _, condition = part.partition("@")
        if condition.strip():
            yield value.strip(), condition.strip().removeprefix("(").removesuffix(")").strip()


@lru_cache(maxsize=4096)
def holds(condition: str, moment: datetime) -> bool | None:
    """Whether a condition holds at a moment of the town's own time; None where it is not understood."""
    found = [_rule_holds(rule.strip(), moment) for rule in condition.split(";") if rule.strip()]
    if not found or None in found:
        return None
    return any(found)


def _rule_holds(rule: str, moment: datetime) -> bool | None:
    if rule in {"24/7", "00:00-24:00"}:
        return True
    match = RULE.fullmatch(rule)
    if match is None:
        return None
    parts = match.groupdict()
    try:
        minute = moment.hour * 60 + moment.minute
        return _day_holds(parts, moment, minute) or _day_holds(parts, moment - timedelta(days=1), minute + DAY_MINUTES)
    except ValueError:  # 30 February
        return None


def _day_holds(parts: dict[str, str | None], day: datetime, minute: int) -> bool:
    """Whether a rule holds so many minutes after the day began; after 24:00 only hours that pass midnight do."""
    if minute >= DAY_MINUTES and not parts["times"]:
        return False
    return (
        (not parts["dates"] or any(_within_dates(each, day) for each in _listed(parts["dates"])))
        and (not parts["days"] or any(_within_days(each, day) for each in _listed(parts["days"])))
        and (not parts["times"] or any(_within_times(each, minute) for each in _listed(parts["times"])))
    )


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


def _within_dates(text: str, day: datetime) -> bool:
    first, _, last = (part.strip() for part in text.partition("-"))
    begin, end = _date(first, 1), _date(first, 31)
    if last.isdigit():
        end = (begin[0], begin[1], int(last))
    elif last:
        end = _date(last, 31)
    if begin[2] > 31 or end[2] > 31:
        raise ValueError(text)
    if begin[0] or end[0]:
        return (begin[0] or end[0], *begin[1:]) <= (day.year, day.month, day.day) <= (end[0] or begin[0], *end[1:])
    today = (0, day.month, day.day)
    return begin <= today <= end if begin <= end else today >= begin or today <= end


def _date(text: str, missing_day: int) -> tuple[int, int, int]:
    """(year or 0, month, day) of "2026 Dec 1", "Dec 1" or "Dec"."""
    words = text.split()
    year = int(words.pop(0)) if words[0].isdigit() else 0
    return year, MONTHS.index(words[0]) + 1, int(words[1]) if words[1:] else missing_day


def _within_days(text: str, day: datetime) -> bool:
    first, _, last = (part.strip() for part in text.partition("-"))
    begin = DAYS.index(first)
    return (day.weekday() - begin) % 7 <= (DAYS.index(last or first) - begin) % 7


def _within_times(text: str, minute: int) -> bool:
    begin, end = (int(hour) * 60 + int(rest) for hour, rest in (part.split(":") for part in text.split("-")))
    return begin <= minute < (end if end > begin else end + DAY_MINUTES)
