"""A passenger looks back on a month and takes a receipt along; each fare has one number, and ticket or pass none."""

import csv
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Event
from machikado.town.people.permissions import CannotDo
from machikado.town.ride.actions import bookings, receipts, retention
from machikado.town.ride.actions.receipts import CannotIssue
from machikado.town.ride.fare import Rider
from machikado.town.ride.hours import moment_at
from machikado.town.ride.models import Receipt, RunStep, Stop
from machikado.town.ride.party import Riding
from machikado.town.ride.queries import booking_soundness
from machikado.town.ride.queries.ridden import DESK_CASH, OPEN, Ridden, RiddenMonth, months_until, ridden_in
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.paying import a_pass
from machikado.town.ride.tests.riding import TOMORROW, a_rider, a_riding_town, actor_of, booked, rode
from machikado.town.ride.views.ridden_page import table

EVENING = moment_at(TOMORROW, 20 * 3600)
FIRST = TOMORROW.replace(day=1)
FAMILY = Riding({Rider.ADULT: 1, Rider.CHILD: 2})


@pytest.fixture
def area(cast, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: EVENING)
    return a_riding_town(cast)


@pytest.fixture
def yoda(cast, client_of):
    return client_of(cast.yoda)


def page_of(client, name="ride:record", *args, **query) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_month_holds_what_was_ridden_and_nothing_else(area, cast):
    """By hand: 50 yen alone in cash, 50 + 2 × 30 with a ticket. Not cancelled ones, not those to come, not others'."""
    rode(booked(area, cast.yoda))
    rode(booked(area, cast.yoda, start="north", goal="south", minute=660, riding=FAMILY), "ticket")
    bookings.cancel(booking=booked(area, cast.yoda, minute=720), by=SYSTEM, now=NOON)
    booked(area, cast.yoda, minute=780)
    rode(booked(area, a_rider(), minute=840))
    month = ridden_in(cast.yoda, FIRST)
    alone, family = month.rides
    assert (alone.day, alone.time, alone.pickup, alone.arrival) == (TOMORROW, "9:58", "south", "north")
    assert (alone.riders, alone.yen, alone.paid) == ({Rider.ADULT: 1}, 50, "cash")
    assert (family.riders, family.yen, family.paid) == ({Rider.ADULT: 1, Rider.CHILD: 2}, 110, "ticket")
    assert (month.yen, month.paid, month.untold) == (160, {"cash": 50, "ticket": 110}, 0)
    assert ridden_in(cast.yoda, (FIRST - timedelta(days=1)).replace(day=1)).rides == []


def test_a_fare_of_which_nobody_told_is_said_to_be_unknown(area, cast, yoda):
    rode(booked(area, cast.yoda), "")
    month = ridden_in(cast.yoda, FIRST)
    assert (month.rides[0].yen, month.yen, month.untold) == (None, 0, 1)
    page = page_of(yoda)
    assert "わかりません" in page
    assert "領収書</span>" not in page


def test_thirteen_months_are_kept_also_in_the_first_days_of_a_year():
    """On 2027-01-01 in Japan (still December in UTC) the newest is January, the oldest January before."""
    months = months_until(datetime(2026, 12, 31, 15, 30, tzinfo=UTC))
    assert (months[0], months[1], months[-1], len(months)) == (
        date(2027, 1, 1),
        date(2026, 12, 1),
        date(2026, 1, 1),
        13,
    )


@pytest.mark.parametrize("said", ["", "2026-13", "9999-12", "0001-01", "2026-11-01", "来月"])
def test_a_month_that_is_not_kept_is_this_month(area, yoda, said):
    assert yoda.get(reverse("ride:record"), {"month": said}).context["page"].month.first == FIRST


def test_an_empty_month_says_so(area, yoda):
    page = page_of(yoda)
    assert f"{FIRST.year}年{FIRST.month}月は、乗っていません" in page
    assert page_of(yoda, month=f"{FIRST - timedelta(days=1):%Y-%m}")


def test_a_receipt_has_one_number_whoever_asks_and_however_often(area, cast):
    ride = rode(booked(area, cast.yoda))
    askers = (cast.actor("yoda"), cast.actor("uehara"), cast.actor("momose"), SYSTEM, cast.actor("yoda"))
    numbers = {receipts.issue(booking=ride, by=by, now=EVENING).code for by in askers}
    made = Receipt.objects.get()
    assert numbers == {made.code}
    fare = RunStep.objects.get(kind="fare")
    assert (made.yen, made.taken_at, made.issued_at) == (50, fare.at, EVENING)
    told = Event.objects.get(kind="ride.receipt_issued")
    assert (told.code, told.data) == (ride.code, {"receipt": made.code, "yen": 50})
    assert told.actor_person is None, "a passenger stands in the erasable detail alone"


@pytest.mark.parametrize("paid", ["ticket", "pass", ""])
def test_without_cash_there_is_no_receipt_and_it_says_why(area, cast, yoda, paid):
    a_pass(cast.yoda)
    ride = rode(booked(area, cast.yoda), paid)
    with pytest.raises(CannotIssue, match="no_cash"):
        receipts.issue(booking=ride, by=SYSTEM, now=EVENING)
    answer = yoda.post(reverse("ride:receipt_issue", args=[ride.code]), follow=True)
    assert "現金で払っていません" in answer.content.decode()
    assert not Receipt.objects.exists()


