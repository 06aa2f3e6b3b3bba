"""The made-up tablets of the sample town drive by the plan, leave a visitor's bus alone, and people go on booking."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from demo import rides
from demo.driving import SILENT, Driving
from machikado.town.common.actors import SYSTEM
from machikado.town.people.models import Person
from machikado.town.ride.actions import ways
from machikado.town.ride.actions.positions import report_position
from machikado.town.ride.ground import Spot, metres
from machikado.town.ride.hours import moment_at
from machikado.town.ride.models import Booking, FixRemark, RideVehicle, RunStep, VehiclePosition, VehicleShift
from machikado.town.ride.queries import booking_soundness, run_soundness
from machikado.town.ride.queries.buses import Source, buses_now
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import TOMORROW, a_rider, a_riding_town, booked

NINE = 9 * 3600


@pytest.fixture
def area(cast):
    area = a_riding_town(cast)
    booked(area, a_rider())
    ways.draw(NOON + timedelta(days=1))
    Person.objects.filter(ride_shifts__isnull=False).update(is_sample=True)
    return area


@pytest.fixture
def driving(area) -> Driving:
    """Somebody who has no telephone calls to make."""
    return Driving(supplied=TOMORROW)


def test_a_minute_at_a_time_the_bus_is_where_the_plan_has_it(area, driving):
    for minute in range(100):
        now = moment_at(TOMORROW, NINE + 60 * minute)
        driving.step(now)
        (bus,) = buses_now(area, now).buses
        assert bus.source is Source.TABLET
        assert bus.late_seconds < 10
    places = VehiclePosition.objects.get().shift.track.all()
    assert len({(point.lat, point.lon) for point in places}) > 5, "it has driven"
    assert max(metres_from_first(places)) > 500
    assert FixRemark.objects.count() == 0


def test_who_got_on_and_off_is_told_once_also_after_a_new_start(area, driving):
    (one,) = Booking.objects.all()
    steps = {step.action: step for step in one.steps.all()}
    on_the_way = moment_at(TOMORROW, steps["pickup"].leaves + 61)
    driving.step(moment_at(TOMORROW, steps["pickup"].leaves + 59))
    assert RunStep.objects.count() == 0, "a visitor still has the time to press"
    driving.step(on_the_way)
    one.refresh_from_db()
    assert one.state == "aboard"
    for again in (driving, Driving(supplied=TOMORROW)):
        again.step(moment_at(TOMORROW, steps["delivery"].leaves + 61))
    one.refresh_from_db()
    assert one.state == "done"
    kinds = list(RunStep.objects.order_by("pk").values_list("kind", "refused"))
    assert kinds == [("arrive", ""), ("aboard", ""), ("fare", ""), ("arrive", ""), ("alight", "")]
    assert booking_soundness.problems() == []
    assert run_soundness.problems() == []


def metres_from_first(points):
    first = points[0]
    return [metres(Spot(first.lat, first.lon), Spot(point.lat, point.lon)) for point in points]


def test_a_bus_for_which_a_visitor_speaks_is_left_to_them_for_a_while(area, driving):
    now = moment_at(TOMORROW, NINE)
    driving.step(now)
    shift = VehicleShift.objects.get()
    facts: dict[str, Any] = {"lat": 36.1101, "lon": 137.936, "heading_deg": None, "speed_kmh": None}
    later = now + timedelta(minutes=5)
    report_position(shift=shift, by=SYSTEM, now=later, at=later, **facts)
    driving.step(later + timedelta(minutes=1))
    assert VehiclePosition.objects.get().lat == 36.1101
    driving.step(later + timedelta(minutes=16))
    assert VehiclePosition.objects.get().lat != 36.1101


def test_the_silent_tablet_says_nothing_and_real_drivers_are_never_played(area, driving):
    now = moment_at(TOMORROW, NINE)
    RideVehicle.objects.update(name=SILENT)
    driving.step(now)
    RideVehicle.objects.update(name="1号車")
    Person.objects.update(is_sample=False)
    driving.step(now)
    assert VehiclePosition.objects.count() == 0


def test_others_are_entered_once_and_call_for_places_that_are_open(area):
    rides.enter_others(NOON)
    rides.enter_others(NOON)
    known = Person.objects.filter(contact_points__value__startswith="090-0000-61")
    assert known.count() == len(rides.OTHERS)
    assert all(person.is_sample for person in known)
    calls = rides.calls_for(area, TOMORROW, 600, Random(1))
    assert calls
    assert all(call.minute >= 600 and call.day == TOMORROW for call in calls)
    assert [call.minute for call in calls] == sorted(call.minute for call in calls)
