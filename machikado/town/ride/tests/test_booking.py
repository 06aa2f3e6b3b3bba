"""A wish becomes offers, an offer a promise; a promise is changed and given back; whoever asks twice gets one."""

from datetime import timedelta
from uuid import uuid4

import pytest

from machikado.engines.dispatch import BadProblem
from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Event
from machikado.town.people.models import Message
from machikado.town.people.permissions import CannotDo
from machikado.town.ride.actions import area as areas
from machikado.town.ride.actions import asking, bookings, shifts
from machikado.town.ride.actions.asking import CannotAsk
from machikado.town.ride.actions.bookings import CannotBook, CannotCancel
from machikado.town.ride.actions.keeping import CannotKeep
from machikado.town.ride.actions.vehicles import Fits
from machikado.town.ride.ground import Spot
from machikado.town.ride.hours import Span, moment_at
from machikado.town.ride.models import Booking, DayPlan, Kerb, PlanChange, PlanStep, VehicleShift
from machikado.town.ride.party import CannotRide, Riding
from machikado.town.ride.planning import soundness as plan_soundness
from machikado.town.ride.planning import taking
from machikado.town.ride.queries import booking_soundness, limits
from machikado.town.ride.queries.bookings import ahead_of
from machikado.town.ride.tests.makings import NOON, TODAY, a_shift, a_van
from machikado.town.ride.tests.riding import (
    PLACES,
    TOMORROW,
    a_rider,
    a_riding_town,
    actor_of,
    another_driver,
    asked,
    booked,
    corner,
    people,
    wish,
)

NINE_FIFTY_EIGHT, TEN, TEN_PAST = 35_880, 36_000, 36_600


def sound() -> None:
    assert booking_soundness.problems() == []
    assert plan_soundness.problems() == []


def test_a_wish_for_ten_is_promised_from_two_minutes_before_to_ten_after(cast):
    """South to north at ten: an empty van has all day, so it comes at ten sharp, and the promise is 9:58 to 10:10."""
    area, rider = a_riding_town(cast), a_rider()
    wished = asked(area, rider)
    first = wished.offers.get(number=1)
    assert (wished.state, first.expected_pickup) == ("offered", TEN)
    assert (first.pickup_from, first.pickup_by) == (NINE_FIFTY_EIGHT, TEN_PAST)
    assert (first.pickup_stop.name, first.arrival_stop.name, first.walk_from_seconds) == ("south", "north", 0)
    # Four streets to the north and one to the west at 22 km/h and 30 s to get on: some seven minutes, 15 more promised.
    assert first.expected_arrival - TEN == 30 + 402
    assert first.arrival_by == first.expected_arrival + 900
    # Within zone A it is section CC, 50 yen; one adult pays all of it.
    assert (first.yen, first.fare_lines) == (50, [["adult", 1, 50, "full", 100]])
    assert DayPlan.objects.count() == 0, "asking changes no plan"
    done = bookings.accept(offer=first, by=SYSTEM, now=NOON)
    assert (done.state, done.booked_at) == ("booked", NOON)
    kept = done.offers.get(taken_at__isnull=False)
    # Four minutes of each promise are kept for traffic, but never the offered time itself.
    assert (kept.planned_pickup_by, kept.planned_arrival_by) == (TEN_PAST - 240, first.arrival_by - 240)
    assert list(PlanStep.objects.values_list("action", "booking")) == [("pickup", done.pk), ("delivery", done.pk)]
    assert list(PlanChange.objects.values_list("version", "kind")) == [(1, "ground"), (2, "take")]
    assert [e.kind for e in Event.objects.filter(kind__startswith="ride.", noun="booking")] == [
        "ride.offered",
        "ride.booked",
    ]
    assert Message.objects.get().person == rider
    sound()


