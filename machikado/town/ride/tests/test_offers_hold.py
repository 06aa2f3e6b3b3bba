"""Whatever is offered can be taken as long as nobody else changed anything, and nothing is offered that is closed."""

import random

import pytest
from django.db import transaction

from machikado.town.common.actors import SYSTEM
from machikado.town.ride.actions import area as areas
from machikado.town.ride.actions import asking, bookings
from machikado.town.ride.actions.vehicles import Fits
from machikado.town.ride.hours import moment_at
from machikado.town.ride.models import Booking
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import PLACES, TOMORROW, a_rider, a_riding_town, asked


@pytest.mark.parametrize("seed", [3, 1])
def test_each_offer_can_be_taken_as_long_as_nobody_else_came(cast, seed):
    """Also "be there by", with others aboard: the windows that were offered are what the plan keeps to."""
    die, area = random.Random(seed), a_riding_town(cast, vans=1, layouts=(Fits(8),))
    for number in range(7):
        start, goal = die.sample(sorted(PLACES), 2)
        when = die.choice([Booking.When.ARRIVE, Booking.When.LEAVE])
        made = asked(area, a_rider(str(number)), start=start, goal=goal, minute=die.randrange(570, 650), when=when)
        for offer in made.offers.all():
            with transaction.atomic():
                assert bookings.accept(offer=offer, by=SYSTEM, now=NOON).state == "booked"
                transaction.set_rollback(True)
        if made.offers.exists():
            bookings.accept(offer=made.offers.get(number=1), by=SYSTEM, now=NOON)


def test_a_pair_of_zones_without_a_price_takes_only_its_own_offers_away(cast):
    """West lies in a zone that the fares do not know; south and north are priced, and both ends are near to walk."""
    area = a_riding_town(cast)
    area.stops.filter(name="west").update(zone="Z")
    made = asked(area, a_rider(), walk_minutes=60)
    assert made.state == "offered"
    assert "west" not in {
        name for each in made.offers.all() for name in (each.pickup_stop.name, each.arrival_stop.name)
    }
    with pytest.raises(asking.CannotAsk) as refusal:
        asked(area, a_rider("二"), start="west")
    assert refusal.value.code == "no_fares"


def test_a_stop_that_is_closed_at_that_time_is_left_out_before_the_plan_is_asked(cast):
    """The south stop opens at 11:00: at ten one is sent to another stop on foot, not away."""
    area = a_riding_town(cast)
    area.stops.filter(name="south").update(opens=660, closes=1200)
    made = asked(area, a_rider(), walk_minutes=40)
    assert made.state == "offered"
    assert {offer.pickup_stop.name for offer in made.offers.all()} <= {"east", "west", "north"}
    refused = asked(area, a_rider("二"), walk_minutes=5)
    assert (refused.state, refused.reason) == ("refused", "outside_hours")
    (later,) = refused.offers.all()
    assert later.expected_pickup == 660 * 60


def test_in_a_suspension_the_nearest_times_before_and_after_it_are_told(cast):
    """No bus from 9:30 to 11:00. Who wants to leave at ten is shown the last one before and the first one after."""
    area = a_riding_town(cast)
    new = areas.NewSuspension("snow", moment_at(TOMORROW, 34_200), moment_at(TOMORROW, 39_600))
    areas.suspend(area=area, new=new, by=SYSTEM, now=NOON)
    made = asked(area, a_rider())
    assert (made.state, made.reason) == ("refused", "suspended")
    before, after = made.offers.all()
    assert after.expected_pickup == 39_600
    assert before.expected_arrival < 34_200 <= before.expected_arrival + 60
    booked_then = bookings.accept(offer=after, by=SYSTEM, now=NOON)
    assert booked_then.state == "booked"


def test_nobody_is_offered_a_bus_that_arrives_in_the_suspension(cast):
    """Suspended from 10:04: the ride takes seven minutes, so it must begin by 9:56."""
    area = a_riding_town(cast)
    new = areas.NewSuspension("snow", moment_at(TOMORROW, 36_240), moment_at(TOMORROW, 39_600))
    areas.suspend(area=area, new=new, by=SYSTEM, now=NOON)
    made = asked(area, a_rider(), minute=595)
    assert made.offers.exists()
    for offer in made.offers.all():
        assert offer.expected_arrival < 36_240
