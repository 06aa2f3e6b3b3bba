"""A manager takes vehicles into service and plans who drives them; nobody is in two places at once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Event
from machikado.town.people.actions import memberships, persons
from machikado.town.people.models import Membership, Role
from machikado.town.people.permissions import CannotDo
from machikado.town.people.queries import centre
from machikado.town.ride.actions import shifts, vehicles
from machikado.town.ride.actions.shifts import CannotPlanShift
from machikado.town.ride.actions.vehicles import CannotChangeVehicle, Fits
from machikado.town.ride.hours import Span
from machikado.town.ride.models import Layout, RideVehicle, ShiftQuarter, VehicleShift
from machikado.town.ride.queries import soundness
from machikado.town.ride.queries.needed import needs
from machikado.town.ride.queries.shifts import drivers, in_service, shifts_between
from machikado.town.ride.tests.makings import NOON, TODAY, a_shift, a_van, an_area, shift_facts, vehicle_facts

DAY = timedelta(days=1)


def test_a_van_has_two_ways_to_set_its_seats_up(cast):
    area, by = an_area(), cast.actor("uehara")
    van = vehicles.add(area=area, facts=vehicle_facts(), by=by, now=NOON)
    assert list(van.layouts.values_list("number", "seats", "wheelchairs")) == [(1, 8, 0), (2, 6, 1)]
    vehicles.change(vehicle=van, facts=vehicle_facts(layouts=(Fits(4, 2, 1),), plate="松本 あ 1"), by=by, now=NOON)
    assert list(van.layouts.values_list("seats", "wheelchairs", "prams")) == [(4, 2, 1)]
    assert Event.objects.get(kind="ride.vehicle_changed").data["layouts"] == [[4, 2, 1]]
    assert soundness.problems() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": ""}, "no_name"),
        ({"name": "1号車"}, "name_taken"),
        ({"depot_name": ""}, "no_depot"),
        ({"layouts": ()}, "no_layout"),
        ({"layouts": (Fits(8), Fits(0))}, "no_layout"),
        ({"layouts": (Fits(61),)}, "too_many"),
        ({"layouts": (Fits(8), Fits(8))}, "same_layout"),
    ],
)
def test_a_vehicle_that_cannot_be_is_refused(db, changes, code):
    area = an_area()
    a_van(area)
    with pytest.raises(CannotChangeVehicle) as refusal:
        a_van(area, **{"name": "2号車", **changes})
    assert refusal.value.code == code
    assert refusal.value.sentence
    assert RideVehicle.objects.count() == 1


def test_a_vehicle_retires_when_no_shift_is_left(cast):
    area = an_area()
    van = a_van(area)
    shift = a_shift(cast, van)
    with pytest.raises(CannotChangeVehicle, match="has_shifts"):
        vehicles.retire(vehicle=van, on=TODAY, by=SYSTEM, now=NOON)
    shifts.drop(shift=shift, by=SYSTEM, now=NOON)
    vehicles.retire(vehicle=van, on=TODAY, by=SYSTEM, now=NOON)
    assert not in_service(area, TODAY).exists()
    assert in_service(area, TODAY - DAY).exists()
    with pytest.raises(CannotPlanShift, match="retired"):
        a_shift(cast, van)
    with pytest.raises(CannotChangeVehicle, match="retired"):
        vehicles.retire(vehicle=van, on=TODAY, by=SYSTEM, now=NOON)


def test_a_shift_is_planned_changed_and_dropped(cast):
    area, by = an_area(), cast.actor("uehara")
    van = a_van(area)
    shift = shifts.plan(facts=shift_facts(cast, van), by=by, now=NOON)
    assert shift.quarters.count() == 36  # nine hours
    assert list(shift.breaks.values_list("begins", "ends")) == [(720, 780)]
    later = shift_facts(cast, van, span=Span(960, 1500), breaks=())
    shifts.change(shift=shift, facts=later, by=by, now=NOON)
    assert (shift.begins, shift.ends, shift.quarters.count(), shift.breaks.count()) == (960, 1500, 36, 0)
    assert list(shifts_between(area, TODAY, 7)) == [shift]
    assert list(shifts_between(area, TODAY, 1)) == []
    assert soundness.problems() == []
    shifts.drop(shift=shift, by=by, now=NOON)
    assert not ShiftQuarter.objects.exists()
    kinds = Event.objects.filter(noun="shift").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["ride.shift_planned", "ride.shift_changed", "ride.shift_dropped"]
    with pytest.raises(CannotPlanShift, match="gone"):
        shifts.drop(shift=shift, by=by, now=NOON)
    assert list(shifts_between(area, TODAY, 7)) == []
    assert soundness.problems() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"day": TODAY - DAY}, "past"),
        ({"span": Span(1020, 480)}, "backwards"),
        ({"span": Span(1000, 1695), "breaks": ()}, "backwards"),
        ({"span": Span(485, 1020)}, "grain"),
        ({"span": Span(0, 915)}, "too_long"),  # 15 hours and a quarter
        ({"breaks": (Span(420, 500),)}, "breaks"),
        ({"breaks": (Span(780, 720),)}, "breaks"),
        ({"breaks": (Span(720, 780), Span(779, 800))}, "breaks_overlap"),
    ],
)
def test_a_shift_that_nobody_can_drive_is_refused(cast, changes, code):
    with pytest.raises(CannotPlanShift) as refusal:
        a_shift(cast, a_van(an_area()), **changes)
    assert refusal.value.code == code
    assert refusal.value.sentence
    assert not VehicleShift.objects.exists()


def test_a_shift_may_last_as_long_as_the_law_of_its_day_says(cast):
    assert a_shift(cast, a_van(an_area()), span=Span(0, 900)).quarters.count() == 60


def test_a_vehicle_that_retired_meanwhile_is_not_planned(cast):
    """The row in the hand is older than the retirement."""
    van = a_van(an_area())
    vehicles.retire(vehicle=RideVehicle.objects.get(), on=TODAY, by=SYSTEM, now=NOON)
    with pytest.raises(CannotPlanShift, match="retired"):
        a_shift(cast, van)


def test_what_was_driven_stays_as_it_was(cast):
    """Yesterday's shift is not moved to another day, however sound that day would be."""
    shift = a_shift(cast, van := a_van(an_area()))
    later = shift_facts(cast, van, day=TODAY + 9 * DAY)
    with pytest.raises(CannotPlanShift, match="past"):
        shifts.change(shift=shift, facts=later, by=SYSTEM, now=NOON + 2 * DAY)
    shift.refresh_from_db()
    assert shift.day == TODAY + DAY


