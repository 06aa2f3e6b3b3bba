"""Whoever is forgotten wants nothing every week any more, and a year after a series nobody can tell whose it was."""

from datetime import timedelta

import pytest

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Detail, Event
from machikado.town.law import parameters
from machikado.town.law.actions import end_retention
from machikado.town.people.actions import persons
from machikado.town.ride.actions import repeating, series
from machikado.town.ride.actions.series import Weekly
from machikado.town.ride.hours import moment_at
from machikado.town.ride.models import BookingSeries, SeriesRide
from machikado.town.ride.queries import booking_soundness
from machikado.town.ride.tests.every_week import THIS_THURSDAY, WEDNESDAY, drives, weekly
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import TOMORROW, a_rider, a_riding_town, actor_of, booked


@pytest.fixture
def area(cast, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)
    return a_riding_town(cast)


def test_a_forgotten_person_wants_nothing_any_more(area):
    rider = a_rider()
    made = series.make(booking=booked(area, rider), weekly=Weekly(frozenset({WEDNESDAY})), by=actor_of(rider), now=NOON)
    event = Event.objects.get(kind="ride.series_made")
    assert (event.actor_person, Detail.objects.get(event_id=event.pk).body) == (None, {"by": rider.pk})
    persons.pseudonymise(person=rider, by=SYSTEM, now=NOON + timedelta(days=1, hours=10))
    assert not BookingSeries.objects.filter(pk=made.pk).exists()
    assert not Detail.objects.filter(event_id=event.pk).exists()
    assert repeating.queue(moment_at(THIS_THURSDAY, 0)) == 0


def test_a_year_after_it_ended_nobody_can_tell_who_rode_every_week(area, cast):
    parameters.load()
    made = weekly(booked(area, cast.yoda), cast)
    assert series.end_with_rides(series=made, by=cast.actor("yoda"), now=NOON) == 1
    end_retention(moment_at(TOMORROW + timedelta(days=364), 0))
    assert SeriesRide.objects.count() == 1
    end_retention(moment_at(TOMORROW + timedelta(days=367), 0))
    assert not SeriesRide.objects.exists()
    assert not BookingSeries.objects.exists()
    assert not Detail.objects.filter(event_id__in=Event.objects.filter(noun="series").values("pk")).exists()


def test_a_series_of_somebody_else_and_a_ride_on_no_day_of_it_are_found(area, cast):
    made = weekly(booked(area, cast.yoda), cast)
    drives(cast, THIS_THURSDAY)
    other = booked(area, cast.hara, day=THIS_THURSDAY)
    SeriesRide.objects.create(series=made, day=THIS_THURSDAY, way="out", booking=other)
    assert booking_soundness.problems() == [
        f"series {made.code} has a ride on 2026-11-26, which is none of its days",
        f"series {made.code} has booking {other.code} of somebody else",
    ]
