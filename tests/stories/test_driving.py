"""A driver carries two passengers through a dead zone and reloads in it; a server is killed between two presses."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from machikado.bench.load import Browser, Session
from machikado.town.common import clock
from machikado.town.drive.queries import soundness
from machikado.town.drive.tests.driving import a_shift_of_tomorrow, at, out
from machikado.town.people.models import ContactPoint
from machikado.town.ride.models import Booking, RunStep, StopNote, VehicleShift
from machikado.town.ride.queries import booking_soundness, run_soundness
from machikado.town.ride.tests.riding import a_rider, booked, people
from tests.stories.eyes import Eyes
from tests.stories.test_killed import session_of
from tests.stories.town_processes import Web, environment, wait_until

TABLET = {"width": 1024, "height": 768}
KEPT = """async path => {
  await navigator.serviceWorker.ready;
  const cache = await caches.open("machikado-drive");
  return Boolean(await cache.match(path, { ignoreVary: true })) && Boolean(navigator.serviceWorker.controller);
}"""


@pytest.fixture
def shift(cast, monkeypatch) -> VehicleShift:
    """Ten in the morning; 1号車 is out, and Yoda and somebody with a stick wait in the south."""
    shift = a_shift_of_tomorrow(cast)
    ContactPoint.objects.create(person=cast.yoda, kind=ContactPoint.Kind.PHONE, value="090-0000-0412")
    booked(shift.vehicle.area, cast.yoda)
    booked(shift.vehicle.area, a_rider("原"), goal="east", riding=people(1, slow=True))
    out(shift, cast)
    began = time.monotonic()
    monkeypatch.setattr(clock, "now", lambda: at(36000) + timedelta(seconds=time.monotonic() - began))
    return shift


def here(page: Page) -> Locator:
    """The visit that the tablet shows."""
    return page.locator("[data-visit]:not([hidden])")


def tap(page: Page, name: str) -> None:
    here(page).get_by_role("button", name=name).first.click()


class DeadZone:
    """Presses without a signal, and sees each one wait before the next."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, selector: str) -> None:
        here(self.page).locator(f"button[value{selector}]:visible").first.click()
        self.pressed += 1
        expect(self.page.locator("#waiting")).to_have_text(f"{self.pressed}件が送信待ち")

    def fetch_two(self) -> None:
        self.press("^='arrive|'")
        for _rider in range(2):
            self.press("^='aboard|'")
            self.press("$='|cash'")

    def bring_one(self) -> None:
        self.press("^='arrive|'")
        self.press("^='alight|'")


def sound() -> list[str]:
    return [*soundness.problems(), *run_soundness.problems(), *booking_soundness.problems()]


def test_two_passengers_through_a_dead_zone_with_a_reload(shift, visit, live_server, eyes: Eyes):
    page = visit("futaki", **TABLET)
    where = reverse("drive:run", args=[shift.code])
    page.goto(f"{live_server.url}{where}")
    expect(here(page).get_by_role("heading", level=1)).to_have_text("south")
    faults = eyes.look(page)
    page.wait_for_function(KEPT, arg=where)
    page.context.set_offline(True)
    zone = DeadZone(page)
    zone.fetch_two()
    second = here(page).get_by_role("heading", level=1).inner_text()
    assert second in ("north", "east")
    page.reload()
    expect(here(page).get_by_role("heading", level=1)).to_have_text(second)
    expect(page.locator("#online")).to_have_text("電波なし・記録は残ります")
    assert RunStep.objects.count() == 0
    zone.bring_one()
    zone.bring_one()
    expect(here(page).get_by_role("heading", level=1)).to_have_text("いまは、予定がありません")
    assert zone.pressed == 9
    page.context.set_offline(False)
    expect(page.locator("#waiting")).to_be_hidden(timeout=60_000)
    told = list(RunStep.objects.order_by("pk").values_list("kind", "refused"))
    legs = [("arrive", ""), ("alight", "")]
    assert told == [("arrive", ""), *[("aboard", ""), ("fare", "")] * 2, *legs, *legs]
    times = list(RunStep.objects.order_by("pk").values_list("at", flat=True))
    assert times == sorted(times)
    assert set(Booking.objects.values_list("state", flat=True)) == {"done"}
    assert sound() == []
    faults += eyes.look(page, expected="Failed to load resource: net::ERR_")
    assert faults == []