def test_only_a_driver_drives(cast):
    van = a_van(an_area())
    with pytest.raises(CannotPlanShift, match="no_driver"):
        a_shift(cast, van, driver=cast.hara)
    assert list(drivers()) == [cast.futaki]
    with pytest.raises(CannotDo):
        shifts.plan(facts=shift_facts(cast, van), by=cast.actor("futaki"), now=NOON)


def second_driver(cast):
    memberships.grant(person=cast.hara, organisation=centre(), role=Role.DRIVER, by=SYSTEM, now=NOON)
    return cast.hara


def test_past_midnight_meets_the_morning_of_the_next_day(cast):
    """Until 25:00 on Wednesday, and from 0:45 on Thursday: fifteen minutes in two places."""
    area = an_area()
    one, two = a_van(area), a_van(area, name="2号車")
    a_shift(cast, one, span=Span(960, 1500), breaks=())
    early = {"day": TODAY + 2 * DAY, "breaks": ()}
    with pytest.raises(CannotPlanShift) as refusal:
        a_shift(cast, two, span=Span(45, 300), **early)
    assert refusal.value.code == "driver_taken"
    assert "16:00" in refusal.value.sentence
    assert "25:00" in refusal.value.sentence
    with pytest.raises(CannotPlanShift, match="vehicle_taken"):
        a_shift(cast, one, driver=second_driver(cast), span=Span(45, 300), **early)
    a_shift(cast, two, span=Span(60, 300), **early)
    assert soundness.problems() == []


