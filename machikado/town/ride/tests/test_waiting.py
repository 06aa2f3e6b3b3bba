"""Whoever finds the bus full waits for a seat: the first in line gets it, once, and hears of it; or that none came."""

from datetime import timedelta

import pytest

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Event
from machikado.town.common.worker import do_waiting_chores
from machikado.town.people.models import Message
from machikado.town.people.permissions import CannotDo
from machikado.town.ride.actions import area as areas
from machikado.town.ride.actions import asking, bookings, consents, line_ends, waiting
from machikado.town.ride.actions.area import NewSuspension
from machikado.town.ride.actions.asking import CannotAsk
from machikado.town.ride.actions.bookings import CannotBook
from machikado.town.ride.actions.waiting import AGAIN, CannotWait, serve, wait
from machikado.town.ride.hours import Span, moment_at
from machikado.town.ride.models import Booking, Offer, Waiting
from machikado.town.ride.planning import soundness as plan_soundness
from machikado.town.ride.queries import booking_soundness, limits, waiting_soundness
from machikado.town.ride.queries.figures import asked_on, figures
from machikado.town.ride.queries.waiting import before, in_line
from machikado.town.ride.tests.agreeing import a_consent, a_proxy
from machikado.town.ride.tests.makings import NOON, a_shift, a_van
from machikado.town.ride.tests.riding import (
    TOMORROW,
    a_rider,
    actor_of,
    another_driver,
    asked,
    booked,
    corner,
    people,
    wish,
)
from machikado.town.ride.tests.waiters import one_seat, states, waits, whoever_rides

NINE = moment_at(TOMORROW, 9 * 3600)  # an hour before the seat
LATER = NOON + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
def area(cast):
    return one_seat(cast)


@pytest.fixture
def taken(area, cast):
    """Hara took the seat at ten."""
    return booked(area, cast.hara)


def gives_back(ride: Booking, now=LATER) -> None:
    bookings.cancel(booking=ride, by=whoever_rides(ride), now=now)


def told(kind: str) -> list[Message]:
    return list(Message.objects.filter(kind=kind).order_by("pk"))


def refused(code: str, act) -> None:
    with pytest.raises(CannotWait) as refusal:
        act()
    assert refusal.value.code == code
    assert refusal.value.sentence


def sound() -> None:
    assert [*booking_soundness.problems(), *plan_soundness.problems(), *waiting_soundness.problems()] == []


def test_the_seat_that_comes_free_is_promised_to_the_first_in_line(area, taken, cast):
    first, second = waits(area, cast.yoda), waits(area)
    assert [before(list(in_line()))[row.pk] for row in in_line()] == [0, 1]
    assert waiting.queue(NOON) == 1
    do_waiting_chores()
    assert states(first, second) == [("refused", "waiting")] * 2
    assert waiting.queue(NOON) == 0, "nothing changed since"
    gives_back(taken)
    assert waiting.queue(LATER) == 1
    do_waiting_chores()
    assert states(first, second) == [("booked", "booked"), ("refused", "waiting")]
    (message,) = told("ride.seat_found")
    assert (message.person, first.code in message.url) == (cast.yoda, True)
    assert told("ride.booked") == [Message.objects.get(person=cast.hara, kind="ride.booked")]
    assert Booking.objects.get(pk=first.pk).promise.expected_pickup == 36_000
    ended = Event.objects.get(kind="ride.wait_ended")
    assert (ended.code, ended.data["state"], ended.data["waited_minutes"]) == (first.code, "booked", 0)
    counted = figures(asked_on(area, TOMORROW), {}, 0)
    assert (counted.refused, counted.reasons) == (1, [("full", 1)]), "who got a seat was not refused"
    sound()


def test_given_back_with_one_tap_it_goes_to_the_next(area, taken, cast):
    first, second = waits(area, cast.yoda), waits(area)
    gives_back(taken)
    serve(area, TOMORROW, LATER)
    gives_back(Booking.objects.get(pk=first.pk))
    serve(area, TOMORROW, LATER)
    assert states(first, second) == [("cancelled", "booked"), ("booked", "booked")]
    sound()


def test_said_twice_it_is_one_place_and_whoever_left_comes_back_behind_the_others(area, taken, cast):
    first, second = waits(area, cast.yoda), waits(area)
    by = cast.actor("yoda")
    assert wait(booking=first, by=by, now=LATER).since == NOON
    for _twice in range(2):
        waiting.let_go(booking=first, by=by, now=LATER)
    assert Event.objects.filter(kind="ride.wait_ended").count() == 1
    wait(booking=first, by=by, now=LATER)
    gives_back(taken)
    serve(area, TOMORROW, LATER)
    assert states(first, second) == [("refused", "waiting"), ("booked", "booked")]
    sound()


