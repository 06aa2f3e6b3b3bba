"""Snow: a manager suspends the bus, sees whom it touches, and two people telephone whom no message reaches."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from machikado.town.common import clock
from machikado.town.ride.models import Booking, CallEntry, CallList, Suspension
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import a_riding_town, booked, people
from machikado.town.ride.tests.snow import on_the_telephone
from tests.stories.eyes import Eyes

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 780}


@pytest.fixture
def town(transactional_db, cast, monkeypatch):
    """Tomorrow morning Hana (in a wheelchair) and Maruyama have a land line, Yoda reads his screen; it is noon."""
    area = a_riding_town(cast, vans=2)
    booked(area, on_the_telephone(), riding=people(1, wheelchairs=1))
    booked(area, on_the_telephone("丸山", "0263-00-0002"), minute=660)
    booked(area, cast.yoda, minute=690)
    monkeypatch.setattr(clock, "now", lambda: NOON)
    return area


def go(page: Page, live_server, name: str, *args: object) -> None:
    page.goto(f"{live_server.url}{reverse(name, args=args)}")


def at_both_sizes(page: Page, eyes: Eyes) -> list[str]:
    """What is wrong with a page on a phone and on a desk."""
    faults = []
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        faults += eyes.look(page)
    return faults


def suspend(page: Page, live_server) -> None:
    """Enter snow for tomorrow morning, and press; a page shows whom it touches."""
    go(page, live_server, "ride:hours")
    page.locator("#id_reason").select_option("snow")
    page.locator("#id_begins_at").fill("2026-11-25T09:00")
    page.locator("#id_ends_at").fill("2026-11-25T12:00")
    page.locator("#id_note").fill("道がこおっています。")
    page.get_by_role("button", name="運休にする").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("運休にする前の確認")


def cancel_all(page: Page) -> None:
    page.get_by_role("button", name="運休にして、3件を取り消す").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("架電リスト")


def call_next(page: Page, name: str) -> None:
    page.get_by_role("button", name="次の人に電話する").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def takes_it_along(page: Page) -> None:
    """The list as a table; on paper the buttons are gone, and there is room for ticks."""
    with page.expect_download() as saved:
        page.get_by_role("link", name="表（CSV）").click()
    assert "0263-00-0002" in saved.value.path().read_text("utf-8-sig")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="次の人に電話する")).to_be_hidden()
    expect(page.locator(".tick").first).to_be_visible()
    page.emulate_media(media="screen")


def test_a_manager_suspends_the_bus_and_two_people_call(town, visit, live_server, eyes: Eyes):
    page, faults = visit("uehara", **DESK), list[str]()
    suspend(page, live_server)
    expect(page.get_by_text("この時間に、約束した乗車が3件あります")).to_be_visible()
    faults += at_both_sizes(page, eyes)
    assert not Suspension.objects.exists()
    cancel_all(page)
    faults += at_both_sizes(page, eyes)
    assert set(Booking.objects.values_list("state", flat=True)) == {"cancelled"}

    call_next(page, "百瀬 はな")
    expect(page.get_by_role("link", name="0263-00-1234")).to_be_visible()
    faults += at_both_sizes(page, eyes)
    other = visit("momose", **PHONE)
    go(other, live_server, "ride:call_list", CallList.objects.get().code)
    expect(other.get_by_text("上原 のりばさんが電話中")).to_be_visible()
    call_next(other, "丸山")
    faults += eyes.look(other)
    other.get_by_role("button", name="出ない（かけ直す）").click()
    expect(other.get_by_role("heading", level=1)).to_contain_text("架電リスト")

    page.get_by_role("button", name="つながった").click()
    expect(page.get_by_text("2人中1人")).to_be_visible()
    expect(page.get_by_text(re.compile("出ない.*百瀬 ")).first).to_be_visible()
    faults += eyes.look(page)
    takes_it_along(page)
    call_next(page, "丸山")
    page.get_by_role("button", name="つながらない（もうかけない）").click()
    expect(page.get_by_text("全員への電話が終わりました")).to_be_visible()
    faults += at_both_sizes(page, eyes)
    assert set(CallEntry.objects.values_list("state", flat=True)) == {"reached", "nobody"}
    go(page, live_server, "ride:call_lists")
    faults += at_both_sizes(page, eyes)
    assert faults == []


def test_the_page_of_the_other_one_shows_what_is_going_on_by_itself(town, visit, live_server, eyes: Eyes):
    """Momose looks at the list; Uehara takes a call elsewhere: within some seconds Momose's page says so."""
    page = visit("uehara", **DESK)
    suspend(page, live_server)
    cancel_all(page)
    other = visit("momose", **DESK)
    go(other, live_server, "ride:call_list", CallList.objects.get().code)
    expect(other.get_by_text("上原 のりばさんが電話中")).to_have_count(0)
    page.get_by_role("button", name="次の人に電話する").click()
    expect(other.get_by_text("上原 のりばさんが電話中")).to_be_visible(timeout=20_000)
    assert eyes.look(other) == []
