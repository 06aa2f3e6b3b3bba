"""Where a ride of every week found no bus it is looked for again, without a trace while there is none."""

from datetime import date, timedelta

import pytest

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Event
from machikado.town.people.models import Channel, Message, Person, SendResult
from machikado.town.people.permissions import CannotDo
from machikado.town.ride.actions import area as areas
from machikado.town.ride.actions import asking, bookings, repeating, returning, ride_diary, series
from machikado.town.ride.actions.area import NewHours, NewSuspension
from machikado.town.ride.actions.repeating import book_day
from machikado.town.ride.actions.series import CannotRepeat
from machikado.town.ride.hours import DayType, Span, moment_at
from machikado.town.ride.models import Booking, SeriesRide, Suspension
from machikado.town.ride.queries.due_days import AGAIN, due_days
from machikado.town.ride.queries.series import to_call
from machikado.town.ride.tests.every_week import (
    FRIDAY,
    SUNDAY,
    THIS_FRIDAY,
    THIS_THURSDAY,
    THURSDAY,
    drives,
    ride,
    rows,
    sound,
    weekly,
)
from machikado.town.ride.tests.makings import NOON, TODAY
from machikado.town.ride.tests.riding import TOMORROW, a_riding_town, asked, booked

NEW_YEAR = date(2027, 1, 1)  # a Friday; it opens on Saturday, 26 December
OPENS = moment_at(date(2026, 12, 26), 0)
LATER = NOON + AGAIN


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
def area(cast):
    area = a_riding_town(cast)
    drives(cast, THIS_THURSDAY)
    return area


@pytest.fixture
def snow(area) -> Suspension:
    """On Thursday from nine until eleven."""
    nine, eleven = moment_at(THIS_THURSDAY, 9 * 3600), moment_at(THIS_THURSDAY, 11 * 3600)
    return areas.suspend(area=area, new=NewSuspension("snow", nine, eleven), by=SYSTEM, now=NOON)


def snow_after(outward: Booking) -> Suspension:
    """On Thursday from the moment on at which whoever rides at ten is there."""
    begin, night = moment_at(THIS_THURSDAY, outward.promise.arrival_by + 60), moment_at(THIS_THURSDAY, 24 * 3600)
    return areas.suspend(area=outward.area, new=NewSuspension("snow", begin, night), by=SYSTEM, now=NOON)


@pytest.fixture
def missed(outward, snow, cast):
    """Every Thursday; this one found no bus, as it snows."""
    made = weekly(outward, cast, THURSDAY)
    book_day(made, THIS_THURSDAY, NOON)
    assert rows(made) == [(THIS_THURSDAY, "out", "refused", "suspended")]
    return made


def told(kind: str) -> int:
    return Message.objects.filter(kind=kind).count()


def test_as_long_as_there_is_no_bus_a_look_leaves_nothing_and_nobody_hears_of_it(missed):
    before = (Booking.objects.count(), Event.objects.count(), Message.objects.count())
    assert due_days(missed, NOON + AGAIN - timedelta(seconds=1)) == []
    for times in range(1, 6):
        assert due_days(missed, NOON + times * AGAIN) == [THIS_THURSDAY]
        for _twice in range(2):
            book_day(missed, THIS_THURSDAY, NOON + times * AGAIN)
        assert due_days(missed, NOON + times * AGAIN) == []
    assert (Booking.objects.count(), Event.objects.count(), Message.objects.count()) == before
    assert rows(missed) == [(THIS_THURSDAY, "out", "refused", "suspended")]
    sound()


def test_when_the_snow_is_gone_the_ride_is_booked_and_told_once(missed, snow):
    areas.lift(suspension=snow, by=SYSTEM, now=NOON)
    for _twice in range(2):
        book_day(missed, THIS_THURSDAY, LATER)
    assert rows(missed) == [(THIS_THURSDAY, "out", "booked", "")]
    assert ride(missed).promise.expected_pickup == 36_000
    assert (told("ride.series_missed"), told("ride.booked")) == (1, 2), "the first ride, then this one"
    assert due_days(missed, LATER + AGAIN) == []
    sound()


