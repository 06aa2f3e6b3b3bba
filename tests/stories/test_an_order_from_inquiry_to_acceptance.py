"""The whole way of one order in a real browser: asked for, prepared, done by two, settled, delivered, accepted."""

import csv
import hashlib
import json
import re
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from demo.cast import Cast
from machikado.town.common import clock, soundness, worker
from machikado.town.people.actions import accounts
from machikado.town.work import bridge
from machikado.town.work.models import Assignment, Batch, Delivery, Order, Submission, Task
from tests.stories.eyes import Eyes
from tests.stories.eyes import settle as settle_htmx
from tests.stories.hands import Keyboard
from tests.stories.paper import CLAUSES, SCHEMA, SLIPS, Slip, table

DESK = {"width": 1280, "height": 900}
PASSWORD = "machikado-no-hanashi"
MISTYPED = "slip-04"  # one of the two turns two digits around
UNREADABLE = "slip-07"  # neither can read it
HALF_READ = "slip-08"  # one of the two can read it
KEYBOARD_MINUTES, FINGER_MINUTES = "10", "50"  # a few items at a time, and all ten


class Story:
    """Everybody in the story, each in a browser of their own; every page that they come to is looked at."""

    def __init__(self, cast: Cast, url: str, visit, eyes: Eyes) -> None:
        self.cast, self.url, self.visit, self.eyes = cast, url, visit, eyes
        self.faults: list[str] = []

    def enter(self, slug: str = "", **size: int) -> Page:
        """A new browser."""
        page: Page = self.visit(slug, **size)
        return page

    def look(self, page: Page, *, expected: str = "") -> None:
        """Note what is wrong with the page as it stands; `expected` in a line of the console belongs to the story."""
        self.faults += self.eyes.look(page, expected=expected)

    def go(self, page: Page, path: str) -> None:
        """Open a page and look at it."""
        page.goto(f"{self.url}{path}")
        self.look(page)

    def press(self, page: Page, what: str | Locator, *, expected: str = "") -> None:
        """Press something that leads to another page, and look at that; the next step may stand on a page twice."""
        place = page.locator(what).locator("visible=true").first if isinstance(what, str) else what
        with page.expect_navigation():
            place.click()
        self.look(page, expected=expected)


@pytest.fixture
def story(visit, cast: Cast, live_server, eyes: Eyes) -> Story:
    return Story(cast, live_server.url, visit, eyes)


def button(action: str, value: str = "") -> str:
    """The button of the form that goes to `action`."""
    return f"form[action$='{action}'] button" + (f"[value={value}]" if value else "")


def ask(story: Story) -> Order:
    """A visitor writes on the public page what they would like."""
    page = story.enter()
    story.go(page, "/")
    story.press(page, "main a[href='/inquiry/']")
    page.fill("#id_organisation_name", "角田商店（見本）")
    page.fill("#id_person_name", "滝澤")
    page.fill("#id_email", "takizawa@example.com")
    page.fill("#id_about", "納品書の控えが10枚あります。表にしてください。")
    page.fill("#id_quantity", "10")
    story.press(page, button("/inquiry/"))
    order = Order.objects.get()
    assert page.url.endswith(f"/inquiry/{order.code}/thanks/")
    return order


def estimate(story: Story, desk: Page, order: Order) -> None:
    """The coordinator says whose order it is and what it costs; the client says yes."""
    story.go(desk, "/board/")
    story.press(desk, f"a[href='/orders/{order.code}/'] >> nth=0")
    desk.select_option("#id_client", label="角田商店（見本）")
    story.press(desk, button("/client/"))
    story.press(desk, f"a[href$='/orders/{order.code}/estimate/']")
    desk.fill("#id_unit_yen", "40")
    desk.fill("#id_due_on", clock.now().replace(year=clock.now().year + 1).date().isoformat())
    expect(desk.locator("[data-total]")).to_contain_text("400")
    story.press(desk, button("/estimate/"))
    client = story.enter("takizawa")
    story.go(client, "/client/")
    story.press(client, f"a[href='/client/{order.code}/']")
    story.press(client, button("/estimate/"))
    order.refresh_from_db()
    assert order.state == Order.State.ACCEPTED


def prepare(story: Story, desk: Page, order: Order, folder: Path) -> None:
    """The coordinator makes the job, brings in table and pictures, sees them first, and opens the doors."""
    story.go(desk, f"/orders/{order.code}/")
    story.press(desk, button("/step/", "preparing"))
    add_job(story, desk)
    bring_in(story, desk, folder)
    story.press(desk, button("/open/"))
    story.go(desk, f"/orders/{order.code}/")
    story.press(desk, button("/step/", "running"))
    assert list(Task.objects.values_list("state", "wanted").distinct()) == [("ready", 2)]
    assert Batch.objects.get().state == Batch.State.READY