def test_the_database_refuses_two_places_too(cast):
    area = an_area()
    shift = a_shift(cast, a_van(area))
    taken = shift.quarters.all()[0]
    other = a_van(area, name="2号車")
    for vehicle, driver in ((taken.vehicle, second_driver(cast)), (other, taken.driver)):
        with pytest.raises(IntegrityError), transaction.atomic():
            ShiftQuarter.objects.create(shift=shift, vehicle=vehicle, driver=driver, quarter=taken.quarter)
    with pytest.raises(IntegrityError), transaction.atomic():
        Layout.objects.create(vehicle=other, number=9, seats=0)


def test_what_is_unsound_is_found(cast):
    """Written past the actions, since no action makes it so."""
    area = an_area()
    van, other = a_van(area), a_van(area, name="2号車")
    one = a_shift(cast, van)
    two = a_shift(cast, other, day=TODAY + 2 * DAY)
    VehicleShift.objects.filter(pk=two.pk).update(day=one.day, begins=600)
    two.breaks.update(begins=540)
    other.layouts.all().delete()
    RideVehicle.objects.filter(pk=van.pk).update(retired_on=one.day)
    Membership.objects.filter(person=cast.futaki).delete()
    found = "\n".join(soundness.problems())
    for words in (
        "its driver is in shift",
        "quarters of an hour, which is not its time",
        "a break lies outside",
        "nothing says how many fit in",
        "its vehicle is retired",
        "was never a driver",
    ):
        assert words in found


def test_who_drives_past_midnight_is_needed_until_then(cast):
    """Tuesday's shift ends at 25:00: at half past midnight on Wednesday she still drives, at half past one no more."""
    a_shift(cast, a_van(an_area()), day=TODAY, span=Span(960, 1500), breaks=())
    half_past_midnight = NOON + timedelta(hours=12, minutes=30)
    (need,) = needs(cast.futaki, half_past_midnight)
    assert need.until == TODAY
    assert needs(cast.futaki, half_past_midnight + timedelta(hours=1)) == []


def test_who_is_to_drive_cannot_be_erased_before(cast):
    """Tomorrow's shift needs Futaki; when it is dropped, what was driven stays without a name."""
    shift = a_shift(cast, a_van(an_area()))
    with pytest.raises(persons.CannotErase) as refusal:
        persons.pseudonymise(person=cast.futaki, by=cast.actor("momose"), now=NOON)
    assert "11月25日" in refusal.value.sentence
    persons.pseudonymise(person=cast.futaki, by=cast.actor("momose"), now=clock.now() + 3 * DAY)
    assert VehicleShift.objects.get(pk=shift.pk).driver.family_name == "—"


spans = st.tuples(st.integers(0, 108), st.integers(1, 40)).map(
    lambda pair: Span(pair[0] * 15, (pair[0] + pair[1]) * 15)
)
tries = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1), st.integers(0, 1), spans), min_size=1, max_size=8)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tries)
def test_whatever_is_planned_nobody_is_in_two_places(cast, tries):
    """Shifts are accepted exactly when neither vehicle nor driver is taken, counted minute by minute."""
    with transaction.atomic():
        area = an_area()
        vans = [a_van(area, name=f"{number}号車") for number in (1, 2)]
        people = [cast.futaki, second_driver(cast)]
        taken: set[tuple[str, int, int]] = set()
        for van, driver, day, span in tries:
            minutes = range(day * 1440 + span.opens, day * 1440 + span.closes)
            wanted = {(what, number, m) for what, number in (("van", van), ("driver", driver)) for m in minutes}
            facts = {"driver": people[driver], "day": TODAY + (day + 1) * DAY, "span": span, "breaks": ()}
            if span.closes > 1680 or wanted & taken:
                with pytest.raises(CannotPlanShift):
                    a_shift(cast, vans[van], **facts)
            else:
                a_shift(cast, vans[van], **facts)
                taken |= wanted
        assert soundness.problems() == []
        transaction.set_rollback(True)
