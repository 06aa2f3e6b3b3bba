"""A ride of every week whose offer is gone when it is taken: another wish, and the reason that is true."""

from uuid import uuid4

import pytest

from machikado.town.common import clock
from machikado.town.common.codes import new_code
from machikado.town.people.models import Person
from machikado.town.ride.actions import asking, bookings, series
from machikado.town.ride.actions.bookings import CannotBook
from machikado.town.ride.actions.repeating import book_day
from machikado.town.ride.actions.vehicles import Fits
from machikado.town.ride.models import Booking, BookingSeries
from machikado.town.ride.queries.due_days import due, due_days
from machikado.town.ride.queries.series import live_on
from machikado.town.ride.tests.every_week import (
    FRIDAY,
    THIS_FRIDAY,
    THIS_THURSDAY,
    THURSDAY,
    WEDNESDAY,
    drives,
    ride,
    rows,
    sound,
    weekly,
)
from machikado.town.ride.tests.makings import NOON, TODAY
from machikado.town.ride.tests.riding import a_rider, a_riding_town, booked

ACCEPT = bookings.accept


@pytest.fixture
def area(cast, monkeypatch):
    """One seat, on Wednesday, Thursday and Friday."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    area = a_riding_town(cast, layouts=(Fits(1),))
    for day in (THIS_THURSDAY, THIS_FRIDAY):
        drives(cast, day)
    return area


@pytest.fixture
def before_each_yes(monkeypatch):
    """What happens between asking and accepting: the first of these before the first yes, and so on."""

    def happen(*what):
        left = list(what)

        def accept(**kwargs):
            if left:
                left.pop(0)()
            return ACCEPT(**kwargs)

        monkeypatch.setattr(bookings, "accept", accept)

    return happen


def test_whose_seat_somebody_else_was_faster_to_take_gets_an_offer_of_another_wish(
    outward, area, cast, before_each_yes
):
    made = weekly(outward, cast, THURSDAY)
    before_each_yes(lambda: booked(area, cast.hara, day=THIS_THURSDAY))
    book_day(made, THIS_THURSDAY, NOON)
    assert rows(made) == [(THIS_THURSDAY, "out", "booked", "")]
    gone, taken = Booking.objects.filter(rider=cast.yoda, day=THIS_THURSDAY).order_by("pk")
    assert (gone.state, ride(made)) == ("offered", taken)
    assert gone.sent_key != taken.sent_key
    assert taken.promise.expected_pickup > 36_000, "after whoever was faster"
    sound()


def test_the_way_back_is_asked_for_anew_as_well(outward, area, cast, before_each_yes):
    made = weekly(outward, cast, THURSDAY, back="time", back_minute=780)
    others = {"start": "north", "goal": "south", "minute": 780}
    before_each_yes(lambda: None, lambda: booked(area, cast.hara, day=THIS_THURSDAY, **others))
    book_day(made, THIS_THURSDAY, NOON)
    assert rows(made) == [(THIS_THURSDAY, "back", "booked", ""), (THIS_THURSDAY, "out", "booked", "")]
    gone, taken = Booking.objects.filter(back_of=ride(made)).order_by("pk")
    assert (gone.state, taken.state) == ("offered", "booked")
    sound()


def test_what_is_gone_each_time_is_full_and_a_truer_reason_stays(outward, area, cast, monkeypatch):
    made = weekly(outward, cast, THURSDAY, FRIDAY)

    def gone(**_kwargs):
        raise CannotBook("taken")

    monkeypatch.setattr(bookings, "accept", gone)
    book_day(made, THIS_THURSDAY, NOON)
    assert rows(made) == [(THIS_THURSDAY, "out", "offered", "full")]
    asks = asking.ask

    def refused_the_last_time(*, area, wish, **kwargs):
        found = asks(area=area, wish=wish, **kwargs)
        if Booking.objects.filter(day=THIS_FRIDAY).count() == 3:
            found.offers.all().delete()
            Booking.objects.filter(pk=found.pk).update(state="refused", reason="promises")
        return Booking.objects.get(pk=found.pk)

    monkeypatch.setattr(asking, "ask", refused_the_last_time)
    book_day(made, THIS_FRIDAY, NOON)
    assert rows(made)[1:] == [(THIS_FRIDAY, "out", "refused", "promises")]


@pytest.mark.parametrize("meanwhile", ["skipped", "another worker took it"])
def test_nothing_is_written_over_what_became_of_the_day_meanwhile(outward, cast, monkeypatch, meanwhile):
    """The refusal comes back after the day was left out, or after another worker said yes to the same offer."""
    made = weekly(outward, cast, THURSDAY)

    def late(*, offer, by, now):
        if meanwhile == "skipped":
            series.skip(series=made, day=THIS_THURSDAY, by=cast.actor("yoda"), now=NOON)
        else:
            ACCEPT(offer=offer, by=by, now=now)
        raise CannotBook("many", count=12)

    monkeypatch.setattr(bookings, "accept", late)
    book_day(made, THIS_THURSDAY, NOON)
    expected = ("offered", "skipped") if meanwhile == "skipped" else ("booked", "")
    assert rows(made) == [(THIS_THURSDAY, "out", *expected)]


def test_as_many_questions_for_thirty_series_as_for_one(outward, cast, django_assert_num_queries):
    """Of each one day is missed and was given back, another is open, and one found a bus that another took over."""
    made = weekly(outward, cast, WEDNESDAY, THURSDAY, FRIDAY, back="open")
    book_day(made, THIS_THURSDAY, NOON)
    bookings.cancel(booking=ride(made), by=cast.actor("yoda"), now=NOON)
    questions = 5
    with django_assert_num_queries(questions):
        assert due_days(made, NOON) == [outward.day, THIS_FRIDAY]
    for number in range(29):
        copied(made, a_rider(str(number)))
    many = list(live_on(TODAY))
    assert len(many) == 30
    with django_assert_num_queries(questions):
        days = due(many, NOON)
    assert {tuple(found) for found in days.values()} == {(outward.day, THIS_FRIDAY)}


def copied(made: BookingSeries, rider: Person) -> None:
    """The same for somebody else, by rows alone."""
    series = BookingSeries.objects.get(pk=made.pk)
    series.pk, series.code, series.rider = None, new_code(), rider
    series.save()
    for row in made.rides.all():
        booking = row.booking
        assert booking is not None
        booking.pk, booking.code, booking.sent_key, booking.rider = None, new_code(), uuid4(), rider
        booking.save()
        row.pk, row.series, row.booking = None, series, booking
        row.save()
