"""How often one person and one telephone number ask, how many rides they hold, and that nobody rides twice at once."""

from datetime import timedelta

import pytest
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.common.models import Detail, Event
from machikado.town.people.models import ContactPoint
from machikado.town.ride.actions import asking, bookings
from machikado.town.ride.actions.asking import CannotAsk
from machikado.town.ride.actions.bookings import CannotBook
from machikado.town.ride.models import Booking
from machikado.town.ride.queries import limits
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import TOMORROW, a_rider, a_riding_town, actor_of, asked, booked, wish
from machikado.town.ride.tests.test_booking_pages import fields_of


@pytest.fixture
def area(cast):
    return a_riding_town(cast)


def with_phone(person, number: str):
    ContactPoint.objects.create(person=person, kind=ContactPoint.Kind.PHONE, value=number)
    return person


def refusal_of(area, rider, now=NOON, **changes) -> CannotAsk:
    with pytest.raises(CannotAsk) as refusal:
        asking.ask(area=area, rider=rider, wish=wish(**changes), by=actor_of(rider), now=now)
    return refusal.value


def test_a_prank_of_fifty_wishes_ends_at_twenty_in_an_hour(area):
    """Refused wishes are kept as well, so they cost nobody a search in the plan."""
    rider = a_rider()
    for _number in range(20):
        asked(area, rider, minute=300)
    told = refusal_of(area, rider, minute=300)
    assert (told.code, told.params["count"]) == ("asked_often", 20)
    assert Booking.objects.count() == 20
    an_hour_later = NOON + timedelta(minutes=60, seconds=1)
    asking.ask(area=area, rider=rider, wish=wish(minute=300), by=actor_of(rider), now=an_hour_later)


def test_one_telephone_number_asks_so_often_however_it_is_written_and_whoever_it_is(area, monkeypatch):
    monkeypatch.setattr(limits, "MOST_ASKED_BY_PHONE", 3)
    numbers = ("0263-00-1234", "０２６３（００）１２３４", "0263 001234")
    family = [with_phone(a_rider(str(place)), number) for place, number in enumerate(numbers)]
    other = with_phone(a_rider("よそ"), "0264-00-1234")
    for rider in family:
        asked(area, rider, minute=300)
    told = refusal_of(area, family[0], minute=300)
    assert (told.code, told.params["count"]) == ("phone_asked_often", 3)
    asked(area, other, minute=300)


def test_one_telephone_number_holds_so_many_rides(area, monkeypatch):
    monkeypatch.setattr(limits, "MOST_AHEAD_OF_PHONE", 2)
    family = [with_phone(a_rider(name), "0263-00-1234") for name in ("一", "二", "三")]
    offer = asked(area, family[2], minute=780).offers.get(number=1)
    for rider, minute in zip(family[:2], (540, 660), strict=True):
        booked(area, rider, minute=minute)
    assert refusal_of(area, family[2], minute=780).code == "phone_many"
    with pytest.raises(CannotBook) as refusal:
        bookings.accept(offer=offer, by=actor_of(family[2]), now=NOON)
    assert refusal.value.code == "phone_many"


def test_the_desk_goes_beyond_with_a_reason_that_stays_in_the_diary_as_long_as_the_ride(area, cast, monkeypatch):
    monkeypatch.setattr(limits, "MOST_AHEAD", 1)
    rider, desk = a_rider(), cast.actor("uehara")
    booked(area, rider, minute=540)
    beyond = wish(minute=660, beyond="週に3回、透析に通う")
    with pytest.raises(CannotAsk) as refusal:
        asking.ask(area=area, rider=rider, wish=wish(minute=660), by=desk, now=NOON)
    assert refusal.value.code == "many"
    with pytest.raises(CannotAsk):  # nobody else's reason counts
        asking.ask(area=area, rider=rider, wish=beyond, by=actor_of(rider), now=NOON)
    made = asking.ask(area=area, rider=rider, wish=beyond, by=desk, now=NOON)
    assert bookings.accept(offer=made.offers.get(number=1), by=desk, now=NOON).state == "booked"
    event = Event.objects.get(kind="ride.limit_passed")
    assert (event.code, event.actor_person, event.data) == (made.code, cast.uehara.pk, {"limit": "many", "count": 1})
    assert Detail.objects.get(event_id=event.pk).body == {"why": "週に3回、透析に通う"}


