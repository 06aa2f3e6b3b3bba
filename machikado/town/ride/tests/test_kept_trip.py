"""What a browser keeps of the next trip: its own person's alone, until it is over; and the bus on a home screen."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from PIL import Image

from machikado.town.common import clock, offline
from machikado.town.common.actors import SYSTEM
from machikado.town.people.models import ContactPoint
from machikado.town.ride.actions import bookings
from machikado.town.ride.hours import moment_at
from machikado.town.ride.tests.riding import TOMORROW, a_rider, a_riding_town, booked
from machikado.town.ride.views.kept import GROUND, KEY
from machikado.town.ride.views.kept_page import FILES, MOST

FETCHED = {"x-requested-with": "fetch"}


@pytest.fixture
def area(cast, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: moment_at(TOMORROW, 9 * 3600 + 42 * 60))
    ContactPoint.objects.create(person=cast.yoda, kind=ContactPoint.Kind.PHONE, value="090-0000-0412")
    return a_riding_town(cast, vans=2)


@pytest.fixture
def told(cast, client_of):
    def ask(slug: str = "yoda"):
        answer = client_of(cast.persons[slug]).get(reverse("ride:kept"), headers=FETCHED)
        assert answer.status_code == 200
        assert {"private", "no-store"} <= {part.strip() for part in answer["Cache-Control"].split(",")}
        return answer.json()

    return ask


def test_the_next_trip_with_the_time_of_its_facts_and_the_telephone(area, cast, told):
    ride = booked(area, cast.yoda)
    (page,) = told()["pages"]
    promise, now = ride.promise, clock.now()
    for word in ("9:42の内容です", "0412", "south", f"{promise.yen}円", 'href="tel:', "地図: 乗り場「south」"):
        assert word in page["html"], word
    for word in ("csrf", "<form", "ride/record", "sign-out"):
        assert word not in page["html"], word
    assert page["seconds"] == (moment_at(TOMORROW, promise.arrival_by) - now).total_seconds()


def test_only_ones_own_and_nothing_that_was_cancelled_or_is_over(area, cast, told, monkeypatch):
    booked(area, a_rider("清水"), start="west", minute=640)
    assert told()["pages"] == []
    mine = booked(area, cast.yoda)
    assert told("hara")["pages"] == []
    bookings.cancel(booking=mine, by=SYSTEM, now=clock.now())
    assert told()["pages"] == []
    again = booked(area, cast.yoda)
    end = moment_at(TOMORROW, again.promise.arrival_by)
    monkeypatch.setattr(clock, "now", lambda: end + timedelta(seconds=1))
    assert told()["pages"] == []


def test_when_a_trip_is_over_the_one_after_it_takes_its_place(area, cast, told):
    for minute in (800, 600, 700, 900):  # not in the order in which they come
        booked(area, cast.yoda, minute=minute)
    facts = told()
    seconds = [page["seconds"] for page in facts["pages"]]
    assert len(seconds) == MOST
    assert seconds == sorted(seconds)
    first, second, _third = (page["html"] for page in facts["pages"])
    assert "そのつぎのよやく" in first
    windows = [html.split('<span class="num">')[1][:5] for html in (first, second)]
    assert windows[1] in first, "the later ones stand below the next one"
    assert windows[0] not in second, "and what is over is in none of the later pages"
    assert facts["account"] == str(cast.yoda.account.pk)


def test_whoever_comes_by_without_the_script_sees_their_bookings(area, cast, client_of):
    answer = client_of(cast.yoda).get(reverse("ride:kept"))
    assert answer["Location"] == reverse("ride:home")
    signed_out = Client().get(reverse("ride:kept"), headers=FETCHED)
    assert signed_out.status_code == 401


@pytest.mark.parametrize("name", ["home", "booking"])
def test_pages_of_a_ride_stay_out_of_shared_caches(area, cast, client_of, name):
    ride = booked(area, cast.yoda)
    answer = client_of(cast.yoda).get(reverse(f"ride:{name}", args=[ride.code] if name == "booking" else []))
    assert "private" in answer["Cache-Control"]
    assert reverse("ride:manifest") in answer.content.decode()


def test_the_desk_keeps_nothing(area, cast, client_of):
    ride = booked(area, cast.yoda)
    words = client_of(cast.uehara).get(reverse("ride:booking", args=[ride.code])).content.decode()
    assert reverse("ride:kept") not in words
    assert "built/ride/trip.js" not in words


def test_the_worker_looks_after_the_bus_alone_and_another_file_makes_another_one(cast, town, monkeypatch, tmp_path):
    answer = Client().get(reverse("ride:worker"))
    assert "Service-Worker-Allowed" not in answer, "its scope is the folder in which it stands"
    facts = json.loads(answer.content.decode().splitlines()[0].removeprefix("self.facts = ").rstrip(";"))
    assert facts["kept"] == reverse("ride:kept")
    assert [path.removeprefix("/static/") for path in facts["files"]] == list(FILES)
    same = Client().get(reverse("ride:worker"), headers={"if-none-match": answer["ETag"]})
    assert same.status_code == 304
    town.desk_phone = "0263-00-9999"
    town.save(update_fields=["desk_phone"])
    assert facts["version"] not in Client().get(reverse("ride:worker")).content.decode()
    before = offline.version_of(FILES, ())
    changed = tmp_path / "look.css"
    changed.write_text("a {}")
    find = finders.find
    monkeypatch.setattr(finders, "find", lambda name: str(changed) if name == FILES[0] else find(name))
    assert offline.version_of(FILES, ()) != before


@pytest.mark.parametrize(
    ("language", "words"), [("ja", "インターネットにつながりません"), ("en", "There is no network")]
)
def test_the_page_of_refuge_says_whom_to_telephone_and_nothing_of_anybody(area, cast, client_of, language, words):
    client = client_of(cast.yoda)
    client.cookies["django_language"] = language
    booked(area, cast.yoda)
    answer = client.get(reverse("ride:no_network"))
    page = answer.content.decode()
    assert words in page
    assert 'href="tel:' in page
    assert answer["Content-Language"] == language
    assert (
        page
        == client_of(cast.hara).get(reverse("ride:no_network"), headers={"accept-language": language}).content.decode()
    )


def test_the_manifest_has_a_japanese_name_the_colours_of_the_look_and_icons_of_their_size(db):
    answer = Client().get(reverse("ride:manifest"))
    facts = answer.json()
    assert answer["Content-Type"] == "application/manifest+json"
    assert (facts["name"], facts["lang"], facts["start_url"]) == ("まちかどのバス", "ja", reverse("ride:home"))
    look = Path(finders.find("built/common/look.css")).read_text("utf-8")  # type: ignore[arg-type]
    assert {facts["background_color"], facts["theme_color"]} == {GROUND, KEY}
    assert all(colour in look for colour in (GROUND, KEY))
    for icon in facts["icons"]:
        with Image.open(str(finders.find(icon["src"].removeprefix("/static/")))) as picture:
            assert f"{picture.width}x{picture.height}" == icon["sizes"]
            colours = {colour for _count, colour in picture.getcolors(100_000) or []}
            assert {(0, 66, 140), (214, 107, 34), (250, 247, 242)} <= colours
