"""A manager brings stops in as a table and takes them out again."""

import pytest
from django.core.files.base import ContentFile

from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Event
from machikado.town.ride import stop_table
from machikado.town.ride.actions import stop_tables, stops
from machikado.town.ride.actions.stop_tables import CannotImportStops
from machikado.town.ride.models import Kerb, Stop
from machikado.town.ride.queries import soundness
from machikado.town.ride.queries.roads import bad_kerbs
from machikado.town.ride.stop_table import CannotReadStops
from machikado.town.ride.tests.makings import NOON, SOUTH, a_stop, an_area, with_roads

HEAD = "ID,名称,名称_カナ,緯度,経度,開始時間,終了時間,屋根,車椅子可,運賃ゾーン"


def table(*lines: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *lines]).encode()


def take(area, *lines: str):
    return stop_tables.take_in(area=area, rows=stop_table.read(table(*lines)), by=SYSTEM, now=NOON)


def faults(area, *lines: str) -> dict[int, str]:
    with pytest.raises(CannotImportStops) as refusal:
        take(area, *lines)
    assert all(fault.reason.sentence for fault in refusal.value.faults)
    assert not Stop.objects.exists()
    return {fault.line: fault.reason.code for fault in refusal.value.faults}


def test_a_table_becomes_stops_on_the_kerb_and_a_second_time_changes_nothing(db):
    with_roads()
    area = an_area()
    lines = (f"A1,大門一番町,だいもん,{SOUTH},137.945,,,有,有,A", f"A2,大門二番町,,{SOUTH},137.947,7:00,24:30,無,,B")
    assert take(area, *lines) == stop_tables.TakenIn(2, 0, 0)
    one, two = Stop.objects.order_by("number")
    assert (one.kana, one.has_shelter, one.wheelchair, one.opens) == ("ダイモン", True, True, None)
    assert (two.opens, two.closes, two.wheelchair, two.zone) == (420, 1470, False, "B")
    assert Kerb.objects.filter(is_reachable=True).count() == 2
    assert soundness.problems() == []
    assert take(area, *lines) == stop_tables.TakenIn(0, 0, 2)
    assert take(area, lines[0].replace("大門一番町", "一番町"), lines[1]) == stop_tables.TakenIn(0, 1, 1)
    assert Event.objects.filter(kind="ride.stop_added").count() == 2
    assert Event.objects.get(kind="ride.stop_changed").data["fields"] == ["name"]


def test_what_a_table_does_not_name_stays_as_it_was(db):
    """A table of names and positions, as a colleague of the town hall would send one: all else is not in it."""
    area = an_area()
    facts = {
        "residents_name": "かど",
        "opens": 420,
        "closes": 1470,
        "has_shelter": True,
        "wheelchair": True,
        "zone": "B",
    }
    stop = a_stop(area, bearing=90, note="段差あり", address="大門一番町12-2", **facts)
    short = table(f"1,大門一番町（東）,{SOUTH},137.946", head="ID,名称,緯度,経度")
    done = stop_tables.take_in(area=area, rows=stop_table.read(short), by=SYSTEM, now=NOON)
    assert done == stop_tables.TakenIn(0, 1, 0)
    stop.refresh_from_db()
    assert (stop.name, stop.lon) == ("大門一番町（東）", 137.946)
    assert (stop.kana, stop.bearing, stop.note, stop.address) == (
        "ダイモンイチバンチョウ",
        90,
        "段差あり",
        "大門一番町12-2",
    )
    assert {name: getattr(stop, name) for name in facts} == facts
    emptied = table(f"1,大門一番町（東）,{SOUTH},137.946,,無", head="ID,名称,緯度,経度,運賃ゾーン,屋根")
    stop_tables.take_in(area=area, rows=stop_table.read(emptied), by=SYSTEM, now=NOON)
    stop.refresh_from_db()
    assert (stop.zone, stop.has_shelter, stop.wheelchair) == ("", False, True), "an empty cell is a word, too"


def test_every_bad_line_gets_its_sentence_and_nothing_is_taken_in(db):
    with_roads()
    found = faults(
        an_area(),
        f"A1,よい停留所,,{SOUTH},137.945,,,,,",
        f"A1,同じ番号,,{SOUTH},137.946,,,,,",
        f"A2,さかさま,,137.945,{SOUTH},,,,,",
        "A3,海の上,,34.5,137.9,,,,,",
        "A4,道がない,,36.115,137.945,,,,,",
        f"A5,,,{SOUTH},137.945,,,,,",
        f",番号がない,,{SOUTH},137.945,,,,,",
        "A6,数でない,,北,137.945,,,,,",
        "A7,空の緯度,,,137.945,,,,,",
        f"A8,時刻でない,,{SOUTH},137.945,朝,夜,,,",
        f"A9,閉じてから開く,,{SOUTH},137.945,18:00,9:00,,,",
        f"A10,屋根が不明,,{SOUTH},137.945,,,たぶん,,",
        f"A11,片方だけ,,{SOUTH},137.945,9:00,,,,",
    )
    assert found == {
        3: "twice",
        4: "swapped",
        5: "outside",
        6: "no_road",
        7: "no_name",
        8: "no_number",
        9: "number",
        10: "no_number",
        11: "time",
        12: "hours",
        13: "yes_no",
        14: "hours",
    }


