"""Hears a page as a screen reader says it: one phrase for each place where the reader stops, from top to bottom."""

import subprocess
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

MODULES = Path(__file__).parents[2] / "node_modules"
READER = MODULES / "@guidepup" / "virtual-screen-reader" / "lib" / "esm" / "index.browser.js"
MOST_PHRASES = 400
LISTEN = """
async (most) => {
  const { virtual } = Guidepup;
  await virtual.start({ container: document.body });
  const isOver = async () => (await virtual.lastSpokenPhrase()) === "end of document";
  for (let step = 0; step < most && !(await isOver()); step++) await virtual.next();
  const heard = await virtual.spokenPhraseLog();
  await virtual.stop();
  return heard;
}
"""


@cache
def reader() -> str:
    """The virtual screen reader as one script with a global name, so that it can be evaluated in a page."""
    bundle = [str(MODULES / ".bin" / "esbuild"), str(READER), "--bundle", "--format=iife", "--global-name=Guidepup"]
    return subprocess.run([*bundle, "--minify"], check=True, capture_output=True, encoding="utf-8").stdout


def heard(page: Page) -> list[str]:
    """What a screen reader says of the page as it stands; fails where it does not come to the end."""
    # Evaluated by the debugger, so that the page's own CSP stays as strict as it is.
    page.evaluate(reader() + ";window.Guidepup = Guidepup;")
    phrases: list[str] = page.evaluate(LISTEN, MOST_PHRASES)
    assert phrases[-1] == "end of document", f"{page.url}: the reader does not come to the end: {phrases[-3:]}"
    return phrases


def in_this_order(phrases: list[str], wanted: list[str]) -> None:
    """Assert that each of these is said, one after the other, whatever is said between."""
    rest = iter(phrases)
    for phrase in wanted:
        assert phrase in rest, f"“{phrase}” is not said there:\n" + "\n".join(phrases)
