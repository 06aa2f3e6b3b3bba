"""Snow: one press cancels what is promised in a suspension; everybody is told or stands on a list to be telephoned."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Event
from machikado.town.law import parameters
from machikado.town.law.actions import end_retention
from machikado.town.people.actions import persons
from machikado.town.people.actions.messages import NewMessage, tell
from machikado.town.people.models import Message
from machikado.town.people.permissions import CannotDo
from machikado.town.people.sentences import sentence
from machikado.town.ride.actions import area as areas
from machikado.town.ride.actions import bookings, suspending
from machikado.town.ride.actions.area import CannotSuspend, NewSuspension
from machikado.town.ride.actions.bookings import CannotBook
from machikado.town.ride.hours import Span, moment_at, moment_of
from machikado.town.ride.models import (
    Booking,
    CallEntry,
    CallList,
    DayPlan,
    PlanChange,
    PlanStep,
    RideVehicle,
    SuspendedRide,
    Suspension,
)
from machikado.town.ride.planning import soundness as plan_soundness
from machikado.town.ride.planning.replaying import problems_of
from machikado.town.ride.queries import booking_soundness, call_soundness
from machikado.town.ride.queries.calls import entries_of
from machikado.town.ride.queries.mishaps import to_call
from machikado.town.ride.queries.suspended import runs_from, touched
from machikado.town.ride.tests.makings import NOON, a_shift
from machikado.town.ride.tests.riding import TOMORROW, a_riding_town, another_driver, asked, booked, people
from machikado.town.ride.tests.snow import copied, on_the_telephone, snow, suspended
from machikado.town.ride.views.call_page import list_page

TEN = 36_000


@pytest.fixture
def area(cast):
    return a_riding_town(cast, vans=2)


def sound() -> None:
    for module in (booking_soundness, plan_soundness, call_soundness):
        assert module.problems() == []


def state_of(booking: Booking) -> str:
    return Booking.objects.values_list("state", flat=True).get(pk=booking.pk)


def test_snow_in_the_morning_takes_the_rides_of_the_morning_and_no_other(area, cast):
    """At 10:00 by telephone, at 11:00 by message, at 14:00 after the snow: two are cancelled, one is to be called."""
    hana = on_the_telephone()
    one, two, three = booked(area, hana), booked(area, cast.yoda, minute=660), booked(area, cast.hara, minute=840)
    made = suspended(area)
    assert [state_of(each) for each in (one, two, three)] == ["cancelled", "cancelled", "booked"]
    assert set(Booking.objects.filter(state="cancelled").values_list("cancel_reason", flat=True)) == {"suspend"}
    assert [entry.person for entry in made.entries.all()] == [hana]
    (told,) = Event.objects.filter(kind="ride.rides_suspended")
    assert told.data == {
        "suspension": made.suspension.code,
        "rides": 2,
        "people": 2,
        "by_message": 1,
        "to_call": 1,
        "under_way": 0,
    }
    assert set(PlanStep.objects.values_list("booking", flat=True)) == {three.pk}
    sound()


def test_the_message_says_why_and_from_when_the_bus_runs_again(area, cast):
    booked(area, cast.yoda)
    suspended(area, note="道がこおっています。")
    said = Message.objects.get(person=cast.yoda, kind="ride.suspended")
    words = sentence(said.kind, said.params)
    for part in ("11月25日（水）", "9:58", "south", "雪", "11月25日（水） 12:00", "道がこおっています。"):
        assert part in words
    assert said.state == Message.State.SENT


def test_after_a_suspension_that_ends_at_night_the_bus_runs_again_in_the_morning(area, cast):
    """Hours are 7:00–20:00: an end at 21:00 on Wednesday is 7:00 on Thursday; one on Saturday evening is on Monday."""
    thursday = TOMORROW + timedelta(days=1)
    assert runs_from(area, moment_of(TOMORROW, 1260)) == moment_of(thursday, 420)
    saturday = TOMORROW + timedelta(days=3)
    assert runs_from(area, moment_of(saturday, 1200)) == moment_of(saturday + timedelta(days=2), 420)
    areas.suspend(area=area, new=snow(ends=900), by=SYSTEM, now=NOON)
    assert runs_from(area, moment_of(TOMORROW, 600)) == moment_of(TOMORROW, 900), "another one lasts longer"


def test_until_further_notice_nobody_promises_a_day(area, cast):
    booked(area, cast.yoda)
    suspended(area, ends=None)
    said = Message.objects.get(person=cast.yoda, kind="ride.suspended_for_now")
    assert "again" not in said.params
    assert "いつから" in sentence(said.kind, said.params)


def test_a_ride_is_touched_by_any_moment_of_what_was_promised(area, cast):
    """Promised from 9:58 until the end of its arrival band: a suspension that ends at 9:58 leaves it, at 9:59 not."""
    ride = booked(area, cast.yoda)
    promise = ride.promise
    first, last = moment_at(TOMORROW, promise.pickup_from), moment_at(TOMORROW, promise.arrival_by)
    minute = timedelta(minutes=1)
    for begins, ends, is_in in (
        (first - 60 * minute, first, False),
        (first - 60 * minute, first + minute, True),
        (last - minute, last + minute, True),
        (last, last + minute, False),
    ):
        assert bool(touched(area, begins, ends, NOON).waiting) == is_in
        assert touched(area, begins, ends, NOON).people == is_in


def test_whoever_is_on_the_way_is_brought_to_their_goal(area, cast):
    one, two = booked(area, cast.yoda), booked(area, cast.hara, minute=660)
    now = moment_at(TOMORROW, TEN + 60)
    made = suspended(area, now=now)
    assert (state_of(one), state_of(two)) == ("booked", "cancelled"), "the bus has fetched them by its plan"
    found = touched(area, made.suspension.begins_at, made.suspension.ends_at, now)
    assert [ride.pk for ride in found.under_way] == [one.pk]
    Booking.objects.filter(pk=one.pk).update(state="aboard")
    assert suspending.call_off(suspension=made.suspension, by=SYSTEM, now=now) == made
    assert state_of(one) == "aboard"
    assert PlanStep.objects.filter(booking=one).count() == 2, "the bus still goes there"
    sound()


def test_sent_again_nothing_more_happens(area, cast):
    booked(area, cast.yoda)
    booked(area, on_the_telephone(), minute=660)
    made = suspended(area)
    before = (Message.objects.count(), Event.objects.count(), CallEntry.objects.count())
    assert suspended(area) == made
    assert suspending.call_off(suspension=made.suspension, by=SYSTEM, now=NOON) == made
    assert (Message.objects.count(), Event.objects.count(), CallEntry.objects.count()) == before
    assert Suspension.objects.count() == 1


def test_a_suspension_without_rides_has_no_list(area):
    row = suspending.suspend_all(area=area, new=snow(), by=SYSTEM, now=NOON)
    assert not CallList.objects.exists()
    assert suspending.call_off(suspension=row, by=SYSTEM, now=NOON) is None
    with pytest.raises(CannotSuspend):
        suspending.suspend_all(area=area, new=snow(), by=SYSTEM, now=NOON)


def test_a_suspension_that_was_lifted_cancels_nothing(area, cast):
    row = areas.suspend(area=area, new=snow(), by=SYSTEM, now=NOON)
    areas.lift(suspension=row, by=SYSTEM, now=NOON)
    ride = booked(area, cast.yoda)
    with pytest.raises(CannotSuspend):
        suspending.call_off(suspension=row, by=SYSTEM, now=NOON)
    assert state_of(ride) == "booked"


def test_only_a_transport_manager_suspends_and_cancels(area, cast):
    ride = booked(area, cast.yoda)
    for who in ("momose", "yoda", "futaki"):
        with pytest.raises(CannotDo):
            suspended(area, by=cast.actor(who))
    assert state_of(ride) == "booked"
    suspended(area, by=cast.actor("uehara"))
    held = Booking.objects.get(pk=ride.pk)
    assert (held.state, held.cancelled_by) == ("cancelled", cast.uehara)


def test_the_soonest_ride_is_called_first_then_who_needs_help_then_whom_nothing_else_reaches(area, cast):
    """At 11:00 a wheelchair and, with a sign-in, Hara; at 10:00 somebody else. Rides at one time, ranks 0 and 3."""
    early = on_the_telephone("早川", "0263-00-0001")
    chair = on_the_telephone("車田", "0263-00-0002")
    cast.hara.channel = "call"
    cast.hara.save()
    booked(area, cast.hara, minute=660)
    booked(area, chair, minute=660, start="south", riding=people(1, wheelchairs=1))
    booked(area, early, minute=600)
    made = suspended(area)
    order = [(entry.person, entry.rank) for entry in entries_of(made)]
    assert [person for person, _rank in order] == [early, chair, cast.hara]
    assert [rank for _person, rank in order] == [2, 0, 3]


def test_somebody_with_two_rides_is_called_once_about_both(area):
    hana = on_the_telephone()
    booked(area, hana)
    booked(area, hana, minute=690, start="north", goal="south")
    made = suspended(area)
    (entry,) = entries_of(made)
    assert entry.rides.count() == 2
    assert entry.ride_at == moment_at(TOMORROW, Booking.objects.earliest("wish_second").promise.pickup_from)


def test_a_ride_that_is_booked_after_the_suspension_was_shortened_comes_onto_the_same_list(area):
    """Reached once, Hana stands on the list again when another ride of hers is cancelled."""
    hana = on_the_telephone()
    booked(area, hana)
    made = suspended(area, ends=660)
    made.entries.update(state="reached")
    booked(area, hana, minute=690)
    Suspension.objects.update(ends_at=moment_of(TOMORROW, 720))
    suspending.call_off(suspension=made.suspension, by=SYSTEM, now=NOON)
    entry = made.entries.get()
    assert (entry.state, entry.rides.count()) == ("open", 2)


def test_a_plan_without_many_at_once_plays_again_bit_for_bit(area):
    rides = [booked(area, on_the_telephone(f"人{n}", f"0263-00-{n:04d}"), minute=540 + 20 * n) for n in range(8)]
    before = DayPlan.objects.get().version
    suspended(area)
    plan = DayPlan.objects.get()
    assert plan.version == before + len(rides)
    assert problems_of(plan) == []
    sound()


def test_after_a_year_the_list_is_gone_and_the_erased_leave_it_at_once(area, cast):
    parameters.load()
    hana = on_the_telephone()
    booked(area, hana)
    made = suspended(area)
    persons.pseudonymise(person=hana, by=SYSTEM, now=NOON)
    assert not made.entries.exists()
    sound()
    end_retention(NOON + timedelta(days=364))
    assert CallList.objects.exists()
    end_retention(NOON + timedelta(days=366))
    assert not CallList.objects.exists()


def test_whoever_books_meanwhile_is_refused_or_cancelled(area, cast):
    """An offer that was made before the snow cannot be taken after it."""
    booked(area, cast.hara)
    waiting = asked(area, cast.yoda, minute=660)
    suspended(area)
    with pytest.raises(CannotBook):
        bookings.accept(offer=waiting.offers.get(number=1), by=SYSTEM, now=NOON)


def test_a_crash_before_the_end_leaves_everything_as_it_was(area, cast, monkeypatch):
    """The process dies when all is written but the last row: no ride is cancelled, nobody is told; then it is done."""
    ride, hana = booked(area, cast.yoda), booked(area, on_the_telephone(), minute=660)
    before = rows()

    def dies(*_facts: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(suspending, "record", dies)
        with pytest.raises(KeyboardInterrupt):
            suspended(area)
    assert rows() == before
    assert [state_of(each) for each in (ride, hana)] == ["booked", "booked"]
    sound()
    suspended(area)
    assert [state_of(each) for each in (ride, hana)] == ["cancelled", "cancelled"]
    sound()


def rows() -> list[int]:
    tables = (Suspension, CallList, CallEntry, SuspendedRide, Message, Event, PlanStep, PlanChange, DBTaskResult)
    return [table.objects.count() for table in tables]


def test_rides_of_two_days_leave_two_plans(area, cast):
    """Snow from tomorrow noon until the day after tomorrow at noon: the ride of each day goes, its plan plays again."""
    after = TOMORROW + timedelta(days=1)
    for van in RideVehicle.objects.all():
        a_shift(cast, van, day=after, driver=another_driver(), span=Span(480, 1020), breaks=())
    one, two = booked(area, cast.yoda, minute=780), booked(area, on_the_telephone(), day=after)
    made = suspending.suspend_all(
        area=area,
        new=NewSuspension("snow", moment_of(TOMORROW, 720), moment_of(after, 720)),
        by=SYSTEM,
        now=NOON,
    ).call_list
    assert [state_of(each) for each in (one, two)] == ["cancelled", "cancelled"]
    assert made.rides.count() == 2
    assert [problems_of(plan) for plan in DayPlan.objects.all()] == [[], []]
    sound()


def test_five_hundred_rides_are_cancelled_by_a_hundred_statements(area, cast, django_assert_max_num_queries):
    """A statement takes some hundred rows; one for each ride would be thousands, and nobody could book meanwhile."""
    copied(booked(area, cast.yoda), 499)
    with django_assert_max_num_queries(120):
        made = suspended(area)
    assert (made.rides.count(), made.entries.count()) == (500, 250)
    assert Message.objects.filter(kind="ride.suspended").count() == 500
    assert not PlanStep.objects.exists()
    with django_assert_max_num_queries(30):
        page = list_page(made, NOON, is_whole=False)
        assert len(page.told) == 250
    assert (len(page.to_call), len(page.shown_to_call), page.more, page.cancelled) == (250, 50, 200, 500)


def test_who_was_to_be_called_about_a_delay_is_called_about_the_suspension_alone(area):
    """A delay moved Hana's ride; then snow takes it: the day's page leaves her to the call list."""
    hana = on_the_telephone()
    ride = booked(area, hana)
    tell(
        hana,
        NewMessage("ride.lost", {"day": "11月25日", "begin": "9:58"}, reverse("ride:booking", args=[ride.code])),
        now=NOON,
    )
    assert [each.person for each in to_call(area, TOMORROW)] == [hana]
    made = suspended(area)
    assert list(to_call(area, TOMORROW)) == []
    assert [entry.person for entry in made.entries.all()] == [hana]
