"""The manager's pages: what is shown, what is saved, what is refused and stays in its box."""

import io
import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.common.calendar import town_date
from machikado.town.common.images import CannotReadImage
from machikado.town.ride.actions import roads
from machikado.town.ride.models import FareTable, RideVehicle, ServiceArea, Stop, Suspension, VehicleShift
from machikado.town.ride.tests.makings import SOUTH, a_shift, a_stop, a_van, an_area, osm, with_fares, with_roads


@pytest.fixture
def manager(cast, client_of):
    """Uehara's browser."""
    return client_of(cast.uehara)


def today():
    return town_date(clock.now())


def iso(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def page_of(client, name, *args):
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def sent(client, name, fields, *args):
    return client.post(reverse(name, args=args), fields, follow=True)


def chips(page: str) -> list[str]:
    """The words of the chips, which are the states of what the page lists."""
    return [
        " ".join(re.sub("<[^>]+>", "", each).split()) for each in re.findall(r'<span class="chip.*?</span>', page, re.S)
    ]


def test_a_town_without_an_area_is_asked_for_it_first_and_then_has_empty_pages(manager):
    answer = manager.get(reverse("ride:stops"), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("ride:area")
    fields = {
        "name": "塩尻",
        "corners": "36.10 137.93\n36.10 137.96\n36.13 137.96\n36.13 137.93",
        "book_ahead_days": 6,
        "max_wait_minutes": 30,
        "max_ride_minutes": 45,
        "boarding_seconds": 30,
        "slow_boarding_seconds": 60,
        "pram_boarding_seconds": 60,
        "wheelchair_boarding_seconds": 240,
    }
    swapped = sent(manager, "ride:area", {**fields, "corners": "137.93 36.10\n137.96 36.10\n137.96 36.13"})
    assert swapped.status_code == 422
    assert "137.93 36.10" in swapped.content.decode(), "what was typed stays"
    assert sent(manager, "ride:area", {**fields, "corners": "36.1 137.93\nNaN 137.96\n36.13 137.96"}).status_code == 422
    full_width = str(fields["corners"]).replace("36.10 137.93", "３６．１０，１３７．９３")
    assert sent(manager, "ride:area", {**fields, "corners": full_width}).status_code == 200
    assert ServiceArea.objects.get().polygon["coordinates"][0][0] == [137.93, 36.1]
    for name, words in (
        ("ride:stops", "乗降地点がまだありません"),
        ("ride:vehicles", "車両がまだありません"),
        ("ride:shifts", "車両がまだありません"),
        ("ride:fares", "運賃表がまだありません"),
        ("ride:hours", "運行時間がまだありません"),
        ("ride:roads", "道路の地図がまだありません"),
    ):
        assert words in page_of(manager, name), name


def test_a_stop_is_put_up_by_typing_changed_and_refused_with_what_was_typed(manager):
    an_area()
    with_roads()
    fields = {
        "number": "12",
        "name": "大門一番町",
        "kana": "だいもん",
        "lat": SOUTH,
        "lon": 137.945,
        "wheelchair": "on",
    }
    sent(manager, "ride:stop_add", fields)
    stop = Stop.objects.get()
    assert (stop.kana, stop.wheelchair, stop.has_shelter) == ("ダイモン", True, False)
    assert "道のまん中から0.0m" in page_of(manager, "ride:stop", stop.code)
    refused = sent(manager, "ride:stop", {**fields, "lat": 137.945, "lon": SOUTH}, stop.code)
    assert refused.status_code == 422
    assert "緯度と経度が逆です" in refused.content.decode()
    assert 'value="137.945"' in refused.content.decode()
    sent(manager, "ride:stop", {**fields, "residents_name": "かど", "opens": "8:00", "closes": "24:30"}, stop.code)
    stop.refresh_from_db()
    assert (stop.residents_name, stop.opens, stop.closes) == ("かど", 480, 1470)


def boxes_of(page: str) -> dict[str, str]:
    """What stands in the text boxes and hidden boxes of a page."""
    found = {}
    for tag in re.findall("<input[^>]+>", page):
        said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if said.get("type") in {"text", "number", "hidden"} and "name" in said:
            found[said["name"]] = said.get("value", "")
    return found


def test_two_managers_who_change_one_stop_hear_of_each_other(manager):
    """Both opened the page; the second is told, keeps what she typed, and saves it by pressing once more."""
    stop = a_stop(an_area())
    first = boxes_of(page_of(manager, "ride:stop", stop.code))
    second = dict(first)
    sent(manager, "ride:stop", {**first, "name": "大門（一）"}, stop.code)
    told = sent(manager, "ride:stop", {**second, "note": "段差あり"}, stop.code)
    assert told.status_code == 422
    assert "ほかの人が先に保存しました" in told.content.decode()
    stop.refresh_from_db()
    assert (stop.name, stop.note) == ("大門（一）", "")
    still_there = boxes_of(told.content.decode())
    assert still_there["note"] == "段差あり"
    sent(manager, "ride:stop", still_there, stop.code)
    stop.refresh_from_db()
    assert (stop.name, stop.note) == ("大門一番町", "段差あり")


@pytest.mark.parametrize("name", ["vehicle", "shift", "area"])
def test_whoever_saw_something_else_does_not_overwrite_it(manager, cast, name):
    van = a_van(an_area())
    shift = a_shift(cast, van, day=today() + timedelta(days=1))
    code = {"vehicle": [van.code], "shift": [shift.code], "area": []}[name]
    page = page_of(manager, f"ride:{name}", *code)
    more = {
        "vehicle": {},
        "shift": {"day": iso(1), "vehicle": van.code, "driver": cast.futaki.code},
        "area": {"corners": "36.10 137.93\n36.10 137.96\n36.13 137.96\n36.13 137.93"},
    }[name]
    fields = {**boxes_of(page), **more}
    assert sent(manager, f"ride:{name}", {**fields, "seen": "0" * 16}, *code).status_code == 422
    assert sent(manager, f"ride:{name}", fields, *code).redirect_chain


def test_the_list_is_searched_and_the_map_has_the_same_stops(manager, cast, client_of):
    area = an_area()
    one, two = a_stop(area), a_stop(area, number="2", name="桟敷", kana="サジキ")
    page = manager.get(reverse("ride:stops"), {"q": "さじき"}).content.decode()
    assert two.code in page
    assert one.code not in page
    assert "その名前の乗降地点はありません" in manager.get(reverse("ride:stops"), {"q": "東京"}).content.decode()
    drawn = json.loads(manager.get(reverse("ride:stops_map")).content)
    assert [each["properties"]["kind"] for each in drawn["features"]] == ["area", "stop", "stop"]
    assert drawn["features"][1]["geometry"]["coordinates"] == [one.lon, one.lat]
    assert 'data-roads=""' in page
    with_roads()
    page = page_of(manager, "ride:stops")
    assert "OpenStreetMap" not in page, "the roads of the sample are made up"
    (where,) = re.findall(r'data-roads="([^"]+)"', page)
    assert len(json.loads(manager.get(where).getvalue())["features"]) == 2
    assert client_of(cast.momose).get(where).status_code == 404, "the address is the manager's alone"


def test_a_real_map_is_credited_and_its_remarks_are_in_the_language_of_the_page(manager):
    an_area()
    strange = b'<tag k="maxspeed" v="walk slowly"/><tag k="highway"'
    data = osm(synthetic=False).replace(b'<tag k="highway"', strange)
    roads.bring_in(name="real.osm", data=data, by=SYSTEM, now=clock.now())
    assert "© OpenStreetMap contributors" in page_of(manager, "ride:stops")
    assert "Geolonia" not in page_of(manager, "ride:stops")
    page = page_of(manager, "ride:roads")
    assert "制限速度を読みとれませんでした" in page
    assert "道 1, 道 2" in page
    assert "taken as if" not in page


def test_a_stop_is_closed_opened_again_and_photographed(manager):
    stop = a_stop(an_area())
    sent(manager, "ride:stop_close", {"reason": "道路工事", "first_day": iso(0)}, stop.code)
    assert "道路工事" in page_of(manager, "ride:stop", stop.code)
    assert chips(page_of(manager, "ride:stops")) == ["休止"]
    nothing = sent(manager, "ride:stop_close", {"reason": "", "first_day": iso(0)}, stop.code)
    assert nothing.status_code == 422
    sent(manager, "ride:stop_reopen", {}, stop.closures.get().code)
    assert "道路工事" not in page_of(manager, "ride:stop", stop.code)
    assert chips(page_of(manager, "ride:stops")) == ["利用できる"]
    photo = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(photo, "PNG")
    sent(manager, "ride:stop_photo", {"photo": SimpleUploadedFile("stop.png", photo.getvalue())}, stop.code)
    assert "<img" in page_of(manager, "ride:stop", stop.code)
    no_image = sent(manager, "ride:stop_photo", {"photo": SimpleUploadedFile("stop.png", b"x")}, stop.code)
    assert CannotReadImage("no_image").sentence in no_image.content.decode()


def test_a_table_goes_out_comes_in_and_its_bad_lines_are_shown(manager):
    a_stop(an_area(), number="7")
    out = manager.get(reverse("ride:stops_csv"))
    assert "attachment" in out["Content-Disposition"]
    text = out.content.decode("utf-8-sig")
    assert "202151,7,塩尻市（見本）,大門一番町" in text
    more = text + f"202151,8,,桟敷,,,,{SOUTH},137.946,,,,,,,A\n"
    sent(manager, "ride:stops_import", {"table": SimpleUploadedFile("stops.csv", more.encode())})
    assert Stop.objects.count() == 2
    bad = more + f"202151,9,,逆,,,,137.946,{SOUTH},,,,,,,A\n"
    answer = sent(manager, "ride:stops_import", {"table": SimpleUploadedFile("stops.csv", bad.encode())})
    assert answer.status_code == 422
    assert "取り込めない行が1行あります" in answer.content.decode()
    assert '<th scope="col">理由</th>' in answer.content.decode()
    assert "表を読んでいます" in answer.content.decode()
    assert "緯度と経度が逆です" in answer.content.decode()
    assert Stop.objects.count() == 2


def test_a_vehicle_and_its_shift(manager, cast):
    an_area()
    fields = {"name": "1号車", "depot_name": "車庫", "depot_lat": SOUTH, "depot_lon": 137.94, "seats1": 8, "prams1": 1}
    refused = sent(manager, "ride:vehicle_add", {**fields, "seats1": "", "prams1": ""})
    assert refused.status_code == 422
    sent(manager, "ride:vehicle_add", {**fields, "seats2": 6, "wheelchairs2": 1})
    van = RideVehicle.objects.get()
    assert list(van.layouts.values_list("seats", "wheelchairs", "prams")) == [(8, 0, 1), (6, 1, 0)]
    shift = {"day": iso(1), "vehicle": van.code, "driver": cast.futaki.code, "begins": "8:00", "ends": "17:00"}
    sent(manager, "ride:shift_add", {**shift, "breaks": "12:00-13:00"})
    planned = VehicleShift.objects.get()
    assert (planned.begins, planned.ends, planned.breaks.count()) == (480, 1020, 1)
    week = manager.get(reverse("ride:shifts"), {"day": iso(1)}).content.decode()
    assert "8:00–17:00" in week
    assert "二木" in week
    taken = sent(manager, "ride:shift_add", {**shift, "begins": "16:00", "ends": "20:00"})
    assert taken.status_code == 422
    assert "1号車は" in taken.content.decode()
    strange = sent(manager, "ride:shift_add", {**shift, "begins": "朝"})
    assert 'value="朝"' in strange.content.decode()
    sent(manager, "ride:shift", {**shift, "ends": "18:00"}, planned.code)
    planned.refresh_from_db()
    assert planned.ends == 1080
    assert "8:00–18:00" not in sent(manager, "ride:shift_drop", {}, planned.code).content.decode()


def test_a_vehicle_retires_by_its_page_unless_it_has_shifts(manager, cast):
    van = a_van(an_area())
    shift = a_shift(cast, van, day=today() + timedelta(days=1))
    kept = sent(manager, "ride:vehicle_retire", {"on": iso(0)}, van.code)
    assert kept.redirect_chain[-1][0] == reverse("ride:vehicle", args=[van.code])
    assert "この日からあとに乗務があります" in kept.content.decode()
    sent(manager, "ride:shift_drop", {}, shift.code)
    gone = sent(manager, "ride:vehicle_retire", {"on": iso(0)}, van.code)
    assert gone.redirect_chain[-1][0] == reverse("ride:vehicles")
    assert RideVehicle.objects.get().retired_on == today()


def test_the_week_of_any_day_can_be_asked_for(manager, cast):
    van = a_van(an_area())
    a_shift(cast, van, day=today() + timedelta(days=1))
    for day in ("", "x", "2026-13-45", "0001-01-01", "9999-12-31", iso(400)):
        assert manager.get(reverse("ride:shifts"), {"day": day}).status_code == 200


def fare_fields() -> dict[str, object]:
    """What a manager writes to set the fares."""
    shares = {"share_adult": 100, "share_child": 50, "share_disabled": 50, "share_companion": 50, "share_preschool": 0}
    return {
        "effective_from": iso(0),
        "sections": "AA 200\nBB 100\nCC 50",
        "pairs": "A A CC\nA B BB\nA C AA",
        "round_up_yen": 10,
        "passes": "1か月定期 adult 6000 30",
        **shares,
    }


@pytest.mark.parametrize(
    ("box", "wrong", "words"),
    [
        ("sections", "AA 二百", "整数ではありません"),
        ("sections", "AA", "言葉が1個あります"),
        ("sections", "AA 200\nAA 100", "「AA」が2回書かれています"),
        ("sections", "AA 200\nBB 100\nCC 50\nとても長い名前の区間 10", "8字まで"),
        ("sections", "AA ２００", "運賃区間「CC」"),  # figures are read, full-width ones too
        ("pairs", "A B DD", "運賃区間「DD」"),
        ("pairs", "A B BB\nB A AA", "「A B」が2回書かれています"),
        ("passes", "月 adult 6000 30\n月 adult 5000 30", "「月 adult」が2回書かれています"),
    ],
)
def test_fares_that_cannot_be_are_refused_with_what_was_typed(manager, box, wrong, words):
    an_area()
    refused = sent(manager, "ride:fares_add", {**fare_fields(), box: wrong})
    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert wrong.splitlines()[-1] in refused.content.decode(), "what was typed stays"
    assert not FareTable.objects.exists()


def test_fares_are_set_tried_and_free_for_some_days(manager):
    area, fields = an_area(), fare_fields()
    sent(manager, "ride:fares_add", fields)
    assert FareTable.objects.get().passes.get().yen == 6000
    one, two = a_stop(area), a_stop(area, number="2", zone="C")
    ride = {"one": one.code, "other": two.code, "day": iso(0), "adult": 1, "child": 1, "preschool": 2}
    tried = manager.get(reverse("ride:fares"), ride).content.decode()
    assert "300円" in tried
    assert "運賃区間AA" in tried
    assert (
        "1人以上です"
        in manager.get(reverse("ride:fares"), {**ride, "adult": 0, "child": 0, "preschool": 0}).content.decode()
    )
    sent(manager, "ride:free_add", {"name": "お試し期間", "first_day": iso(0), "last_day": iso(2)})
    assert "無料期間「お試し期間」" in manager.get(reverse("ride:fares"), ride).content.decode()
    again = sent(manager, "ride:fares_add", fields)
    assert again.status_code == 422
    assert "AA 200\nBB 100\nCC 50</textarea>" in page_of(manager, "ride:fares_add").replace("\r", ""), (
        "a new version begins with the last"
    )


def test_hours_are_set_and_the_bus_suspended_and_let_run_again(manager):
    with_fares(an_area(), today())
    wrong = sent(manager, "ride:hours", {"effective_from": iso(0), "weekday": "朝から晩まで"})
    assert wrong.status_code == 422
    assert "朝から晩まで" in wrong.content.decode()
    everyday = dict.fromkeys(("weekday", "saturday", "sunday", "holiday"), "0:00-28:00")
    assert "いまは運行中です" in sent(manager, "ride:hours", {"effective_from": iso(0), **everyday}).content.decode()
    snow = {"reason": "snow", "begins_at": f"{iso(0)}T00:00", "note": "雪のため"}
    assert "いまは運休です" in sent(manager, "ride:suspend", snow).content.decode()
    backwards = sent(manager, "ride:suspend", {**snow, "ends_at": f"{iso(-1)}T00:00"})
    assert backwards.status_code == 422
    code = Suspension.objects.get().code
    assert "いまは運行中です" in sent(manager, "ride:lift", {}, code).content.decode()


def test_nobody_else_comes_in(cast, client_of):
    for slug in ("momose", "nakajima", "futaki"):
        assert client_of(cast.persons[slug]).get(reverse("ride:stops")).status_code == 403
