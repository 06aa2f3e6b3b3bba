"""The gazetteer: a list comes in, a second time without a second effect; what is no place is refused."""

import csv
import io

import pytest

from machikado.town.common import gazetteer
from machikado.town.common.gazetteer import CannotLoadPlaces, NewPlace
from machikado.town.common.models import Alias, Place, SearchKey

# Made-up places at a made-up address; only the position lies in Japan.
LIST = """kind,name,kana,address,lat,lon,source,aliases
station,街角駅,マチカドエキ,長野県架空市大字大門八番町９－１,36.11,137.95,made up,
station,街角北駅,マチカドキタエキ,架空市大門一番町2-3,36.12,137.95,made up,
hall,市民交流センター,シミンコウリュウセンター,架空市大門1番町12番2号,36.115,137.953,made up,えんぱあく;交流館
area,髙原が丘,タカハラガオカ,,36.10,137.96,made up,
shop,コーヒー店ひので,コーヒーテンヒノデ,架空市広丘３丁目４,36.13,137.96,made up,
"""


@pytest.fixture
def town(db):
    assert gazetteer.load_places(gazetteer.read_csv(io.StringIO(LIST))) == 5


def test_taking_the_list_in_again_changes_nothing_but_what_changed(town):
    before = {place.name: (place.pk, place.code) for place in Place.objects.all()}
    keys = SearchKey.objects.count()
    changed = LIST.replace("137.953", "137.999").replace("えんぱあく;", "")
    assert gazetteer.load_places(gazetteer.read_csv(io.StringIO(changed))) == 5
    assert {place.name: (place.pk, place.code) for place in Place.objects.all()} == before
    assert Place.objects.get(name="市民交流センター").lon == 137.999
    assert list(Alias.objects.values_list("name", flat=True)) == ["交流館"]
    assert SearchKey.objects.count() == keys - 1


def test_a_place_that_stands_twice_in_the_list_is_one_place(db):
    place = NewPlace(kind="area", name="街角", lat=36, lon=138)
    assert gazetteer.load_places([place, place]) == 2
    assert Place.objects.count() == 1


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ("name,kana\nx,y\n", "columns"),
        ("", "columns"),
        ("kind,name,lat,lon\narea,x,north,138\n", "line"),
        ("kind,name,lat,lon\narea,,36,138\n", "line"),
        ("kind,name,lat,lon\narea,x,138,36\n", "line"),
        ("kind,name,lat,lon\narea\n", "line"),
    ],
)
def test_a_broken_list_is_refused_with_its_line(broken, code):
    with pytest.raises(CannotLoadPlaces) as refused:
        list(gazetteer.read_csv(io.StringIO(broken)))
    assert refused.value.code == code
    assert refused.value.sentence


def test_the_sample_town_can_be_read():
    with open("demo/places.csv", encoding="utf-8", newline="") as lines:
        expected = sum(1 for _ in csv.reader(lines)) - 1
    with open("demo/places.csv", encoding="utf-8", newline="") as lines:
        assert len(list(gazetteer.read_csv(lines))) == expected > 0
