"""What people type, and when two answers mean the same."""

from datetime import date, timedelta

import pytest

from machikado.town.common.calendar import ERAS, wareki
from machikado.town.work.form_values import clean, iso_date, normal, read_value

TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
NUMBER = {"type": "number"}
DAY = {"type": "string", "format": "date"}
YES_NO = {"type": "boolean"}


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (WHOLE, "１，２３４", 1234),
        (WHOLE, " 1,234 ", 1234),
        (WHOLE, "007", 7),
        (WHOLE, "−5", -5),
        (WHOLE, "12,34", "12,34"),  # no thousands: may be a mistake, so the check must speak
        (WHOLE, "1.5", 1.5),
        (WHOLE, "百", "百"),
        (NUMBER, "3.50", 3.5),
        (NUMBER, "12.0", 12),
        (NUMBER, "1e5", "1e5"),
        (NUMBER, "9" * 40, "9" * 40),
        (YES_NO, "はい", True),
        (YES_NO, "off", False),
        (YES_NO, "たぶん", "たぶん"),
        (DAY, "2026/1/5", "2026-01-05"),
        (DAY, "令和８年１１月２３日", "2026-11-23"),
        (DAY, "R8.11.23", "2026-11-23"),
        (DAY, "昭和元年12月30日", "1926-12-30"),
        (DAY, "2026-02-30", "2026-02-30"),
        ({"enum": [1, 2]}, "2", 2),
        ({"enum": ["a", "b"]}, "c", "c"),
        (TEXT, "  \x00山\x07田 ", "山田"),
        (TEXT, ["<script>"], ""),
        (TEXT, None, ""),
    ],
)
def test_typed_text_becomes_a_value(field, typed, value):
    assert read_value(field, typed) == value
    assert type(read_value(field, typed)) is type(value)


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        (TEXT, "塩尻市　大門", " 塩尻市 大門 "),
        (TEXT, "ＡＢＣ", "ABC"),
        (TEXT, "ﾊﾝｶｸ", "ハンカク"),
        (WHOLE, "１２３", 123),
        (WHOLE, "1,000", "1000"),
        (NUMBER, "1.50", 1.5),
        (NUMBER, "7.0", 7),
        (DAY, "R8.11.23", "2026-11-23"),
        (YES_NO, "yes", True),
        ({"type": "string", "x-kana": True}, "たきざわ ゆき", "タキザワユキ"),
        ({"type": "string", "x-kana": True}, "ｻｰﾊﾞ", "サ－バ"),
        ({"type": "string", "x-normalise": "digits"}, "０２６３-５２-０２８０", "0263520280"),
        ({"type": "string", "x-normalise": "name"}, "滝澤　ゆき", "滝澤ゆき"),
    ],
)
def test_equal_answers_are_equal(field, one, other):
    assert normal(field, one) == normal(field, other)


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        (TEXT, "大門1番町", "大門一番町"),
        (TEXT, "ab", "a b"),
        (TEXT, "abc", "ABC"),
        (WHOLE, "12", "-12"),
        ({"type": "string", "x-normalise": "none"}, "ＡＢＣ", "ABC"),
        ({"type": "string", "x-normalise": "name"}, "滝沢ゆき", "滝澤ゆき"),
        ({"type": "string", "x-kana": True}, "キヤノン", "キャノン"),
        ({"enum": ["1", "１"]}, "1", "１"),
        (YES_NO, "yes", "no"),
    ],
)
def test_different_answers_stay_different(field, one, other):
    assert normal(field, one) != normal(field, other)


def test_what_a_database_could_not_keep_is_dropped():
    assert clean("a\x00b\ud800c\n") == "abc"


def test_no_era_needs_four_digits():
    assert iso_date("26-11-23") == ""
    assert iso_date("2026年11月23日") == "2026-11-23"


@pytest.mark.parametrize("first", [first for first, _name, _year in ERAS])
def test_a_day_is_read_as_it_is_written_in_every_era(first: date):
    for day in (first, first + timedelta(days=400)):
        assert iso_date(wareki(day)) == day.isoformat()