def add_job(story: Story, desk: Page) -> None:
    """A job with its procedure and its form."""
    story.press(desk, "a[href$='/jobs/add/']")
    desk.fill("#id_title", "納品書の入力")
    for box, value in {"price_yen": "65", "expected_seconds": "120"}.items():
        desk.fill(f"#id_{box}", value)
    expect(desk.locator("[data-hourly] [data-sentence]")).to_contain_text("1,950")
    for place, (title, text) in enumerate(CLAUSES, start=1):
        desk.fill(f"#clause_title_{place}", title)
        desk.fill(f"#clause_text_{place}", text)
    desk.click("button[value='form-json']")
    desk.fill("#id_schema_text", SCHEMA)
    desk.click("#fields button[value=preview]")
    expect(desk.locator("#preview")).to_contain_text("フリガナ")
    story.look(desk)
    story.press(desk, button("/jobs/add/") + ".primary")
    story.press(desk, button("/step/", "open"))


def bring_in(story: Story, desk: Page, folder: Path) -> None:
    """Table and pictures are looked at, imported in the background, and stand as drafts."""
    (folder / "納品書.csv").write_bytes(table())
    for slip in SLIPS.values():
        (folder / f"{slip.name}.png").write_bytes(slip.image)
    story.press(desk, "a[href$='/batches/add/']")
    desk.set_input_files("form[data-upload] input[type=file]", sorted(folder.iterdir()))
    story.press(desk, button("/batches/add/"))
    assert Task.objects.count() == 0
    expect(desk.get_by_role("cell", name="slip-08", exact=True)).to_be_visible()
    story.press(desk, button("/start/"))
    expect(desk.locator("progress, [role=progressbar]").first).to_be_visible()
    worker.do_waiting_chores()
    desk.reload()
    story.look(desk)
    assert Batch.objects.get().state == Batch.State.IMPORTED
    assert bridge.next_for(story.cast.worker("hara"), 60, clock.now()) == []


def slip_on(page: Page) -> Slip:
    """Which slip the picture on the page shows."""
    expect(page.locator("#answer")).to_be_visible()
    return SLIPS[page.locator("figure.viewer figcaption > span").first.inner_text()]


def key_by_keyboard(keys: Keyboard, slip: Slip) -> None:
    """Amount, reading, way of payment; Enter leads on, F2 says that it cannot be read."""
    amount = str(slip.amount)
    keys.write("#f1", amount[:-2] + amount[-1] + amount[-2] if slip.name == MISTYPED else amount)
    keys.page.keyboard.press("Enter")
    expect(keys.page.locator("#f2")).to_be_focused()
    if slip.name in (UNREADABLE, HALF_READ):
        keys.page.keyboard.press("F2")
    else:
        keys.page.keyboard.type(slip.kana)
    keys.page.keyboard.press("Enter")
    keys.choose("f-paid", slip.paid)


def work_by_keyboard(story: Story) -> None:
    """Hara signs in and does all ten items, bundle by bundle, at 360 px, with the keyboard alone."""
    by, now = story.cast.actor("hara"), clock.real_now()
    account = story.cast.account("hara")
    accounts.change_password(account=account, password=PASSWORD, by=by, now=now)
    page = story.enter()
    keys = Keyboard(page)
    keys.sign_in(story.url, account.email, PASSWORD)
    bundles: list[int] = []
    while sum(bundles) < len(SLIPS):
        keys.choose("minutes", KEYBOARD_MINUTES)
        bundles.append(offered(page))
        story.look(page)
        with page.expect_navigation():
            keys.press("form.bundle button.primary")
        for _item in range(bundles[-1]):
            key_by_keyboard(keys, slip_on(page))
            story.look(page)
            with page.expect_navigation():
                page.keyboard.press("Enter")
        page.wait_for_url("**/done/")
        story.look(page)
        with page.expect_navigation():
            keys.press("main a.primary")
    assert len(bundles) > 1


def offered(page: Page) -> int:
    """How many items the bundle on offer has."""
    settle_htmx(page)
    found = re.search(r"(\d+)件", page.locator("#offer-place .stat").first.inner_text().replace("\n", ""))
    assert found
    return int(found[1])


