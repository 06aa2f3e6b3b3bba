"""Fixtures of the whole stories: visitors who are watched, and who come in as somebody of the cast."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from demo.cast import Cast
from machikado.town.common.tests.conftest import copy_of_the_database, own_database
from machikado.town.work.models import Assignment
from machikado.town.work.tests.examples import started
from tests.stories.eyes import AxeFaults, Eyes

__all__ = ["copy_of_the_database", "own_database"]  # fixtures of `common` that stories use as well

Visit = Callable[..., Page]
DESK = {"width": 1280, "height": 900}


@pytest.fixture
def eyes(axe_faults: AxeFaults) -> Eyes:
    """Every visitor of this story is watched by these."""
    return Eyes(axe_faults)


@pytest.fixture
def visit(transactional_db, cast: Cast, live_server, client_of, new_page: Callable[..., Page], eyes: Eyes) -> Visit:
    """`visit("momose", width=, height=)`: a fresh browser in which she is signed in; "" comes as a visitor."""

    def enter(slug: str = "", **size: int) -> Page:
        first = new_page(**size)
        context = first.context
        eyes.watch(context)
        if slug:
            cookie = client_of(cast.persons[slug]).cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        first.close()
        return page

    return enter


@pytest.fixture
def held(transactional_db, cast: Cast) -> Assignment:
    """The task that Nakajima has begun: an amount, which is required, and a name in kana."""
    return started(cast)


@pytest.fixture
def at_task(held: Assignment, visit: Visit, live_server) -> Callable[[], Page]:
    """`at_task()`: Nakajima at her desk before her task."""

    def enter() -> Page:
        page = visit("nakajima", **DESK)
        page.goto(f"{live_server.url}/work/a/{held.code}/")
        expect(page.locator("html")).to_have_class("one-by-one")
        return page

    return enter
