"""What passengers are told: where the bus comes; nobody is called about what they just said on the telephone."""

import pytest
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.common.models import Event
from machikado.town.people.models import Channel, Message
from machikado.town.people.sentences import sentence
from machikado.town.ride.actions import asking, bookings, callers
from machikado.town.ride.actions.callers import NewCaller
from machikado.town.ride.models import Booking
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import a_riding_town, actor_of, wish

BY_PHONE, BY_WEB = Booking.Channel.PHONE, Booking.Channel.WEB


@pytest.fixture
def area(cast):
    return a_riding_town(cast)


@pytest.fixture
def caller(cast):
    """Who has a land line and wants to be told by telephone."""
    return callers.meet(new=NewCaller("百瀬", "はな", phone="0263-00-1234"), by=cast.actor("uehara"), now=NOON)


def ride_of(area, rider, by, channel=BY_PHONE, **changes) -> Booking:
    made = asking.ask(area=area, rider=rider, wish=wish(channel=channel, **changes), by=by, now=NOON)
    return bookings.accept(offer=made.offers.get(number=1), by=by, now=NOON)


def told(person) -> list[tuple[str, str]]:
    return list(Message.objects.filter(person=person).order_by("pk").values_list("kind", "channel"))


def test_the_message_says_where_the_bus_comes(area, cast):
    ride_of(area, cast.yoda, cast.actor("yoda"), BY_WEB)
    (message,) = Message.objects.filter(person=cast.yoda)
    said = sentence(message.kind, message.params)
    assert message.params["stop"] == "south"
    assert "south" in said
    assert "9:58" in said
    assert "10:10" in said
    bookings.cancel(booking=Booking.objects.get(), by=cast.actor("uehara"), now=NOON, reason="staff")
    message = Message.objects.filter(person=cast.yoda).latest("pk")
    assert "south" in sentence(message.kind, message.params)


def test_whoever_is_on_the_line_is_not_called_about_it(area, cast, caller):
    ride = ride_of(area, caller, cast.actor("uehara"))
    assert told(caller) == []
    bookings.cancel(booking=ride, by=cast.actor("uehara"), now=NOON, reason=Booking.CancelReason.RIDER)
    assert told(caller) == []
    other = ride_of(area, caller, cast.actor("uehara"), minute=660)
    bookings.cancel(booking=other, by=cast.actor("uehara"), now=NOON, reason=Booking.CancelReason.STAFF)
    assert told(caller) == [("ride.cancelled", Channel.CALL)], "what the centre decided nobody has told them yet"


def test_whoever_reads_on_the_screen_has_it_there_though_the_desk_booked(area, cast):
    ride_of(area, cast.yoda, cast.actor("uehara"))
    assert told(cast.yoda) == [("ride.booked", Channel.SCREEN)]


def test_whoever_books_on_a_screen_and_is_told_by_telephone_is_called(area, caller):
    ride_of(area, caller, actor_of(caller), BY_WEB)
    assert told(caller) == [("ride.booked", Channel.CALL)]


def test_who_decided_and_who_typed_are_two_facts(area, cast, client_of, monkeypatch):
    """Each browser with what it sends, what counts as the reason, and who typed it."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    for number, (slug, sent, reason) in enumerate(
        (
            ("yoda", "staff", "rider"),
            ("uehara", "rider", "rider"),
            ("uehara", "staff", "staff"),
            ("uehara", "x", "rider"),
        )
    ):
        ride = ride_of(area, cast.yoda, cast.actor("yoda"), BY_WEB, minute=540 + 60 * number)
        client_of(cast.persons[slug]).post(reverse("ride:cancel", args=[ride.code]), {"reason": sent})
        ride.refresh_from_db()
        assert (ride.state, ride.cancel_reason, ride.cancelled_by) == ("cancelled", reason, cast.persons[slug])
        event = Event.objects.get(kind="ride.cancelled", code=ride.code)
        assert (event.data["reason"], event.data["typed_at_desk"]) == (reason, slug == "uehara")


def test_the_desk_says_on_the_page_who_decided(area, cast, client_of, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)
    ride = ride_of(area, cast.yoda, cast.actor("yoda"), BY_WEB)
    where = reverse("ride:booking", args=[ride.code])
    at_desk, own = (client_of(cast.persons[slug]).get(where).content.decode() for slug in ("uehara", "yoda"))
    for value in ("rider", "staff"):
        assert (f'name="reason" value="{value}"' in at_desk, f'value="{value}"' in own) == (True, False)
