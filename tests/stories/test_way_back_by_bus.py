"""A resident goes to the clinic; the way back is open, and the clinic's desk calls the bus. Heard aloud too."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.people.models import ContactPoint
from machikado.town.ride.actions import passengers, receptions
from machikado.town.ride.actions.passengers import PassengerFacts
from machikado.town.ride.actions.receptions import NewReception
from machikado.town.ride.hours import moment_at
from machikado.town.ride.models import Booking
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import PLACES, TOMORROW, a_riding_town, booked
from tests.stories.ears import heard, in_this_order
from tests.stories.eyes import Eyes

DESK = {"width": 1280, "height": 900}
HALF_PAST_NINE, ELEVEN = (moment_at(TOMORROW, seconds) for seconds in (34_200, 39_600))


@pytest.fixture
def bus(cast, monkeypatch):
    """Yoda lives in the west; the north is the clinic of Takizawa's people; it is half past nine."""
    area = a_riding_town(cast)
    ContactPoint.objects.create(person=cast.yoda, kind=ContactPoint.Kind.PHONE, value="090-0000-0412")
    passengers.know(person=cast.yoda, facts=PassengerFacts(home=PLACES["west"]), by=SYSTEM, now=NOON)
    booked(area, cast.yoda, start="west", goal="north", minute=500)
    new = NewReception(cast.shop, PLACES["north"])
    receptions.open_reception(area=area, new=new, by=cast.actor("uehara"), now=NOON)
    monkeypatch.setattr(clock, "now", lambda: HALF_PAST_NINE)
    return area


def look(page: Page, eyes: Eyes, faults: list[str]) -> None:
    faults += eyes.look(page)


def hears_the_booking(page: Page) -> None:
    """The page of a ride as a screen reader says it: the number for the driver, how it goes, the way back."""
    in_this_order(
        heard(page),
        [
            "main",
            "heading, 運転手に言う番号, level 2",
            "heading, 乗る日の予定, level 2",
            "heading, 帰りは、どうしますか, level 2",
            "button, 11:00",
            "button, 終わったら、バスをよぶ",
            "その日の最後のバスを、取っておきます。",
            "バスが、もうすぐ着きます。やめるときは、電話してください。",
            "navigation, おもなページ",
        ],
    )


def test_the_way_back_is_open_and_the_clinic_calls_the_bus(bus, visit, live_server, eyes: Eyes, monkeypatch):
    page, faults = visit("yoda"), list[str]()
    page.goto(f"{live_server.url}{reverse('front')}")
    page.get_by_role("button", name="西の家 → 北の駅").click()
    page.get_by_role("button", name="このバスにする").click()
    expect(page.get_by_role("heading", name="帰りは、どうしますか")).to_be_visible()
    look(page, eyes, faults)
    hears_the_booking(page)
    page.get_by_role("button", name="終わったら、バスをよぶ").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("終わったら、バスをよんでください")
    expect(page.get_by_text("よばないときは、最後のバスが来ます")).to_be_visible()
    look(page, eyes, faults)
    last = Booking.objects.get(is_open=True)
    monkeypatch.setattr(clock, "now", lambda: ELEVEN)
    desk = visit("takizawa", **DESK)
    desk.goto(f"{live_server.url}{reverse('ride:reception')}")
    expect(desk.get_by_text("0412")).to_be_visible()
    look(desk, eyes, faults)
    desk.get_by_role("button", name="よださんのバスを呼ぶ").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("よださんのバスが来ます")
    look(desk, eyes, faults)
    last.refresh_from_db()
    made = Booking.objects.get(replaces=last)
    assert (last.state, made.state, made.channel) == ("cancelled", "booked", "desk")
    page.goto(f"{live_server.url}{reverse('ride:home')}")
    look(page, eyes, faults)
    assert made.promise.pickup_stop.name in page.content()
    assert faults == []


def test_the_manager_opens_a_reception(bus, visit, live_server, eyes: Eyes):
    page, faults = visit("uehara", **DESK), list[str]()
    page.goto(f"{live_server.url}{reverse('ride:day')}")
    page.get_by_role("link", name="受付").click()
    page.locator("#id_client").select_option(label="隣町商会（見本）")
    page.locator("#id_place").fill("south")
    page.get_by_role("option", name="south").click()
    page.get_by_role("button", name="この受付を使えるようにする").click()
    expect(page.get_by_role("button", name="受付「south」をやめる")).to_be_visible()
    look(page, eyes, faults)
    assert faults == []
