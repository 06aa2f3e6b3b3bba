"""A feed of trains is read whole, or not at all with a sentence for each bad line; nothing in it can hurt."""

import io
import struct
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikado.town.transit.tests.makings import FEED, a_feed, changed, packed
from machikado.town.transit.timetables import tables
from machikado.town.transit.timetables.reading import read
from machikado.town.transit.timetables.words import CannotReadTimetable, Days

H, M = 3600, 60


def fault_of(data: bytes) -> CannotReadTimetable:
    with pytest.raises(CannotReadTimetable) as caught:
        read(data)
    assert caught.value.sentence
    return caught.value


def one_line(data: bytes) -> tuple[str, int, str]:
    """The only bad line: table, number, code."""
    (fault,) = fault_of(data).faults
    assert fault.reason.sentence
    return fault.table, fault.line, fault.reason.code


def test_stops_lines_days_and_times_are_read_and_what_is_not_written_lies_evenly_between():
    facts = read(a_feed())
    assert facts.operator == "見本鉄道"
    assert [halt.name for halt in facts.halts] == ["北の駅", "市の駅", "中の駅"]
    first, _second, late = facts.runs
    assert [(v.halt, v.arrives) for v in first.visits] == [
        (0, 10 * H + 30 * M),
        (2, 10 * H + 40 * M),
        (1, 10 * H + 50 * M),
    ]
    assert (late.visits[1].arrives, late.visits[1].leaves) == (24 * H + 10 * M, 24 * H + 12 * M)
    assert late.headsign == ""
    assert facts.ends == (date(2026, 11, 1), date(2027, 3, 31))
    days = facts.services["w"]
    told = [days.hold(date(2026, 11, day)) for day in (25, 26, 27, 28, 29)]
    assert told == [True, False, True, True, False]  # Thursday is taken out, Saturday is added


def test_days_may_stand_in_calendar_dates_alone():
    facts = read(a_feed(calendar=None, calendar_dates="service_id,date,exception_type\nw,20261125,1\n"))
    assert facts.services == {"w": Days(added=frozenset({date(2026, 11, 25)}))}


def test_a_train_every_twenty_minutes():
    rows = "trip_id,start_time,end_time,headway_secs\nt1,06:00:00,07:00:00,1200\n"
    facts = read(a_feed(frequencies=rows))
    first = [run.visits[0].leaves for run in facts.runs if run.name == "t1"]
    assert first == [6 * H, 6 * H + 20 * M, 6 * H + 40 * M]
    assert facts.runs[0].visits[-1].arrives == 6 * H + 20 * M


def test_what_only_comes_when_booked_is_left_out():
    times = FEED["stop_times.txt"].replace("stop_sequence\n", "stop_sequence,start_pickup_drop_off_window\n", 1)
    times = times.replace("t2,11:30:00,11:30:00,N,1\n", "t2,,,N,1,11:00:00\n")
    facts = read(a_feed(stop_times=times))
    assert ([run.name for run in facts.runs], facts.left_out) == (["t1", "t3"], 1)


@pytest.mark.parametrize(
    ("table", "old", "new", "expected"),
    [
        ("stops", "36.12300,137.94175", "137.94175,36.12300", ("stops.txt", 2, "swapped")),
        ("stops", "36.12300", "north", ("stops.txt", 2, "number")),
        ("stops", "36.12300,137.94175", "51.5,0.1", ("stops.txt", 2, "not_japan")),
        ("stops", "C,市の駅", "N,市の駅", ("stops.txt", 3, "twice")),
        ("stop_times", "10:30:00,10:30:00,N", "10:61:00,10:30:00,N", ("stop_times.txt", 2, "time")),
        ("stop_times", "11:50:00,11:50:00", "11:20:00,11:20:00", ("stop_times.txt", 6, "backwards")),
        ("stop_times", "10:50:00,10:50:00,C", ",,C", ("stop_times.txt", 2, "no_time")),
        ("stop_times", "t2,11:50:00,11:50:00,C,2", "t2,11:50:00,11:50:00,C,1", ("stop_times.txt", 6, "twice")),
        ("stop_times", "t2,11:50:00", "t9,11:50:00", ("stop_times.txt", 6, "unknown")),
        ("stop_times", "11:50:00,C", "11:50:00,X", ("stop_times.txt", 6, "unknown")),
        ("trips", "r,w,t2", "q,w,t2", ("trips.txt", 3, "unknown")),
        ("calendar", "20261101", "20261131", ("calendar.txt", 2, "day")),
        ("calendar", "20261101", "1 Nov", ("calendar.txt", 2, "day")),
        ("calendar", "w,1,1", "w,1,7", ("calendar.txt", 2, "number")),
        ("routes", "見本線,2", "見本線,rail", ("routes.txt", 2, "number")),
        ("agency", "見本鉄道", "", ("agency.txt", 2, "empty")),
    ],
)
def test_each_bad_line_has_its_sentence(table, old, new, expected):
    found = fault_of(changed(table, old, new)).faults
    assert (found[0].table, found[0].line, found[0].reason.code) == expected


