"""A resident wants a ride every week, leaves a day out and wants it again; it snows, and the desk tells them."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.common.worker import do_waiting_chores
from machikado.town.people.models import Channel, ContactPoint, Person
from machikado.town.ride.actions import area as areas
from machikado.town.ride.actions import repeating
from machikado.town.ride.actions.area import NewSuspension
from machikado.town.ride.hours import moment_at
from machikado.town.ride.models import BookingSeries, SeriesRide
from machikado.town.ride.queries.due_days import AGAIN
from machikado.town.ride.tests.every_week import THIS_THURSDAY, drives
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import a_riding_town, booked
from tests.stories.eyes import Eyes

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 780}


@pytest.fixture
def ride(cast, monkeypatch):
    """Yoda, whom only the telephone reaches, rides tomorrow at ten; the bus is out on Thursday too."""
    area = a_riding_town(cast)
    drives(cast, THIS_THURSDAY)
    ContactPoint.objects.create(person=cast.yoda, kind=ContactPoint.Kind.PHONE, value="090-0000-0412")
    monkeypatch.setattr(clock, "now", lambda: NOON)
    ride = booked(area, cast.yoda)
    Person.objects.filter(pk=cast.yoda.pk).update(channel=Channel.CALL)
    return ride


def wants_it_on_thursdays(page: Page) -> None:
    page.get_by_role("link", name="ほかの曜日、帰り、最後の日").click()
    page.get_by_label("木曜日").check()
    page.get_by_role("button", name="毎週よやくする").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("毎週 水曜日、木曜日")


def test_a_day_is_left_out_and_wanted_again(ride, visit, live_server, eyes: Eyes):
    page, faults = visit("yoda", **PHONE), list[str]()
    page.goto(f"{live_server.url}{reverse('ride:booking', args=[ride.code])}")
    faults += eyes.look(page)
    page.get_by_role("link", name="ほかの曜日、帰り、最後の日").click()
    faults += eyes.look(page)
    page.go_back()
    wants_it_on_thursdays(page)
    do_waiting_chores()
    page.reload()
    faults += eyes.look(page)
    page.get_by_role("button", name="11月26日（木）は乗らない").click()
    expect(page.get_by_role("button", name="11月26日（木）に、やっぱり乗る")).to_be_visible()
    faults += eyes.look(page)
    page.get_by_role("button", name="11月26日（木）に、やっぱり乗る").click()
    do_waiting_chores()
    page.reload()
    expect(page.get_by_role("button", name="11月26日（木）は乗らない")).to_be_visible()
    assert SeriesRide.objects.get(day=THIS_THURSDAY, booking__state="booked").reason == ""
    page.goto(f"{live_server.url}{reverse('ride:series_list')}")
    faults += eyes.look(page)
    page.goto(f"{live_server.url}{reverse('ride:home')}")
    faults += eyes.look(page)
    assert faults == []


def test_it_snows_the_desk_tells_them_and_the_ride_is_found_when_the_snow_is_gone(
    ride, visit, live_server, eyes: Eyes, monkeypatch
):
    faults = list[str]()
    snow = NewSuspension("snow", moment_at(THIS_THURSDAY, 9 * 3600), moment_at(THIS_THURSDAY, 11 * 3600))
    snow_row = areas.suspend(area=ride.area, new=snow, by=SYSTEM, now=NOON)
    page = visit("yoda", **PHONE)
    page.goto(f"{live_server.url}{reverse('ride:booking', args=[ride.code])}")
    wants_it_on_thursdays(page)
    do_waiting_chores()
    page.reload()
    expect(page.get_by_text("その時間、バスは運休です。")).to_be_visible()
    faults += eyes.look(page)
    for size in (DESK, PHONE):
        desk = visit("uehara", **size)
        desk.goto(f"{live_server.url}{reverse('ride:desk')}")
        expect(desk.get_by_text("090-0000-0412")).to_be_visible()
        faults += eyes.look(desk)
    desk.get_by_role("button", name="依田 のるさんに、11月26日（木）のことを伝えました").click()
    expect(desk.get_by_text("電話をかける人")).to_have_count(0)
    faults += eyes.look(desk)
    areas.lift(suspension=snow_row, by=SYSTEM, now=NOON)
    monkeypatch.setattr(clock, "now", lambda: NOON + AGAIN)
    assert repeating.queue(clock.now()) == 1
    do_waiting_chores()
    desk.reload()
    expect(desk.get_by_role("button", name="依田 のるさんに、11月26日（木）のことを伝えました")).to_be_visible()
    expect(desk.get_by_text("にバスが来ます")).to_be_visible()
    made = BookingSeries.objects.get()
    desk.goto(f"{live_server.url}{reverse('ride:series', args=[made.code])}")
    faults += eyes.look(desk)
    page.reload()
    faults += eyes.look(page)
    assert faults == []
