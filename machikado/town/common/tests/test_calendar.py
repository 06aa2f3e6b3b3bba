"""Days, eras, service days and whole yen."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from machikado.town.common import calendar
from machikado.town.common.calendar import Rounding, round_yen, service_time, town_date, wareki, weekday_date


def test_the_legal_day_begins_at_midnight_in_the_town():
    assert town_date(datetime(2026, 11, 22, 14, 59, 59, tzinfo=UTC)) == date(2026, 11, 22)
    assert town_date(datetime(2026, 11, 22, 15, 0, tzinfo=UTC)) == date(2026, 11, 23)
    with pytest.raises(ValueError, match="time zone"):
        town_date(datetime(2026, 11, 22))


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 23), "令和8年11月23日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1926, 12, 24), "大正15年12月24日"),
        (date(1912, 7, 29), "明治45年7月29日"),
    ],
)
def test_japanese_eras(day, words):
    assert wareki(day) == words


def test_months_go_back_over_a_new_year():
    months = calendar.months_back(date(2027, 1, 31), 3)
    assert months == [date(2027, 1, 1), date(2026, 12, 1), date(2026, 11, 1)]
    assert calendar.month_in(months, "2026-12") == date(2026, 12, 1)
    assert {calendar.month_in(months, said) for said in ("", "2026-10", "9999-12", "12")} == {date(2027, 1, 1)}


def test_before_the_gregorian_calendar_there_is_no_era():
    with pytest.raises(ValueError, match="Gregorian"):
        wareki(date(1872, 12, 31))


def test_a_day_with_its_weekday():
    with translation.override("ja"):
        assert weekday_date(date(2026, 11, 23)) == "11月23日（月）"
    with translation.override("en"):
        assert weekday_date(date(2026, 11, 23)) == "Mon 23 Nov"


def test_a_service_day_passes_midnight():
    assert service_time(date(2026, 11, 23), "25:10") == datetime(2026, 11, 23, 16, 10, tzinfo=UTC)
    assert service_time(date(2026, 11, 23), "8:05:30") == datetime(2026, 11, 22, 23, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize("clock", ["", "25", "25:60", "-1:00", "１:00", "1:2:3:4", "a:b"])
def test_what_is_no_time_is_refused(clock):
    with pytest.raises(ValueError, match="service day"):
        service_time(date(2026, 11, 23), clock)


def test_whole_yen():
    assert round_yen(Decimal("10.5"), Rounding.HALF_UP) == 11
    assert round_yen(Decimal("-10.5"), Rounding.HALF_UP) == -11
    assert round_yen(Fraction(32, 3), Rounding.DOWN) == 10
    assert round_yen(Fraction(31, 3), Rounding.UP) == 11
    assert round_yen(Fraction(-31, 3), Rounding.DOWN) == -10


@given(st.fractions(-(10**9), 10**9), st.sampled_from(list(Rounding)))
def test_rounding_is_off_by_less_than_a_yen_and_leaves_whole_yen_alone(amount, mode):
    assert abs(round_yen(amount, mode) - amount) < 1
    assert round_yen(int(amount), mode) == int(amount)
    assert round_yen(-amount, mode) == -round_yen(amount, mode)


def test_the_eras_stand_in_one_place():
    town = Path(calendar.__file__).parents[1]
    sources = [path for path in town.rglob("*.py") if "tests" not in path.parts]
    assert [path.name for path in sources if re.search('"(昭和|平成|Showa|Heisei)"', path.read_text("utf-8"))] == [
        "calendar.py"
    ]
