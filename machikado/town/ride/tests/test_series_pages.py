"""Pages of rides every week: one tap from a booking, the next days, a day left out, the end; the desk for others."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.people.models import Channel, ContactPoint, Message, Person
from machikado.town.ride.actions import area as areas
from machikado.town.ride.actions.area import NewHours
from machikado.town.ride.actions.repeating import book_day
from machikado.town.ride.hours import DayType, Span, moment_at
from machikado.town.ride.models import Booking, BookingSeries
from machikado.town.ride.tests.every_week import (
    FRIDAY,
    NEXT_WEDNESDAY,
    THIS_FRIDAY,
    THIS_THURSDAY,
    THURSDAY,
    WEDNESDAY,
    drives,
    ride,
    weekly,
)
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import TOMORROW, a_riding_town, booked


@pytest.fixture
def area(cast, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)
    area = a_riding_town(cast)
    drives(cast, THIS_THURSDAY)
    return area


def where(row: Booking | BookingSeries | Message, name: str) -> str:
    return reverse(f"ride:{name}", args=[row.code])


def test_one_tap_books_it_every_week(outward, cast, client_of):
    browser = client_of(cast.yoda)
    page = browser.get(where(outward, "booking"))
    assert "毎週水曜日によやくする" in page.content.decode()
    fields = dict(page.context["weekly"].offered.fields)
    assert fields == {"weekdays": "2", "back": "", "back_minute": ""}
    for _tap in range(2):
        made = browser.post(where(outward, "series_add"), fields, follow=True)
    row = BookingSeries.objects.get()
    assert made.redirect_chain[-1][0] == where(row, "series")
    said = made.content.decode()
    assert "これから毎週、バスをよやくします" in said
    assert "毎週 水曜日" in said
    assert "10:00に出る" in said
    assert "11月26日（木）に、自動でよやくします" in said, "next Wednesday opens six days before"
    assert "この乗車は、毎週よやくしています" in browser.get(where(outward, "booking")).content.decode()
    for page in (browser.get(reverse("ride:home")), browser.get(reverse("ride:series_list"))):
        assert where(row, "series") in page.content.decode()


def test_the_form_asks_for_days_the_way_back_and_the_end_and_keeps_what_was_typed(outward, cast, client_of):
    browser, form = client_of(cast.yoda), where(outward, "series_add")
    assert browser.get(form).context["form"].initial["weekdays"] == [WEDNESDAY]
    wrong = {"weekdays": ["2", "3"], "back": "time", "back_minute": "25時", "until": "2026-12-31"}
    refused = browser.post(form, wrong)
    assert refused.status_code == 422
    assert "25時" in refused.content.decode()
    assert browser.post(form, {**wrong, "back_minute": ""}).status_code == 422
    assert "曜日" in browser.post(form, {**wrong, "weekdays": []}).content.decode()
    early = browser.post(form, {**wrong, "back_minute": "9:00"})
    assert (early.status_code, "10:00よりあと" in early.content.decode()) == (422, True)
    assert browser.post(form, {**wrong, "back_minute": "13:00"}).status_code == 302
    row = BookingSeries.objects.get()
    assert (row.days, row.back, row.back_minute, row.until) == ([2, 3], "time", 780, date(2026, 12, 31))


def test_a_day_is_left_out_and_the_series_ended_with_one_tap_each(outward, cast, client_of):
    browser, made = client_of(cast.yoda), weekly(outward, cast, WEDNESDAY, THURSDAY)
    book_day(made, THIS_THURSDAY, NOON)
    page = browser.get(where(made, "series")).content.decode()
    assert where(ride(made), "booking") in page
    assert "11月26日（木）は乗らない" in page
    left_out = browser.post(where(made, "series_skip"), {"day": "2026-11-26"}, follow=True).content.decode()
    assert "この日は、乗りません" in left_out
    assert ride(made).state == "cancelled"
    for nonsense in ("", "2026-11-31", "2026-11-27"):
        browser.post(where(made, "series_skip"), {"day": nonsense})
    assert made.rides.filter(reason="skipped").count() == 1
    browser.post(where(made, "series_end"), {"rides": "keep"})
    assert ride(made, TOMORROW).state == "booked"
    ended = browser.post(where(made, "series_end"), {"rides": "cancel"}, follow=True).content.decode()
    assert ride(made, TOMORROW).state == "cancelled"
    assert "もう、自動ではよやくしません" in ended


def test_a_missed_day_says_why_and_leads_to_other_times(outward, area, cast, client_of):
    new = areas.NewSuspension("snow", moment_at(THIS_THURSDAY, 9 * 3600), moment_at(THIS_THURSDAY, 11 * 3600))
    areas.suspend(area=area, new=new, by=SYSTEM, now=NOON)
    made = weekly(outward, cast, THURSDAY)
    book_day(made, THIS_THURSDAY, NOON)
    browser = client_of(cast.yoda)
    page = browser.get(where(made, "series")).content.decode()
    assert "その時間、バスは運休です" in page
    assert where(ride(made), "offers") in page
    other = ride(made).offers.get(number=2)
    browser.post(where(ride(made), "offers"), {"offer": other.code})
    assert where(ride(made), "booking") in browser.get(where(made, "series")).content.decode()


def test_the_desk_makes_and_ends_it_for_a_caller_and_sees_whom_to_call(outward, cast, client_of):
    Person.objects.filter(pk=cast.yoda.pk).update(channel=Channel.CALL)
    desk = client_of(cast.uehara)
    assert "「毎週、乗りますか」" in desk.get(where(outward, "booking")).content.decode()
    desk.post(where(outward, "series_add"), {"weekdays": ["3"], "back": ""})
    made = BookingSeries.objects.get()
    assert made.rider == cast.yoda
    assert where(made, "series") in desk.get(reverse("ride:caller", args=[cast.yoda.code])).content.decode()
    assert "電話をかける人" not in desk.get(reverse("ride:desk")).content.decode()
    book_day(made, THIS_THURSDAY, NOON)
    page = desk.get(reverse("ride:desk")).content.decode()
    assert "電話をかける人" in page
    assert where(ride(made), "booking") in page
    assert "依田" in desk.get(where(made, "series")).content.decode()
    desk.post(where(made, "series_skip"), {"day": NEXT_WEDNESDAY.isoformat()})
    desk.post(where(made, "series_end"), {"rides": "keep"})
    made.refresh_from_db()
    assert made.ended_at == NOON
    assert client_of(cast.hara).get(where(made, "series")).status_code == 404


def test_a_day_that_was_left_out_is_wanted_again_with_one_tap(outward, cast, client_of):
    browser, made = client_of(cast.yoda), weekly(outward, cast, THURSDAY)
    book_day(made, THIS_THURSDAY, NOON)
    assert "やっぱり乗る" not in browser.get(where(made, "series")).content.decode()
    left_out = browser.post(where(made, "series_skip"), {"day": "2026-11-26"}, follow=True).content.decode()
    assert "11月26日（木）に、やっぱり乗る" in left_out
    for _tap in range(2):
        wanted = browser.post(where(made, "series_want"), {"day": "2026-11-26"}, follow=True).content.decode()
    assert "やっぱり乗る" not in wanted
    assert "もうすぐ、自動でよやくします。" in wanted
    assert not made.rides.exists()
    browser.post(where(made, "series_want"), {"day": "きのう"})


def test_a_holiday_says_beforehand_whether_the_bus_runs(outward, area, cast, client_of, monkeypatch):
    made, browser = weekly(outward, cast, FRIDAY), client_of(cast.yoda)
    monkeypatch.setattr(clock, "now", lambda: moment_at(date(2026, 12, 20), 0))
    page = browser.get(where(made, "series")).content.decode()
    assert "祝日なので、バスは走りません。" in page
    assert "12月25日（金）は乗らない" in page
    assert "1月1日（金）は乗らない" not in page
    spans = {DayType.WEEKDAY: [Span(420, 1200)], DayType.HOLIDAY: [Span(540, 900)]}
    areas.set_hours(area=area, hours=NewHours(date(2027, 1, 1), spans), by=SYSTEM, now=clock.now())
    page = browser.get(where(made, "series")).content.decode()
    assert "祝日です。バスは9:00〜15:00に走ります。" in page
    assert "1月1日（金）は乗らない" in page


def test_the_desk_says_that_it_told_somebody(outward, area, cast, client_of):
    Person.objects.filter(pk=cast.yoda.pk).update(channel=Channel.CALL)
    cast.yoda.refresh_from_db()
    ContactPoint.objects.create(person=cast.yoda, kind=ContactPoint.Kind.PHONE, value="090-0000-0412")
    made = weekly(outward, cast, FRIDAY, slug="uehara")
    book_day(made, THIS_FRIDAY, NOON)
    desk, message = client_of(cast.uehara), Message.objects.get(kind="ride.series_missed")
    page = desk.get(reverse("ride:desk")).content.decode()
    for words in (
        "電話をかける人",
        "090-0000-0412",
        "依田 のるさんに、11月27日（金）のことを伝えました",
        where(message, "told"),
    ):
        assert words in page
    for _tap in range(2):
        page = desk.post(where(message, "told"), follow=True).content.decode()
    assert "電話をかける人" not in page
    assert "伝えたことを記録しました" in page


def test_the_page_asks_for_three_weeks_what_it_asks_for_one_ride(outward, cast, client_of, django_assert_num_queries):
    """Each day out and back; the list of all series asks no more for two of them."""
    browser, made = client_of(cast.yoda), weekly(outward, cast)
    with CaptureQueriesContext(connection) as one:
        browser.get(where(made, "series"))
    asked = len(one)
    many = weekly(booked(outward.area, cast.yoda, minute=840), cast, WEDNESDAY, THURSDAY, back="time", back_minute=900)
    for day in (outward.day, THIS_THURSDAY):
        book_day(many, day, NOON)
    assert many.rides.filter(booking__state="booked").count() == 4
    with django_assert_num_queries(asked):
        browser.get(where(many, "series"))
    with django_assert_num_queries(asked + 1):  # whose they are
        assert len(browser.get(reverse("ride:series_list")).context["pages"]) == 2
