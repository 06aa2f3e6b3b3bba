"""Somebody looks for a place: names, readings, what residents say, addresses in every spelling, slips of the pen."""

import io
import time

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from machikado.town.common import gazetteer
from machikado.town.common.gazetteer import NewPlace
from machikado.town.common.japanese import address_key, search_key
from machikado.town.common.models import SearchKey
from machikado.town.ride import search_limits
from machikado.town.ride.models import Stop
from machikado.town.ride.queries import places
from machikado.town.ride.queries.places import found_places
from machikado.town.ride.ranking import PLACE, STOP, Entry, rank
from machikado.town.ride.tests.makings import a_stop, an_area

# id, kind, name, reading, address; as the sample town has them, and one stop with a name of the residents' own.
TOWN = [
    (1, STOP, "塩尻駅", "シオジリエキ", ""),
    (2, STOP, "塩尻駅 東", "シオジリエキ ヒガシ", ""),
    (3, STOP, "広丘駅", "ヒロオカエキ", ""),
    (4, STOP, "大門七番町", "ダイモンナナバンチョウ", ""),
    (5, STOP, "大門一番町", "ダイモンイチバンチョウ", ""),
    (6, STOP, "桟敷", "サジキ", ""),
    (7, STOP, "みどり湖駅", "ミドリコエキ", ""),
    (8, STOP, "広丘野村", "ヒロオカノムラ", ""),
    (9, STOP, "大小屋", "オオゴヤ", ""),
    (10, STOP, "柿沢", "カキザワ", ""),
    (21, PLACE, "広丘郷原", "ヒロオカゴウバラ", "長野県塩尻市大字広丘郷原"),
    (22, PLACE, "宗賀", "ソウガ", "長野県塩尻市大字宗賀"),
    (23, PLACE, "大門桔梗町", "ダイモンキキョウチョウ", "長野県塩尻市大門桔梗町"),
    (24, PLACE, "贄川駅", "ニエカワエキ", "長野県塩尻市贄川"),
    (25, PLACE, "奈良井駅", "ナライエキ", "長野県塩尻市奈良井"),
    (26, PLACE, "堀ノ内", "ホリノウチ", "長野県塩尻市大字堀ノ内"),
    (27, PLACE, "大門七番町", "ダイモンナナバンチョウ", "長野県塩尻市大門七番町"),
]
ENTRIES = [
    Entry(kind, number, key)
    for number, kind, name, kana, address in TOWN
    for key in {search_key(name), search_key(kana), address_key(name), address_key(address), search_key(address)}
    if key
] + [Entry(STOP, 6, search_key("さじきの公民館")), Entry(STOP, 10, search_key("お宮の前"))]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("塩尻駅", 1),
        ("塩尻", 1),
        ("しおじりえき", 1),
        ("シオジリエキ", 1),
        ("ｼｵｼﾞﾘ", 1),
        ("しおじり駅", 1),
        ("鹽尻驛", 1),  # old characters
        ("塩尻駅まで", 1),
        ("塩尻駅へ行きたい", 1),
        ("塩尻駅前", 1),
        ("しおじりへき", 1),  # a slip
        ("しおじりいき", 1),
        ("塩尻駅東", 2),
        ("塩尻駅　東", 2),
        ("しおじりえき ひがし", 2),
        ("広丘駅", 3),
        ("廣丘駅", 3),
        ("ひろおかえき", 3),
        ("ヒロオカ駅", 3),
        ("ひろうかえき", 3),  # as it is heard
        ("大門七番町", 4),
        ("大門7番町", 4),
        ("大門７番町", 4),
        ("大門七番町4-3", 4),
        ("大門７番町４－３", 4),
        ("大門七番町四番三号", 4),
        ("大門七番町4番地3", 4),
        ("長野県塩尻市大門七番町4番3号", 4),
        ("塩尻市大門七番町４の３", 4),
        ("〒399-0738 長野県塩尻市大門七番町4-3", 4),
        ("だいもんななばんちょう", 4),
        ("大門一番町12-2", 5),
        ("大門1番町", 5),
        ("だいもんいちばん", 5),
        ("桟敷", 6),
        ("さじき", 6),
        ("さじきの公民館", 6),
        ("みどりこえき", 7),
        ("みどり湖", 7),
        ("ミドリ湖駅", 7),
        ("広丘野村", 8),
        ("大字広丘野村1688番地", 8),
        ("ひろおかのむら", 8),
        ("おおごや", 9),
        ("大小屋117-2", 9),
        ("柿澤", 10),
        ("お宮の前", 10),
        ("かきさわ", 10),
        ("郷原", 21),
        ("広丘郷原1000", 21),
        ("大字宗賀", 22),
        ("宗賀字日出塩", 22),
        ("桔梗町", 23),
        ("ききょうちょう", 23),
        ("にえかわ", 24),
        ("ならい", 25),
        ("奈良井駅で", 25),
        ("堀の内", 26),
        ("堀ﾉ内45", 26),
        ("ほりのうち", 26),
    ],
)
def test_what_was_typed_finds_the_place_first(typed, first):
    hits = rank(typed, ENTRIES)
    assert hits, "nothing was found"
    assert hits[0].noun_id == first, [hit.noun_id for hit in hits]


