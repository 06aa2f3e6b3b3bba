"""The navigation marks the very page, or the section to which a page belongs."""

import re

import pytest
from django.urls import reverse

from machikado.town.config.doors import DOORS
from machikado.town.config.navigation import BELOW, FOR_OTHERS, PAGES, RESIDENT
from machikado.town.people.doors import SIGNED_IN
from tests.examples import examples

MAIN = {name for _role, entries in PAGES for _label, name, _icon in entries} | {
    name for _label, name, _icon in (*RESIDENT, FOR_OTHERS)
}
# Pages of every role, parts of pages and files: they belong to no section.
NOWHERE = {"file", "me", "password_change", "ride:record_csv", "ride:kept"}
MARK = re.compile(r'<a href="([^"]+)" aria-current="(page|true)"')
DOOR_OF = {door.name: door for door in DOORS}


def marked(page: str) -> set[tuple[str, str]]:
    return set(MARK.findall(page.partition("<main")[0]))


def test_every_page_of_a_role_belongs_to_a_section():
    pages = {door.name for door in DOORS if "GET" in door.verbs and isinstance(door.roles, frozenset)}
    of_roles = {name for name in pages if name.startswith("work:") and not name.endswith("_live")}
    everybodys = {door.name for door in DOORS if door.roles is SIGNED_IN and "GET" in door.verbs}
    assert everybodys - MAIN - set(BELOW) == NOWHERE
    assert of_roles - MAIN - set(BELOW) == set()
    assert {tab for tabs in BELOW.values() for tab in tabs} <= MAIN
    assert set(BELOW) <= set(DOOR_OF)


@pytest.mark.parametrize(
    ("name", "who", "section"),
    [
        ("work:order", "momose", "work:orders"),
        ("work:job", "momose", "work:orders"),
        ("work:batch_add", "momose", "work:orders"),
        ("work:procedure", "nakajima", "work:home"),
        ("work:terms", "nakajima", "work:mine"),
        ("work:terms", "momose", "work:orders"),
        ("work:rejections", "ozawa", "work:reviews"),
        ("work:client_order", "takizawa", "work:client_orders"),
        ("work:colleagues", "takizawa", "work:client_orders"),
        ("work:questions", "nakajima", "work:home"),
        ("message", "nakajima", "inbox"),
    ],
)
def test_below_a_main_page_its_section_is_marked(cast, client_of, name, who, section):
    example = examples()[DOOR_OF[name].example](cast) if DOOR_OF[name].example else None
    where = reverse(name, kwargs=dict(example.kwargs) if example else {})
    answer = client_of(cast.persons[who]).get(where)
    assert answer.status_code == 200
    assert marked(answer.content.decode()) == {(reverse(section), "true")}


@pytest.mark.parametrize(("who", "name"), [("momose", "work:orders"), ("nakajima", "work:mine"), ("ozawa", "inbox")])
def test_on_a_main_page_the_very_page_is_marked(cast, client_of, who, name):
    page = client_of(cast.persons[who]).get(reverse(name)).content.decode()
    assert marked(page) == {(reverse(name), "page")}


def test_a_page_of_no_section_marks_nothing(cast, client_of):
    assert marked(client_of(cast.momose).get(reverse("me")).content.decode()) == set()
