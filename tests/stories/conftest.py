"""Fixtures of the whole stories: visitors who are watched, and who come in as somebody of the cast."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from demo.cast import Cast
from machikado.town.common.tests.conftest import copy_of_the_database, own_database
from tests.stories.eyes import AxeFaults, Eyes

__all__ = ["copy_of_the_database", "own_database"]  # fixtures of `common` that stories use as well

Visit = Callable[..., Page]


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
