"""Every page of the town, on a phone and on a desk, light and dark: axe, no sideways scrolling, a silent console."""

import pytest
from django.urls import reverse

from demo.cast import PARTS, Cast
from machikado.town.config.doors import DOORS
from machikado.town.people.doors import PUBLIC, TOKEN, Door
from machikado.town.people.models import Role
from machikado.town.work.tests.states import STATES
from tests.examples import Example, examples
from tests.stories.eyes import Eyes

# No pages: a file, a JSON of the town's health, a feed, parts that a page fetches for itself.
NO_PAGE = {"file", "healthz", "ride:stops_map", "ride:roads_drawing", "ride:coming", "drive:sheet", "drive:worker"}
NO_PAGE |= {"ride:worker", "ride:manifest"}
NO_PAGE |= {"transit:vehicle_positions", "transit:trip_updates", "transit:alerts"}
PAGES = [
    door
    for door in DOORS
    if "GET" in door.verbs and door.roles is not TOKEN and not door.name.endswith(("_csv", "_live"))
    if door.name not in NO_PAGE
]
IN_STATES = [(name, state) for name, states in STATES.items() for state in states]
DESK = {"width": 1280, "height": 900}
COLOURS = ("color-contrast", "link-in-text-block")  # all that is otherwise on the same page in the dark


@pytest.fixture(autouse=True)
def demo_is_on(settings):
    """So that the front page shows the demo's doors, and the demo's own door opens."""
    settings.MACHIKADO_DEMO = True
    settings.MACHIKADO_TOWN_SPEED = 1


def somebody(door: Door, example: Example) -> str:
    """One of the cast for whom this door opens; nobody at a door that is open to all."""
    if door.roles is PUBLIC and example.seen_by is None:
        return ""
    for slug, part in PARTS.items():
        roles = frozenset(str(role) for role in (*part.roles, *((Role.CLIENT,) if part.client_of else ())))
        if door.opens_for(roles) and (example.seen_by is None or slug in example.seen_by):
            return slug
    raise AssertionError(f"nobody of the cast may open {door.name}")


@pytest.mark.parametrize("door", PAGES, ids=lambda door: door.name)
def test_on_a_phone_and_on_a_desk_light_and_dark(door: Door, cast: Cast, visit, live_server, eyes: Eyes):
    example = examples()[door.example](cast)
    page = visit(somebody(door, example))
    path = reverse(door.name, kwargs=dict(example.kwargs))
    answer = page.goto(f"{live_server.url}{path}?{example.query}")
    assert answer is not None
    assert answer.status == 200, door.name
    assert page.locator("html").get_attribute("lang") == "ja"
    faults = eyes.look(page)
    page.set_viewport_size(DESK)
    faults += eyes.look(page)
    page.emulate_media(color_scheme="dark")
    faults += eyes.look(page, rules=COLOURS)
    assert faults == []


@pytest.mark.parametrize(("name", "state"), IN_STATES, ids=[f"{name}-{state}" for name, state in IN_STATES])
def test_in_each_state_on_a_phone_and_on_a_dark_desk(name: str, state: str, cast: Cast, visit, live_server, eyes: Eyes):
    """The other states of a page with a life: half of the looks will do, since each page had all of them above."""
    thing = STATES[name][state](cast)
    page = visit("takizawa" if name == "work:client_order" else "momose")
    answer = page.goto(f"{live_server.url}{reverse(name, args=[thing.code])}")
    assert answer is not None
    assert answer.status == 200
    faults = eyes.look(page)
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="dark")
    faults += eyes.look(page)
    assert faults == []


@pytest.mark.parametrize("path", ["/nothing/", "/board/"], ids=["404", "403"])
def test_a_closed_door_is_a_page_as_well(path: str, visit, live_server, eyes: Eyes):
    page = visit("hara")
    answer = page.goto(f"{live_server.url}{path}")
    assert answer is not None
    assert answer.status in {403, 404}
    assert eyes.look(page, expected="Failed to load resource") == []