def test_on_a_phone_a_note_and_nobody_came(shift, visit, live_server, eyes: Eyes):
    page = visit("futaki")
    page.goto(f"{live_server.url}{reverse('drive:run', args=[shift.code])}")
    tap(page, "道の反対側")
    tap(page, "着きました")
    expect(here(page).get_by_text("10:10まで待ちます").first).to_be_visible()
    assert here(page).get_by_role("button", name="来なかった").first.is_disabled()
    faults = eyes.look(page)
    wait_until(lambda: StopNote.objects.count() == 1 and RunStep.objects.count() == 1)
    assert faults == []


def test_nothing_can_be_pressed_on_the_move(shift, visit, live_server):
    page = visit("futaki", **TABLET)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 36.105, "longitude": 137.945})
    page.goto(f"{live_server.url}{reverse('drive:run', args=[shift.code])}")
    button = here(page).get_by_role("button", name="着きました")
    expect(button).to_be_visible()
    page.wait_for_timeout(1100)
    page.context.set_geolocation({"latitude": 36.1052, "longitude": 137.945})  # 22 m in a second or two
    expect(page.locator("#moving")).to_be_visible()
    expect(button).to_be_hidden()


@pytest.fixture
def web(own_database: str) -> Iterator[Web]:
    web = Web(environment(own_database, settings.MACHIKADO_HOME))
    try:
        yield web
    finally:
        web.kill()


def row(kind: str, on: str, at_ms: int, **more: object) -> dict[str, object]:
    return {"key": str(uuid4()), "kind": kind, "on": on, "at": at_ms, "offset": 0, **more}


def queue_of(booking: Booking) -> list[dict[str, object]]:
    """A ride with forty stops on the way, as a tablet would have kept it."""
    now, promise = round(time.time() * 1000) - 600_000, booking.promise
    stops = [promise.pickup_stop.code, promise.arrival_stop.code]
    rows = [row("arrive", stops[0], now), row("aboard", booking.code, now + 1000)]
    rows += [row("arrive", stops[(number + 1) % 2], now + 2000 + number) for number in range(41)]
    return [*rows, row("alight", booking.code, now + 9000)]


def send(web: Web, session: Session, path: str, rows: list[dict[str, object]]) -> bool:
    """Send the whole queue; whether anybody confirmed all of it."""
    try:
        browser = Browser(web.port, session)
        answer = browser.post(path, {"presses": json.dumps(rows)})
    except (OSError, KeyError, ValueError, IndexError):
        return False
    return answer.status == 200 and len(json.loads(answer.body)["done"]) == len(rows)


@pytest.mark.long
def test_a_server_that_is_killed_between_two_presses_loses_none(web: Web, cast):
    shift = a_shift_of_tomorrow(cast)
    booking = booked(shift.vehicle.area, cast.yoda)
    out(shift, cast)
    rows, path = queue_of(booking), reverse("drive:tell", args=[shift.code])
    session = session_of(cast.futaki)
    wait_until(web.answers, seconds=180)
    kills = 0
    for most in (5, 20):
        kills += killed_while_sending(web, session, (path, rows), most)
    assert kills == 2
    wait_until(lambda: send(web, session, path, rows))
    assert [str(key) for key in RunStep.objects.order_by("pk").values_list("key", flat=True)] == [
        r["key"] for r in rows
    ]
    assert not RunStep.objects.exclude(refused="").exists()
    booking.refresh_from_db()
    assert booking.state == "done"
    assert sound() == []


def killed_while_sending(web: Web, session: Session, sent: tuple[str, list[dict[str, object]]], most: int) -> bool:
    """Kill the server as soon as so many presses are done; whether that was in the middle."""
    with ThreadPoolExecutor(1) as pool:
        busy = pool.submit(send, web, session, *sent)
        wait_until(lambda: RunStep.objects.count() >= most, pause=0.001)
        web.kill()
        is_confirmed = busy.result()
    done = RunStep.objects.count()
    web.start_again()
    wait_until(web.answers, seconds=180)
    return not is_confirmed and most <= done < len(sent[1])