def test_a_bus_that_was_seen_and_is_gone_again_is_no_second_message(missed, snow, monkeypatch):
    def refuse(**_kwargs):
        raise bookings.CannotBook("phone_many", count=24)

    areas.lift(suspension=snow, by=SYSTEM, now=NOON)
    with monkeypatch.context() as full:
        full.setattr(bookings, "accept", refuse)
        book_day(missed, THIS_THURSDAY, LATER)
    assert rows(missed) == [(THIS_THURSDAY, "out", "offered", "phone_many")]
    assert told("ride.series_missed") == 1
    book_day(missed, THIS_THURSDAY, LATER + AGAIN)
    assert rows(missed) == [(THIS_THURSDAY, "out", "booked", "")]
    sound()


def test_it_is_looked_for_until_an_hour_before(missed, snow):
    nine = moment_at(THIS_THURSDAY, 9 * 3600)
    assert due_days(missed, nine) == [THIS_THURSDAY]
    assert due_days(missed, nine + timedelta(seconds=1)) == []
    assert due_days(missed, moment_at(THIS_THURSDAY, 11 * 3600)) == []


def test_a_day_that_was_never_tried_is_tried_until_its_time(outward, cast):
    """The worker was down: nothing was asked for, until five minutes to ten."""
    made = weekly(outward, cast, THURSDAY)
    late = moment_at(THIS_THURSDAY, 36_000 - 300)
    assert due_days(made, late) == [THIS_THURSDAY]
    book_day(made, THIS_THURSDAY, late)
    assert rows(made) == [(THIS_THURSDAY, "out", "booked", "")]
    assert THIS_THURSDAY not in due_days(made, moment_at(THIS_THURSDAY, 36_000))


@pytest.mark.parametrize("power", [False, True])
def test_who_is_killed_while_looking_again_goes_on_and_rides_once(missed, snow, monkeypatch, power):
    class Killed(BaseException):
        """The power goes."""

    def die(**_kwargs):
        raise Killed

    areas.lift(suspension=snow, by=SYSTEM, now=NOON)
    with monkeypatch.context() as broken:
        broken.setattr(*((bookings, "accept", die) if power else (repeating, "_keep", lambda *_args: die())))
        with pytest.raises(Killed):
            book_day(missed, THIS_THURSDAY, LATER)
    for times in (1, 2):
        book_day(missed, THIS_THURSDAY, LATER + times * AGAIN)
    assert rows(missed) == [(THIS_THURSDAY, "out", "booked", "")]
    assert Booking.objects.filter(day=THIS_THURSDAY, state="booked").count() == 1
    assert told("ride.booked") == 2
    sound()


def test_who_helped_themselves_meanwhile_is_left_alone(missed, snow, area, cast, monkeypatch):
    monkeypatch.setattr("machikado.town.ride.tests.riding.NOON", NOON + timedelta(minutes=1))
    booked(area, cast.yoda, day=THIS_THURSDAY, minute=780)
    areas.lift(suspension=snow, by=SYSTEM, now=NOON)
    assert due_days(missed, LATER) == []


def test_who_chose_one_of_the_nearest_times_is_left_alone(missed, snow, cast):
    bookings.accept(offer=ride(missed).offers.get(number=2), by=cast.actor("yoda"), now=NOON)
    areas.lift(suspension=snow, by=SYSTEM, now=NOON)
    assert due_days(missed, LATER) == []


def test_who_chose_one_of_the_nearest_times_and_gave_it_back_is_left_alone(missed, snow, cast):
    taken = bookings.accept(offer=ride(missed).offers.get(number=2), by=cast.actor("yoda"), now=NOON)
    areas.lift(suspension=snow, by=SYSTEM, now=NOON)
    bookings.cancel(booking=taken, by=cast.actor("yoda"), now=NOON)
    assert due_days(missed, LATER) == []


