"""A day goes otherwise than planned: no promise breaks in silence, and whoever's moves is told."""

from datetime import timedelta

import pytest
from django.db import transaction

from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Event
from machikado.town.people.models import Message
from machikado.town.ride.actions import asking, bookings, mishaps, moves, plans, roads, shifts, stops, vehicles
from machikado.town.ride.actions.keeping import CannotKeep
from machikado.town.ride.actions.mishaps import CannotMend
from machikado.town.ride.actions.moves import CannotMove
from machikado.town.ride.actions.shifts import CannotPlanShift
from machikado.town.ride.actions.stops import CannotCloseStop, NewClosure
from machikado.town.ride.actions.vehicles import Fits, facts_of
from machikado.town.ride.hours import Span, moment_at
from machikado.town.ride.models import Booking, DayPlan, Layout, Offer, PlanChange, PlanStep, RideVehicle, VehicleShift
from machikado.town.ride.planning import replaying
from machikado.town.ride.planning import soundness as plan_soundness
from machikado.town.ride.planning.replaying import differences
from machikado.town.ride.queries import booking_soundness
from machikado.town.ride.queries.day_rows import day_rows
from machikado.town.ride.tests.makings import NOON, a_shift, a_van
from machikado.town.ride.tests.riding import (
    TOMORROW,
    a_rider,
    a_riding_town,
    another_driver,
    asked,
    booked,
    grid,
    people,
    wish,
)

TEN = 36_000


def sound() -> None:
    assert booking_soundness.problems() == []
    assert plan_soundness.problems() == []


def at(second: int):
    return moment_at(TOMORROW, second)


def step_of(booking: Booking, action: str = "pickup") -> PlanStep:
    return booking.steps.select_related("shift__vehicle").get(action=action)


def promise_of(booking: Booking) -> Offer:
    return Offer.objects.get(booking=booking, taken_at__isnull=False)


# What stands under a plan


def test_a_vehicle_loses_no_seat_in_which_somebody_is_promised_to_sit(cast):
    """Three people ride together; a van of two seats could not take them. With three it can."""
    area, rider = a_riding_town(cast, layouts=(Fits(8),)), a_rider("小口")
    booked(area, rider, riding=people(3))
    van = RideVehicle.objects.get()
    for seats, may in ((2, False), (3, True)):
        facts = facts_of(van)
        changed = vehicles.VehicleFacts(facts.name, facts.depot_name, facts.depot, (Fits(seats),), facts.plate)
        if may:
            vehicles.change(vehicle=van, facts=changed, by=SYSTEM, now=NOON)
        else:
            with pytest.raises(CannotKeep) as refusal:
                vehicles.change(vehicle=van, facts=changed, by=SYSTEM, now=NOON)
            assert "小口" in str(refusal.value.sentence)
            assert Layout.objects.get().seats == 8, "nothing was changed"
    assert DayPlan.objects.get().fleet[0]["layouts"] == [[3, 0, 0]], "the plan stands on the new ground at once"
    sound()


def test_a_shift_is_dropped_if_another_vehicle_keeps_what_it_promised(cast):
    area = a_riding_town(cast, vans=2)
    one = booked(area, a_rider())
    first = step_of(one).shift
    shifts.drop(shift=first, by=SYSTEM, now=NOON)
    assert step_of(one).shift != first
    with pytest.raises(CannotKeep):
        shifts.drop(shift=step_of(one).shift, by=SYSTEM, now=NOON)
    sound()


def test_a_shift_that_has_carried_somebody_is_not_dropped(cast):
    area = a_riding_town(cast, vans=2)
    one = booked(area, a_rider())
    with pytest.raises(CannotPlanShift) as refusal:
        shifts.drop(shift=step_of(one).shift, by=SYSTEM, now=at(TEN + 60))
    assert refusal.value.code == "begun"


def test_a_stop_with_promises_does_not_close_in_silence(cast):
    area = a_riding_town(cast)
    booked(area, a_rider())
    south = area.stops.get(name="south")
    with pytest.raises(CannotCloseStop) as refusal:
        stops.close(stop=south, new=NewClosure("工事", TOMORROW, TOMORROW), by=SYSTEM, now=NOON)
    assert (refusal.value.code, refusal.value.params["count"]) == ("promised", 1)
    later = TOMORROW + timedelta(days=1)
    stops.close(stop=south, new=NewClosure("工事", later, later), by=SYSTEM, now=NOON)


def without_street(*nodes: int) -> bytes:
    """The map without the middle of the street in the south, beside which the south stop lies."""
    street = "".join(f'<nd ref="{node}"/>' for node in (1, 2, 3, 4, 5))
    left = "".join(f'<nd ref="{node}"/>' for node in nodes)
    return grid().replace(street.encode(), left.encode())


