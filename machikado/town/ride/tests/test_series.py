"""A ride every week: each day is booked as soon as it opens, or it is told why not; twice or killed, it is once."""

from datetime import date, timedelta

import pytest

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Event
from machikado.town.common.worker import do_waiting_chores
from machikado.town.people.models import Channel, Message, Person
from machikado.town.people.permissions import CannotDo
from machikado.town.ride.actions import area as areas
from machikado.town.ride.actions import bookings, repeating, returning, series
from machikado.town.ride.actions.area import NewHours
from machikado.town.ride.actions.repeating import book_day
from machikado.town.ride.actions.series import CannotRepeat, Weekly, as_booked
from machikado.town.ride.hours import DayType, Span, moment_at
from machikado.town.ride.models import Booking, BookingSeries, SeriesRide
from machikado.town.ride.queries.due_days import due_days
from machikado.town.ride.queries.series import to_call
from machikado.town.ride.tests.every_week import (
    FRIDAY,
    NEXT_WEDNESDAY,
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
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import TOMORROW, a_riding_town, asked, booked, people


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
def area(cast):
    """The bus is out on Wednesday and on Thursday of this week, and on Wednesday of the next."""
    area = a_riding_town(cast)
    for day in (THIS_THURSDAY, NEXT_WEDNESDAY):
        drives(cast, day)
    return area


def refused(code: str, act) -> None:
    with pytest.raises(CannotRepeat) as refusal:
        act()
    assert refusal.value.code == code
    assert refusal.value.sentence


def test_the_booking_is_the_first_ride_and_the_worker_books_the_days_that_are_open(outward, cast):
    made = weekly(outward, cast, WEDNESDAY, THURSDAY)
    assert rows(made) == [(TOMORROW, "out", "booked", "")]
    do_waiting_chores()
    assert rows(made) == [(TOMORROW, "out", "booked", ""), (THIS_THURSDAY, "out", "booked", "")]
    thursday = ride(made)
    assert (thursday.rider, thursday.channel, thursday.when, thursday.wish_second) == (
        cast.yoda,
        "web",
        "leave",
        36_000,
    )
    assert thursday.trip == outward.trip
    assert thursday.promise.expected_pickup == 36_000
    assert Message.objects.filter(kind="ride.booked", person=cast.yoda).count() == 2, "they are told of each promise"
    sound()


def test_the_next_week_is_booked_on_the_day_on_which_it_opens(outward, cast):
    """Six days ahead: Wednesday the 2nd opens on Thursday the 26th."""
    made = weekly(outward, cast)
    assert due_days(made, NOON) == due_days(made, moment_at(TOMORROW, 86_399)) == []
    midnight = moment_at(THIS_THURSDAY, 0)
    assert due_days(made, midnight) == [NEXT_WEDNESDAY]
    book_day(made, NEXT_WEDNESDAY, midnight)
    assert rows(made)[1:] == [(NEXT_WEDNESDAY, "out", "booked", "")]
    assert due_days(made, midnight) == []


def test_the_duty_queues_one_chore_and_run_twice_it_books_once(outward, cast, settings):
    assert settings.TICKS["machikado.town.ride.actions.repeating.queue"] == 60
    made = weekly(outward, cast, THURSDAY)
    assert repeating.queue(NOON) == 0, "it waits already"
    do_waiting_chores()
    assert repeating.queue(NOON) == 0, "nothing is left to book"
    for _time in range(2):
        repeating.book.call(series_code=made.code)
        book_day(made, THIS_THURSDAY, NOON)
    assert Booking.objects.filter(day=THIS_THURSDAY).count() == 1
    assert Message.objects.filter(kind="ride.booked").count() == 2
    SeriesRide.objects.all().delete()
    assert repeating.queue(NOON) == 1


class Killed(BaseException):
    """The power goes."""


@pytest.mark.parametrize("place", ["after the wish", "before the promise", "after the promise"])
def test_who_is_killed_in_the_middle_goes_on_and_nobody_rides_or_hears_twice(outward, cast, monkeypatch, place):
    made = weekly(outward, cast, THURSDAY, back="time", back_minute=780)
    with monkeypatch.context() as power:
        where = {"after the wish": (repeating, "_keep"), "before the promise": (bookings, "accept")}

        def die(*_args, **_kwargs):
            raise Killed

        def accept_and_die(*, accept=bookings.accept, **kwargs):
            accept(**kwargs)
            raise Killed

        if place in where:
            power.setattr(*where[place], die)
        else:
            power.setattr(bookings, "accept", accept_and_die)
        with pytest.raises(Killed):
            book_day(made, THIS_THURSDAY, NOON)
    assert due_days(made, NOON) == [THIS_THURSDAY]
    book_day(made, THIS_THURSDAY, NOON)
    assert rows(made) == [(THIS_THURSDAY, "back", "booked", ""), (THIS_THURSDAY, "out", "booked", "")]
    assert Booking.objects.filter(day=THIS_THURSDAY, state="booked").count() == 2
    assert Message.objects.filter(person=cast.yoda).count() == 3
    assert due_days(made, NOON) == []
    sound()


def test_the_way_back_is_booked_at_its_time(outward, cast):
    made = weekly(outward, cast, THURSDAY, back="time", back_minute=780)
    do_waiting_chores()
    back = ride(made, way="back")
    assert (back.back_of, back.from_name, back.promise.expected_pickup) == (
        ride(made),
        "北の駅",
        46_800,
    )
    sound()


def test_the_way_back_waits_for_a_call_and_one_that_stands_is_taken_in(outward, cast):
    standing = returning.open_return(
        outward=outward, sent_key=outward.sent_key.__class__(int=7), channel="web", by=cast.actor("yoda"), now=NOON
    )
    assert as_booked(outward) == Weekly(frozenset({WEDNESDAY}), "open")
    made = weekly(outward, cast, WEDNESDAY, THURSDAY, back="open")
    assert ride(made, TOMORROW, "back") == standing
    do_waiting_chores()
    back = ride(made, way="back")
    assert (back.is_open, back.state, back.promise.expected_pickup) == (
        True,
        "booked",
        59_400,
    )  # half an hour before 17:00


def test_the_offer_nearest_to_the_wish_is_taken(outward, cast):
    """Of offers around ten the one that is furthest from ten is made the best: it is not taken."""
    made = weekly(outward, cast, THURSDAY)
    found = asked(outward.area, cast.yoda, day=THIS_THURSDAY)
    first, *others = found.offers.all()
    far = type(first).objects.create(
        **{name: getattr(first, name) for name in ("booking", "pickup_stop", "arrival_stop", "fare_table", "section")},
        number=9,
        **{name: getattr(first, name) for name in ("walk_from_seconds", "walk_to_seconds", "max_ride_seconds", "yen")},
        **{name: getattr(first, name) + 900 for name in ("expected_pickup", "pickup_from", "pickup_by")},
        **{name: getattr(first, name) + 900 for name in ("expected_arrival", "arrival_from", "arrival_by")},
        fare_lines=first.fare_lines,
    )
    type(first).objects.filter(pk=first.pk).update(number=10)
    SeriesRide.objects.create(series=made, day=THIS_THURSDAY, way="out", booking=found)
    book_day(made, THIS_THURSDAY, NOON)
    promise = Booking.objects.get(pk=found.pk).promise
    assert promise != far
    assert abs(promise.expected_pickup - 36_000) == min(abs(o.expected_pickup - 36_000) for o in [first, *others])


def test_where_the_offer_is_gone_another_is_asked_for(outward, area, cast):
    """Eight seats: somebody else's party of eight takes the bus at ten while the offer lies there."""
    made = weekly(outward, cast, THURSDAY)
    stale = asked(area, cast.yoda, day=THIS_THURSDAY)
    SeriesRide.objects.create(series=made, day=THIS_THURSDAY, way="out", booking=stale)
    booked(area, cast.hara, day=THIS_THURSDAY, riding=people(8))
    book_day(made, THIS_THURSDAY, NOON)
    stale.refresh_from_db()
    assert (stale.state, ride(made) == stale) == ("offered", False)
    assert ride(made).state in ("booked", "refused")
    sound()


def test_a_day_without_a_bus_is_told_once_with_the_reason_and_the_nearest_times(outward, area, cast):
    eleven = moment_at(THIS_THURSDAY, 11 * 3600)
    new = areas.NewSuspension("snow", moment_at(THIS_THURSDAY, 9 * 3600), eleven, "雪のため")
    areas.suspend(area=area, new=new, by=SYSTEM, now=NOON)
    made = weekly(outward, cast, THURSDAY, back="open")
    for _time in range(2):
        book_day(made, THIS_THURSDAY, NOON)
    assert rows(made) == [(THIS_THURSDAY, "out", "refused", "suspended")]
    told = Message.objects.get(kind="ride.series_missed")
    assert (told.person, told.params["day"], told.params["time"]) == (cast.yoda, "11月26日（木）", "10:00")
    assert told.params["why"] == "その時間、バスは運休です。"
    times = [offer.pickup_from // 60 for offer in ride(made).offers.all()]
    assert len(times) == 2
    assert all(f"{at // 60}:{at % 60:02d}" in told.params["near"] for at in times)
    missed = Event.objects.get(kind="ride.series_missed")
    assert missed.data == {"day": "2026-11-26", "way": "out", "reason": "suspended"}
    assert due_days(made, NOON) == [], "the way back of no ride is not asked for"
    bookings.accept(offer=ride(made).offers.get(number=2), by=cast.actor("yoda"), now=NOON)
    assert due_days(made, NOON) == [THIS_THURSDAY], "they chose the later bus: now they have to come back"
    book_day(made, THIS_THURSDAY, NOON)
    assert [state for _day, _way, state, _why in rows(made)] == ["booked", "booked"]
    sound()


def test_as_long_as_nobody_is_to_drive_it_waits_until_the_day_before(outward, cast):
    made = weekly(outward, cast, FRIDAY)
    assert due_days(made, NOON) == []
    eve = moment_at(THIS_THURSDAY, 0)
    assert due_days(made, eve) == [THIS_FRIDAY]
    book_day(made, THIS_FRIDAY, eve)
    assert rows(made) == [(THIS_FRIDAY, "out", "refused", "nobody_on_duty")]


def test_who_rides_already_at_that_time_is_told_so(outward, area, cast):
    booked(area, cast.yoda, start="east", goal="west", day=THIS_THURSDAY)
    made = weekly(outward, cast, THURSDAY)
    book_day(made, THIS_THURSDAY, NOON)
    assert rows(made) == [(THIS_THURSDAY, "out", "", "overlaps")]
    assert "よやく" in Message.objects.get(kind="ride.series_missed").params["why"]


def test_who_asked_too_often_is_asked_for_later_without_a_word(outward, area, cast):
    made = weekly(outward, cast, THURSDAY)
    for number in range(19):
        asked(area, cast.yoda, minute=700 + number)
    book_day(made, THIS_THURSDAY, NOON)
    assert rows(made) == []
    book_day(made, THIS_THURSDAY, NOON + timedelta(minutes=61))
    assert rows(made) == [(THIS_THURSDAY, "out", "booked", "")]


def test_all_series_together_hold_no_more_rides_than_one_person_may(outward, area, cast):
    """Seven days with the way back are 14; the most is 12. Six are 12, and then not one more."""
    spans = {kind: [Span(420, 1200)] for kind in DayType}
    areas.set_hours(area=area, hours=NewHours(TOMORROW, spans), by=SYSTEM, now=NOON)
    refused("many", lambda: weekly(outward, cast, *range(7), back="open"))
    weekly(outward, cast, *range(6), back="open")
    other = booked(area, cast.yoda, start="east", goal="west", minute=840)
    refused("many", lambda: weekly(other, cast, FRIDAY))


def test_twelve_rides_that_are_booked_already_leave_no_place_and_it_is_said(outward, area, cast, monkeypatch):
    monkeypatch.setattr("machikado.town.ride.queries.limits.MOST_AHEAD", 1)
    made = weekly(outward, cast, THURSDAY)
    book_day(made, THIS_THURSDAY, NOON)
    assert rows(made) == [(THIS_THURSDAY, "out", "", "many")]
    assert Message.objects.filter(kind="ride.series_missed").count() == 1


def test_what_cannot_be_wanted_every_week_is_refused_with_a_sentence(outward, area, cast):
    refused("no_weekday", lambda: series.make(booking=outward, weekly=Weekly(frozenset()), by=SYSTEM, now=NOON))
    refused("until", lambda: weekly(outward, cast, until=date(2026, 11, 24)))
    refused("until", lambda: weekly(outward, cast, THURSDAY, until=TOMORROW))
    refused("back", lambda: weekly(outward, cast, back="time", back_minute=600))
    refused("not_booked", lambda: weekly(asked(area, cast.yoda, minute=900), cast))
    with pytest.raises(CannotDo):
        weekly(outward, cast, slug="hara")
    made = weekly(outward, cast)
    assert weekly(outward, cast) == made, "two taps are one series"
    refused("same", lambda: weekly(outward, cast, WEDNESDAY, THURSDAY))
    assert BookingSeries.objects.count() == 1


def test_after_its_last_day_nothing_is_booked(outward, cast):
    made = weekly(outward, cast, WEDNESDAY, THURSDAY, until=THIS_THURSDAY)
    assert due_days(made, NOON) == [THIS_THURSDAY]
    assert due_days(made, moment_at(THIS_THURSDAY, 0)) == [THIS_THURSDAY]
    book_day(made, THIS_THURSDAY, NOON)
    assert due_days(made, moment_at(THIS_THURSDAY, 0)) == []


def test_a_day_is_left_out_booked_or_not_and_the_others_stay(outward, cast):
    made = weekly(outward, cast, WEDNESDAY, THURSDAY, back="open")
    book_day(made, THIS_THURSDAY, NOON)
    for _time in range(2):
        for day in (THIS_THURSDAY, NEXT_WEDNESDAY):
            series.skip(series=made, day=day, by=cast.actor("yoda"), now=NOON)
    assert rows(made) == [
        (TOMORROW, "out", "booked", ""),
        (THIS_THURSDAY, "back", "cancelled", "skipped"),
        (THIS_THURSDAY, "out", "cancelled", "skipped"),
        (NEXT_WEDNESDAY, "out", "", "skipped"),
    ]
    assert [event.data["rides"] for event in Event.objects.filter(kind="ride.series_day_skipped")] == [2, 0]
    assert due_days(made, moment_at(THIS_THURSDAY, 0)) == []
    refused("no_ride", lambda: series.skip(series=made, day=THIS_FRIDAY, by=cast.actor("yoda"), now=NOON))
    with pytest.raises(CannotDo):
        series.skip(series=made, day=TOMORROW, by=cast.actor("hara"), now=NOON)
    late = moment_at(TOMORROW, outward.promise.pickup_from - 60)
    refused("late", lambda: series.skip(series=made, day=TOMORROW, by=cast.actor("yoda"), now=late))
    sound()


def test_a_ride_that_was_changed_is_the_one_that_is_given_back(outward, area, cast):
    made = weekly(outward, cast)
    later = booked(area, cast.yoda, minute=660, replaces=outward)
    series.skip(series=made, day=TOMORROW, by=cast.actor("yoda"), now=NOON)
    later.refresh_from_db()
    assert later.state == "cancelled"


def test_ended_it_books_nothing_and_rides_stay_or_go(outward, cast):
    made = weekly(outward, cast, WEDNESDAY, THURSDAY)
    book_day(made, THIS_THURSDAY, NOON)
    for _time in range(2):
        series.end(series=made, by=cast.actor("yoda"), now=NOON)
    assert due_days(made, moment_at(THIS_THURSDAY, 0)) == [] or repeating.queue(moment_at(THIS_THURSDAY, 0)) == 0
    assert Booking.objects.filter(state="booked").count() == 2
    assert series.end_with_rides(series=made, by=cast.actor("yoda"), now=NOON) == 2
    assert Booking.objects.filter(state="booked").count() == 0
    assert Event.objects.filter(kind="ride.series_ended").count() == 1
    sound()


@pytest.mark.parametrize("what", ["end", "skip"])
def test_what_is_ended_or_left_out_while_it_is_booked_is_given_back(outward, cast, monkeypatch, what):
    made = weekly(outward, cast, THURSDAY)
    accept, by = bookings.accept, cast.actor("yoda")

    def meanwhile(**kwargs):
        acts = {
            "end": lambda: series.end(series=made, by=by, now=NOON),
            "skip": lambda: series.skip(series=made, day=THIS_THURSDAY, by=by, now=NOON),
        }
        acts[what]()
        return accept(**kwargs)

    monkeypatch.setattr(bookings, "accept", meanwhile)
    book_day(made, THIS_THURSDAY, NOON)
    assert ride(made).state == "cancelled"


def test_whom_the_desk_telephones_stands_on_its_page_until_they_know(outward, area, cast):
    Person.objects.filter(pk=cast.yoda.pk).update(channel=Channel.CALL)
    cast.yoda.refresh_from_db()
    made = weekly(outward, cast, THURSDAY, slug="uehara")
    assert to_call(NOON) == []
    book_day(made, THIS_THURSDAY, NOON)
    (call,) = to_call(NOON)
    assert (call.person, call.kind) == (cast.yoda, "ride.booked")
    assert to_call(moment_at(THIS_FRIDAY, 0)) == []