def test_whoever_left_gets_no_seat_though_the_line_was_just_looking(area, taken, cast, monkeypatch):
    first, accept = waits(area, cast.yoda), bookings.accept
    gives_back(taken)

    def too_late(**kwargs):
        waiting.let_go(booking=first, by=cast.actor("yoda"), now=LATER)
        return accept(**kwargs)

    monkeypatch.setattr(bookings, "accept", too_late)
    serve(area, TOMORROW, LATER)
    assert states(first) == [("refused", "let_go")]
    assert told("ride.seat_found") == []
    sound()


class Killed(BaseException):
    """The power goes."""


@pytest.mark.parametrize("place", ["before the promise", "within it", "after it"])
def test_killed_anywhere_and_run_again_there_is_one_ride_and_one_message(area, taken, cast, monkeypatch, place):
    first = waits(area, cast.yoda)
    gives_back(taken)
    accept = bookings.accept

    def die(*_args, **_kwargs):
        if place == "after it":
            accept(*_args, **_kwargs)
        raise Killed

    with monkeypatch.context() as power:
        power.setattr(*((bookings, "tell_rider") if place == "within it" else (bookings, "accept")), die)
        with pytest.raises(Killed):
            serve(area, TOMORROW, LATER)
    for _twice in range(2):
        serve(area, TOMORROW, LATER)
    assert states(first) == [("booked", "booked")]
    assert len(told("ride.seat_found")) == 1
    assert Offer.objects.filter(booking=first, taken_at__isnull=False).count() == 1
    sound()


def test_nobody_gets_a_seat_that_came_free_after_those_in_front_were_looked_at(area, taken, cast, monkeypatch):
    """Hara gives the seat back between the look for the first and that for the second."""
    first, second = waits(area, cast.yoda), waits(area)
    look, looks = asking.look, []

    def look_late(**kwargs):
        looks.append(kwargs["wish"])
        if len(looks) == 2:
            gives_back(taken)
        return look(**kwargs)

    monkeypatch.setattr(asking, "look", look_late)
    serve(area, TOMORROW, LATER)
    assert states(first, second) == [("booked", "booked"), ("refused", "waiting")]


def test_whoever_asks_anew_may_take_what_those_in_line_did_not_fit_and_one_who_fits_is_not_held_up(area, taken, cast):
    """Two people wait for one seat: it does not do for them, and the next in line gets it."""
    two = waits(area, cast.yoda, riding=people(1), minute=600)
    other = waits(area, minute=602)
    Booking.objects.filter(pk=two.pk).update(adults=2)
    gives_back(taken)
    serve(area, TOMORROW, LATER)
    assert states(other) == [("booked", "booked")]
    assert Waiting.objects.get(booking=two).why == "too_many", "no bus here has room for two"


def test_another_bus_on_the_day_serves_the_line(area, taken, cast):
    first = waits(area, cast.yoda)
    van = a_van(area, depot=corner(0, 0), name="2号車")
    serve(area, TOMORROW, NOON)
    assert states(first) == [("refused", "waiting")]
    a_shift(cast, van, driver=another_driver(), day=TOMORROW, span=Span(480, 1020), breaks=())
    assert waiting.queue(NOON) == 1
    do_waiting_chores()
    assert states(first) == [("booked", "booked")]
    sound()


def test_who_may_wait_for_what(area, taken, cast):
    yoda = cast.actor("yoda")
    closed = asked(area, cast.yoda, minute=1_300)
    refused("never", lambda: wait(booking=closed, by=yoda, now=NOON))
    refused("not_refused", lambda: wait(booking=asked(area, cast.yoda, minute=900), by=yoda, now=NOON))
    full = asked(area, cast.yoda)
    refused("late", lambda: wait(booking=full, by=yoda, now=NINE))
    with pytest.raises(CannotDo):
        wait(booking=full, by=cast.actor("hara"), now=NOON)
    wait(booking=full, by=cast.actor("uehara"), now=NOON)
    refused("twice", lambda: wait(booking=asked(area, cast.yoda, minute=603), by=yoda, now=NOON))


def test_who_rides_at_that_time_cannot_wait_and_who_helped_themselves_waits_no_more(area, taken, cast):
    full = waits(area, cast.yoda)
    ride = booked(area, cast.yoda, minute=570, goal="east")
    assert ride.promise.arrival_by > 34_200
    Offer.objects.filter(pk=ride.promise.pk).update(arrival_by=37_000)
    again = asked_without_check(area, cast.yoda)
    refused("overlaps", lambda: wait(booking=again, by=cast.actor("yoda"), now=NOON))
    serve(area, TOMORROW, LATER)
    assert states(full) == [("refused", "let_go")]
    assert told("ride.wait_over") == []


def asked_without_check(area, rider) -> Booking:
    """A wish that was refused before they booked the other ride."""
    row = Booking.objects.filter(rider=rider, state="refused").latest("pk")
    row.pk, row.code, row.sent_key = None, "ABCDEFGHJK", wish().sent_key
    row.save()
    return row


