"""A service day passes 24:00: after midnight the bus of yesterday still runs, and can be booked and changed."""

from uuid import uuid4

import pytest
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.ride.actions import area as areas
from machikado.town.ride.actions import asking
from machikado.town.ride.actions.area import NewHours
from machikado.town.ride.hours import DayType, Span, moment_at
from machikado.town.ride.models import Booking
from machikado.town.ride.tests.makings import NOON, TODAY, a_shift, a_van
from machikado.town.ride.tests.riding import TOMORROW, a_riding_town, another_driver, asked, booked, corner, wish
from machikado.town.ride.tests.test_booking_pages import fields_of

HALF_PAST_MIDNIGHT = moment_at(TODAY, 88_200)  # Tuesday's 24:30, which is Wednesday 0:30


@pytest.fixture
def night(cast):
    """On weekdays the bus runs until 25:30; on Tuesday a van drives from 16:00 until then."""
    area = a_riding_town(cast)
    hours = NewHours(TODAY, {DayType.WEEKDAY: [Span(420, 1530)]})
    areas.set_hours(area=area, hours=hours, by=SYSTEM, now=NOON)
    van = a_van(area, depot=corner(0, 0), name="夜の車")
    a_shift(cast, van, driver=another_driver(), day=TODAY, span=Span(960, 1530), breaks=())
    return area


@pytest.fixture
def yoda(cast, client_of, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: HALF_PAST_MIDNIGHT)
    return client_of(cast.yoda)


def days_of(page) -> list[str]:
    return [value for value, _label in page.context["form"].fields["day"].choices]


def test_the_form_offers_yesterday_as_long_as_its_bus_runs(night, yoda, monkeypatch):
    assert days_of(yoda.get(reverse("ride:book")))[:2] == ["2026-11-24", "2026-11-25"]
    monkeypatch.setattr(clock, "now", lambda: moment_at(TODAY, 92_000))  # 25:33, it has ended
    assert days_of(yoda.get(reverse("ride:book")))[0] == "2026-11-25"


@pytest.mark.parametrize(("day", "minute"), [("2026-11-25", "0:50"), ("2026-11-24", "24:50")])
def test_ten_to_one_is_the_bus_of_yesterday_however_it_is_said(night, yoda, day, minute):
    fields = fields_of(yoda, start="south", goal="north", when="leave", day=day, minute=minute)
    assert yoda.post(reverse("ride:book"), fields).status_code == 302
    made = Booking.objects.get()
    assert (made.day, made.wish_second, made.state) == (TODAY, 89_400, "offered")
    assert yoda.post(reverse("ride:book"), fields).status_code == 302
    assert Booking.objects.get() == made, "the same form is the same wish"


def test_at_noon_half_past_midnight_of_tomorrow_is_todays_late_bus(night, cast):
    late = wish(day=TOMORROW, minute=30)
    made = asking.ask(area=night, rider=cast.yoda, wish=late, by=SYSTEM, now=NOON)
    assert (made.day, made.wish_second) == (TODAY, 88_200)


def test_to_be_there_when_the_bus_ends_is_of_yesterday_too(night, cast):
    end = wish(day=TOMORROW, minute=90, when=Booking.When.ARRIVE, sent_key=uuid4())
    made = asking.ask(area=night, rider=cast.yoda, wish=end, by=SYSTEM, now=NOON)
    assert (made.day, made.wish_second, made.state) == (TODAY, 91_800, "offered")


def test_a_ride_after_midnight_is_changed_to_another_time_of_the_same_night(night, cast, yoda):
    old = booked(night, cast.yoda, day=TODAY, minute=1490)
    begun = fields_of(yoda, "ride:change", old.code)
    assert (begun["day"], begun["minute"]) == ("2026-11-24", "24:50")
    yoda.post(reverse("ride:change", args=[old.code]), {**begun, "minute": "24:58"})
    new = Booking.objects.latest("pk")
    assert (new.replaces, new.day, new.wish_second) == (old, TODAY, 24 * 3600 + 58 * 60)


def test_where_the_bus_rests_at_night_today_stays_today(cast):
    area = a_riding_town(cast)
    made = asked(area, cast.yoda, minute=30)
    assert (made.day, made.wish_second, made.reason) == (TOMORROW, 1800, "outside_hours")
