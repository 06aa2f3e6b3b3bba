"""Takes the pictures of docs/screens from a running sample town: `python -m demo.screens OUT_DIR URL`."""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

PHONE = (360, 780)
DESK = (1280, 860)
TABLET = (1024, 768)
MOST_BYTES = 250_000


@dataclass(frozen=True, slots=True)
class Screen:
    """One picture: its name, who looks (a short name of the cast, or nobody), the size, the way there."""

    name: str
    slug: str
    size: tuple[int, int]
    way: Callable[[Page], None]


def _home(page: Page) -> None:
    """With empty hands, and what fits twenty-five minutes."""
    page.goto("/work/")
    if page.locator("form[action='/work/stop/']").count():
        page.locator("form[action='/work/stop/'] button").click()
    page.goto("/work/?minutes=25")


def _task(page: Page) -> None:
    """Begin the donation forms, or go on with them, and copy the first field."""
    page.goto("/work/?minutes=25")
    entry = page.locator(":is(.hand li, form.bundle)", has_text="寄附").first
    entry.locator(":is(a, button):is(.primary, .small)").first.click()
    page.wait_for_selector("html.one-by-one")
    while not page.locator("#f1").is_visible():
        page.locator("#previous").click()
    page.locator("#f1").fill(page.locator("figcaption > span").first.inner_text())
    page.locator("#f1").press("Enter")


def _board(page: Page) -> None:
    page.goto("/board/")


def _client(page: Page) -> None:
    """An order whose results wait for the client's decision; else the first in the list."""
    page.goto("/client/")
    links = page.locator("tbody th a")
    paths = [links.nth(place).get_attribute("href") or "" for place in range(links.count())]
    for path in paths:
        page.goto(path)
        if page.locator("form[data-decide]").count():
            return
    page.goto(paths[0])


def _buses(page: Page) -> None:
    """The board of the bus, as soon as the map is drawn and the buses stand on it."""
    page.goto("/ride/live/")
    page.wait_for_selector("[data-drawn]")
    page.wait_for_selector(".maplibregl-marker")


def _waiting(page: Page) -> None:
    """The first ride that is ahead."""
    page.goto("/ride/")
    page.locator("#ahead ~ .card a").first.click()


def _for_others(page: Page) -> None:
    """The first passenger for whom the care manager books."""
    page.goto("/ride/for/")
    page.locator("a.usual").first.click()


def _components(page: Page) -> None:
    """From the buttons on, below colours and letters."""
    page.goto("/look/")
    page.locator("section:has(button.primary)").first.evaluate("part => part.scrollIntoView()")


def _ways(page: Page) -> None:
    """From a place between the stations to the castle town up the valley, by half past two."""
    page.goto("/transit/")
    for box, place in (("#id_start", "大門六番町"), ("#id_goal", "奈良井駅")):
        page.locator(box).fill(place)
        page.locator(f"{box}_list li").first.click()
    page.locator("label:has(input[name=when][value=arrive])").click()
    page.locator("#id_minute").fill("14:30")
    page.locator("#question button.primary").click()
    page.wait_for_selector("section.corner")


def _timetable(page: Page) -> None:
    """The trains that are in use."""
    page.goto("/transit/timetables/")
    page.locator("tbody th a").first.click()


def _open_data(page: Page) -> None:
    page.goto("/transit/open-data/")


def _road(page: Page) -> None:
    """The driver on the road."""
    page.goto("/drive/")
    page.locator("a[href$='/run/']").first.click()
    page.wait_for_selector("[data-visit]:not([hidden])")


def _duty(page: Page) -> None:
    """What was recorded before the drive."""
    page.goto("/drive/")
    page.locator("main a[href^='/drive/']:not([href$='/run/'])").first.click()


SCREENS = (
    Screen("worker-home", "nakajima", PHONE, _home),
    Screen("task-phone", "nakajima", PHONE, _task),
    Screen("task-desktop", "nakajima", DESK, _task),
    Screen("board", "momose", DESK, _board),
    Screen("client", "takizawa", DESK, _client),
    Screen("buses", "uehara", DESK, _buses),
    Screen("waiting", "yoda", PHONE, _waiting),
    Screen("for-others", "keama", PHONE, _for_others),
    Screen("driver-road", "futaki", TABLET, _road),
    Screen("driver-phone", "futaki", PHONE, _road),
    Screen("driver-duty", "futaki", PHONE, _duty),
    Screen("components", "", DESK, _components),
    Screen("bus-and-train", "yoda", PHONE, _ways),
    Screen("timetable", "uehara", DESK, _timetable),
    Screen("open-data", "", PHONE, _open_data),
)


def take(browser: Browser, screen: Screen, url: str) -> bytes:
    """Return the picture as PNG: in Japanese, phones at twice their pixels."""
    width, height = screen.size
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": height},
        device_scale_factor=2 if screen.size == PHONE else 1,
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
    )
    page = context.new_page()
    page.goto("/")
    if screen.slug:
        page.locator(f"form[action='/demo/as/{screen.slug}/'] button").click()
    screen.way(page)
    page.wait_for_load_state("networkidle")
    page.mouse.move(0, 0)
    picture = page.screenshot(animations="disabled", caret="hide")
    context.close()
    return picture


def small(picture: bytes) -> bytes:
    """Return the picture with as many colours as fit into MOST_BYTES."""
    for colours in (256, 128, 64, 32):
        out = BytesIO()
        flat = Image.open(BytesIO(picture)).convert("RGB")
        flat.quantize(colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= MOST_BYTES:
            break
    return out.getvalue()


def main(folder: Path, url: str) -> None:
    """Take them all."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for screen in SCREENS:
            (folder / f"{screen.name}.png").write_bytes(small(take(browser, screen, url)))
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
