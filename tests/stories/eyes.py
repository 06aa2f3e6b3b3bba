"""Watches a page as a careful visitor would: axe, the console, the content security policy, the width, dialogs."""

from collections.abc import Callable, Sequence

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page

AxeFaults = Callable[..., list[str]]

# Counted in the page itself: the browser says it to the page even where the console stays silent.
CSP_WATCH = """
addEventListener("securitypolicyviolation", (event) => {
  (window.cspViolations ??= []).push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
"""
# What sticks out on the right, and is not inside a box that scrolls by itself.
STICKS_OUT = """
() => {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  const isScroller = (box) => /auto|scroll|hidden|clip/.test(getComputedStyle(box).overflowX);
  const scrolls = (box) => box && (isScroller(box) || scrolls(box.parentElement));
  return [...document.body.querySelectorAll("*")]
    .filter((box) => box.getBoundingClientRect().right > innerWidth + 1 && !scrolls(box.parentElement))
    .slice(0, 3).map((box) => box.outerHTML.slice(0, 120)).concat(["the page is wider than the screen"]);
}
"""


class Eyes:
    """`look(page)` returns every fault of the page as it stands and of what happened in it until now."""

    def __init__(self, axe_faults: AxeFaults) -> None:
        self.axe_faults = axe_faults
        self.heard: list[str] = []

    def watch(self, context: BrowserContext) -> None:
        """Listen to every page of this visitor."""
        context.add_init_script(CSP_WATCH)
        context.on("page", self._listen)

    def look(self, page: Page, *, expected: str = "", rules: Sequence[str] = ()) -> list[str]:
        """Return the faults. `expected` is part of a console line that belongs to the story, like a refused form.

        `rules` are those of axe that are enough; without them it is all.
        """
        page.wait_for_load_state("load")
        settle(page)
        page.wait_for_function(MOTION_IS_OVER)
        faults = [
            *self.axe_faults(page, rules),
            *page.evaluate(STICKS_OUT),
            *page.evaluate("window.cspViolations ?? []"),
        ]
        heard, self.heard[:] = list(self.heard), []
        faults += [line for line in heard if not (expected and expected in line)]
        return [f"{page.url}: {fault}" for fault in faults]

    def _listen(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.heard.append(f"script error: {error}"))
        page.on("dialog", self._on_dialog)

    def _on_console(self, message: ConsoleMessage) -> None:
        """What a graphics driver says of its own speed is no fault of the page."""
        if message.type in {"error", "warning"} and "GL Driver Message" not in message.text:
            self.heard.append(f"console: {message.text} {message.location.get('url', '')}")

    def _on_dialog(self, dialog: Dialog) -> None:
        self.heard.append(f"dialog: {dialog.message}")
        dialog.dismiss()


# What fades in has its real colours only when it has come.
MOTION_IS_OVER = (
    "() => document.getAnimations().every(motion => motion.playState !== 'running' "
    "|| motion.effect.getComputedTiming().iterations === Infinity)"
)


def settle(page: Page) -> None:
    """Wait until htmx has swapped what it asked for."""
    page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")