@pytest.mark.parametrize("typed", ["", " ", "東京スカイツリー", "!!!", "ー", "北海道札幌市中央区"])
def test_what_is_nowhere_here_finds_nothing(typed):
    assert rank(typed, ENTRIES) == []


def test_words_around_a_name_are_dropped_only_where_the_name_with_them_is_not_known():
    """塩尻駅前 is a place of its own here, though 塩尻駅 is a stop; without it the stop is meant."""
    square = [Entry(PLACE, 31, search_key("塩尻駅前"))]
    assert [hit.noun_id for hit in rank("塩尻駅前", [*ENTRIES, *square])][:2] == [31, 1]
    assert [hit.noun_id for hit in rank("塩尻駅前へ", [*ENTRIES, *square])][:2] == [31, 1]


def test_a_stop_comes_before_a_place_of_the_same_name():
    assert [hit.noun_id for hit in rank("大門七番町", ENTRIES)][:2] == [4, 27]


@given(st.text(max_size=40), st.integers(1, 20))
def test_whatever_is_typed_each_thing_comes_once_and_in_order(typed, limit):
    hits = rank(typed, ENTRIES, limit)
    assert len(hits) <= limit
    assert len({(hit.kind, hit.noun_id) for hit in hits}) == len(hits)
    assert hits == sorted(hits)
    assert hits == rank(typed, ENTRIES[::-1], limit)


@given(st.sampled_from(TOWN))
def test_every_name_and_every_reading_finds_its_own(row):
    number, kind, name, kana, _address = row
    for typed in (name, kana):
        best = rank(typed, ENTRIES)
        assert (kind, number) in [(hit.kind, hit.noun_id) for hit in best if hit.tier == 0]


@pytest.fixture
def town_with_places(db):
    area = an_area()
    a_stop(area, number="1", name="大門七番町", kana="ダイモンナナバンチョウ", residents_name="かどや前")
    gazetteer.load_places([NewPlace("area", "桟敷", 36.1155, 137.9677, kana="サジキ", address="長野県塩尻市大字桟敷")])
    return area


def test_stops_and_places_are_found_together(town_with_places):
    (stop,) = found_places("大門七番町4-3")
    assert (stop.kind, stop.name, stop.note) == ("stop", "大門七番町", "かどや前")
    (place,) = found_places("さじき")
    assert (place.kind, place.name, place.lat) == ("place", "桟敷", 36.1155)


def test_where_a_town_has_more_keys_than_are_looked_at_the_stops_are_among_them(town_with_places, monkeypatch):
    monkeypatch.setattr(places, "MOST_KEYS", 3)
    Stop.objects.get().delete()
    SearchKey.objects.filter(kind="stop").delete()
    a_stop(town_with_places, number="2", name="柿沢", kana="カキザワ")
    assert [each.name for each in found_places("柿沢")] == ["柿沢"], "though its keys are the youngest"


def test_whatever_is_typed_it_takes_four_queries_at_most(town_with_places, django_assert_max_num_queries):
    for typed in ("", "大門", "さ", "x" * 120):
        with django_assert_max_num_queries(3):
            found_places(typed)


def test_among_ten_thousand_keys_few_are_compared_letter_by_letter(monkeypatch):
    """That comparison is what a search costs; keys that are far longer are settled before it.

    8,571 + 857 + 429 of the keys have 13 letters and more, and the longest form of what was typed has nine, so at
    most 143 keys come into question for each of its three forms.
    """
    many = [Entry(PLACE, number, search_key(f"大字{number}番の{number * 7}丁目")) for number in range(10_000)]
    assert sum(len(entry.key) < 13 for entry in many) == 143
    compared, ratio = [], fuzz.ratio

    def counted(one, other, **limits):
        compared.append(other)
        return ratio(one, other, **limits)

    monkeypatch.setattr(fuzz, "ratio", counted)
    rank("大門七番町4-3", many)
    assert 0 < len(compared) <= 3 * 143
    compared.clear()
    assert rank("大", many), "each of them begins so"
    assert compared == [], "and two letters are alike to everything"


