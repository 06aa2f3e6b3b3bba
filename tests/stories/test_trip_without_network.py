"""A resident without a network sees the next trip as it was; whoever comes after them on the same browser does not."""

from collections.abc import Callable, Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.people.models import ContactPoint
from machikado.town.ride.actions import bookings
from machikado.town.ride.hours import moment_at
from machikado.town.ride.models import Booking, ServiceArea
from machikado.town.ride.tests.riding import TOMORROW, a_riding_town, booked
from tests.stories.eyes import Eyes
from tests.stories.town_processes import wait_until

KEPT = "() => document.querySelector('#trip[data-done]') && navigator.serviceWorker.controller"
OWN = """async () => {
  const cache = await caches.open("machikado-own");
  const pages = await Promise.all((await cache.keys()).map(async (each) => (await cache.match(each)).text()));
  return pages.join();
}"""
ALL = """async () => {
  const paths = async (name) => (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
  return (await Promise.all((await caches.keys()).map(paths))).flat();
}"""
GONE = "async () => !(await (await caches.open('machikado-own')).keys()).length"
EXPECTED = "Failed to load resource: net::ERR_"


@pytest.fixture
def area(cast, monkeypatch) -> ServiceArea:
    monkeypatch.setattr(clock, "now", lambda: moment_at(TOMORROW, 9 * 3600 + 42 * 60))
    ContactPoint.objects.create(person=cast.yoda, kind=ContactPoint.Kind.PHONE, value="090-0000-0412")
    return a_riding_town(cast)


@pytest.fixture
def ride(area, cast) -> Booking:
    return booked(area, cast.yoda)


@pytest.fixture
def at_home(ride, visit, live_server) -> Iterator[Page]:
    """Yoda looked at what is booked, and the trip was kept."""
    page = visit("yoda")
    page.goto(f"{live_server.url}{reverse('ride:home')}")
    page.wait_for_function(KEPT)
    yield page
    page.context.set_offline(False)


def become(page: Page, client_of: Callable, person, url: str) -> None:
    """Somebody else signs in here, though nobody signed out."""
    cookie = client_of(person).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": url}])


def test_the_trip_stands_there_without_a_network_and_goes_with_the_sign_out(at_home, ride, live_server, eyes: Eyes):
    page = at_home
    faults = eyes.look(page)
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_text("9:42の内容です")).to_be_visible()
    expect(page.get_by_text("0412")).to_be_visible()
    assert page.get_by_role("link", name="電話").get_attribute("href").startswith("tel:")
    assert page.evaluate("getComputedStyle(document.querySelector('.masthead')).borderBottomWidth") == "1px", (
        "with its look"
    )
    faults += eyes.look(page, expected=EXPECTED)
    page.goto(f"{live_server.url}{reverse('ride:booking', args=[ride.code])}")
    expect(page.get_by_text("9:42の内容です")).to_be_visible()
    page.context.set_offline(False)
    page.wait_for_url("**/bookings/**")
    expect(page.get_by_role("heading", name="お金")).to_be_visible()
    kept = set(page.evaluate(ALL))
    pages = {path for path in kept if not path.startswith("/static/")}
    assert pages == {reverse("ride:kept"), reverse("ride:no_network")}, "no other page is kept"
    page.locator("summary", has=page.locator(".avatar")).click()
    page.get_by_role("button", name="サインアウト").click()
    wait_until(lambda: page.evaluate(GONE))
    page.context.set_offline(True)
    page.goto(f"{live_server.url}{reverse('ride:home')}")
    expect(page.get_by_role("heading", level=1)).to_have_text("インターネットにつながりません")
    expect(page.get_by_text("0412")).to_have_count(0)
    faults += eyes.look(page, expected=EXPECTED)
    assert faults == []


def test_another_person_on_the_same_browser_sees_nothing_of_it(at_home, cast, client_of, live_server):
    page = at_home
    assert "0412" in page.evaluate(OWN)
    become(page, client_of, cast.hara, live_server.url)
    page.goto(f"{live_server.url}{reverse('inbox')}")  # a page of another part of the town
    wait_until(lambda: page.evaluate(GONE))
    page.context.set_offline(True)
    page.goto(f"{live_server.url}{reverse('ride:home')}")
    expect(page.get_by_role("heading", level=1)).to_have_text("インターネットにつながりません")


def test_nothing_is_booked_without_a_network_and_what_was_typed_stays(at_home, live_server, eyes: Eyes):
    page = at_home
    page.goto(f"{live_server.url}{reverse('ride:book')}")
    page.locator("#id_goal").fill("north")
    page.context.set_offline(True)
    before = Booking.objects.count()
    page.get_by_role("button", name="バスをさがす").click()
    expect(page.get_by_role("alert")).to_contain_text("電話してください")
    expect(page.locator("#id_goal")).to_have_value("north")
    faults = eyes.look(page, expected=EXPECTED)
    page.evaluate("document.querySelector('form[action$=\"/book/\"]').submit()")  # as where the browser does not know
    expect(page.get_by_role("heading", level=1)).to_have_text("インターネットにつながりません")
    page.context.set_offline(False)
    page.get_by_role("link", name="もう一度ためす").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("バスで、どこに行きますか")
    assert Booking.objects.count() == before, "it was not sent later on"
    assert faults == []


def test_a_ride_that_was_cancelled_meanwhile_is_the_new_page_after_coming_back(at_home, ride, live_server):
    page = at_home
    page.context.set_offline(True)
    page.goto(f"{live_server.url}{reverse('ride:booking', args=[ride.code])}")
    expect(page.get_by_text("9:42の内容です")).to_be_visible()
    bookings.cancel(booking=ride, by=SYSTEM, now=clock.now())
    page.context.set_offline(False)
    expect(page.get_by_role("heading", level=1)).to_have_text("このよやくは、やめました")
    wait_until(lambda: page.evaluate(GONE))


def test_a_trip_that_is_over_is_shown_no_more(at_home, live_server):
    page = at_home
    hours = 3 * 3600 * 1000
    page.evaluate(
        """async (later) => {
          const cache = await caches.open("machikado-own");
          for (const request of await cache.keys()) {
            const page = await cache.match(request);
            const headers = new Headers(page.headers);
            headers.set("X-Over-At", String(Number(headers.get("X-Over-At")) - later));
            await cache.put(request, new Response(await page.text(), { headers }));
          }
        }""",
        hours,
    )
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("インターネットにつながりません")
    assert page.evaluate(OWN) == ""
