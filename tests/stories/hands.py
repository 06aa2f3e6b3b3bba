"""A visitor who has a keyboard and nothing else: no mouse, no finger, nothing filled in from outside."""

from playwright.sync_api import Page, expect

MOST_TABS = 150


class Keyboard:
    """Everything here goes through `page.keyboard`; the page is only read."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def is_on(self, selector: str) -> bool:
        """Whether the focus is on such a thing."""
        return bool(self.page.evaluate("selector => document.activeElement.matches(selector)", selector))

    def reach(self, selector: str) -> None:
        """Go with Tab until the focus is there; fails where the keyboard cannot come."""
        for _tab in range(MOST_TABS):
            if self.is_on(selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{self.page.url}: the keyboard does not reach {selector}")

    def press(self, selector: str) -> None:
        """Go there and press Enter."""
        self.reach(selector)
        self.page.keyboard.press("Enter")

    def write(self, selector: str, text: str) -> None:
        """Go to a box and replace what stands in it."""
        self.reach(selector)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, group: str, value: str) -> None:
        """Go to a group of radios and move with the arrows until this one is chosen."""
        self.reach(f"input[type=radio][name='{group}']")
        if not self.page.locator(f"input[name='{group}']:checked").count():
            self.page.keyboard.press("Space")
        for _arrow in range(12):
            if self.is_on(f"input[name='{group}'][value='{value}']:checked"):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{self.page.url}: the arrows do not choose {value} of {group}")

    def sign_in(self, url: str, email: str, password: str) -> None:
        """Come in with address and password."""
        self.page.goto(f"{url}/sign-in/?next=/work/")
        self.write("#id_username", email)
        self.write("#id_password", password)
        self.page.keyboard.press("Enter")
        expect(self.page).to_have_url(f"{url}/work/")