def test_another_passenger_gets_no_receipt_and_sees_none(area, cast, client_of):
    ride = rode(booked(area, cast.yoda))
    with pytest.raises(CannotDo):
        receipts.issue(booking=ride, by=actor_of(a_rider()), now=EVENING)
    made = receipts.issue(booking=ride, by=SYSTEM, now=EVENING)
    other = client_of(cast.nakajima)
    assert other.post(reverse("ride:receipt_issue", args=[ride.code])).status_code == 404
    assert other.get(reverse("ride:receipt", args=[made.code])).status_code == 404
    assert other.get(reverse("ride:caller_record", args=[cast.yoda.code])).status_code in {403, 404}
    assert "south" not in page_of(other)


def test_from_the_record_to_the_receipt_by_one_button(area, cast, yoda):
    ride = rode(booked(area, cast.yoda))
    assert reverse("ride:receipt_issue", args=[ride.code]) in page_of(yoda)
    page = yoda.post(reverse("ride:receipt_issue", args=[ride.code]), follow=True).content.decode()
    for word in (f"{cast.yoda}様", "50円", "south", "north", "現金"):
        assert word in page
    assert reverse("ride:receipt", args=[Receipt.objects.get().code]) in page_of(yoda)


def test_a_receipt_that_is_shown_again_says_so_whoever_asks_for_it(area, cast, yoda, client_of):
    ride = rode(booked(area, cast.yoda))
    issue = reverse("ride:receipt_issue", args=[ride.code])
    assert "（再発行）" not in yoda.post(issue, follow=True).content.decode()
    number = reverse("ride:receipt", args=[Receipt.objects.get().code])
    for client in (yoda, client_of(cast.uehara)):
        assert "（再発行）" in client.get(number).content.decode()
        assert "（再発行）" in client.post(issue, follow=True).content.decode()


def test_the_desk_prints_the_same_for_a_caller(area, cast, client_of):
    ride, desk = rode(booked(area, cast.yoda)), client_of(cast.uehara)
    assert reverse("ride:caller_record", args=[cast.yoda.code]) in page_of(desk, "ride:caller", cast.yoda.code)
    assert str(cast.yoda) in page_of(desk, "ride:caller_record", cast.yoda.code)
    lines = desk.get(reverse("ride:caller_record_csv", args=[cast.yoda.code])).content.decode("utf-8-sig")
    assert "south" in lines
    answer = desk.post(reverse("ride:receipt_issue", args=[ride.code]), follow=True)
    assert reverse("ride:caller_record", args=[cast.yoda.code]) in answer.content.decode()


def test_what_is_forgotten_has_no_receipt_and_the_number_stays(area, cast, client_of):
    ride = rode(booked(area, cast.yoda))
    made = receipts.issue(booking=ride, by=cast.actor("yoda"), now=EVENING)
    retention.forget(type(ride).objects.all())
    desk = client_of(cast.uehara)
    assert desk.get(reverse("ride:receipt", args=[made.code])).status_code == 404
    assert desk.post(reverse("ride:receipt_issue", args=[ride.code])).status_code == 404
    with pytest.raises(CannotIssue, match="forgotten"):
        receipts.issue(booking=ride, by=SYSTEM, now=EVENING)
    assert Receipt.objects.get().code == made.code
    assert ridden_in(cast.yoda, FIRST).rides == []


def test_a_receipt_over_other_yen_than_were_taken_is_found(area, cast):
    made = receipts.issue(booking=rode(booked(area, cast.yoda)), by=SYSTEM, now=EVENING)
    assert booking_soundness.problems() == []
    Receipt.objects.update(yen=200)
    assert booking_soundness.problems() == [f"receipt {made.code} is over 200 yen, and another fare was taken"]


def test_the_table_is_no_formula_and_has_a_line_for_each_ride(area, cast, yoda):
    rode(booked(area, cast.yoda))
    Stop.objects.filter(name="south").update(name="=1+1")
    answer = yoda.get(reverse("ride:record_csv"), {"month": f"{FIRST:%Y-%m}"})
    assert answer.headers["Content-Disposition"] == f'attachment; filename="rides-{FIRST:%Y-%m}.csv"'
    heads, line = csv.reader(answer.content.decode("utf-8-sig").splitlines())
    assert heads == ["日", "時間", "乗った所", "降りた所", "人数", "乗った人", "運賃（円）", "払い方", "領収書"]
    assert line == [TOMORROW.isoformat(), "9:58", "'=1+1", "north", "1", "おとな 1人", "50", "現金", ""]


RIDES = st.builds(
    Ridden,
    code=st.just("X"),
    day=st.just(TOMORROW),
    time=st.just("10:00"),
    pickup=st.text(max_size=8),
    arrival=st.text(max_size=8),
    riders=st.dictionaries(st.sampled_from(Rider), st.integers(1, 9), min_size=1),
    yen=st.none() | st.integers(0, 4000),
    paid=st.sampled_from([*RunStep.Paid.values, DESK_CASH, OPEN]),
    receipt=st.just(""),
)


@given(st.lists(RIDES, max_size=20))
def test_the_sum_of_a_month_is_that_of_its_table(rides):
    """What a spreadsheet adds up is what the page says; no name of a stop tears a line."""
    month = RiddenMonth(FIRST, rides)
    with translation.override("ja"):
        _heads, *lines = csv.reader(StringIO(table(month).decode("utf-8-sig"), newline=""))
    assert len(lines) == len(rides)
    assert sum(int(line[6] or 0) for line in lines) == month.yen
    assert sum(int(line[4]) for line in lines) == sum(sum(ride.riders.values()) for ride in rides)
