"""A coordinator uploads something large in a real browser: stops it, loses the connection, sends it again."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from demo.cast import Cast
from machikado.town.work.models import Batch
from machikado.town.work.tests.makings import open_job

DESK = {"width": 1280, "height": 900}
SLOW = 200_000  # bytes a second
LARGE = b"no,\xe5\x93\x81\xe5\x90\x8d\n" + b"".join(b"%d,%s\n" % (line, b"a" * 990) for line in range(1_500))
TABLE = {"name": "large.csv", "mimeType": "text/csv", "buffer": LARGE}


@pytest.fixture
def add_page(transactional_db, cast: Cast, live_server, client_of, new_page: Callable[..., Page]) -> Page:
    """The page on which Momose imports tasks into a job."""
    page = new_page(**DESK)
    cookie = client_of(cast.momose).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page.goto(f"{live_server.url}/jobs/{open_job(cast).code}/batches/add/")
    return page


def be_slow(page: Page, bytes_per_second: int) -> None:
    """Let this page send so many bytes a second; -1: as fast as it can."""
    line = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_second}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", line)


def test_a_huge_upload_is_stopped_and_sent_again(add_page, axe_faults):
    be_slow(add_page, SLOW)
    add_page.locator("input[type=file]").set_input_files(TABLE)
    send = add_page.locator("form[data-upload] button[type=submit]")
    send.click()
    expect(add_page.locator("[data-progress] [data-words]")).to_contain_text("送りました")
    expect(send).to_be_disabled()
    assert axe_faults(add_page) == []
    add_page.locator("[data-stop]").click()
    expect(add_page.locator("[data-progress] [data-words]")).to_contain_text("送信をやめました")
    expect(add_page.locator("[data-stop]")).to_be_hidden()
    expect(send).to_be_focused()
    be_slow(add_page, -1)
    send.click()
    add_page.wait_for_url(re.compile(r"//[^/]+/batches/"))
    assert Batch.objects.get().total == 1_500


def test_without_a_connection_the_upload_says_so_and_can_be_sent_again(add_page):
    add_page.locator("input[type=file]").set_input_files(TABLE)
    add_page.context.set_offline(True)
    send = add_page.locator("form[data-upload] button[type=submit]")
    send.click()
    expect(add_page.locator("[data-progress] [data-words]")).to_contain_text("送信が止まりました")
    expect(send).to_be_enabled()


def test_every_form_of_a_page_takes_its_files(add_page):
    def twice(route: Route) -> None:
        answer = route.fetch()
        doubled = re.sub(r"(<form class=\"card stack\".*?</form>)", r"\1\1", answer.text(), flags=re.DOTALL)
        route.fulfill(response=answer, body=doubled)

    add_page.route("**/batches/add/", twice)
    add_page.reload()
    second = add_page.locator("form[data-upload]").nth(1)
    second.locator("input[type=file]").set_input_files(TABLE)
    expect(second.locator("[data-list]")).to_contain_text("1")
