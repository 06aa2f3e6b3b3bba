"""The six questions, asked at every door: works, colleague, stranger, missing, wrong verb, read-only."""

from collections.abc import Callable, Iterator, Mapping

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from demo.cast import Cast
from machikado.town.common.codes import new_code
from machikado.town.config.doors import DOORS
from machikado.town.people.doors import PUBLIC, SIGNED_IN, TOKEN, Door
from machikado.town.people.models import Role
from machikado.town.people.sign_in import BACKEND
from tests.colleagues import EVERYBODY, with_colleagues
from tests.examples import Example, examples

VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
REFUSED = {401, 403, 404, 405}
# Written a second time on purpose: what a read-only town still takes.
CHANGES_NOTHING = {"sign_in", "sign_out", "demo_sign_in", "preferences", "work:orders", "ride:places", "ride:desk"}
CHANGES_NOTHING |= {"transit:ways"}
PAGES = [door for door in DOORS if door.roles is not TOKEN]
# Things of the centre: all of the door's roles work on the same ones. Everything else belongs to somebody.
SHARED = {"order", "job", "batch", "delivery", "person", "reviewable_task", "invitation", "question"}
SHARED |= {"stop", "closure", "stop_note", "vehicle", "shift", "free_period", "suspension", "timetable", "reception"}
SHARED |= {"feed_reading"}
SHARED |= {"card", "sold_pass", "sale_receipt", "open_fare"}
SHARED |= {"booked_ride_to_move", "call_list", "call_list_with_messages", "call", "series_message"}
# A link that opens nothing (any more) is a page that says so.
SAYS_IT_IS_GONE = {"password_new", "invitation_open"}
# An address with no code in it shows whoever comes their own, or the same to all: it has nobody's thing to ask for.
WITH_THINGS = [door for door in PAGES if door.example]
PRIVATE = [door for door in WITH_THINGS if door.roles is not PUBLIC and door.example not in SHARED]
SignIn = Callable[..., Client]


