"""Whoever waits reads how far away the bus is, by its tablet or by the plan; and nothing of the others aboard."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.ride.actions import ways
from machikado.town.ride.actions.positions import report_position
from machikado.town.ride.hours import moment_at
from machikado.town.ride.models import Booking
from machikado.town.ride.queries.buses import bus_for
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import TOMORROW, a_rider, a_riding_town, booked


@pytest.fixture
def booking(cast) -> Booking:
    """Yoda rides from the south to the north about ten; another one, fetched in the west before, sits in the bus."""
    area = a_riding_town(cast)
    booked(area, a_rider("清水"), start="west", goal="north", minute=590)
    mine = booked(area, cast.yoda)
    ways.draw(NOON + timedelta(days=1))
    return mine


@pytest.fixture
def at(monkeypatch):
    def moved(second: int):
        now = moment_at(TOMORROW, second)
        monkeypatch.setattr(clock, "now", lambda: now)
        return now

    return moved


@pytest.fixture
def look(booking, client_of, cast):
    def looked(slug: str = "yoda"):
        return client_of(cast.persons[slug]).get(reverse("ride:coming", args=[booking.code]))

    return looked


def call_of(booking: Booking, number: int):
    """The bus, and its call at which Yoda gets on (0) or off (1)."""
    found = bus_for(booking, moment_at(TOMORROW, 3600))
    assert found is not None
    bus, numbers = found
    assert bus.run is not None
    return bus, numbers[number], bus.run.calls[numbers[number]]


def say(booking: Booking, share: float, now) -> None:
    """The tablet says that the bus has driven so much of its leg to Yoda's stop."""
    bus, number, _call = call_of(booking, 0)
    assert bus.run is not None
    line = bus.run.legs[number].line
    spot = line[min(int(share * len(line)), len(line) - 1)]
    facts = {"at": now, "lat": spot.lat, "lon": spot.lon}
    report_position(shift=bus.shift, by=SYSTEM, now=now, heading_deg=None, speed_kmh=None, **facts)


def test_four_minutes_before_it_says_so_and_that_it_is_reckoned(booking, at, look):
    _bus, _number, call = call_of(booking, 0)
    at(call.begins - 4 * 60)
    answer = look()
    found = answer.context["coming"]
    assert (found.minutes, found.is_estimated, found.late_minutes, found.is_near) == (4, True, 0, True)
    words = answer.content.decode()
    assert "予定から計算しました" in words
    assert "予定どおりです" not in words, "nobody knows"
    assert "南" in words


def test_with_a_tablet_it_is_in_time_or_late(booking, at, look):
    """Still where its leg begins when it should be at the stop: it comes by the whole drive later."""
    bus, number, call = call_of(booking, 0)
    assert bus.run is not None
    leg = bus.run.legs[number]
    now = at(leg.arrives)
    say(booking, 0.0, now)
    found = look().context["coming"]
    late = leg.arrives - leg.sets_out - (call.begins - leg.arrives)
    assert late > 30, "or the example says nothing"
    assert found.is_estimated is False
    assert found.minutes == (call.begins + late - leg.arrives) // 60
    assert found.late_minutes == late // 60


def test_an_old_place_says_how_old_it_is(booking, at, look):
    _bus, _number, call = call_of(booking, 0)
    say(booking, 0.0, at(call.begins - 600))
    at(call.begins - 600 + 200)
    answer = look()
    assert answer.context["coming"].age_minutes == 3
    assert "3分前の場所です" in answer.content.decode()


def test_aboard_it_says_when_one_is_there_and_then_nothing_more(booking, at, look):
    _bus, _number, call = call_of(booking, 0)
    _bus, _number, there = call_of(booking, 1)
    at(call.leaves + 5)
    found = look().context["coming"]
    assert (found.is_aboard, found.stop) == (True, "north")
    at(there.begins + 30)
    assert look().context["coming"] is None


def test_hours_before_the_bus_drives_for_others_and_the_window_stands_there(booking, at, look):
    _bus, _number, call = call_of(booking, 0)
    at(call.begins - 46 * 60)
    answer = look()
    assert answer.context["coming"] is None
    assert booking.promise is not None
    assert "arriving" in answer.content.decode()


def test_a_cancelled_ride_has_no_bus(booking, at, look):
    _bus, _number, call = call_of(booking, 0)
    at(call.begins - 60)
    Booking.objects.filter(pk=booking.pk).update(
        state=Booking.State.CANCELLED, cancelled_at=NOON, cancel_reason=Booking.CancelReason.RIDER
    )
    assert look().context["coming"] is None


def test_nothing_is_told_of_other_passengers(booking, at, look):
    """Neither their names nor their stops, nor a line that leads to them: one is drawn on Yoda's own leg alone."""
    bus, number, call = call_of(booking, 0)
    at(call.begins - 20 * 60)
    answer = look()
    words = answer.content.decode()
    assert "清水" not in words
    assert "west" not in words
    assert bus.run is not None
    drives_for_another = bus_for(booking, clock.now())
    assert drives_for_another is not None
    assert (drives_for_another[0].here.leg < number) == (answer.context["coming"].map.way == "")


def test_the_desk_reads_the_sentence_aloud(booking, at, look):
    _bus, _number, call = call_of(booking, 0)
    at(call.begins - 7 * 60)
    words = look("uehara").content.decode()
    assert re.search(r"1号車は、あと7分くらい、[\d:]+ごろにsouthに来ます。", words)
    assert "予定から計算した時間です" in words


def test_the_page_of_the_ride_begins_with_it(booking, at, client_of, cast):
    _bus, _number, call = call_of(booking, 0)
    at(call.begins - 4 * 60)
    page = client_of(cast.yoda).get(reverse("ride:booking", args=[booking.code])).content.decode()
    assert page.count("<h1") == 1
    assert reverse("ride:coming", args=[booking.code]) in page


def test_nothing_new_is_a_short_answer(booking, at, look, client_of, cast):
    _bus, _number, call = call_of(booking, 0)
    at(call.begins - 7 * 60)
    etag = look()["ETag"]
    again = client_of(cast.yoda).get(reverse("ride:coming", args=[booking.code]), headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
