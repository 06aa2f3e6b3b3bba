"""A worker looks at the source of a task in a real browser: turned, larger, by two fingers, in a frame that changes."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page, expect

from demo.cast import Cast
from machikado.town.common import clock
from machikado.town.work.actions import assignments, orders
from machikado.town.work.actions.batches import Upload
from machikado.town.work.models import Assignment
from machikado.town.work.tests.makings import agreed_order, loose, open_job, png, ready_batch

DESK = {"width": 1280, "height": 900}
LONG_PAGE = (300, 900)
NEAR_THE_TOP = [100, 50, 300, 40]
NEAR_THE_FOOT = [600, 900, 300, 40]


class Box(NamedTuple):
    """Where something stands in the window (px)."""

    left: float
    top: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.left + self.width / 2, self.top + self.height / 2

    def holds(self, other: "Box") -> bool:
        """Whether the other lies wholly in this one; a pixel is no matter."""
        return (
            other.left >= self.left - 1
            and other.top >= self.top - 1
            and other.left + other.width <= self.left + self.width + 1
            and other.top + other.height <= self.top + self.height + 1
        )


def schema(first: list[int], second: list[int]) -> dict[str, Any]:
    """A form of two fields, each with its part of the picture."""
    texts = {"amount": first, "kana": second}
    fields = {name: {"type": "string", "title": name, "x-snippet": part} for name, part in texts.items()}
    return {"type": "object", "properties": fields}


@pytest.fixture
def held(transactional_db, cast: Cast) -> Assignment:
    """A long, narrow page in Nakajima's hands: the first field is read near its top, the second near its foot."""
    order = agreed_order(cast)
    job = open_job(cast, order, schema=schema(NEAR_THE_TOP, NEAR_THE_FOOT))
    ready_batch(cast, job, Upload("紙", images=[loose("1.png", png(LONG_PAGE))]))
    orders.step(order=order, to="running", by=cast.actor("momose"), now=clock.real_now())
    by, now = cast.actor("nakajima"), clock.real_now()
    taken = assignments.claim(worker=cast.worker("nakajima"), job=None, by=by, now=now)
    assert taken is not None
    return assignments.start(assignment=taken, by=by, now=now)


@pytest.fixture
def open_task(held, live_server, client_of, new_page: Callable[..., Page]) -> Callable[..., Page]:
    """`open_task(width=, height=)`: the task page in a fresh browser, its picture there."""

    def enter(**size: int) -> Page:
        page = new_page(**size)
        cookie = client_of(held.worker.person).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page.goto(f"{live_server.url}/work/a/{held.code}/")
        page.wait_for_function("document.querySelector('.stage img').naturalWidth > 0")
        page.wait_for_function("document.querySelector('.picture').style.width !== ''")
        return page

    return enter