def test_what_is_said_twice_happens_once(cast):
    area, rider = a_riding_town(cast), a_rider()
    same = wish()
    twice = [asking.ask(area=area, rider=rider, wish=same, by=SYSTEM, now=NOON) for _time in range(2)]
    assert twice[0] == twice[1]
    one, other = twice[0].offers.filter(number__lte=2)
    done = [bookings.accept(offer=one, by=SYSTEM, now=NOON) for _time in range(3)]
    assert len(set(done)) == 1
    assert PlanStep.objects.count() == 2
    with pytest.raises(CannotBook) as refusal:
        bookings.accept(offer=other, by=SYSTEM, now=NOON)
    assert refusal.value.code == "decided"
    for _time in range(2):
        bookings.cancel(booking=done[0], by=SYSTEM, now=NOON)
    assert Event.objects.filter(kind="ride.cancelled").count() == 1
    assert PlanStep.objects.count() == 0
    sound()


@pytest.mark.parametrize(
    "changes",
    [
        {"minute": 660},
        {"when": Booking.When.ARRIVE},
        {"day": TOMORROW + timedelta(days=1)},
        {"start": "west"},
        {"goal": "east"},
        {"riding": people(2)},
        {"riding": people(1, slow=True)},
    ],
)
def test_a_form_sent_again_with_something_else_in_it_is_another_wish(cast, changes):
    area, rider, key = a_riding_town(cast), a_rider(), uuid4()
    first = asked(area, rider, sent_key=key)
    other = asked(area, rider, **{"sent_key": key, **changes})
    assert other != first
    assert asked(area, rider, sent_key=key) == first


def test_as_soon_as_possible_sent_again_later_is_another_wish(cast):
    area, rider, soon = a_riding_town(cast, day=TODAY), a_rider(), wish(when=Booking.When.NOW)
    first, again, later = (
        asking.ask(area=area, rider=rider, wish=soon, by=SYSTEM, now=NOON + timedelta(seconds=seconds))
        for seconds in (0, 59, 600)
    )
    assert first == again != later


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"minute": 300}, "outside_hours"),
        ({"minute": 1190}, "outside_hours"),
        ({"minute": 440}, "outside_hours"),  # the hours begin at 7:00, the first van is out from 8:00
        ({"riding": people(9)}, "too_many"),
        ({"riding": people(3, wheelchairs=2)}, "too_many"),
        ({"riding": people(1, prams=1)}, "too_many"),
        ({"start": "far"}, "no_stop_from"),
        ({"goal": "far"}, "no_stop_to"),
    ],
)
def test_a_refusal_says_why_and_is_kept(cast, changes, reason, monkeypatch):
    area = a_riding_town(cast)
    monkeypatch.setitem(PLACES, "far", asking.Whereabouts("遠くの家", Spot(36.128, 137.9581)))
    refused = asked(area, a_rider(), **changes)
    assert (refused.state, refused.reason) == ("refused", reason)
    assert Event.objects.filter(kind="ride.refused").count() == 1
    sound()


def test_before_the_first_bus_the_nearest_time_is_offered_and_can_be_booked(cast):
    area, rider = a_riding_town(cast), a_rider()
    refused = asked(area, rider, minute=440)
    (nearest,) = refused.offers.all()
    # The van leaves the south-west corner at 8:00. The stop is on the left of whoever drives west, so it goes round:
    # 500 m north, 1,215 m east, 500 m south, 203 m west at 22 km/h are 396 s, and three right turns with it some 416.
    assert nearest.expected_pickup - 28_800 == pytest.approx(416, abs=6)
    assert bookings.accept(offer=nearest, by=SYSTEM, now=NOON).state == "booked"
    sound()


