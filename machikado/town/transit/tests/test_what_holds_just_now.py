"""Programs that plan ways hear at once of a suspension and of a closed stop, and nothing about anybody who rides."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from google.transit import gtfs_realtime_pb2 as realtime

from machikado.town.common.actors import SYSTEM
from machikado.town.ride.actions import area as areas
from machikado.town.ride.actions import stops
from machikado.town.ride.actions.area import NewSuspension
from machikado.town.ride.actions.stops import NewClosure
from machikado.town.ride.hours import moment_of
from machikado.town.ride.models import Booking, Stop, VehiclePosition, VehicleShift
from machikado.town.ride.tests.makings import NOON, TODAY
from machikado.town.ride.tests.riding import TOMORROW, a_rider, a_riding_town, booked
from machikado.town.transit.feeds import realtime as written
from machikado.town.transit.feeds.packing import packed
from machikado.town.transit.queries.feeds import feed_facts
from machikado.town.transit.queries.realtime import cancelled_runs, free_vans, notices
from machikado.town.transit.tests import reading


@pytest.fixture
def bus(cast):
    return a_riding_town(cast)


def heard(data: bytes):
    message = realtime.FeedMessage.FromString(data)
    assert message.header.gtfs_realtime_version == "2.0"
    assert message.header.timestamp == int(NOON.timestamp())
    return list(message.entity)


def snow(bus, begin, end):
    """Suspended from a minute of today until a minute of tomorrow."""
    new = NewSuspension("snow", moment_of(TODAY, begin), moment_of(TOMORROW, end), "雪のため。")
    return areas.suspend(area=bus, new=new, by=SYSTEM, now=NOON)


def test_a_suspension_and_a_closed_stop_are_alerts_in_both_languages(bus):
    held = snow(bus, 13 * 60, 10 * 60)
    stop = Stop.objects.get(number="2")
    stops.close(stop=stop, new=NewClosure("水道工事", TODAY, date(2026, 12, 1)), by=SYSTEM, now=NOON)
    first, second = heard(written.alerts(bus.code, notices(bus, NOON), NOON))
    assert first.id == held.code
    assert (first.alert.cause, first.alert.effect) == (realtime.Alert.WEATHER, realtime.Alert.NO_SERVICE)
    (period,) = first.alert.active_period
    assert (period.start, period.end) == (int(held.begins_at.timestamp()), int(held.ends_at.timestamp()))
    assert first.alert.informed_entity[0].route_id == bus.code
    said = {each.language: each.text for each in first.alert.header_text.translation}
    assert said == {"ja": "オンデマンドバスは、運休しています。", "en": "The on-demand bus is suspended."}
    assert second.alert.informed_entity[0].stop_id == stop.code
    assert second.alert.description_text.translation[0].text == "水道工事"
    assert second.alert.active_period[0].end == int(moment_of(date(2026, 12, 2), 0).timestamp())


def test_what_begins_in_a_month_is_no_alert_yet_and_what_is_lifted_none_any_more(bus):
    begins = moment_of(TODAY + timedelta(days=30), 600)
    areas.suspend(area=bus, new=NewSuspension("staff", begins), by=SYSTEM, now=NOON)
    held = snow(bus, 13 * 60, 10 * 60)
    areas.lift(suspension=held, by=SYSTEM, now=NOON)
    assert heard(written.alerts(bus.code, notices(bus, NOON), NOON)) == []


def test_only_runs_of_which_nothing_is_left_are_cancelled_by_their_name_in_the_earlier_feed(bus):
    before = reading.read(packed(feed_facts(NOON)).data)
    snow(bus, 13 * 60, 24 * 60)
    found = heard(written.trip_updates(bus.code, cancelled_runs(bus, NOON), NOON))
    trips = [(each.trip_update.trip.trip_id, each.trip_update.trip.start_date) for each in found]
    (expected,) = {row["trip_id"] for row in before["trips"] if row["service_id"] in reading.running(before, TOMORROW)}
    assert trips == [(expected, "20261125")]  # today the bus ran until one o'clock
    assert found[0].trip_update.trip.schedule_relationship == realtime.TripDescriptor.CANCELED


def test_nothing_that_is_told_changes_with_a_booking(bus):
    def told():
        return (
            written.alerts(bus.code, notices(bus, NOON), NOON),
            written.trip_updates(bus.code, cancelled_runs(bus, NOON), NOON),
            packed(feed_facts(NOON)).data,
        )

    before = told()
    booked(bus, a_rider())
    assert told() == before


def a_van_at(lat, lon, at):
    return VehiclePosition.objects.create(shift=VehicleShift.objects.get(), at=at, heard_at=at, lat=lat, lon=lon)


def seen(bus, day, minute):
    """The free vans at a minute: name and rounded place."""
    now = moment_of(day, minute)
    VehiclePosition.objects.update(at=now)
    message = realtime.FeedMessage.FromString(written.vehicle_positions(free_vans(bus, now), now))
    places = [each.vehicle.position for each in message.entity]
    return [(round(place.latitude, 4), round(place.longitude, 4)) for place in places]


def test_a_free_bus_is_somewhere_in_its_square_and_one_with_a_passenger_nowhere(bus):
    a_van_at(36.10812, 137.93671, NOON)
    square = [(36.1075, 137.9375)]
    assert seen(bus, TOMORROW, 9 * 60) == square
    ride = booked(bus, a_rider())  # to leave at ten
    fetched, brought = ride.steps.order_by("begins")
    at, there = fetched.begins // 60, -(-brought.leaves // 60)
    assert seen(bus, TOMORROW, at - 21) == square
    assert [seen(bus, TOMORROW, minute) for minute in (at - 19, at, there, there + 9)] == [[]] * 4
    assert seen(bus, TOMORROW, there + 11) == square
    Booking.objects.update(state=Booking.State.ABOARD)
    assert seen(bus, TOMORROW, there + 11) == [], "whoever sits in it still, whatever the plan says"
    now = moment_of(TOMORROW, 9 * 60)
    VehiclePosition.objects.update(at=now - timedelta(minutes=6))
    assert list(free_vans(bus, now)) == [], "that was where it was"


def test_everybody_may_ask_also_where_there_is_no_bus(cast):
    for name in ("alerts", "trip_updates", "vehicle_positions"):
        answer = Client().get(reverse(f"transit:{name}"))
        assert answer["Content-Type"] == "application/x-protobuf"
        assert list(realtime.FeedMessage.FromString(answer.content).entity) == []
