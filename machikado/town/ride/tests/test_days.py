"""Whole days: whatever is asked, taken, given back and searched for, promises hold and the day equals itself again."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from machikado.town.common import clock, worker
from machikado.town.common.actors import SYSTEM
from machikado.town.ride.actions import asking, bookings, moves, plans, shifts
from machikado.town.ride.actions.bookings import CannotBook, CannotCancel
from machikado.town.ride.actions.shifts import ShiftFacts
from machikado.town.ride.actions.vehicles import Fits
from machikado.town.ride.hours import Span, moment_at
from machikado.town.ride.models import Booking, DayPlan, Offer, PlanChange, PlanStep, VehicleShift
from machikado.town.ride.planning import seconds as stored_seconds
from machikado.town.ride.planning import travel
from machikado.town.ride.planning.replaying import differences, played, problems_of
from machikado.town.ride.queries import booking_soundness
from machikado.town.ride.queries.day_rows import day_rows, digest_of
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import (
    PLACES,
    TOMORROW,
    a_rider,
    a_riding_town,
    actor_of,
    another_driver,
    booked,
    people,
    wish,
)

OPENS, CLOSES = 8 * 3600, 17 * 3600
NAMES = sorted(PLACES)

# What happens next: minutes that pass, and who wants what; or whose booking is given back; or a search.
ASKS = st.tuples(
    st.just("ask"),
    st.permutations(NAMES).map(lambda names: names[:2]),
    st.integers(0, 120),  # minutes ahead
    st.integers(1, 3),  # people
    st.sampled_from(["now", "leave", "arrive"]),
)
HAPPENINGS = st.lists(
    st.tuples(
        st.integers(0, 1500), st.one_of(ASKS, st.tuples(st.just("cancel"), st.integers(0, 50)), st.just(("improve",)))
    ),
    min_size=4,
    max_size=14,
)


def promises() -> dict[int, tuple[int, ...]]:
    """What was promised to whom, by offer."""
    columns = ("pk", "pickup_from", "pickup_by", "arrival_from", "arrival_by", "max_ride_seconds")
    taken = Offer.objects.filter(taken_at__isnull=False, booking__state="booked")
    return {row[0]: row[1:] for row in taken.values_list(*columns)}


def kept(given_promises: dict[int, tuple[int, ...]]) -> None:
    """Written a second time, by the rows alone: everybody is fetched and brought as they were told."""
    for offer in Offer.objects.filter(taken_at__isnull=False, booking__state="booked").select_related("booking"):
        assert given_promises[offer.pk] == promises()[offer.pk]
        fetched, brought = (offer.booking.steps.get(action=action) for action in ("pickup", "delivery"))
        assert offer.pickup_from <= fetched.begins <= offer.pickup_by
        assert offer.arrival_from <= brought.begins <= offer.arrival_by
        assert brought.begins - fetched.leaves <= offer.max_ride_seconds
        assert (fetched.shift, fetched.position < brought.position) == (brought.shift, True)


def fits(seats: int) -> None:
    """Nobody stands: counted along each shift, by the rows alone."""
    for shift in VehicleShift.objects.all():
        aboard = 0
        for step in PlanStep.objects.filter(shift=shift).exclude(booking=None).order_by("position"):
            assert step.booking is not None
            aboard += step.booking.riding.people * (1 if step.action == "pickup" else -1)
            assert 0 <= aboard <= seats


def happen(area, riders, what, now) -> None:
    """Each rides alone: who asks is the next of them, so that no promise of one person lies across another."""
    if what[0] == "ask":
        _kind, (start, goal), ahead, count, when = what
        minute = (now - moment_at(TOMORROW, 0)) // timedelta(minutes=1) + ahead
        wished = wish(start, goal, minute, when=when, riding=people(count))
        made = asking.ask(area=area, rider=next(riders), wish=wished, by=SYSTEM, now=now)
        if (offer := made.offers.order_by("-number").first()) is not None:
            bookings.accept(offer=offer, by=SYSTEM, now=now)
    elif what[0] == "cancel":
        live = list(Booking.objects.filter(state="booked").order_by("pk"))
        if live:
            bookings.cancel(booking=live[what[1] % len(live)], by=SYSTEM, now=now)
    elif (plan := DayPlan.objects.first()) is not None:
        plans.search(plan, now)


@pytest.mark.long
def test_every_promise_of_a_random_day_holds_and_the_day_replays_bit_for_bit(cast):
    rides: list[int] = []

    @settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    @given(happenings=HAPPENINGS)
    def holds(happenings) -> None:
        with transaction.atomic():
            rides.append(a_day_of(cast, happenings))
            transaction.set_rollback(True)

    holds()
    assert sum(rides) >= 12, "days on which nobody is promised anything hold whatever the plan does"


def a_day_of(cast, happenings) -> int:
    """Let them happen, and look after each; returns how many promises were made."""
    area, now = a_riding_town(cast, vans=2, layouts=(Fits(4),)), moment_at(TOMORROW, OPENS)
    riders = (a_rider(str(number)) for number in range(len(happenings)))
    told: dict[int, tuple[int, ...]] = {}
    for seconds, what in happenings:
        now += timedelta(seconds=seconds)
        with suppress(CannotBook, CannotCancel):  # it was said why, and nothing was changed
            happen(area, riders, what, now)
        told = {**promises(), **told}
        kept(told)
        fits(4)
    assert booking_soundness.problems() == []
    for plan in DayPlan.objects.all():
        assert problems_of(plan) == []
    return len(told)


@pytest.fixture
def day(cast):
    """Three rides, one given back, one search: a plan with a history."""
    area = a_riding_town(cast, vans=2)
    rides = [booked(area, a_rider(str(number)), minute=600 + 4 * number) for number in range(3)]
    bookings.cancel(booking=rides[1], by=SYSTEM, now=NOON)
    return DayPlan.objects.get()


def test_after_a_restart_the_rows_give_the_same_plan(day):
    """Nothing but rows and the stored file survives a killed server: caches go, and the plan is what it was."""
    before = digest_of(day_rows(day))
    travel._travel.cache_clear()
    stored_seconds._loaded.cache_clear()
    again = DayPlan.objects.get()
    assert digest_of(day_rows(again)) == before == again.digest
    assert problems_of(again) == []
    versions = [change.version for change, rows in played(again) if rows is not None]
    assert versions == [1, 2, 3, 4, 5]


def test_an_altered_step_is_found(day):
    step = PlanStep.objects.filter(action="pickup").earliest("pk")
    PlanStep.objects.filter(pk=step.pk).update(begins=step.begins + 1, leaves=step.leaves + 1)
    assert any("steps" in fault for fault in differences(DayPlan.objects.get()))


def test_an_altered_history_is_found(day):
    change = PlanChange.objects.get(version=2)
    PlanChange.objects.filter(pk=change.pk).update(second=change.second + 79_500)  # said to be made at 10:05
    assert differences(DayPlan.objects.get()) != []


def test_whoever_is_killed_between_promise_and_commit_has_promised_nothing(cast, monkeypatch):
    class Killed(BaseException):
        """As if the process were gone."""

    def die(*_args, **_kwargs):
        raise Killed

    area = a_riding_town(cast)
    offer = asking.ask(area=area, rider=a_rider(), wish=wish(), by=SYSTEM, now=NOON).offers.get(number=1)
    with monkeypatch.context() as patch:
        patch.setattr(bookings, "tell_rider", die)  # the last thing before the commit
        with pytest.raises(Killed):
            bookings.accept(offer=offer, by=SYSTEM, now=NOON)
    assert (DayPlan.objects.count(), PlanStep.objects.count(), offer.booking.state) == (0, 0, "offered")
    assert bookings.accept(offer=offer, by=SYSTEM, now=NOON).state == "booked"
    assert problems_of(DayPlan.objects.get()) == []


def test_a_shift_that_comes_later_is_used_and_the_change_is_in_the_history(cast):
    area = a_riding_town(cast, layouts=(Fits(1),))
    area.max_wait_minutes = 5
    area.save()
    booked(area, a_rider("一"))
    refused = asking.ask(area=area, rider=a_rider("二"), wish=wish(minute=600), by=SYSTEM, now=NOON)
    assert refused.state == "refused"
    from machikado.town.ride.tests.makings import a_van
    from machikado.town.ride.tests.riding import corner

    van = a_van(area, name="9号車", depot=corner(4, 4), layouts=(Fits(1),))
    facts = ShiftFacts(van, another_driver(), TOMORROW, Span(480, 1020), (Span(720, 780),))
    shifts.plan(facts=facts, by=SYSTEM, now=NOON)
    second = booked(area, a_rider("三"))
    assert second.steps.earliest("pk").shift.vehicle == van
    assert [change.kind for change in PlanChange.objects.all()] == ["ground", "take", "ground", "take"]
    assert PlanStep.objects.filter(action="break").count() == 1
    assert problems_of(DayPlan.objects.get()) == []


def after_once(function, act):
    """The function, which acts once after its first call."""
    done = list[bool]()

    def wrapped(*args):
        found = function(*args)
        if not done:
            done.append(True)
            act()
        return found

    return wrapped


def test_a_yes_goes_into_the_plan_as_it_is_when_the_area_is_held(cast, monkeypatch):
    area = a_riding_town(cast, layouts=(Fits(8),))
    late = asking.ask(area=area, rider=a_rider("後"), wish=wish(), by=SYSTEM, now=NOON).offers.get(number=1)
    monkeypatch.setattr(plans, "read", after_once(plans.read, lambda: booked(area, a_rider("先"))))
    assert bookings.accept(offer=late, by=SYSTEM, now=NOON).state == "booked"
    taken = PlanChange.objects.filter(kind="take").order_by("version")
    assert [*taken.values_list("booking__rider__family_name", flat=True)] == ["先", "後"]
    assert problems_of(DayPlan.objects.get()) == []


def test_whoever_is_overtaken_computes_once_more(cast, monkeypatch):
    area = a_riding_town(cast, vans=2)
    ride = booked(area, cast.yoda)
    other = VehicleShift.objects.exclude(pk=ride.steps.all()[0].shift_id).get()
    monkeypatch.setattr(moves, "_computed", after_once(moves._computed, lambda: booked(area, a_rider("先"))))
    moves.move(booking=ride, shift=other, by=actor_of(cast.uehara), now=NOON)
    assert {step.shift_id for step in ride.steps.all()} == {other.pk}
    assert Booking.objects.filter(state="booked").count() == 2
    assert problems_of(DayPlan.objects.get()) == []


def test_a_search_in_the_background_moves_steps_within_promises_only(cast, monkeypatch):
    """Six who were taken in as they came, which costs more driving than the search needs for them."""
    area = a_riding_town(cast, vans=2)
    for start, goal, minute in (
        ("east", "west", 602),
        ("south", "east", 622),
        ("south", "north", 618),
        ("north", "south", 600),
        ("north", "west", 620),
        ("west", "south", 626),
    ):
        booked(area, a_rider(f"{start}{goal}"), start=start, goal=goal, minute=minute)
    before, told = DayPlan.objects.get(), promises()
    steps = list(PlanStep.objects.order_by("pk").values_list("shift", "booking", "begins"))
    monkeypatch.setattr(clock, "now", lambda: NOON)  # of a day that is over, nothing is left to be moved
    worker.do_waiting_chores()
    plan = DayPlan.objects.get()
    (change,) = PlanChange.objects.filter(kind="improve")
    assert (change.version, change.seed, change.iterations) == (before.version + 1, before.version, 1000)
    assert plan.digest != before.digest
    assert list(PlanStep.objects.order_by("pk").values_list("shift", "booking", "begins")) != steps
    kept(told)
    assert len(told) == 6
    assert problems_of(plan) == []
