"""The manager takes a month's figures along: by day and stop, with refusals and their reasons, and nobody's name."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.ride.actions import asking, bookings
from machikado.town.ride.fare import Rider
from machikado.town.ride.hours import moment_of
from machikado.town.ride.models import Booking, RunStep, TrackPoint, VehicleShift
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import TOMORROW, a_rider, a_riding_town, booked, people, rode, wish
from machikado.town.transit.monthly import DAY, HEADS, STOP, Month, Ride, pooled, table
from machikado.town.transit.queries.monthly import month_of

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


def read(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def a_ride(**changes) -> Ride:
    usual = {
        "day": TOMORROW,
        "pickup": ("1", "南の店"),
        "arrival": ("3", "北の駅"),
        "outcome": "ridden",
        "riders": {Rider.ADULT: 2, Rider.CHILD: 1},
        "wheelchairs": 1,
        "prams": 0,
        "yen": 250,
        "taken": 240,
        "metres": 2000.0,
        "is_pooled": False,
    }
    return Ride(**{**usual, **changes})


def test_rows_by_day_and_stop_worked_out_by_hand():
    # Three ride 2 km (6.0 person-km) and pay 240 of 250 yen; of another ride nobody told the fare; one is given back.
    gone = a_ride(outcome="cancelled", pickup=("3", "北の駅"), arrival=("1", "南の店"))
    month = Month(
        (a_ride(), a_ride(taken=None, riders={}, wheelchairs=0), gone),
        ((TOMORROW, "full"), (TOMORROW, "something new")),
        {TOMORROW: 12_345.0},
    )
    total, south, north = read(table(month))
    assert (total["日付"], total["区分"], total["乗車件数"], total["乗車人数"]) == ("2026-11-25", DAY, "2", "3")
    assert (total["大人"], total["小児"], total["車椅子"], total["運賃（円）"], total["人キロ（直線）"]) == (
        "2",
        "1",
        "1",
        "240",
        "6.0",
    )
    assert (total["運賃の記録なし（件）"], total["記録なしの約束の運賃（円）"]) == ("1", "250")
    assert (total["取消件数"], total["走行キロ"]) == ("1", "12.3")
    assert (total["お断り件数"], total["お断り：満車"], total["お断り：その他"]) == ("2", "1", "1")
    assert (south["区分"], south["乗降地点名"], south["乗車件数"], south["降車件数"]) == (STOP, "南の店", "2", "0")
    assert (north["乗車件数"], north["降車件数"], north["取消件数"]) == ("0", "2", "1")
    assert all(len(row) == len(HEADS) and None not in row.values() for row in (total, south, north))


def test_who_shares_a_vehicle():
    assert pooled([(1, 0, 10), (2, 5, 20), (3, 20, 30)]) == {1, 2}
    assert pooled([(1, 0, 30), (2, 5, 6)]) == {1, 2}
    assert pooled([]) == set()


def test_a_name_that_a_spreadsheet_would_run_is_a_text():
    (_total, south, _north) = read(table(Month((a_ride(pickup=("1", "=HYPERLINK(1)")),), (), {})))
    assert south["乗降地点名"] == "'=HYPERLINK(1)"


@pytest.fixture
def bus(cast):
    return a_riding_town(cast)


def test_from_bookings_and_the_diary(bus):
    rider = a_rider()
    ridden = booked(bus, rider, riding=people(2))
    given_back = booked(bus, rider, minute=840)
    bookings.cancel(booking=given_back, by=SYSTEM, now=NOON, reason=Booking.CancelReason.STAFF)
    asking.ask(area=bus, rider=rider, wish=wish(minute=300), by=SYSTEM, now=NOON)
    month = month_of(bus, NOVEMBER, DECEMBER)
    assert [ride.outcome for ride in month.rides] == ["ridden", "cancelled"]
    assert month.people == 2
    assert month.rides[0].yen == ridden.promise.yen
    assert [day for day, _reason in month.refused] == [TOMORROW]
    assert month_of(bus, DECEMBER, date(2027, 1, 1)) == Month((), (), {})
    assert "依田" not in table(month).decode()


def test_the_fare_is_what_the_driver_took_and_where_nobody_told_it_says_so(bus, cast, client_of, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)
    told, untold = booked(bus, a_rider()), booked(bus, a_rider("清水"), minute=840)
    rode(told)
    RunStep.objects.filter(kind="fare").update(yen=10)
    rode(untold, paid="")
    day = read(table(month_of(bus, NOVEMBER, DECEMBER)))[0]
    assert (day["運賃（円）"], day["運賃の記録なし（件）"]) == ("10", "1")
    assert day["記録なしの約束の運賃（円）"] == str(untold.promise.yen)
    page = client_of(cast.uehara).get(reverse("transit:figures") + "?month=2026-11").content.decode()
    assert "10円" in page
    assert "運転手の記録がない乗車は、1件です" in page


def test_what_is_refused_stays_counted_when_the_wish_is_forgotten(bus):
    asking.ask(area=bus, rider=a_rider(), wish=wish(minute=300), by=SYSTEM, now=NOON)
    Booking.objects.all().delete()
    assert len(month_of(bus, NOVEMBER, DECEMBER).refused) == 1


def test_metres_are_those_between_the_places_that_were_told(bus):
    shift = VehicleShift.objects.get()
    for minute, lat in enumerate((36.10, 36.11, 36.10)):  # 1,112 m there and back
        TrackPoint.objects.create(shift=shift, at=moment_of(TOMORROW, 600 + minute), lat=lat, lon=137.94)
    driven = month_of(bus, NOVEMBER, DECEMBER).driven
    assert {day: round(length) for day, length in driven.items()} == {TOMORROW: 2224}


def test_the_page_and_its_table(bus, cast, client_of, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)
    client = client_of(cast.uehara)
    booked(bus, a_rider())
    page = client.get(reverse("transit:figures") + "?month=2026-11").content.decode()
    assert "2026-11" in page
    answer = client.get(reverse("transit:figures_csv") + "?month=2026-11")
    assert answer["Content-Disposition"] == 'attachment; filename="figures-2026-11.csv"'
    assert len(read(answer.content)) == 3
    for said in ("nonsense", "9999-12", "0001-01", "2027-01"):  # there are no figures of those
        assert client.get(reverse("transit:figures") + f"?month={said}").status_code == 200
        assert client.get(reverse("transit:figures_csv") + f"?month={said}").content == answer.content
