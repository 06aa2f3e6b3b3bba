"""Fixtures for stories: Debian's chromium, pages in it, and axe, which reads each page as WCAG does."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.programs import chromium

AXE = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
PHONE = {"width": 360, "height": 740}
WAIT_MS = 15_000


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One chromium for all stories of this process."""
    # Playwright's own loop runs in this thread, which Django would take for an async view.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`new_page(width=, height=)`: a page of its own visitor (own cookies), Japanese, in the town's time zone."""
    contexts: list[BrowserContext] = []

    def make(width: int = PHONE["width"], height: int = PHONE["height"]) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="ja-JP", timezone_id="Asia/Tokyo", accept_downloads=True
        )
        context.set_default_timeout(WAIT_MS)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A page of the size of a phone."""
    return new_page()


@pytest.fixture
def axe_faults() -> Callable[..., list[str]]:
    """`axe_faults(page)`: what axe finds wrong on the page as it stands, one line a fault; [] is clean.

    With `rules` it looks for those alone.
    """

    def find(page: Page, rules: Sequence[str] = ()) -> list[str]:
        # Evaluated by the debugger, so that the page's own CSP stays as strict as it is.
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE.read_text(encoding="utf-8"))
        wanted = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": WCAG}
        found = page.evaluate("wanted => axe.run(document, { runOnly: wanted })", wanted)
        return [
            f"{page.url} {fault['id']} ({fault['impact']}): {node['html']} {' '.join(map(str, node['target']))}"
            for fault in found["violations"]
            for node in fault["nodes"]
        ]

    return find
