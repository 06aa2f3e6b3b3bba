"""The manager takes a timetable in and sees how far it is; a resident takes the bus that meets the train."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from machikado.town.common import clock, gazetteer, worker
from machikado.town.common.gazetteer import NewPlace
from machikado.town.ride.models import Booking
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import TOMORROW, a_riding_town
from machikado.town.transit.models import Timetable
from machikado.town.transit.tests.makings import a_feed
from tests.stories.eyes import Eyes

DESK = {"width": 1280, "height": 900}


@pytest.fixture
def bus(cast, monkeypatch):
    """Noon of the day before; the small town's bus drives tomorrow, and no trains are known yet."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    area = a_riding_town(cast)
    gazetteer.load_places([NewPlace("hall", "市の病院", 36.2005, 137.95)])
    return area


def test_a_timetable_comes_in_and_a_bus_meets_its_train(bus, visit, live_server, eyes: Eyes):
    desk = visit("uehara", **DESK)
    desk.goto(f"{live_server.url}{reverse('transit:timetables')}")
    feed = {"name": "trains.zip", "mimeType": "application/zip", "buffer": a_feed()}
    desk.locator("input[type=file]").set_input_files([feed])
    desk.get_by_role("button", name="読み込む").click()
    expect(desk.get_by_role("progressbar", name="時刻表を読んでいます")).to_be_visible()
    faults = eyes.look(desk)
    worker.do_waiting_chores()
    expect(desk.get_by_role("heading", level=1)).to_have_text("見本鉄道")  # the page went on by itself
    desk.get_by_role("button", name="この時刻表を使う").click()
    expect(desk.get_by_text("これからは、この時刻表で行き方をさがします。")).to_be_visible()
    assert Timetable.objects.get().is_in_use
    faults += eyes.look(desk)

    page = visit("yoda")
    page.goto(f"{live_server.url}{reverse('front')}")
    page.get_by_role("link", name="バスと電車").click()
    page.locator("#id_start").fill("south")
    page.locator("#id_goal").fill("市の病院")
    page.locator("#id_day").select_option(TOMORROW.isoformat())
    page.locator("#id_minute").fill("9:00")
    page.get_by_role("button", name="行き方をさがす").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("行き方")
    expect(page.get_by_text("見本線").first).to_be_visible()
    faults += eyes.look(page)
    page.get_by_role("button", name="このバスをさがす").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("どのバスにしますか")
    made = Booking.objects.get()
    assert (made.when, made.day, made.state) == ("arrive", TOMORROW, "offered")
    assert made.wish_second <= 10 * 3600 + 27 * 60, "in time for the train at 10:30"
    assert faults == []