def test_a_full_bus_names_the_times_before_and_after(cast):
    area = a_riding_town(cast, layouts=(Fits(2),))
    booked(area, a_rider("一"), riding=people(2))
    # The van manages both, one after the other, within the half hour of waiting.
    later = asked(area, a_rider("二"), riding=people(2), minute=598, when="leave")
    assert later.state == "offered"
    assert later.offers.get(number=1).expected_pickup > TEN
    # With the longest wait of five minutes it does not.
    area.max_wait_minutes = 5
    area.save()
    refused = asked(area, a_rider("三"), riding=people(2), minute=600)
    assert refused.state == "refused"
    assert refused.reason in ("full", "promises")
    before, after = (offer.expected_pickup for offer in refused.offers.all())
    assert before < TEN < after
    sound()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"goal": "south"}, "same_place"),
        ({"day": TOMORROW - timedelta(days=1), "minute": 600}, "past"),
        ({"day": TOMORROW + timedelta(days=6)}, "day"),
        ({"walk_minutes": 61}, "walk"),
        ({"riding": Riding({})}, "nobody"),
        ({"riding": people(21)}, "too_many"),
        ({"riding": people(1, wheelchairs=2)}, "wheelchairs"),
    ],
)
def test_a_wish_that_means_nothing_is_not_kept(cast, changes, error):
    area = a_riding_town(cast)
    with pytest.raises((CannotAsk, CannotRide)) as refusal:
        asked(area, a_rider(), **changes)
    assert refusal.value.code == error
    assert refusal.value.sentence
    assert Booking.objects.count() == 0


def test_a_day_without_a_driver_and_a_suspension_are_refused(cast):
    area, rider = a_riding_town(cast), a_rider()
    assert asked(area, rider, day=TOMORROW + timedelta(days=1)).reason == "nobody_on_duty"
    offer = asked(area, rider).offers.get(number=1)
    snow = areas.NewSuspension("snow", moment_at(TOMORROW, 0), moment_at(TOMORROW, 90_000), "雪のため")
    areas.suspend(area=area, new=snow, by=SYSTEM, now=NOON)
    assert asked(area, rider).reason == "suspended"
    with pytest.raises(CannotBook) as refusal:
        bookings.accept(offer=offer, by=SYSTEM, now=NOON)
    assert refusal.value.code == "closed"


@pytest.mark.parametrize("is_between", [False, True])
def test_a_suspension_in_which_one_would_get_off_is_no_ride(cast, monkeypatch, is_between):
    """It begins a minute after the pickup: before the acceptance, or between its computing and its writing."""
    area, rider = a_riding_town(cast), a_rider()
    offer = asked(area, rider).offers.get(number=1)
    snow = areas.NewSuspension("snow", moment_at(TOMORROW, TEN + 60), moment_at(TOMORROW, 90_000), "雪のため")

    def suspended(*args):
        areas.suspend(area=area, new=snow, by=SYSTEM, now=NOON)
        return taken_in(*args)

    taken_in = taking.take
    if is_between:
        monkeypatch.setattr(taking, "take", suspended)
    else:
        areas.suspend(area=area, new=snow, by=SYSTEM, now=NOON)
    with pytest.raises(CannotBook) as refusal:
        bookings.accept(offer=offer, by=SYSTEM, now=NOON)
    assert refusal.value.code == "closed"
    assert PlanStep.objects.count() == 0


def test_the_rider_cancels_until_ten_minutes_before_and_the_desk_until_the_ride_begins(cast):
    area, rider = a_riding_town(cast), a_rider()
    booking = booked(area, rider)
    own, desk = actor_of(rider), cast.actor("uehara")
    late, last = moment_at(TOMORROW, NINE_FIFTY_EIGHT - 599), moment_at(TOMORROW, NINE_FIFTY_EIGHT - 600)
    with pytest.raises(CannotCancel) as refusal:
        bookings.cancel(booking=booking, by=own, now=late)
    assert refusal.value.code == "late"
    with pytest.raises(CannotDo):
        bookings.cancel(booking=booking, by=cast.actor("nakajima"), now=last)
    bookings.cancel(booking=booking, by=own, now=last)
    booking.refresh_from_db()
    assert (booking.state, booking.cancel_reason) == ("cancelled", "rider")
    other = booked(area, rider)
    with pytest.raises(CannotCancel) as refusal:
        bookings.cancel(booking=other, by=desk, now=moment_at(TOMORROW, TEN + 60))
    assert refusal.value.code == "aboard"
    bookings.cancel(booking=other, by=desk, now=late, reason=Booking.CancelReason.STAFF)
    assert Message.objects.filter(kind="ride.cancelled", person=rider).count() == 1
    sound()


