"""When the bus runs: days worked out by hand, and what holds for every moment."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikado.town.common.calendar import town_zone
from machikado.town.ride.hours import (
    DayType,
    Rule,
    Span,
    bookable_days,
    clock_of,
    day_type,
    minute_of,
    moment_of,
    overlapping,
    service_day,
    spans,
)

LONG_AGO = date(2026, 4, 1)
RULES = [
    Rule(LONG_AGO, DayType.WEEKDAY, Span(420, 1200)),
    Rule(LONG_AGO, DayType.SATURDAY, Span(480, 1500)),  # until 25:00
    Rule(LONG_AGO, DayType.HOLIDAY, Span(600, 900)),
]


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=town_zone()).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 11, 24), DayType.WEEKDAY),  # a Tuesday
        (date(2026, 11, 23), DayType.HOLIDAY),  # 勤労感謝の日, a Monday
        (date(2026, 11, 21), DayType.SATURDAY),
        (date(2026, 11, 22), DayType.SUNDAY),
        (date(2026, 5, 6), DayType.HOLIDAY),  # 振替休日: 憲法記念日 was a Sunday
        (date(2026, 9, 22), DayType.HOLIDAY),  # 国民の休日 between 敬老の日 and 秋分の日
        (date(2027, 1, 1), DayType.HOLIDAY),
    ],
)
def test_the_kind_of_a_day(day, kind):
    assert day_type(day) is kind


@pytest.mark.parametrize(
    ("moment", "found"),
    [
        (at(24, 7), (date(2026, 11, 24), 420)),
        (at(24, 6, 59), None),
        (at(24, 19, 59), (date(2026, 11, 24), 1199)),
        (at(24, 20), None),  # the end is not in it
        (at(21, 23, 59), (date(2026, 11, 21), 1439)),
        (at(22, 0, 30), (date(2026, 11, 21), 1470)),  # Sunday 0:30 is Saturday's 24:30
        (at(22, 1), None),
        (at(23, 9), None),  # the holiday opens at ten
        (at(23, 10), (date(2026, 11, 23), 600)),
    ],
)
def test_whether_it_runs_at_a_moment(moment, found):
    assert service_day(RULES, moment) == found


def test_the_newest_set_in_force_alone_counts():
    later = [*RULES, Rule(date(2026, 12, 1), DayType.WEEKDAY, Span(540, 1020))]
    assert spans(later, date(2026, 11, 30)) == (Span(420, 1200),)
    assert spans(later, date(2026, 12, 1)) == (Span(540, 1020),)
    assert spans(later, date(2026, 12, 5)) == ()  # the new set has no Saturdays
    assert spans(later, date(2026, 3, 31)) == ()


def test_one_books_for_today_and_six_days_more():
    days = bookable_days(at(24, 23, 59), 6)
    assert days[0] == date(2026, 11, 24)
    assert days[-1] == date(2026, 11, 30)
    assert len(days) == 7


def test_minutes_past_midnight_are_written_as_the_service_day_has_them():
    assert clock_of(1470) == "24:30"
    assert clock_of(545) == "9:05"
    assert moment_of(date(2026, 11, 24), 1470) == at(25, 0, 30)
    assert overlapping([Span(600, 700), Span(420, 601)]) == (Span(420, 601), Span(600, 700))
    assert overlapping([Span(600, 700), Span(420, 600)]) is None


minutes = st.integers(0, 28 * 60)
some_spans = st.tuples(minutes, minutes).filter(lambda pair: pair[0] < pair[1]).map(lambda pair: Span(*pair))
some_rules = st.lists(
    st.builds(Rule, st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.sampled_from(DayType), some_spans), max_size=8
)
moments = st.datetimes(datetime(2026, 1, 2), datetime(2027, 1, 31), timezones=st.just(UTC))


@given(some_rules, moments)
def test_it_runs_at_a_moment_when_a_span_of_that_day_or_of_the_day_before_holds_it(rules, moment):
    today = moment.astimezone(town_zone()).date()
    held = [
        (day, span)
        for day in (today, today - timedelta(days=1))
        for span in spans(rules, day)
        if moment_of(day, span.opens) <= moment < moment_of(day, span.closes)
    ]
    found = service_day(rules, moment)
    assert (found is None) == (not held)
    if found is not None:
        assert found[0] == held[0][0]
        assert moment_of(*found) <= moment < moment_of(*found) + timedelta(minutes=1)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), minutes)
def test_a_minute_of_a_day_and_its_moment_are_the_same(day, minute):
    assert minute_of(day, moment_of(day, minute)) == minute