def names(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    """Every URL name with its namespace."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from names(pattern.url_patterns, inner)
        else:
            yield f"{prefix}{pattern.name}"


def roles_of(slug: str) -> frozenset[str]:
    part = EVERYBODY[slug]
    return frozenset(str(role) for role in (*part.roles, *((Role.CLIENT,) if part.client_of else ())))


def opened(door: Door, example: Example) -> list[str]:
    """Who of the cast comes in and may see the example."""
    return [
        slug
        for slug in EVERYBODY
        if door.opens_for(roles_of(slug)) and (example.seen_by is None or slug in example.seen_by)
    ]


def address(door: Door, example: Example) -> str:
    path = reverse(door.name, kwargs=dict(example.kwargs))
    return f"{path}?{example.query}" if example.query else path


def knock(client: Client, verb: str, where: str, fields: Mapping[str, str] | None = None) -> HttpResponse:
    if verb == "POST":
        return client.post(where, fields or {})  # type: ignore[return-value]
    return client.generic(verb, where)  # type: ignore[return-value]


def each_door(chosen: list[Door]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("door", chosen, ids=lambda door: door.name)


@pytest.fixture(autouse=True)
def demo_is_on(settings):
    """So that the demo's door can be walked through as well."""
    settings.MACHIKADO_DEMO = True
    settings.MACHIKADO_TOWN_SPEED = 1


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """The cast with a second one of each trade."""
    return with_colleagues(cast)


@pytest.fixture
def example(door: Door, cast: Cast) -> Example:
    return examples()[door.example](cast)


def test_every_address_has_a_door_and_every_door_an_address():
    addresses = list(names(get_resolver().url_patterns))
    assert "None" not in addresses
    assert sorted(set(addresses)) == sorted(door.name for door in DOORS)


def test_every_door_names_an_example_that_exists_and_every_example_is_used():
    assert {door.example for door in PAGES} == set(examples())
    assert set(examples()) >= SHARED
    assert {door.name for door in WITH_THINGS} >= SAYS_IT_IS_GONE


def test_the_addresses_without_an_example_have_no_code_in_them():
    for door in PAGES:
        assert (door.example == "") == (reverse_or_none(door) is not None), door.name


def reverse_or_none(door: Door) -> str | None:
    try:
        return reverse(door.name)
    except NoReverseMatch:
        return None


@each_door(PAGES)
def test_works(door, example, cast: Cast, client_of: SignIn):
    visitors = {slug: client_of(cast.persons[slug]) for slug in opened(door, example)}
    if door.roles is PUBLIC:
        visitors[""] = Client()
    held = frozenset().union(*(roles_of(slug) for slug in visitors if slug))
    assert visitors, "nobody of the cast can try this door"
    assert door.roles in (PUBLIC, SIGNED_IN) or door.roles <= held, f"no example for {door.roles - held}"
    for slug, client in visitors.items():
        for verb in sorted(door.verbs):
            answer = knock(client, verb, address(door, example), example.fields)
            assert answer.status_code not in REFUSED, (slug, verb, answer.status_code)
            assert answer.status_code < 500 or door.name == "healthz", (slug, verb)
            assert reverse("sign_in") not in answer.headers.get("Location", ""), (slug, verb)


@each_door([door for door in WITH_THINGS if door.example in SHARED and door.roles is not PUBLIC])
def test_colleague_of_the_same_centre_works_on_the_same_things(door, example):
    """That they come in is asked by `test_works`, of each of them."""
    may = opened(door, example)
    for role in door.roles:
        assert sum(role in roles_of(slug) for slug in may) >= 2, f"nobody is a colleague of the one {role}"


@each_door(PRIVATE)
def test_colleague(door, example, cast: Cast, client_of: SignIn):
    may = opened(door, example)
    others = [slug for slug in EVERYBODY if door.opens_for(roles_of(slug)) and slug not in may]
    assert may
    assert others, "nobody of the cast holds the role and may not see the example"
    for slug in others:
        client = client_of(cast.persons[slug])
        for verb in sorted(door.verbs):
            assert knock(client, verb, address(door, example), example.fields).status_code == 404, (slug, verb)


@each_door([door for door in PAGES if door.roles is not PUBLIC])
def test_stranger(door, example, cast: Cast, client_of: SignIn):
    for verb in sorted(door.verbs):
        answer = knock(Client(), verb, address(door, example))
        assert answer.status_code == 303, verb
        assert answer.headers["Location"].startswith(reverse("sign_in")), verb
        script = Client(headers={"accept": "application/json"})
        assert knock(script, verb, address(door, example)).status_code == 401, verb
    for slug in EVERYBODY:
        if not door.opens_for(roles_of(slug)):
            client = client_of(cast.persons[slug])
            for verb in sorted(door.verbs):
                assert knock(client, verb, address(door, example)).status_code in {403, 404}, (slug, verb)


@each_door([door for door in WITH_THINGS if door.name not in SAYS_IT_IS_GONE])
def test_missing(door, example, cast: Cast, client_of: SignIn):
    unknown = example.unknown or {**example.kwargs, "code": new_code()}
    client = client_of(cast.persons[opened(door, example)[0]])
    for verb in sorted(door.verbs):
        where = reverse(door.name, kwargs=dict(unknown))
        assert knock(client, verb, where).status_code == 404, verb
        if "code" in unknown:
            swapped = unknown["code"][:-1] + ("2" if unknown["code"][-1] != "2" else "3")
            assert knock(client, verb, where.replace(unknown["code"], swapped)).status_code == 404, verb


@each_door(PAGES)
def test_wrong_verb(door, example, cast: Cast, client_of: SignIn):
    client = client_of(cast.persons[opened(door, example)[0]])
    for verb in sorted(VERBS - door.verbs):
        answer = knock(client, verb, address(door, example))
        assert answer.status_code == 405, verb
        assert set(answer.headers["Allow"].split(", ")) == set(door.allowed), verb


@each_door(PAGES)
def test_read_only(door, example, cast: Cast, client_of: SignIn, settings):
    client = client_of(cast.persons[opened(door, example)[0]])
    settings.MACHIKADO_READ_ONLY = True
    if "GET" in door.verbs:
        answer = knock(client, "GET", address(door, example))
        assert answer.status_code < 400 or door.name == "healthz"
    if "POST" in door.verbs and door.name not in CHANGES_NOTHING:
        refused = knock(client, "POST", address(door, example))
        assert refused.status_code == 503
        assert "<h1" in refused.content.decode()


@each_door([door for door in PAGES if "POST" in door.verbs])
def test_a_form_sent_from_elsewhere_changes_nothing(door, example, cast: Cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.account(opened(door, example)[0]), backend=BACKEND)
    assert knock(client, "POST", address(door, example)).status_code == 403