def test_figures_are_figures_and_nothing_is_cut(db):
    found = faults(
        an_area(),
        "A12,数でない,,nan,137.945,,,,,",
        "A13,数でない,,1_0,137.945,,,,,",
        "A14,数でない,,1e999,137.945,,,,,",
        f"A15,{'長' * 81},,{SOUTH},137.945,,,,,",
        f"A16,ゾーンが長い,,{SOUTH},137.945,,,,,ABCDEFGHI",
        f"{'9' * 21},番号が長い,,{SOUTH},137.945,,,,,",
        f"A18,列が多い,,{SOUTH},137.945,,,,,A,12-2",
    )
    assert found == {2: "number", 3: "number", 4: "number", 5: "long", 6: "long", 7: "long", 8: "ragged"}


def test_full_width_figures_are_read_and_a_line_that_ends_early_has_empty_cells(db):
    take(
        an_area(),
        "A1,大門一番町,,３６．１１００４,１３７．９４５,７：００,２４：３０,有,有,A",
        "A2,桟敷,,36.11004,137.946",
    )
    one, two = Stop.objects.order_by("number")
    assert (one.lat, one.lon, one.opens, one.closes) == (36.11004, 137.945, 420, 1470)
    assert (two.zone, two.has_shelter) == ("", False)


def test_a_stop_that_stays_where_it_is_can_be_changed_though_no_road_is_there_any_more(db):
    """The new map lacks its road: its name comes in with the table, and it stays listed as lying on no road."""
    area = an_area()
    stop = a_stop(area, number="1", lat=36.115, lon=137.945)
    network = with_roads()
    assert take(area, "1,新しい名前,,36.115,137.945,,,,,") == stop_tables.TakenIn(0, 1, 0)
    stop.refresh_from_db()
    assert stop.name == "新しい名前"
    assert list(bad_kerbs(network).off) == [stop]
    with pytest.raises(CannotImportStops, match="faults") as refusal:
        take(area, "1,新しい名前,,36.1151,137.945,,,,,")
    assert refusal.value.faults[0].reason.code == "no_road", "moved, it must lie on a road"


def test_whoever_was_overtaken_while_the_table_was_read_is_asked_to_take_it_in_once_more(db, monkeypatch):
    area = an_area()
    stop = a_stop(area, number="1")
    rows = stop_table.read(table(f"1,表の名前,,{SOUTH},137.945,,,,,"))

    real = stops.lock

    def lock(area_id, network):
        Stop.objects.filter(pk=stop.pk).update(note="べつの人が書いた")
        return real(area_id, network)

    monkeypatch.setattr(stops, "lock", lock)
    with pytest.raises(CannotReadStops, match="overtaken"):
        stop_tables.take_in(area=area, rows=rows, by=SYSTEM, now=NOON)
    stop.refresh_from_db()
    assert stop.name == "大門一番町"


def test_a_place_off_the_map_of_roads_says_how_far(db):
    with_roads()
    wide = {"type": "Polygon", "coordinates": [[[137, 34], [139, 34], [139, 37], [137, 37]]]}
    area = an_area(polygon=wide)
    with pytest.raises(CannotImportStops) as refusal:
        take(area, "A1,遠州灘,,34.5,137.9,,,,,")
    assert refusal.value.faults[0].reason.code == "off_map"
    assert "179.1" in refusal.value.sentence  # 1.61° of 111.195 km to the south, 0.04° of 89.8 km to the west


def test_what_goes_out_comes_in_again_the_same(db):
    area = an_area()
    a_stop(area, number="1", name="大門一番町", residents_name="かど", bearing=90, opens=420, closes=1470)
    a_stop(area, number="2", name="=HYPERLINK", has_shelter=True, wheelchair=True, note="- 段差あり", zone="B")
    out = stop_table.write(Stop.objects.order_by("number"), ("202151", "塩尻市"))
    assert out.decode("utf-8-sig").splitlines()[0].startswith("全国地方公共団体コード,ID,地方公共団体名,名称,名称_カナ")
    assert "'=HYPERLINK" in out.decode("utf-8-sig")
    rows = stop_table.read(out)
    assert stop_tables.take_in(area=area, rows=rows, by=SYSTEM, now=NOON) == stop_tables.TakenIn(0, 0, 2)


def test_shift_jis_and_the_heads_of_earlier_editions_are_read():
    data = "NO,名称,緯度,経度\r\n1,塩尻駅,36.11,137.94\r\n".encode("cp932")
    (row,) = stop_table.read(data)
    assert (row.line, row.text("ID"), row.text("名称")) == (2, "1", "塩尻駅")


def test_what_excel_calls_unicode_text_is_read():
    data = "ID\t名称\t緯度\t経度\r\n1\t塩尻駅\t36.11\t137.94\r\n".encode("utf-16")
    (row,) = stop_table.read(data)
    assert (row.text("名称"), row.number("経度")) == ("塩尻駅", 137.94)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 an Excel file", "encoding"),
        (table("1,x", head="ID,名称"), "columns"),
        (table(), "empty"),
        (b"ID,\xff\xff\n", "encoding"),
        (table('A1,"broken,1,2'), "broken"),
        (table("A1,x\0y,,36,137,,,,,"), "unreadable"),
        (table("A1,x,36,36,137", head="ID,名称,緯度,緯度,経度"), "column_twice"),
        (b"x" * (20 * 2**20 + 1), "too_big"),
        (table(*["1,x,,1,2,,,,,"] * 20_001), "too_many"),
    ],
)
def test_what_is_no_table_of_stops_is_refused(data, code):
    with pytest.raises(CannotReadStops) as refusal:
        stop_table.read(data)
    assert refusal.value.code == code
    assert refusal.value.sentence


def test_a_file_box_hands_its_bytes_over():
    assert stop_table.read(ContentFile(table("1,x,,36,137,,,,,")).read())[0].number("緯度") == 36