def test_a_new_map_that_moves_promises_tells_riders_and_managers(cast):
    """The south stop lies on a road no more: they are to get on at the nearest other stop, and everybody is told."""
    area, rider = a_riding_town(cast), a_rider()
    one = booked(area, rider)
    roads.bring_in(name="new.osm", data=without_street(1, 2), by=SYSTEM, now=NOON)
    assert promise_of(one).pickup_stop.name != "south"
    assert {m.kind for m in Message.objects.filter(person=rider)} == {"ride.booked", "ride.retimed"}
    assert Message.objects.filter(kind="ride.plan_moved", person=cast.uehara).exists()
    assert Event.objects.filter(kind="ride.plan_followed_ground").count() == 1
    sound()


def test_a_shift_that_nobody_can_drive_is_left_out_and_the_others_are_planned(cast):
    area = a_riding_town(cast)
    van = a_van(area, name="9号車")
    shift = a_shift(cast, van, driver=another_driver(), day=TOMORROW, span=Span(480, 1020), breaks=())
    van.layouts.all().delete()
    one = booked(area, a_rider())
    assert step_of(one).shift != shift
    plan = DayPlan.objects.get()
    assert plan.states[str(shift.pk)][-1] == "no_seats"
    sound()


# What nobody planned


def test_who_cancels_while_the_bus_is_on_its_way_leaves_it_on_its_way(cast):
    """The bus leaves at 9:5x for 9:58. Cancelled by the desk on the way, it still gets there, and starts from there."""
    area = a_riding_town(cast)
    one = booked(area, a_rider())
    fetched, shift = step_of(one).begins, step_of(one).shift
    on_the_way = at(fetched - 60)
    bookings.cancel(booking=one, by=SYSTEM, now=on_the_way)
    passed = PlanStep.objects.get()
    assert passed.stop is not None
    assert (passed.action, passed.stop.name, passed.shift) == ("pass", "south", shift)
    assert fetched - 60 < passed.begins <= fetched
    # Who wants to go from there now is fetched at once, not from the depot.
    new = wish(when=Booking.When.NOW, day=None)
    made = asking.ask(area=area, rider=a_rider("二"), wish=new, by=SYSTEM, now=on_the_way)
    assert made.offers.get(number=1).expected_pickup == passed.begins
    bookings.accept(offer=made.offers.get(number=1), by=SYSTEM, now=on_the_way)
    sound()


def test_a_delay_within_what_is_promised_moves_nobody(cast):
    """Six minutes late is within the promise, which runs from 9:58 to 10:10."""
    area = a_riding_town(cast)
    one = booked(area, a_rider())
    before = promise_of(one)
    done = mishaps.delay(shift=step_of(one).shift, minutes=6, by=SYSTEM, now=at(step_of(one).begins - 60))
    assert (done.moved, done.lost) == ((), ())
    assert before.pickup_from + 240 < step_of(one).begins <= before.pickup_by
    assert promise_of(one).pickup_by == before.pickup_by
    sound()


def test_a_long_delay_retimes_as_little_as_possible_and_tells(cast):
    """The only van is 30 minutes late: the one who waits is told; who rides at noon hears nothing."""
    area, rider, later = a_riding_town(cast), a_rider("一"), a_rider("二")
    one, noon = booked(area, rider), booked(area, later, minute=720)
    done = mishaps.delay(shift=step_of(one).shift, minutes=30, by=SYSTEM, now=at(step_of(one).begins - 60))
    assert (done.moved, done.lost) == ((one,), ())
    assert promise_of(one).pickup_from <= step_of(one).begins <= promise_of(one).pickup_by
    assert step_of(one).begins >= TEN + 1500
    assert promise_of(noon).pickup_by == TEN + 7200 + 600
    assert Message.objects.filter(kind="ride.retimed").values_list("person", flat=True).get() == rider.pk
    sound()


def test_whoever_sits_in_a_bus_that_breaks_down_is_fetched_by_another(cast):
    area, rider = a_riding_town(cast, vans=2), a_rider()
    one = booked(area, rider)
    broken = step_of(one).shift
    aboard = at(step_of(one).leaves + 60)
    done = mishaps.break_down(shift=broken, near=area.stops.get(name="south"), by=SYSTEM, now=aboard)
    assert (done.moved, done.lost) == ((one,), ())
    assert step_of(one).shift != broken
    assert PlanStep.objects.get(shift=broken).action == "pass"
    assert Message.objects.filter(person=rider, kind="ride.retimed").count() == 1
    with pytest.raises(CannotMend) as refusal:
        mishaps.delay(shift=broken, minutes=5, by=SYSTEM, now=aboard)
    assert refusal.value.code == "out"
    sound()


