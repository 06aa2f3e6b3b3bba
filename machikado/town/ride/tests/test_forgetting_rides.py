"""After a year nobody can tell who rode from which door; wishes go after a month; erasing is possible after a ride."""

from datetime import timedelta

import pytest

from machikado.town.common.actors import SYSTEM
from machikado.town.law import parameters
from machikado.town.law.actions import end_retention
from machikado.town.people.actions import persons
from machikado.town.people.actions.persons import CannotErase
from machikado.town.ride.actions import callers
from machikado.town.ride.hours import moment_at
from machikado.town.ride.models import Booking, DayPlan, Offer, Passenger
from machikado.town.ride.planning.replaying import problems_of
from machikado.town.ride.queries.needed import needs
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import TOMORROW, a_rider, a_riding_town, asked, booked


@pytest.fixture
def area(cast):
    parameters.load()
    return a_riding_town(cast)


def test_rides_are_forgotten_after_a_year_and_their_plan_stays(area, cast):
    booked(area, cast.hara)
    end_retention(moment_at(TOMORROW + timedelta(days=365), 0))
    assert Booking.objects.get().rider == cast.hara, "not yet"
    end_retention(moment_at(TOMORROW + timedelta(days=367), 0))
    gone = Booking.objects.get()
    assert (gone.rider, gone.booked_by, gone.from_name, gone.to_name, gone.from_lat) == (None, None, "—", "—", 0)
    assert (gone.state, gone.offers.get(taken_at__isnull=False).yen) == ("booked", 50)
    assert problems_of(DayPlan.objects.get()) == []


def test_wishes_go_after_a_month(area, cast):
    asked(area, cast.hara)
    asked(area, cast.hara, minute=300)
    end_retention(moment_at(TOMORROW + timedelta(days=30), 0))
    assert Booking.objects.count() == 2
    end_retention(moment_at(TOMORROW + timedelta(days=32), 0))
    assert Booking.objects.count() == 0


def test_a_passenger_who_has_not_ridden_for_a_year_is_forgotten(area, cast):
    new = callers.NewCaller("百瀬", phone="0263-00-1234")
    rider = callers.meet(new=new, by=cast.actor("uehara"), now=NOON)
    booked(area, rider)
    end_retention(moment_at(TOMORROW + timedelta(days=365), 0))
    rider.refresh_from_db()
    assert rider.pseudonymised_at is None
    end_retention(moment_at(TOMORROW + timedelta(days=367), 0))
    rider.refresh_from_db()
    assert rider.pseudonymised_at is not None
    assert not rider.contact_points.exists()
    assert not Passenger.objects.exists()
    assert cast.hara.pseudonymised_at is None


def test_whoever_asks_to_be_erased_is_after_their_ride(area):
    rider = a_rider()
    booked(area, rider)
    with pytest.raises(CannotErase) as refusal:
        persons.pseudonymise(person=rider, by=SYSTEM, now=NOON)
    assert "11月25日" in str(refusal.value.params["reasons"])
    persons.pseudonymise(person=rider, by=SYSTEM, now=NOON + timedelta(days=3))
    assert Booking.objects.get().rider is None


def test_whoever_rides_after_midnight_is_not_erased_before_they_are_there(area):
    rider = a_rider()
    booked(area, rider)
    Offer.objects.filter(taken_at__isnull=False).update(arrival_by=88_200)  # 24:30
    (need,) = needs(rider, moment_at(TOMORROW, 87_600))
    assert need.until == TOMORROW
    assert needs(rider, moment_at(TOMORROW, 88_201)) == []