def work_by_finger(story: Story) -> None:
    """Nakajima does the same ten items in one go on her phone, one field at a time."""
    page = story.enter("nakajima")
    story.go(page, "/work/")
    page.locator("label.choice", has=page.locator(f"[value='{FINGER_MINUTES}']")).click()
    assert offered(page) == len(SLIPS)
    story.press(page, "form.bundle button.primary")
    for _item in range(10):
        slip = slip_on(page)
        page.fill("#f1", str(slip.amount))
        page.click("#next")
        if slip.name == UNREADABLE:
            page.locator(".item:visible [data-unreadable]").click()
        else:
            page.fill("#f2", slip.kana)
        page.click("#next")
        page.locator(".item:visible label.check", has=page.locator(f"[value={slip.paid}]")).click()
        story.look(page)
        with page.expect_navigation():
            page.click("#next")
    page.wait_for_url("**/done/")
    story.look(page)
    story.go(page, "/work/mine/")
    expect(page.locator("main")).to_contain_text("650")


def settle(story: Story) -> None:
    """The leader sees the two answers side by side and lets the true value stand."""
    page = story.enter("ozawa", **DESK)
    story.go(page, "/reviews/")
    expect(page.locator("tbody tr")).to_have_count(2)
    story.press(page, "tbody a >> nth=0")
    for _task in range(2):
        name = page.locator("h1").inner_text()
        slip = SLIPS[name]
        expect(page.locator("fieldset.differs")).to_have_count(1)
        true = f"{slip.amount}" if name == MISTYPED else slip.kana
        choice = page.locator("fieldset.differs label.check", has=page.get_by_text(re.compile(f"^{true}(円)?$")))
        choice.locator("input").check()
        story.press(page, "button[value=settle]")
    assert Task.objects.exclude(state=Task.State.RESOLVED).count() == 0


def deliver(story: Story, desk: Page, order: Order) -> None:
    """The coordinator has the files made."""
    story.go(desk, "/board/")
    story.go(desk, f"/jobs/{order.jobs.get().code}/")
    story.go(desk, f"/orders/{order.code}/")
    story.press(desk, button("/deliver/"))
    worker.do_waiting_chores()
    desk.reload()
    story.look(desk)
    order.refresh_from_db()
    assert order.state == Order.State.DELIVERED


def download(page: Page, selector: str) -> bytes:
    """What the browser writes to disk."""
    with page.expect_download() as coming:
        page.locator(selector).first.click()
    return Path(coming.value.path()).read_bytes()


def receive(story: Story, order: Order) -> None:
    """The client looks at the differences, takes the files home, compares the hashes, accepts, and says thank you."""
    page = story.enter("takizawa")
    story.go(page, f"/client/{order.code}/")
    expect(page.locator("#dis")).to_be_visible()
    page.locator("details summary", has_text=re.compile("SHA|ハッシュ|ファイル")).first.click()
    files = {name: download(page, f"dl a:has-text('{name}')") for name in page.locator("dl.facts a").all_inner_texts()}
    check_files(files)
    page.locator("input[name=decision][value=accept]").check()
    story.press(page, button("/decide/"))
    order.refresh_from_db()
    assert order.state == Order.State.ACCEPTED_BY_CLIENT
    story.press(page, button("/thank/"))


def check_files(files: dict[str, bytes]) -> None:
    """The bytes are what the manifest says, and the table says what stood on the slips."""
    manifest = json.loads(next(content for name, content in files.items() if name.endswith("-manifest.json")))
    for told in manifest["files"]:
        content = files[told["name"]]
        assert (len(content), hashlib.sha256(content).hexdigest()) == (told["bytes"], told["sha256"])
    assert manifest["counts"] == {"rows": 10, "changed": 10, "by_agreement": 8, "by_leader": 2}
    content = next(content for name, content in files.items() if name.endswith("-utf8.csv"))
    assert content.startswith(b"\xef\xbb\xbf")
    rows = {row["name"]: row for row in csv.DictReader(StringIO(content.decode("utf-8-sig")))}
    assert rows.keys() == SLIPS.keys()
    for name, slip in SLIPS.items():
        kana = "" if name == UNREADABLE else slip.kana
        assert (rows[name]["amount"], rows[name]["paid"]) == (str(slip.amount), slip.paid), rows[name]
        assert rows[name]["kana"].strip("〓■?＊*") == kana, rows[name]
    assert Delivery.objects.get().total == 10


def test_an_order_from_inquiry_to_acceptance(story: Story, tmp_path: Path):
    desk = story.enter("momose", **DESK)
    order = ask(story)
    estimate(story, desk, order)
    prepare(story, desk, order, tmp_path)
    work_by_keyboard(story)
    work_by_finger(story)
    assert Submission.objects.count() == Assignment.objects.count() == 20
    settle(story)
    deliver(story, desk, order)
    receive(story, order)
    for page, path in ((desk, f"/orders/{order.code}/"), (story.enter("hara"), "/messages/")):
        story.go(page, path)
    assert story.faults == []
    assert list(soundness.all_problems()) == []