def test_a_reason_where_no_limit_is_reached_is_not_written(area, cast):
    made = asking.ask(area=area, rider=a_rider(), wish=wish(beyond="念のため"), by=cast.actor("uehara"), now=NOON)
    assert Event.objects.filter(kind="ride.limit_passed").count() == 0
    assert made.beyond == ""


def test_the_desk_finds_the_box_for_the_reason_and_a_resident_does_not(area, cast, client_of, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)
    monkeypatch.setattr(limits, "MOST_AHEAD", 1)
    booked(area, cast.yoda, minute=540)
    usual = {"start": "south", "goal": "north", "when": "leave", "day": TOMORROW.isoformat(), "minute": "11:00"}
    own, desk = client_of(cast.yoda), client_of(cast.uehara)
    refused = own.post(reverse("ride:book"), {**fields_of(own, **usual), "beyond": "どうしても"})
    assert refused.status_code == 422
    assert "これ以上は、センターに電話してください" in refused.content.decode()
    assert 'name="beyond"' not in refused.content.decode()
    where = reverse("ride:caller", args=[cast.yoda.code])
    refused = desk.post(where, fields_of(desk, "ride:caller", cast.yoda.code, **usual))
    assert refused.status_code == 422
    assert 'name="beyond"' in refused.content.decode()
    again = fields_of(desk, "ride:caller", cast.yoda.code, **usual, beyond="透析")
    assert desk.post(where, again).status_code == 302
    assert Booking.objects.latest("pk").beyond == "透析"


# Yoda's ride is promised from 9:58; the van is at the north stop at 10:07:12 and promised there by 10:22:12.
@pytest.mark.parametrize(
    ("minute", "when", "is_in_the_way"),
    [
        (597, "leave", False),  # 9:57, though what is offered will be refused
        (598, "leave", True),
        (622, "leave", True),  # 10:22:00
        (623, "leave", False),
        (598, "arrive", False),  # to be there before the bus comes
        (599, "arrive", True),
        (622, "arrive", True),
    ],
)
def test_a_wish_within_a_promise_is_refused_with_the_ride_that_is_in_the_way(area, minute, when, is_in_the_way):
    rider = a_rider()
    booked(area, rider)
    if not is_in_the_way:
        asked(area, rider, start="east", goal="west", minute=minute, when=when)
        return
    told = refusal_of(area, rider, start="east", goal="west", minute=minute, when=when)
    assert told.code == "overlaps"
    assert "9:58〜10:23" in told.sentence
    assert "北の駅" in told.sentence


def test_an_offer_that_overlaps_another_promise_is_not_taken(area):
    """Both were asked for when nothing was booked; the second yes is refused, whoever presses it."""
    rider = a_rider()
    first, second = (asked(area, rider, start=start).offers.get(number=1) for start in ("south", "west"))
    bookings.accept(offer=first, by=actor_of(rider), now=NOON)
    with pytest.raises(CannotBook) as refusal:
        bookings.accept(offer=second, by=actor_of(rider), now=NOON)
    assert refusal.value.code == "overlaps"
    assert "9:58" in refusal.value.sentence
    assert Booking.objects.filter(state="booked").count() == 1


def test_the_ride_that_is_replaced_is_in_nobodys_way(area):
    rider = a_rider()
    old = booked(area, rider)
    new = asked(area, rider, minute=603, replaces=old)
    assert bookings.accept(offer=new.offers.get(number=1), by=actor_of(rider), now=NOON).state == "booked"


def test_the_ride_of_another_passenger_is_in_nobodys_way(area):
    booked(area, a_rider("一"))
    assert booked(area, a_rider("二")).state == "booked"
