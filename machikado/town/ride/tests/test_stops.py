"""A manager puts stops up, moves, photographs, closes and opens them."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from PIL import Image

from machikado.town.common import files
from machikado.town.common.actors import SYSTEM
from machikado.town.common.images import CannotReadImage
from machikado.town.common.models import Detail, Event, SearchKey
from machikado.town.people.permissions import CannotDo
from machikado.town.ride.actions import stops
from machikado.town.ride.actions.stops import CannotChangeStop, CannotCloseStop, NewClosure
from machikado.town.ride.ground import CannotPlace
from machikado.town.ride.models import Kerb, Stop
from machikado.town.ride.queries import soundness
from machikado.town.ride.queries.stops import found_stops, stops_of
from machikado.town.ride.tests.makings import NOON, SOUTH, TODAY, a_stop, an_area, stop_facts, with_roads

DAY = timedelta(days=1)


def test_a_stop_that_moves_says_how_far_and_keeps_its_kerb_true(cast):
    area, by = an_area(), cast.actor("uehara")
    with_roads()
    stop = stops.add(area=area, facts=stop_facts(), by=by, now=NOON)
    before = Kerb.objects.get(stop=stop).along_cm
    stops.change(stop=stop, facts=stop_facts(lon=137.946, residents_name="かど"), by=by, now=NOON)
    assert abs(Kerb.objects.get(stop=stop).along_cm - before) == pytest.approx(9_000, abs=50)  # 0.001° of 90 km
    told = Event.objects.get(kind="ride.stop_changed").data
    assert told["fields"] == ["lon", "residents_name"]
    assert told["moved_metres"] == pytest.approx(90, abs=1)
    assert SearchKey.objects.filter(kind="stop", key="かど").exists()
    assert soundness.problems() == []


def test_a_stop_that_stays_can_be_renamed_where_no_new_one_could_lie(db):
    stop = a_stop(an_area(), lat=36.115, lon=137.945)
    with_roads()
    here = stop_facts(name="丘の上", lat=36.115, lon=137.945)
    stops.change(stop=stop, facts=here, by=SYSTEM, now=NOON)
    assert stop.name == "丘の上"
    assert not Kerb.objects.filter(stop=stop).exists()
    with pytest.raises(CannotPlace, match="no_road"):
        stops.change(stop=stop, facts=replace(here, lat=36.1151), by=SYSTEM, now=NOON)


def test_what_did_not_change_writes_no_row(db):
    stop = a_stop(an_area())
    stops.change(stop=stop, facts=stop_facts(), by=SYSTEM, now=NOON)
    assert not Event.objects.filter(kind="ride.stop_changed").exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": " "}, "no_number"),
        ({"name": " "}, "no_name"),
        ({"number": "1"}, "number_taken"),
        ({"opens": 600}, "hours"),
        ({"opens": 600, "closes": 600}, "hours"),
        ({"opens": 600, "closes": 1681}, "hours"),
        ({"bearing": 360}, "bearing"),
        ({"lat": 36.2}, "outside"),
        ({"lat": 137.945, "lon": SOUTH}, "swapped"),
    ],
)
def test_a_stop_that_cannot_be_is_refused(db, changes, code):
    area = an_area()
    a_stop(area, number="1")
    with pytest.raises((CannotChangeStop, CannotPlace)) as refusal:
        a_stop(area, **{"number": "2", **changes})
    assert refusal.value.code == code
    assert refusal.value.sentence
    assert Stop.objects.count() == 1


def test_the_database_refuses_it_too(db):
    stop = a_stop(an_area())
    for change in ({"lat": 137.0}, {"bearing": 360}, {"opens": 600, "closes": 500}, {"opens": 600, "closes": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Stop.objects.filter(pk=stop.pk).update(**change)


def test_a_worker_does_not_move_stops(cast):
    with pytest.raises(CannotDo):
        stops.add(area=an_area(), facts=stop_facts(), by=cast.actor("nakajima"), now=NOON)


def test_a_photo_is_an_image_and_the_newest_one_shows(db):
    stop = a_stop(an_area())
    for colour in ("red", "blue"):
        photo = io.BytesIO()
        Image.new("RGB", (40, 30), colour).save(photo, "JPEG")
        photo.seek(0)
        stops.photograph(stop=stop, name="a.jpg", content=photo, by=SYSTEM, now=NOON)
    assert stop.photo is not None
    assert stop.photo.file.sha256 == Event.objects.filter(kind="ride.stop_photographed").latest("pk").data["sha256"]
    with pytest.raises(CannotReadImage):
        stops.photograph(stop=stop, name="a.jpg", content=io.BytesIO(b"no image"), by=SYSTEM, now=NOON)
    large = io.BytesIO(b"x" * (20 * 2**20 + 1))
    with pytest.raises(files.CannotStore):
        stops.photograph(stop=stop, name="a.jpg", content=large, by=SYSTEM, now=NOON)


def test_a_photo_shows_no_more_than_the_stop_and_the_one_before_it_goes(db):
    """Where and with whose camera it was taken stays with the photographer; what was turned stands upright."""
    stop = a_stop(an_area())
    told = Image.Exif()
    told[0x0112] = 6  # held upright: 40 × 30 pixels are shown as 30 × 40
    told[0x010F] = "Camera of Uehara"
    told.get_ifd(0x8825)[2] = (36.0, 6.0, 0.0)
    shots = []
    for colour in ("red", "blue"):
        photo = io.BytesIO()
        Image.new("RGB", (40, 30), colour).save(photo, "JPEG", exif=told)
        photo.seek(0)
        stops.photograph(stop=stop, name="a.jpg", content=photo, by=SYSTEM, now=NOON)
        assert stop.photo is not None
        shots.append(stop.photo.file)
    kept = files.path_of(shots[1].sha256).read_bytes()
    assert b"Uehara" not in kept
    with Image.open(io.BytesIO(kept)) as shown:
        assert (shown.size, dict(shown.getexif())) == ((30, 40), {})
    shots[0].refresh_from_db()
    assert shots[0].removed_at is not None
    assert not files.path_of(shots[0].sha256).exists()
    assert files.problems() == []


def test_a_closed_stop_is_closed_on_its_days_and_open_again_when_opened(cast):
    area, by = an_area(), cast.actor("uehara")
    stop = a_stop(area)
    new = NewClosure("道路工事", TODAY + DAY, TODAY + 3 * DAY)
    closure = stops.close(stop=stop, new=new, by=by, now=NOON)
    shut = [bool(stops_of(area, TODAY + n * DAY).get().is_closed) for n in range(5)]
    assert shut == [False, True, True, True, False]
    assert Detail.objects.get().body == {"reason": "道路工事"}
    with pytest.raises(CannotCloseStop, match="overlap"):
        stops.close(stop=stop, new=NewClosure("祭り", TODAY + 3 * DAY), by=by, now=NOON)
    stops.reopen(closure=closure, by=by, now=NOON)
    assert not stops_of(area, TODAY + DAY).get().is_closed
    with pytest.raises(CannotCloseStop, match="reopened"):
        stops.reopen(closure=closure, by=by, now=NOON)


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (NewClosure(" ", TODAY), "no_reason"),
        (NewClosure("工事", TODAY, TODAY - DAY), "backwards"),
        (NewClosure("工事", TODAY - 3 * DAY, TODAY - DAY), "past"),
    ],
)
def test_a_closing_that_makes_no_sense_is_refused(db, new, code):
    with pytest.raises(CannotCloseStop) as refusal:
        stops.close(stop=a_stop(an_area()), new=new, by=SYSTEM, now=NOON)
    assert refusal.value.code == code
    assert refusal.value.sentence


def test_stops_are_found_by_name_reading_what_residents_say_and_number(db):
    area = an_area()
    one = a_stop(area, number="A-1", residents_name="かどや前", address="長野県塩尻市大門一番町12-2")
    a_stop(area, number="A-2", name="桟敷", kana="サジキ")
    for words in (
        "大門",
        "だいもん",
        "ダイモンイチ",
        "かどや",
        "a1",
        "一番町",
        "大門1番町12-2",
        "大門一番町１２番２号",
    ):
        assert list(found_stops(area, TODAY, words)) == [one], words
    assert found_stops(area, TODAY, "").count() == 2
    assert found_stops(area, TODAY, "東京").count() == 0
