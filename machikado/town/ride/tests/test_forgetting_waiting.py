"""Whoever is forgotten waits for no seat any more, and a month after the day nobody can tell who waited."""

from datetime import timedelta

import pytest

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Detail, Event
from machikado.town.law import parameters
from machikado.town.law.actions import end_retention
from machikado.town.people.actions import persons
from machikado.town.ride.actions import bookings, waiting
from machikado.town.ride.hours import moment_at
from machikado.town.ride.models import Booking, Waiting
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import TOMORROW, a_rider, booked
from machikado.town.ride.tests.waiters import one_seat, states, waits


@pytest.fixture
def area(cast, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)
    return one_seat(cast)


def test_a_forgotten_person_waits_no_more_and_the_next_one_gets_the_seat(area, cast):
    taken, rider = booked(area, cast.hara), a_rider()
    first, second = waits(area, rider), waits(area)
    event = Event.objects.get(kind="ride.wait_begun", code=first.code)
    assert (event.actor_person, Detail.objects.get(event_id=event.pk).body) == (None, {"by": rider.pk})
    persons.pseudonymise(person=rider, by=SYSTEM, now=NOON)
    assert not Booking.objects.filter(pk=first.pk).exists()
    assert not Detail.objects.filter(event_id=event.pk).exists()
    bookings.cancel(booking=taken, by=SYSTEM, now=NOON)
    waiting.serve(area, TOMORROW, NOON)
    assert states(second) == [("booked", "booked")]


def test_a_month_after_the_day_nobody_can_tell_who_waited(area, cast):
    parameters.load()
    taken = booked(area, cast.hara)
    first, second = waits(area, cast.yoda), waits(area)
    bookings.cancel(booking=taken, by=SYSTEM, now=NOON)
    waiting.serve(area, TOMORROW, NOON)
    assert states(first, second) == [("booked", "booked"), ("refused", "waiting")]
    end_retention(moment_at(TOMORROW + timedelta(days=30), 0))
    assert Waiting.objects.count() == 2
    end_retention(moment_at(TOMORROW + timedelta(days=32), 0))
    assert not Waiting.objects.exists()
    assert [*Booking.objects.filter(pk__in=(first.pk, second.pk))] == [first], "the ride is kept for a year"