def box(page: Page, selector: str) -> Box:
    """Where it stands now, after the browser has drawn twice."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    found = page.locator(selector).evaluate("part => { const { x, y, width, height } = part.getBoundingClientRect();"
                                            " return [x, y, width, height]; }")  # fmt: skip
    return Box(*found)


def act(page: Page, what: str) -> None:
    """Press a tool of the viewer; on a phone near a field the page hides all but one of them."""
    page.locator(f"[data-view={what}]").evaluate("button => button.click()")


def in_frame(page: Page) -> bool:
    """Whether the part of the present field is in the frame."""
    return box(page, ".stage").holds(box(page, ".mark"))


def share_of_picture(page: Page) -> tuple[float, float]:
    """Which point of the unturned picture lies in the middle of the frame, as shares of its sides."""
    stage, picture = box(page, ".stage"), box(page, ".picture")
    (x, y) = stage.middle
    return round((x - picture.left) / picture.width, 2), round((y - picture.top) / picture.height, 2)


def test_on_a_phone_a_turned_source_stays_turned_for_the_next_field(open_task):
    page = open_task()
    assert in_frame(page)
    act(page, "turn")
    assert in_frame(page)
    part = box(page, ".mark")
    assert part.height > part.width * 2  # the part is 90 × 36 pixels of the image, and stands upright now
    page.locator("#f1").fill("1")
    page.locator("#next").click()
    expect(page.locator("#f2")).to_be_focused()
    assert "rotate(90deg)" in page.locator(".picture").get_attribute("style")
    assert in_frame(page)
    act(page, "turn")
    act(page, "turn")
    assert in_frame(page)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_long_page_is_whole_however_it_is_turned(open_task, turns):
    page = open_task(**DESK)
    for _turn in range(turns):
        act(page, "turn")
    stage, picture = box(page, ".stage"), box(page, ".picture")
    assert stage.holds(picture)
    # As large as it can be: one of the sides touches the frame.
    assert picture.width == pytest.approx(stage.width, abs=2) or picture.height == pytest.approx(stage.height, abs=2)


def test_turned_and_larger_on_a_desk_the_part_of_the_next_field_comes_into_the_middle(open_task):
    page = open_task(**DESK)
    act(page, "turn")
    act(page, "larger")
    act(page, "larger")
    page.locator("#f2").focus()
    stage, part = box(page, ".stage"), box(page, ".mark")
    assert part.middle == pytest.approx(stage.middle, abs=2)


def test_what_is_in_the_middle_stays_there_when_it_is_turned(open_task):
    page = open_task(**DESK)
    for _time in range(3):
        act(page, "larger")
    page.locator("#f2").focus()
    before = page.locator(".percent").inner_text()
    act(page, "turn")
    assert page.locator(".percent").inner_text() == before
    assert box(page, ".mark").middle == pytest.approx(box(page, ".stage").middle, abs=2)


def test_a_window_of_another_size_keeps_what_somebody_looks_at(open_task):
    page = open_task(**DESK)
    for _time in range(3):
        act(page, "larger")
    page.locator(".stage").press("ArrowUp")
    page.locator(".stage").press("ArrowRight")
    seen, percent = share_of_picture(page), page.locator(".percent").inner_text()
    assert percent != "100%"
    page.set_viewport_size({"width": 1100, "height": 700})
    page.wait_for_timeout(200)
    assert page.locator(".percent").inner_text() == percent
    assert share_of_picture(page) == pytest.approx(seen, abs=0.02)


def test_a_phone_that_is_laid_down_keeps_the_part_in_its_frame(open_task):
    page = open_task()
    act(page, "turn")
    page.set_viewport_size({"width": 740, "height": 360})
    page.wait_for_timeout(200)
    assert in_frame(page)
    assert "rotate(90deg)" in page.locator(".picture").get_attribute("style")


class Fingers:
    """Fingers on a touch screen, as the browser's own input hears them."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)
        self.session.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 2})

    def say(self, kind: str, fingers: dict[int, tuple[float, float]]) -> None:
        """Put down (touchStart), move (touchMove) or lift (touchEnd) these fingers."""
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in fingers.items()]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_two_fingers_make_the_picture_larger_about_the_place_between_them(open_task):
    page = open_task()
    act(page, "whole")
    fingers = Fingers(page)
    before = box(page, ".picture")
    x, y = box(page, ".stage").middle
    fingers.say("touchStart", {0: (x - 20, y)})
    fingers.say("touchStart", {0: (x - 20, y), 1: (x + 20, y)})
    assert box(page, ".picture") == pytest.approx(before, abs=1)  # the second finger alone moves nothing
    for step in range(1, 5):
        fingers.say("touchMove", {0: (x - 20 - 5 * step, y), 1: (x + 20 + 5 * step, y)})
    larger = box(page, ".picture")
    assert larger.width == pytest.approx(before.width * 2, rel=0.05)
    assert larger.middle == pytest.approx(before.middle, abs=2)
    fingers.say("touchEnd", {1: (x + 40, y)})
    assert box(page, ".picture") == pytest.approx(larger, abs=1)  # nor does it jump when one is lifted
    fingers.say("touchMove", {0: (x - 10, y + 30)})
    moved = box(page, ".picture")
    assert (moved.middle[0] - larger.middle[0], moved.middle[1] - larger.middle[1]) == pytest.approx((30, 30), abs=2)
    fingers.say("touchEnd", {})
    assert page.evaluate("visualViewport.scale") == 1
