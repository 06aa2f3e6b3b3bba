"""A resident books on a phone of 360 pixels: the usual in two taps, another place in five; the desk for a caller."""

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.ride.actions import passengers
from machikado.town.ride.actions.passengers import PassengerFacts
from machikado.town.ride.hours import moment_at
from machikado.town.ride.models import Booking
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import PLACES, TOMORROW, a_riding_town, booked
from tests.stories.ears import heard, in_this_order
from tests.stories.eyes import Eyes

MOST_TAPS = 5
DESK = {"width": 1280, "height": 900}


class Finger:
    """Taps, and counts."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, what: Locator) -> None:
        what.click()
        self.taps += 1


@pytest.fixture
def bus(cast, monkeypatch):
    """Yoda's home is known and they rode once; it is nine in the morning of a day on which a van is out."""
    area = a_riding_town(cast)
    passengers.know(person=cast.yoda, facts=PassengerFacts(home=PLACES["west"]), by=SYSTEM, now=NOON)
    booked(area, cast.yoda, start="west", goal="north", minute=500)
    monkeypatch.setattr(clock, "now", lambda: moment_at(TOMORROW, 9 * 3600 + 1800))
    return area


def look(page: Page, eyes: Eyes, faults: list[str]) -> None:
    faults += eyes.look(page)


def test_home_to_the_usual_in_two_taps(bus, visit, live_server, eyes: Eyes):
    page, finger = visit("yoda"), Finger()
    faults: list[str] = []
    page.goto(f"{live_server.url}{reverse('front')}")
    expect(page.get_by_role("heading", level=1)).to_have_text("バスで、どこに行きますか")
    look(page, eyes, faults)
    finger.tap(page.get_by_role("button", name="西の家 → 北の駅"))
    expect(page.get_by_role("heading", level=1)).to_have_text("どのバスにしますか")
    look(page, eyes, faults)
    finger.tap(page.get_by_role("button", name="このバスにする"))
    expect(page.get_by_text("運転手に払えます")).to_be_visible()
    look(page, eyes, faults)
    assert finger.taps <= MOST_TAPS
    made = Booking.objects.latest("pk")
    assert (made.state, made.channel, made.to_name) == ("booked", "web", "北の駅")
    assert faults == []


def test_another_place_at_eleven_in_five_taps_and_given_back(bus, visit, live_server, eyes: Eyes):
    page, finger = visit("yoda"), Finger()
    faults: list[str] = []
    page.goto(f"{live_server.url}{reverse('ride:home')}")
    finger.tap(page.get_by_role("link", name="ほかの所に行く"))
    expect(page.locator("#id_start")).to_have_value("西の家")
    page.locator("#id_goal").press_sequentially("eas")
    finger.tap(page.get_by_role("option", name="east"))
    look(page, eyes, faults)
    finger.tap(page.get_by_text("出る時間"))
    page.locator("#id_minute").fill("11:00")
    finger.tap(page.get_by_role("button", name="バスをさがす"))
    expect(page.get_by_text("10:58〜11:10")).to_be_visible()
    finger.tap(page.get_by_role("button", name="このバスにする"))
    expect(page.get_by_text("eastで降りる")).to_be_visible()
    assert finger.taps <= MOST_TAPS
    page.get_by_role("button", name="よやくをやめる").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("このよやくは、やめました")
    look(page, eyes, faults)
    assert Booking.objects.latest("pk").state == "cancelled"
    assert faults == []


def test_the_desk_books_for_a_caller(bus, visit, live_server, eyes: Eyes):
    page = visit("uehara")
    faults: list[str] = []
    page.set_viewport_size(DESK)
    page.goto(f"{live_server.url}{reverse('ride:day')}")
    look(page, eyes, faults)
    page.get_by_role("link", name="電話の人の予約").click()
    page.get_by_role("link", name="はじめての人").click()
    for name, value in (("family_name", "百瀬"), ("given_name", "はな"), ("phone", "0263-00-1234")):
        page.locator(f"#id_{name}").fill(value)
    page.get_by_role("button", name="予約に進む").click()
    page.locator("#id_start").fill("south")
    page.locator("#id_goal").fill("north")
    page.get_by_role("button", name="バスをさがす").click()
    expect(page.get_by_text("どのバスをお取りしましょうか")).to_be_visible()
    look(page, eyes, faults)
    page.get_by_role("button", name="このバスにする").click()
    expect(page.get_by_text("運転手に、1234とお伝えください")).to_be_visible()
    look(page, eyes, faults)
    made = Booking.objects.latest("pk")
    assert (made.state, made.channel) == ("booked", "phone")
    assert faults == []


def test_a_screen_reader_says_the_places_the_offers_and_the_promise(bus, visit, live_server):
    page = visit("yoda")
    page.goto(f"{live_server.url}{reverse('front')}")
    usual = ["heading, バスで、どこに行きますか, level 1", "button, 西の家 → 北の駅", "link, ほかの所に行く"]
    in_this_order(heard(page), usual)
    page.get_by_role("button", name="西の家 → 北の駅").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("どのバスにしますか")
    said = heard(page)
    in_this_order(said, ["heading, どのバスにしますか, level 1", "西の家", "北の駅", "button, このバスにする"])
    offers = [phrase for phrase in said if phrase.startswith("radio, ")]
    assert [phrase.rsplit(", ", 3)[1:] for phrase in offers[:2]] == [
        ["checked", "position 1", "set size 3"],
        ["not checked", "position 2", "set size 3"],
    ]
    assert offers[0].startswith("radio, おすすめ バスが来る時間 9:31〜9:44 歩く 0分 着く 9:40〜9:56 お金 50円")
    page.get_by_role("button", name="このバスにする").click()
    expect(page.get_by_text("運転手に払えます")).to_be_visible()
    promise = ["heading, バスは、あと 3分, level 1", "9:33ごろに来ます。", "heading, 乗る日の予定, level 2"]
    in_this_order(heard(page), [*promise, "9:31〜9:44のあいだに来ます。1号車", "heading, お金 50円, level 2"])
