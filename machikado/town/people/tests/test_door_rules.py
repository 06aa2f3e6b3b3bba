"""What the middleware answers at a door, whatever page is behind it."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils.module_loading import import_string

from machikado.town.people import doors
from machikado.town.people.doors import PUBLIC, SIGNED_IN, Door
from machikado.town.people.permissions import require


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("inside")


def refusing(request: HttpRequest) -> HttpResponse:
    require(request.viewer.actor, may="people.add_person")  # type: ignore[attr-defined]
    return HttpResponse("inside")


urlpatterns = [
    path("open/", page, name="open"),
    path("own/", page, name="own"),
    path("staff/", page, name="staff"),
    path("refusing/", refusing, name="refusing"),
    path("forgotten/", page, name="forgotten_door"),
    path("nameless/", page),
    path("", include("machikado.town.config.urls")),
]
REAL: tuple[Door, ...] = import_string("machikado.town.config.doors.DOORS")
TABLE = (
    *REAL,
    Door("open", PUBLIC, frozenset({"GET"})),
    Door("own", SIGNED_IN, frozenset({"GET", "POST"})),
    Door("staff", frozenset({"coordinator", "leader"}), frozenset({"GET"})),
    Door("refusing", SIGNED_IN, frozenset({"GET"})),
)
TWICE = (*TABLE, TABLE[0])


@pytest.fixture(autouse=True)
def little_house(settings):
    settings.ROOT_URLCONF = __name__
    settings.DOORS = f"{__name__}.TABLE"
    doors.doors.cache_clear()
    yield
    doors.doors.cache_clear()


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["/forgotten/", "/nameless/"])
def test_an_address_without_a_door_is_refused_and_the_developer_is_told(client, settings, where):
    assert client.get(where).status_code == 404
    settings.DEBUG = True
    with pytest.raises(ImproperlyConfigured, match="no door"):
        client.get(where)


def test_a_wrong_verb_is_named_before_anybody_is_asked_who_they_are(client):
    answer = client.delete("/own/")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")
    assert client.head("/open/").status_code == 200


def test_a_visitor_is_sent_to_sign_in_and_comes_back(client):
    answer = client.get("/own/?page=2")
    assert (answer.status_code, answer["Location"]) == (303, "/sign-in/?next=%2Fown%2F%3Fpage%3D2")
    answer = client.post("/own/", {"typed": "words"})
    assert (answer.status_code, answer["Location"]) == (303, "/sign-in/")


def test_a_script_is_told_in_words_so_that_nothing_typed_is_lost(client):
    answer = client.post("/own/", headers={"accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json()["sentence"]
    assert client.get("/own/", headers={"hx-request": "true"})["HX-Redirect"] == "/sign-in/"


def test_a_door_opens_for_its_roles_only(cast, client_of):
    assert client_of(cast.ozawa).get("/staff/").content == b"inside"
    assert client_of(cast.takizawa).get("/staff/").status_code == 403
    assert client_of(cast.takizawa).get("/own/").content == b"inside"


def test_a_refusal_that_no_page_caught_becomes_the_page_for_refusals(cast, client_of):
    assert client_of(cast.momose).get("/refusing/").content == b"inside"
    assert client_of(cast.nakajima).get("/refusing/").status_code == 403


def test_a_door_that_stands_twice_is_a_mistake(settings):
    settings.DOORS = f"{__name__}.TWICE"
    doors.doors.cache_clear()
    with pytest.raises(ValueError, match="twice"):
        doors.doors()