def test_where_no_other_bus_can_come_the_ride_ends_and_its_rider_is_told(cast):
    area, rider = a_riding_town(cast), a_rider()
    one = booked(area, rider)
    done = mishaps.break_down(shift=step_of(one).shift, near=area.stops.get(name="east"), by=SYSTEM, now=at(TEN - 7200))
    one.refresh_from_db()
    assert (done.lost, one.state, one.cancel_reason) == ((one,), "cancelled", "bus")
    assert Message.objects.filter(person=rider, kind="ride.lost").count() == 1
    assert PlanStep.objects.count() == 0
    refused = asked(area, a_rider("二"))
    assert refused.state == "refused"
    sound()


def test_a_stop_that_closes_now_sends_its_riders_to_the_nearest_other_one(cast):
    area, rider = a_riding_town(cast), a_rider()
    one = booked(area, rider)
    south = area.stops.get(name="south")
    done = mishaps.close_now(stop=south, reason="事故", by=SYSTEM, now=at(TEN - 3600))
    assert done.moved == (one,)
    assert promise_of(one).pickup_stop.name in ("east", "west")
    assert south.closures.count() == 1
    sound()


def test_a_ride_is_moved_by_hand_to_another_vehicle_and_not_where_it_cannot_be(cast):
    area = a_riding_town(cast, vans=2)
    one = booked(area, a_rider())
    before, promise = step_of(one).shift, promise_of(one)
    other = VehicleShift.objects.exclude(pk=before.pk).get()
    moves.move(booking=one, shift=other, by=SYSTEM, now=NOON)
    assert step_of(one).shift == other
    assert (promise_of(one).pickup_from, promise_of(one).pickup_by) == (promise.pickup_from, promise.pickup_by)
    for shift, now, code in ((other, NOON, "same"), (before, at(TEN + 30), "fetched")):
        with pytest.raises(CannotMove) as refusal:
            moves.move(booking=one, shift=shift, by=SYSTEM, now=now)
        assert refusal.value.code == code
    sound()


def test_a_full_vehicle_takes_nobody_by_hand(cast):
    area = a_riding_town(cast, vans=2, layouts=(Fits(1),))
    area.max_wait_minutes = 5
    area.save()
    one, two = booked(area, a_rider("一")), booked(area, a_rider("二"))
    with pytest.raises(CannotMove) as refusal:
        moves.move(booking=one, shift=step_of(two).shift, by=SYSTEM, now=NOON)
    assert refusal.value.code == "no_room"


def test_a_plan_of_another_engine_that_comes_out_otherwise_says_so(cast, monkeypatch):
    area = a_riding_town(cast)
    booked(area, a_rider())
    change = PlanChange.objects.get(kind="take")
    assert len(change.engine) == 16
    PlanChange.objects.filter(pk=change.pk).update(digest="0" * 64)
    assert "another engine" not in differences(DayPlan.objects.get())[0]
    monkeypatch.setattr(replaying, "engine_mark", lambda: "f" * 16)
    (said,) = differences(DayPlan.objects.get())
    assert f"another engine ({change.engine})" in said


def test_what_a_process_keeps_of_a_plan_is_what_its_rows_say(cast, django_capture_on_commit_callbacks):
    area = a_riding_town(cast, vans=2)
    with django_capture_on_commit_callbacks(execute=True):
        one = booked(area, a_rider("一"))
        two = booked(area, a_rider("二"), minute=620)
        bookings.cancel(booking=one, by=SYSTEM, now=at(step_of(one).begins - 60))
    plan = DayPlan.objects.select_related("area", "table__file__file").get()
    version, digest, kept = plans._KEPT[plan.pk]
    rows = day_rows(plan)
    assert (version, digest, kept.version) == (plan.version, plan.digest, rows.version)
    assert ({k: v for k, v in kept.steps.items() if v}, dict(kept.promised), dict(kept.states)) == (
        {k: v for k, v in rows.steps.items() if v},
        dict(rows.promised),
        dict(rows.states),
    )
    assert set(rows.promised) == {two.code}


def test_whoever_does_not_come_leaves_the_others_their_times(cast):
    """Two ride together; one is not there. The bus, already on its way on, gets on with the other as planned."""
    area = a_riding_town(cast)
    one, two = booked(area, a_rider("一")), booked(area, a_rider("二"), minute=602)
    last = max(step_of(one).leaves, step_of(two).leaves)
    before = step_of(two, "delivery").begins
    with transaction.atomic():
        plans.drop(area, one, at(last + 30))
        Booking.objects.filter(pk=one.pk).update(state="no_show")
    assert step_of(two, "delivery").begins == before
    assert PlanStep.objects.filter(action="pass").exists()
    sound()
