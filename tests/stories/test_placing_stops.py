"""The transport manager looks at the bus and moves a stop: by a click on the map, by numbers, by keys alone."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from machikado.town.common import clock
from machikado.town.common.calendar import town_date
from machikado.town.ride.models import Stop
from machikado.town.ride.tests.makings import SOUTH, a_shift, a_stop, a_van, an_area, with_fares, with_roads
from tests.stories.eyes import Eyes

DESK = {"width": 1280, "height": 900}
PAGES = (
    *("stops", "stop_add", "stops_import", "roads", "vehicles", "vehicle_add"),
    *("shifts", "shift_add", "fares", "fares_add", "hours", "area"),
)


@pytest.fixture
def bus(cast) -> Stop:
    """A small bus with one of everything."""
    area = an_area()
    with_roads()
    stop = a_stop(area, residents_name="かどや前")
    a_stop(area, number="2", name="桟敷", kana="サジキ", lon=137.947, zone="C")
    a_shift(cast, a_van(area), day=town_date(clock.now()))
    with_fares(area, town_date(clock.now()))
    return stop


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_are_accessible_with_something_on_them(name, bus, visit, live_server, eyes: Eyes):
    page = visit("uehara")
    page.goto(f"{live_server.url}{reverse(f'ride:{name}')}")
    faults = eyes.look(page)
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="dark")
    faults += eyes.look(page)
    assert faults == []


def test_a_stop_is_moved_by_a_click_by_keys_and_by_numbers(bus, visit, live_server):
    page = visit("uehara")
    page.set_viewport_size(DESK)
    page.goto(f"{live_server.url}{reverse('ride:stop', args=[bus.code])}")
    page.wait_for_selector("[data-map][data-drawn=yes]")
    lat, lon = page.locator("#id_lat"), page.locator("#id_lon")
    before = float(lat.input_value())
    north = page.get_by_role("button", name="北へ")
    north.focus()
    page.keyboard.press("Enter")
    assert float(lat.input_value()) - before == pytest.approx(1 / 111_195, abs=1e-6)
    page.locator("[data-box] canvas").click(position={"x": 200, "y": 150})
    assert float(lon.input_value()) < bus.lon, "a click in the west of the map moves it there"
    clicked = lat.input_value()
    page.get_by_role("button", name="乗降地点を保存する").click()
    expect(page.locator(".error-summary")).to_contain_text("バスがとまれる道がありません")
    assert lat.input_value() == clicked, "where it was put stays in the boxes"
    bus.refresh_from_db()
    assert bus.lat == SOUTH + 0.00004
    lat.fill(f"{SOUTH}")
    lon.fill("137.946")
    page.get_by_role("button", name="乗降地点を保存する").click()
    expect(page.locator("[data-toast]")).to_contain_text("保存しました")
    bus.refresh_from_db()
    assert (bus.lat, bus.lon) == (SOUTH, 137.946)


def test_a_place_is_chosen_with_the_keyboard(bus, visit, live_server, eyes: Eyes):
    page = visit("")
    page.goto(f"{live_server.url}{reverse('ride:places')}")
    box = page.get_by_role("combobox")
    box.press_sequentially("だいもん")
    expect(page.get_by_role("option")).to_have_count(1)
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.locator("[data-said]")).to_have_text(re.compile("1件"))
    assert eyes.look(page) == []
    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == page.get_by_role("option").get_attribute("id")
    box.press("Enter")
    expect(box).to_have_value("大門一番町")
    assert page.locator("input[name=q_code]").input_value() == bus.code
    expect(box).to_have_attribute("aria-expanded", "false")