def test_another_time_takes_the_place_of_the_old_promise_in_one_step(cast):
    area, rider = a_riding_town(cast, layouts=(Fits(1),)), a_rider()
    old = booked(area, rider)
    new = asked(area, rider, minute=603, replaces=old)
    assert new.offers.get(number=1).expected_pickup == TEN + 180, "its own seat is free for it"
    old.refresh_from_db()
    assert old.state == "booked", "the old promise stands until the new one does"
    bookings.accept(offer=new.offers.get(number=1), by=SYSTEM, now=NOON)
    old.refresh_from_db()
    assert (old.state, old.cancel_reason) == ("cancelled", "changed")
    assert [row.kind for row in PlanChange.objects.all()][-2:] == ["drop", "take"]
    assert set(PlanStep.objects.values_list("booking", flat=True)) == {new.pk}
    with pytest.raises(CannotAsk) as refusal:
        asked(area, rider, minute=700, replaces=old)
    assert refusal.value.code == "not_booked"
    sound()


def test_a_ride_that_has_begun_or_is_nearly_there_is_not_changed(cast):
    """The bus may come from 9:58: the rider can change it until 9:48, the desk until it is fetched at 10:00."""
    area, rider = a_riding_town(cast), a_rider()
    old = booked(area, rider)
    offer = asked(area, rider, minute=660, replaces=old).offers.get(number=1)
    for by, second in ((actor_of(rider), NINE_FIFTY_EIGHT - 599), (cast.actor("uehara"), TEN + 300)):
        late = moment_at(TOMORROW, second)
        with pytest.raises(CannotAsk) as unasked:
            asking.ask(area=area, rider=rider, wish=wish(minute=690, replaces=old), by=by, now=late)
        assert unasked.value.code == "not_booked"
        with pytest.raises(CannotBook) as refusal:
            bookings.accept(offer=offer, by=by, now=late)
        assert refusal.value.code == "replaced"
    old.refresh_from_db()
    assert old.state == "booked"
    desk, late = cast.actor("uehara"), moment_at(TOMORROW, NINE_FIFTY_EIGHT - 599)
    bookings.accept(offer=offer, by=desk, now=late)
    told = Event.objects.get(kind="ride.cancelled")
    assert told.data["version"] == PlanChange.objects.get(kind="drop").version
    sound()


def test_an_offer_from_before_a_new_map_is_refused_in_words(cast, monkeypatch):
    """On the new map the stop lies on no road; a plan that the engine will not touch is no fault of the page either."""
    area, rider = a_riding_town(cast), a_rider()
    offer = asked(area, rider).offers.get(number=1)

    def no_problem(*_any):
        raise BadProblem("somebody aboard is late")

    with monkeypatch.context() as engine:
        engine.setattr(taking, "rest_of_day", no_problem)
        with pytest.raises(CannotBook) as refusal:
            bookings.accept(offer=offer, by=SYSTEM, now=NOON)
        assert refusal.value.code == "closed"
    Kerb.objects.filter(stop=offer.pickup_stop).update(is_reachable=False)
    with pytest.raises(CannotBook) as refusal:
        bookings.accept(offer=offer, by=SYSTEM, now=NOON)
    assert refusal.value.code == "closed"
    assert Booking.objects.get().state == "offered"