def test_without_script_it_is_a_plain_search_and_with_it_json(client, town_with_places):
    page = client.post(reverse("ride:places"), {"q": "だいもん"})
    assert "大門七番町" in page.content.decode()
    assert "だいもん" in page.content.decode(), "what was typed stays"
    answer = client.post(reverse("ride:places"), {"q": "だいもん"}, headers={"accept": "application/json"})
    assert [each["name"] for each in answer.json()["found"]] == ["大門七番町"]
    assert client.post(reverse("ride:places"), {"q": "\0"}).status_code == 400
    assert client.get(reverse("ride:places")).status_code == 200


def test_one_address_searches_so_often_a_minute_and_others_go_on(client, town_with_places, monkeypatch):
    monkeypatch.setattr(search_limits, "PER_MINUTE", 3)
    search_limits.forget()
    ask = {"path": reverse("ride:places"), "data": {"q": "だいもん"}}
    answers = [client.post(**ask, REMOTE_ADDR="192.0.2.1") for _ in range(5)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429, 429]
    assert "1分ほど待って" in answers[-1].content.decode()
    assert "だいもん" in answers[-1].content.decode(), "what was typed stays"
    json = client.post(**ask, REMOTE_ADDR="192.0.2.1", headers={"accept": "application/json"})
    assert (json.status_code, json.json()["found"]) == (429, [])
    assert client.post(**ask, REMOTE_ADDR="192.0.2.2").status_code == 200
    monkeypatch.setattr(time, "monotonic", lambda: 10.0**9)
    assert client.post(**ask, REMOTE_ADDR="192.0.2.1").status_code == 200


# Made-up places at a made-up address; only the position lies in Japan.
LIST = """kind,name,kana,address,lat,lon,source,aliases
station,街角駅,マチカドエキ,長野県架空市大字大門八番町９－１,36.11,137.95,made up,
station,街角北駅,マチカドキタエキ,架空市大門一番町2-3,36.12,137.95,made up,
hall,市民交流センター,シミンコウリュウセンター,架空市大門1番町12番2号,36.115,137.953,made up,えんぱあく;交流館
area,髙原が丘,タカハラガオカ,,36.10,137.96,made up,
shop,コーヒー店ひので,コーヒーテンヒノデ,架空市広丘３丁目４,36.13,137.96,made up,
"""


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("街角駅", "街角駅"),
        ("まちかどえき", "街角駅"),
        ("ﾏﾁｶﾄﾞ駅", "街角駅"),
        ("えんぱーく", "市民交流センター"),
        ("交流館", "市民交流センター"),
        ("高原ヶ丘", "髙原が丘"),
        ("架空市大門八番町9の1", "街角駅"),
        ("〒000-0000 長野県架空市大門一番町１２ー２", "市民交流センター"),
        ("こーひーてん", "コーヒー店ひので"),
        ("ひので", "コーヒー店ひので"),
        ("まちかとえき", "街角駅"),
        ("しみんこうりうせんた", "市民交流センター"),
        ("まちかど", "街角駅"),
        ("街角北駅", "街角北駅"),
    ],
)
def test_places_of_a_list_are_found_by_what_people_say(db, said, meant):
    gazetteer.load_places(gazetteer.read_csv(io.StringIO(LIST)))
    assert found_places(said)[0].name == meant


@pytest.mark.parametrize("said", ["", " ", "---", "とうきょうたわー", "'; DROP TABLE", "%", "_"])
def test_what_is_not_on_the_list_is_not_found(db, said):
    gazetteer.load_places(gazetteer.read_csv(io.StringIO(LIST)))
    assert found_places(said) == []


def test_among_thousands_a_question_asks_little(db, django_assert_max_num_queries):
    gazetteer.load_places(NewPlace(kind="area", name=f"街角{n}丁目", lat=36, lon=138) for n in range(3000))
    with django_assert_max_num_queries(3):
        assert found_places("街角1234町目")[0].name == "街角1234丁目"  # found by likeness alone
    with django_assert_max_num_queries(3):
        assert found_places("街角1234丁目")[0].name == "街角1234丁目"