def test_who_takes_one_of_the_nearest_times_waits_no_more(area, taken, cast):
    full = waits(area, cast.yoda)
    bookings.accept(offer=full.offers.order_by("number")[0], by=cast.actor("yoda"), now=NOON)
    assert states(full) == [("booked", "let_go")]
    assert len(told("ride.seat_found")) == 0


def test_a_place_in_line_counts_as_a_ride_ahead(area, taken, cast, monkeypatch):
    monkeypatch.setattr(limits, "MOST_AHEAD", 1)
    full = waits(area, cast.yoda)
    with pytest.raises(CannotAsk):
        asked(area, cast.yoda, minute=900)
    gives_back(taken)
    serve(area, TOMORROW, LATER)
    assert states(full) == [("booked", "booked")], "its own place is in nobody's way"
    other = asked(area, cast.hara)
    booked(area, cast.hara, minute=900)
    refused("many", lambda: wait(booking=other, by=cast.actor("hara"), now=NOON))


def test_an_hour_before_they_are_told_once_with_the_nearest_times(area, taken, cast):
    full = waits(area, cast.yoda)
    before_it = NINE - timedelta(seconds=1)
    serve(area, TOMORROW, before_it)
    assert states(full) == [("refused", "waiting")]
    assert waiting.queue(NINE) == 1
    for _twice in range(2):
        serve(area, TOMORROW, NINE)
    assert states(full) == [("refused", "over")]
    (message,) = told("ride.wait_over")
    assert "1時間前" in message.params["why"]
    nearest = full.offers.order_by("number")[0]
    assert f"{nearest.pickup_from // 3600}:{nearest.pickup_from // 60 % 60:02d}" in message.params["near"]
    gives_back(taken, NINE)
    serve(area, TOMORROW, NINE + AGAIN)
    assert states(full) == [("refused", "over")]
    sound()


def test_a_suspension_ends_the_waiting_with_a_word(area, taken, cast):
    full = waits(area, cast.yoda)
    serve(area, TOMORROW, NOON)
    new = NewSuspension("snow", NINE, moment_at(TOMORROW, 11 * 3600))
    areas.suspend(area=area, new=new, by=SYSTEM, now=NOON)
    assert waiting.queue(NOON) == 1
    do_waiting_chores()
    assert states(full) == [("refused", "over")]
    assert told("ride.wait_over")[0].params["why"] == "その時間、バスは運休です。"


def test_a_proxy_puts_them_in_line_and_the_end_of_the_consent_ends_it(area, taken, cast):
    consent = a_consent(cast.yoda, a_proxy())
    daughter = actor_of(consent.proxy)
    full, other = (
        asking.ask(area=area, rider=cast.yoda, wish=wish(minute=minute, channel="proxy"), by=daughter, now=NOON)
        for minute in (600, 540)
    )
    assert other.state == "offered"
    wait(booking=full, by=daughter, now=NOON)
    gives_back(taken)
    serve(area, TOMORROW, LATER)
    got = Booking.objects.get(pk=full.pk)
    assert (got.state, got.booked_by, got.consent) == ("booked", consent.proxy, consent)
    gives_back(got)
    blocked = booked(area, cast.hara)
    again = asking.ask(area=area, rider=cast.yoda, wish=wish(channel="proxy"), by=daughter, now=NOON)
    wait(booking=again, by=daughter, now=NOON)
    consents.end(consent=consent, by=cast.actor("yoda"), now=LATER)
    gives_back(blocked)
    serve(area, TOMORROW, LATER)
    assert states(again) == [("refused", "over")]
    assert "もう" in told("ride.wait_over")[0].params["why"]
    sound()


def test_a_seat_that_is_gone_again_leaves_them_in_line(area, taken, cast, monkeypatch):
    full, accept = waits(area, cast.yoda), bookings.accept

    def overtaken(**kwargs):
        monkeypatch.setattr(bookings, "accept", accept)
        booked(area, a_rider())
        raise CannotBook("taken")

    gives_back(taken)
    monkeypatch.setattr(bookings, "accept", overtaken)
    serve(area, TOMORROW, LATER)
    assert states(full) == [("refused", "waiting")]
    sound()


def test_the_soundness_sees_what_should_not_be(area, taken, cast):
    full, other = waits(area, cast.yoda), waits(area)
    Waiting.objects.filter(booking=full).update(state="booked", ended_at=NOON)
    Booking.objects.filter(pk=other.pk).update(state="offered")
    assert waiting_soundness.problems() == [
        f"booking {other.code} waits for a seat and was not refused",
        f"booking {full.code} got a seat from the waiting list and has no promise",
    ]
    assert line_ends.CannotServe("left").sentence