def test_who_accepts_late_is_fetched_when_they_have_walked_to_the_stop(cast, monkeypatch):
    """365 m along the southern street to the stop; a minute after the bus may come, one is there after the walk."""
    area, street = a_riding_town(cast), corner(0, 3.4)
    monkeypatch.setitem(PLACES, "house", asking.Whereabouts("東の家", Spot(street.lat, street.lon)))
    offer, other = (asked(area, a_rider(each), start="house").offers.get(number=1) for each in ("一", "二"))
    walk = offer.walk_from_seconds
    assert offer.pickup_stop.name == "south"
    assert 270 < walk < 400
    with pytest.raises(CannotBook) as refusal:
        bookings.accept(offer=other, by=SYSTEM, now=moment_at(TOMORROW, other.pickup_by - walk))
    assert refusal.value.code == "late"
    there = offer.pickup_from + 60 + walk
    done = bookings.accept(offer=offer, by=SYSTEM, now=moment_at(TOMORROW, there - walk))
    kept = done.offers.get(taken_at__isnull=False)
    assert (kept.pickup_from, kept.pickup_by) == (there, offer.pickup_by)
    assert there <= PlanStep.objects.get(action="pickup").begins <= kept.pickup_by
    sound()


def test_nobody_books_more_rides_than_a_dozen(cast, monkeypatch):
    monkeypatch.setattr(limits, "MOST_AHEAD", 2)
    area, rider = a_riding_town(cast), a_rider()
    for minute in (540, 660):
        booked(area, rider, minute=minute)
    with pytest.raises(CannotAsk) as refusal:
        asked(area, rider, minute=780)
    assert refusal.value.code == "many"


def test_a_ride_counts_as_ahead_until_its_promised_arrival_has_passed(cast):
    area, rider = a_riding_town(cast), a_rider()
    booking = booked(area, rider)
    end = moment_at(TOMORROW, booking.offers.get(taken_at__isnull=False).arrival_by)
    assert list(ahead_of(rider, NOON)) == [booking]
    assert list(ahead_of(rider, end)) == [booking]
    assert list(ahead_of(rider, end + timedelta(seconds=1))) == []


def test_a_shift_with_passengers_is_neither_dropped_nor_cut_short(cast):
    area = a_riding_town(cast)
    booked(area, a_rider())
    shift = VehicleShift.objects.get()
    with pytest.raises(CannotKeep) as refusal:
        shifts.drop(shift=shift, by=SYSTEM, now=NOON)
    assert (refusal.value.code, refusal.value.params["count"]) == ("promises", 1)


@pytest.mark.parametrize(("vans", "state"), [(1, "booked"), (0, "refused")])
def test_a_van_whose_depot_lies_at_no_road_stays_there_and_the_others_drive(cast, vans, state):
    area, rider = a_riding_town(cast, vans=vans), a_rider()
    van = a_van(area, depot=Spot(36.2, 138.1), name="9号車")
    a_shift(cast, van, driver=another_driver(), breaks=(Span(720, 780),))
    wished = asked(area, rider)
    if state == "booked":
        wished = bookings.accept(offer=wished.offers.get(number=1), by=SYSTEM, now=NOON)
        assert {step.shift.vehicle.name for step in PlanStep.objects.exclude(booking=None)} == {"1号車"}
    assert wished.state == state
    sound()


def test_who_wants_to_be_there_after_the_last_bus_is_offered_the_last_one_before(cast):
    """The van goes home at 17:00, the hours end at 20:00; whatever is wished later leads to its last ride."""
    area = a_riding_town(cast)
    last = asked(area, a_rider(), when=Booking.When.ARRIVE, minute=1030).offers.get(number=1)
    for minute in (1060, 1190, 1300, 1400):
        late = asked(area, a_rider(f"続{minute}"), when=Booking.When.ARRIVE, minute=minute)
        (near,) = late.offers.all()
        assert late.state == Booking.State.REFUSED
        assert (near.expected_pickup, near.expected_arrival) == (last.expected_pickup, last.expected_arrival)
        assert near.arrival_by <= minute * 60
