"""Whoever plans ways takes the bus's stops, hours and fares from one file, which outside readers find sound."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from django.test import Client
from django.urls import reverse

from machikado.town.common.actors import SYSTEM
from machikado.town.ride.actions import area as areas
from machikado.town.ride.actions import stops
from machikado.town.ride.actions.area import NewSuspension
from machikado.town.ride.actions.stops import NewClosure
from machikado.town.ride.hours import moment_of
from machikado.town.ride.models import Stop
from machikado.town.ride.tests.makings import NOON, TODAY, an_area
from machikado.town.ride.tests.riding import a_riding_town
from machikado.town.transit.feeds.packing import packed
from machikado.town.transit.feeds.tables import latin
from machikado.town.transit.feeds.words import off
from machikado.town.transit.queries.feeds import CannotExport, feed_facts
from machikado.town.transit.tests import reading

WEEKDAY, SATURDAY, SUNDAY = date(2026, 11, 25), date(2026, 11, 28), date(2026, 11, 29)
NEW_YEAR = date(2027, 1, 1)  # a Friday and a public holiday
LONG = ("07:00:00", "20:00:00")


@pytest.fixture
def bus(cast):
    """Four stops, of which the third is used from 9:00 to 12:00 only."""
    area = a_riding_town(cast)
    Stop.objects.filter(number="3").update(opens=540, closes=720, kana="キタノエキ")
    return area


def feed():
    return packed(feed_facts(NOON))


def tables():
    return reading.read(feed().data)


def errors_of(data, folder, day=TODAY):
    """What the validator of PyPI objects to: notices that are errors, and what it could not do."""
    (folder / "feed.zip").write_bytes(data)
    command = [
        sys.executable,
        "-m",
        "gtfs_validator.cli",
        "-i",
        str(folder / "feed.zip"),
        "-o",
        str(folder),
        "-c",
        "JP",
    ]
    done = subprocess.run([*command, "-d", day.isoformat()], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    notices = json.loads((folder / "report.json").read_text())["notices"]
    broken = json.loads((folder / "system_errors.json").read_text())["notices"]
    return [notice for notice in notices if notice["severity"] == "ERROR"] + broken, notices


def test_the_validator_finds_no_error_and_finds_a_planted_one(bus, tmp_path):
    errors, notices = errors_of(feed().data, tmp_path)
    assert errors == []
    assert {notice["code"] for notice in notices if notice["severity"] == "WARNING"} <= {
        "missing_recommended_file",  # shapes: no way of the bus is known before
        "mixed_case_recommended_field",  # fares are called AA, BB, CC
    }
    facts = feed_facts(NOON)
    backwards = replace(facts, days=tuple(replace(day, windows=((72_000, 25_200),)) for day in facts.days))
    errors, _notices = errors_of(packed(backwards).data, tmp_path)
    assert {notice["code"] for notice in errors} == {"invalid_pickup_drop_off_window"}


def test_the_files_fit_each_other_and_every_id_is_ascii(bus):
    found = tables()
    assert reading.unknown_keys(found) == []
    ids = [value for rows in found.values() for row in rows for name, value in row.items() if name.endswith("_id")]
    assert ids
    assert all(value.isascii() for value in ids)
    assert len(found["stops"]) == 4
    found["trips"][0]["service_id"] = "gone"
    assert reading.unknown_keys(found) == ["trips: gone"]


def test_a_weekday_a_saturday_a_holiday_and_a_stop_with_hours_of_its_own(bus):
    found = tables()
    assert reading.bookable(found, WEEKDAY) == {
        "1": {LONG}, "2": {LONG}, "3": {("09:00:00", "12:00:00")}, "4": {LONG}
    }  # fmt: skip
    assert reading.bookable(found, SATURDAY)["1"] == {("08:00:00", "18:00:00")}
    assert reading.bookable(found, SUNDAY) == {}
    assert reading.bookable(found, NEW_YEAR) == {}


def test_a_suspension_cuts_hours_and_a_closure_takes_a_stop_out_for_its_days(bus):
    begins, ends = moment_of(WEEKDAY, 14 * 60), moment_of(WEEKDAY + timedelta(days=1), 10 * 60)
    areas.suspend(area=bus, new=NewSuspension("snow", begins, ends), by=SYSTEM, now=NOON)
    closed = NewClosure("工事", date(2026, 12, 1), date(2026, 12, 2))
    stops.close(stop=Stop.objects.get(number="2"), new=closed, by=SYSTEM, now=NOON)
    found = tables()
    assert reading.bookable(found, WEEKDAY)["1"] == {("07:00:00", "14:00:00")}
    assert reading.bookable(found, WEEKDAY + timedelta(days=1))["1"] == {("10:00:00", "20:00:00")}
    assert reading.bookable(found, WEEKDAY + timedelta(days=1))["3"] == {("10:00:00", "12:00:00")}
    assert sorted(reading.bookable(found, date(2026, 11, 30))) == ["1", "2", "3", "4"]
    assert sorted(reading.bookable(found, date(2026, 12, 1))) == ["1", "3", "4"]
    assert sorted(reading.bookable(found, date(2026, 12, 3))) == ["1", "2", "3", "4"]


def test_whoever_gets_on_anywhere_gets_off_everywhere_that_is_open_then(bus):
    found = tables()
    for trip in {row["trip_id"] for row in found["stop_times"]}:
        rows = [row for row in found["stop_times"] if row["trip_id"] == trip]
        assert [int(row["stop_sequence"]) for row in rows] == list(range(1, len(rows) + 1))
        half = len(rows) // 2
        assert {(row["pickup_type"], row["drop_off_type"]) for row in rows[:half]} == {("2", "1")}
        assert {(row["pickup_type"], row["drop_off_type"]) for row in rows[half:]} == {("1", "2")}
        groups = [row["location_group_id"] for row in rows]
        assert groups[:half] == groups[half:]


def test_fares_by_zone_and_by_rider(bus):
    found = tables()
    assert {(row["fare_id"], row["price"]) for row in found["fare_attributes"]} == {
        ("AA", "200"), ("BB", "100"), ("CC", "50")
    }  # fmt: skip
    assert [(row["fare_id"], row["origin_id"], row["destination_id"]) for row in found["fare_rules"]] == [
        ("CC", "A", "A")  # all four stops lie in zone A
    ]
    yen = {(row["fare_product_id"], row["rider_category_id"]): int(row["amount"]) for row in found["fare_products"]}
    assert (yen["AA", "adult"], yen["AA", "child"], yen["AA", "companion"], yen["AA", "preschool"]) == (
        200,
        100,
        100,
        0,
    )
    assert yen["CC", "child"] == 30  # half of 50, rounded up to tens


def test_readings_and_how_to_book(bus):
    found = tables()
    spoken = {(row["table_name"], row["language"], row["translation"]) for row in found["translations"]}
    assert {("stops", "ja-Hrkt", "キタノエキ"), ("stops", "en", "Kitanoeki")} <= spoken
    (rule,) = found["booking_rules"]
    assert (rule["prior_notice_start_day"], rule["phone_number"]) == ("6", "0263-00-0000")
    assert rule["booking_url"].endswith(reverse("ride:book"))
    assert [latin(kana) for kana in ("シオジリエキ", "コッコー・エン", "")] == ["Shiojirieki", "Kokko En", ""]


def test_the_same_facts_are_the_same_bytes_and_names_outlast_a_change(bus):
    before = feed()
    assert feed().data == before.data
    names = {row["service_id"] for row in tables()["trips"]}
    Stop.objects.filter(number="1").update(name="べつの名前")
    after = feed()
    assert after.version != before.version
    assert {row["service_id"] for row in tables()["trips"]} == names


def test_hours_are_cut_out_of_windows():
    assert off(((420, 1200),), 600, 700) == ((420, 600), (700, 1200))
    assert off(((420, 1200),), 0, 2000) == ()
    assert off(((420, 720), (780, 1200)), 700, 800) == ((420, 700), (800, 1200))
    assert off(((420, 1200),), 1300, 1400) == ((420, 1200),)


def test_without_a_bus_there_is_a_sentence_and_no_file(cast):
    with pytest.raises(CannotExport, match="no_area"):
        feed_facts(NOON)
    an_area()
    with pytest.raises(CannotExport, match="no_stops"):
        feed_facts(NOON)
    answer = Client().get(reverse("transit:gtfs"), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("transit:open_data")
    assert "乗降地点" in answer.content.decode()


def test_everybody_may_take_the_feed_and_whoever_has_it_gets_it_not_twice(bus):
    answer = Client().get(reverse("transit:gtfs"))
    assert answer["Content-Type"] == "application/zip"
    assert reading.unknown_keys(reading.read(answer.content)) == []
    again = Client(headers={"If-None-Match": answer["ETag"]}).get(reverse("transit:gtfs"))
    assert (again.status_code, again.content) == (304, b"")
    page = Client().get(reverse("transit:open_data")).content.decode()
    assert "CC BY 4.0" in page
    assert reverse("transit:gtfs") in page


def test_days_are_told_apart_by_the_clock_of_the_town(bus):
    late = datetime(2026, 11, 24, 23, 30, tzinfo=timezone(timedelta(hours=9)))
    assert feed_facts(late).days[0].day == TODAY