def test_every_bad_line_is_told_at_once_and_the_first_fifty_are_kept():
    assert one_line(changed("stops", "36.20000", "x"))[1] == 3
    refusal = fault_of(changed("stops", "36.", "x"))
    assert [fault.line for fault in refusal.faults][:3] == [2, 3, 4]
    many = FEED["stop_times.txt"] + "t1,1,1,N,9\n" * 500
    assert len(fault_of(a_feed(stop_times=many)).faults) == tables.MOST_FAULTS


@pytest.mark.parametrize("name", ["agency", "stops", "routes", "trips", "stop_times"])
def test_a_missing_table_is_named(name):
    refusal = fault_of(a_feed(**{name: None}))
    assert (refusal.code, refusal.params["table"]) == ("no_table", f"{name}.txt")


def test_no_days_no_runs_no_columns():
    assert fault_of(a_feed(calendar=None, calendar_dates=None)).code == "no_table"
    assert (
        fault_of(a_feed(trips="route_id,service_id,trip_id\n", stop_times="trip_id,stop_sequence\n")).code == "no_runs"
    )
    assert fault_of(a_feed(stops="stop_id\nN\n")).code == "columns"
    never = FEED["calendar.txt"].replace("w,1,1,1,1,1", "w,0,0,0,0,0")
    assert fault_of(a_feed(calendar=never, calendar_dates=None)).code == "no_days"


def test_what_is_no_feed_is_told_so():
    assert fault_of(b"").code == "no_zip"
    assert fault_of(b"PK\x03\x04 torn").code == "no_zip"
    assert fault_of(a_feed()[:-200]).code == "no_zip"
    assert fault_of(packed({f"feed/{name}": text for name, text in FEED.items()})).code == "no_table"
    broken = bytearray(a_feed())
    broken[60:80] = b"\xff" * 20
    assert fault_of(bytes(broken)).code in {"no_zip", "no_table"}
    sjis = io.BytesIO()
    with zipfile.ZipFile(sjis, "w") as archive:
        for name, text in FEED.items():
            archive.writestr(name, text.encode("cp932"))
    assert fault_of(sjis.getvalue()).code == "encoding"
    assert fault_of(a_feed(stops=FEED["stops.txt"] + 'X,"open\n')).faults[0].reason.code == "broken"


def test_a_locked_file_is_told_so():
    data = bytearray(a_feed())
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(sign)
        while at >= 0:
            flags = struct.unpack_from("<H", data, at + place)[0]
            struct.pack_into("<H", data, at + place, flags | 1)
            at = data.find(sign, at + 4)
    assert fault_of(bytes(data)).code == "locked"


def test_a_bomb_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(tables, "MOST_UNPACKED", 100_000)
    bomb = a_feed(stop_times=FEED["stop_times.txt"] + " " * 10_000_000)
    assert len(bomb) < 50_000
    assert fault_of(bomb).code == "too_big"
    monkeypatch.setattr(tables, "MOST_LINES", 5)
    assert fault_of(a_feed()).code == "too_many"
    monkeypatch.setattr(tables, "MOST_BYTES", 100)
    assert fault_of(a_feed()).code == "too_big"


@given(st.sampled_from(sorted(FEED)), st.integers(0, 400), st.text(max_size=6))
def test_whatever_stands_in_a_table_there_is_a_sentence_or_a_timetable(name, place, text):
    torn = FEED[name][:place] + text + FEED[name][place + 3 :]
    try:
        told = len(read(packed({**FEED, name: torn.encode("utf-8", "replace").decode()})).runs)
    except CannotReadTimetable as refusal:
        told = len(refusal.sentence)
    assert told