def test_of_two_workers_the_slower_one_leaves_the_ride_that_is_booked(outward, cast, monkeypatch):
    made, first = weekly(outward, cast, THURSDAY), repeating._first

    def overtaken(this):
        monkeypatch.setattr(repeating, "_first", first)
        book_day(made, THIS_THURSDAY, NOON)
        return first(this)

    monkeypatch.setattr(repeating, "_first", overtaken)
    book_day(made, THIS_THURSDAY, NOON)
    assert rows(made) == [(THIS_THURSDAY, "out", "booked", "")]
    assert Message.objects.filter(kind="ride.series_missed").count() == 0


def test_a_day_that_was_left_out_by_half_is_left_out_the_next_time(outward, cast, monkeypatch):
    made = weekly(outward, cast, THURSDAY)
    book_day(made, THIS_THURSDAY, NOON)
    by, write = cast.actor("yoda"), ride_diary.write
    monkeypatch.setattr(ride_diary, "write", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        series.skip(series=made, day=THIS_THURSDAY, by=by, now=NOON)
    monkeypatch.setattr(ride_diary, "write", write)
    series.skip(series=made, day=THIS_THURSDAY, by=by, now=NOON)
    assert rows(made) == [(THIS_THURSDAY, "out", "cancelled", "skipped")]


def test_who_rides_already_at_that_time_is_booked_when_that_ride_is_given_back(outward, area, cast):
    other = booked(area, cast.yoda, start="east", goal="west", day=THIS_THURSDAY)
    made = weekly(outward, cast, THURSDAY)
    book_day(made, THIS_THURSDAY, NOON)
    assert rows(made) == [(THIS_THURSDAY, "out", "", "overlaps")]
    assert due_days(made, LATER) == []
    bookings.cancel(booking=other, by=cast.actor("yoda"), now=NOON)
    assert due_days(made, LATER) == [THIS_THURSDAY]
    book_day(made, THIS_THURSDAY, LATER)
    assert rows(made) == [(THIS_THURSDAY, "out", "booked", "")]


def test_whoever_holds_as_many_rides_as_one_may_is_not_asked_for(outward, cast, monkeypatch):
    monkeypatch.setattr("machikado.town.ride.queries.limits.MOST_AHEAD", 1)
    made = weekly(outward, cast, THURSDAY)
    book_day(made, THIS_THURSDAY, NOON)
    book_day(made, THIS_THURSDAY, LATER)
    assert rows(made) == [(THIS_THURSDAY, "out", "", "many")]
    assert Booking.objects.filter(day=THIS_THURSDAY).count() == 0
    monkeypatch.setattr("machikado.town.ride.queries.limits.MOST_AHEAD", 12)
    book_day(made, THIS_THURSDAY, LATER + AGAIN)
    assert rows(made) == [(THIS_THURSDAY, "out", "booked", "")]


@pytest.mark.parametrize(("back", "minute"), [("time", 780), ("open", None)])
def test_the_way_back_is_looked_for_again_and_one_of_their_own_is_taken_in(outward, cast, back, minute):
    """It snows when they are there."""
    snow = snow_after(outward)
    made = weekly(outward, cast, THURSDAY, back=back, back_minute=minute)
    book_day(made, THIS_THURSDAY, NOON)
    missed = made.rides.get(way="back")
    assert missed.reason
    count = Booking.objects.count()
    book_day(made, THIS_THURSDAY, LATER)
    assert Booking.objects.count() == count, "nothing is kept of a look"
    areas.lift(suspension=snow, by=SYSTEM, now=NOON)
    if back == "open":
        own = returning.back(outward=ride(made), minute=800, channel="web", by=cast.actor("yoda"), now=LATER)
        bookings.accept(offer=own.offers.get(number=1), by=cast.actor("yoda"), now=LATER)
    book_day(made, THIS_THURSDAY, LATER + AGAIN)
    standing = Booking.objects.get(back_of=ride(made), state="booked")
    assert made.rides.get(way="back").booking == standing
    assert standing.is_open is False
    assert told("ride.series_missed") == 1
    sound()


def test_an_open_way_back_is_found_when_the_snow_is_gone(outward, cast):
    snow = snow_after(outward)
    made = weekly(outward, cast, THURSDAY, back="open")
    book_day(made, THIS_THURSDAY, NOON)
    areas.lift(suspension=snow, by=SYSTEM, now=NOON)
    book_day(made, THIS_THURSDAY, LATER)
    back = ride(made, way="back")
    assert (back.state, back.is_open, back.promise.expected_pickup) == ("booked", True, 59_400)


def test_a_holiday_counts_by_the_hours_of_the_bus(outward, area, cast):
    """No hours for holidays: nothing is asked for. With hours: the ride is booked, and it was told before."""
    made = weekly(outward, cast, FRIDAY)
    drives(cast, NEW_YEAR)
    book_day(made, NEW_YEAR, OPENS)
    assert rows(made) == [(NEW_YEAR, "out", "", "holiday")]
    message = Message.objects.get(kind="ride.series_missed")
    assert message.params["why"] == "祝日なので、バスは走りません。"
    assert "見つかったら" not in message.params["near"]
    book_day(made, NEW_YEAR, OPENS + AGAIN)
    assert rows(made) == [(NEW_YEAR, "out", "", "holiday")]
    spans = {DayType.WEEKDAY: [Span(420, 1200)], DayType.HOLIDAY: [Span(540, 900)]}
    areas.set_hours(area=area, hours=NewHours(NEW_YEAR, spans), by=SYSTEM, now=OPENS)
    book_day(made, NEW_YEAR, OPENS + 2 * AGAIN)
    assert rows(made) == [(NEW_YEAR, "out", "booked", "")]


def test_on_a_holiday_with_shorter_hours_the_nearest_times_are_told(outward, area, cast):
    spans = {DayType.WEEKDAY: [Span(420, 1200)], DayType.HOLIDAY: [Span(660, 1020)]}
    areas.set_hours(area=area, hours=NewHours(TODAY, spans), by=SYSTEM, now=NOON)
    made = weekly(outward, cast, FRIDAY)
    drives(cast, NEW_YEAR)
    book_day(made, NEW_YEAR, OPENS)
    assert rows(made) == [(NEW_YEAR, "out", "refused", "outside_hours")]
    assert "11:0" in Message.objects.get(kind="ride.series_missed").params["near"]


def test_a_day_of_the_week_on_which_no_bus_ever_runs_is_refused(outward, cast):
    with pytest.raises(CannotRepeat) as refusal:
        weekly(outward, cast, THURSDAY, SUNDAY)
    assert refusal.value.code == "never"
    assert "日曜日" in refusal.value.sentence
    assert weekly(outward, cast, FRIDAY).days == [FRIDAY], "one Friday is New Year; the others are not"


def test_a_day_that_was_left_out_is_wanted_again(outward, cast):
    made, by = weekly(outward, cast, THURSDAY), cast.actor("yoda")
    book_day(made, THIS_THURSDAY, NOON)
    first = ride(made)
    series.skip(series=made, day=THIS_THURSDAY, by=by, now=NOON)
    for _twice in range(2):
        series.want_again(series=made, day=THIS_THURSDAY, by=by, now=NOON)
    assert due_days(made, NOON) == [THIS_THURSDAY]
    book_day(made, THIS_THURSDAY, NOON)
    first.refresh_from_db()
    assert (first.state, ride(made).state, ride(made) == first) == ("cancelled", "booked", False)
    assert Event.objects.filter(kind="ride.series_day_wanted").count() == 1
    with pytest.raises(CannotDo):
        series.want_again(series=made, day=THIS_THURSDAY, by=cast.actor("hara"), now=NOON)
    with pytest.raises(CannotRepeat):
        series.want_again(series=made, day=THIS_FRIDAY, by=by, now=NOON)
    sound()


def test_a_ride_that_stands_is_not_touched_by_wanting_its_day(outward, cast):
    made = weekly(outward, cast)
    series.want_again(series=made, day=TOMORROW, by=cast.actor("yoda"), now=NOON)
    assert ride(made, TOMORROW) == outward
    assert not Event.objects.filter(kind="ride.series_day_wanted").exists()


def test_left_out_after_it_found_no_bus_it_is_not_looked_for(missed, snow, cast):
    series.skip(series=missed, day=THIS_THURSDAY, by=cast.actor("yoda"), now=NOON)
    areas.lift(suspension=snow, by=SYSTEM, now=NOON)
    assert due_days(missed, LATER) == []


def test_whom_only_the_telephone_reaches_stands_on_the_list_until_somebody_told_them(outward, snow, cast):
    Person.objects.filter(pk=cast.yoda.pk).update(channel=Channel.CALL)
    cast.yoda.refresh_from_db()
    made = weekly(outward, cast, THURSDAY, slug="uehara")
    book_day(made, THIS_THURSDAY, NOON)
    (call,) = to_call(NOON)
    assert (call.person, call.kind) == (cast.yoda, "ride.series_missed")
    with pytest.raises(CannotDo):
        series.tell_by_telephone(message=call, by=cast.actor("yoda"), now=NOON)
    for _twice in range(2):
        series.tell_by_telephone(message=call, by=cast.actor("uehara"), now=NOON)
    assert to_call(NOON) == []
    (result,) = SendResult.objects.filter(message=call)
    assert (result.ok, result.note, result.at) == (True, "telephone", NOON)
    (event,) = Event.objects.filter(kind="ride.series_told")
    assert (event.code, event.actor_person, event.data) == (
        call.code,
        cast.uehara.pk,
        {"message_kind": "ride.series_missed"},
    )


def test_what_no_longer_holds_is_on_no_list(outward, snow, cast):
    """Missed, then found: they are to hear of the bus alone. Left out: they said so themselves."""
    Person.objects.filter(pk=cast.yoda.pk).update(channel=Channel.CALL)
    cast.yoda.refresh_from_db()
    made = weekly(outward, cast, THURSDAY, slug="uehara")
    book_day(made, THIS_THURSDAY, NOON)
    areas.lift(suspension=snow, by=SYSTEM, now=NOON)
    book_day(made, THIS_THURSDAY, LATER)
    assert [call.kind for call in to_call(LATER)] == ["ride.booked"]
    series.skip(series=made, day=THIS_THURSDAY, by=cast.actor("uehara"), now=LATER)
    assert to_call(LATER) == []


def test_whose_mail_did_not_arrive_is_to_be_called_too(missed):
    message = Message.objects.get(kind="ride.series_missed")
    assert to_call(NOON) == [], "it stands on their screen"
    for state, listed in (("waiting", []), ("failed", [message])):
        Message.objects.filter(pk=message.pk).update(channel=Channel.MAIL, state=state)
        assert to_call(NOON) == listed


def test_a_look_that_cannot_be_says_nothing(missed, monkeypatch):
    """Another look fails by a sentence (no fares, say): it is tried another time."""

    def no_fares(**_kwargs):
        raise asking.CannotAsk("no_fares")

    monkeypatch.setattr(asking, "look", no_fares)
    book_day(missed, THIS_THURSDAY, LATER)
    assert rows(missed) == [(THIS_THURSDAY, "out", "refused", "suspended")]
    assert SeriesRide.objects.get().looked_at == LATER
    assert not asked(missed.area, missed.rider, minute=900).reason
