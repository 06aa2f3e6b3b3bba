"""The pages of whoever rides and of the desk: three steps, one tap for the usual, nobody sees another's rides."""

import pytest
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Event
from machikado.town.people.models import Person
from machikado.town.ride.actions import passengers
from machikado.town.ride.actions.passengers import PassengerFacts
from machikado.town.ride.actions.retention import forget
from machikado.town.ride.hours import moment_at
from machikado.town.ride.models import Booking, Passenger
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import PLACES, TOMORROW, a_rider, a_riding_town, booked
from machikado.town.ride.views import day_page


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
def area(cast):
    return a_riding_town(cast)


@pytest.fixture
def yoda(cast, client_of):
    """The browser of a passenger."""
    return client_of(cast.yoda)


@pytest.fixture
def desk(cast, client_of):
    """The browser of whoever answers the telephone."""
    return client_of(cast.uehara)


def fields_of(client, name="ride:book", *args, **changes):
    """What the form begins with, as a browser would send it back, with changes."""
    form = client.get(reverse(name, args=args)).context["form"]
    begun = {each: value for each in form.fields if (value := form[each].value()) not in (None, False, "")}
    return {**{each: str(value) for each, value in begun.items()}, **changes}


def wished(client, **changes):
    usual = {"start": "south", "goal": "north", "when": "leave", "day": TOMORROW.isoformat(), "minute": "10:00"}
    return client.post(reverse("ride:book"), fields_of(client, **{**usual, **changes}), follow=True)


def test_three_steps_lead_to_a_promise(area, yoda, cast):
    offers = wished(yoda)
    page = offers.content.decode()
    assert "9:58〜10:10" in page
    assert "50円" in page
    assert "3つのうち2つめ" in page
    first = offers.context["page"].cards[0].offer
    done = yoda.post(reverse("ride:offers", args=[first.booking.code]), {"offer": first.code}, follow=True)
    page = done.content.decode()
    assert "バスをよやくしました" in page
    assert "southで乗る" in page
    assert "区間CC" in page
    assert Booking.objects.get().state == "booked"
    assert Booking.objects.get().channel == "web"
    assert "9:58〜10:10" in yoda.get(reverse("ride:home")).content.decode()


def test_home_to_the_usual_takes_two_taps(area, yoda, cast):
    facts = PassengerFacts(home=PLACES["west"], walk_minutes=5)
    passengers.know(person=cast.yoda, facts=facts, by=SYSTEM, now=NOON)
    booked(area, cast.yoda, start="west", goal="north")
    home = yoda.get(reverse("ride:home"))
    assert "西の家" in home.content.decode()
    (trip,) = home.context["page"].usual
    offers = yoda.post(reverse("ride:again", args=[trip.booking.code]), follow=True)  # the first tap
    made = Booking.objects.latest("pk")
    assert (made.from_name, made.to_name, made.when) == ("西の家", "北の駅", "now")
    assert made.reason == "nobody_on_duty", "today nobody drives, and it says so"
    assert "その時間に走るバスが、ありません" in offers.content.decode()


def test_what_was_typed_stays_and_says_what_is_missing(area, yoda):
    answer = wished(yoda, goal="どこにもない所", minute="25時")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "どこにもない所" in page
    assert "その名前の場所が、見つかりません" in page
    assert "25時" in page
    assert Booking.objects.count() == 0
    same = wished(yoda, goal="south")
    assert "いる所と行く所が、同じです" in same.content.decode()


def test_another_time_and_giving_back(area, yoda, cast):
    booking = booked(area, cast.yoda)
    where = reverse("ride:change", args=[booking.code])
    offers = yoda.post(where, fields_of(yoda, "ride:change", booking.code, start="south", goal="north", minute="11:00"))
    assert offers.status_code == 302
    new = Booking.objects.latest("pk")
    assert new.replaces == booking
    offer = new.offers.get(number=1)
    yoda.post(reverse("ride:offers", args=[new.code]), {"offer": offer.code})
    booking.refresh_from_db()
    assert booking.state == "cancelled"
    gone = yoda.post(reverse("ride:cancel", args=[new.code]), follow=True)
    assert "よやくをやめました。お金はかかりません。" in gone.content.decode()
    new.refresh_from_db()
    assert (new.state, new.cancel_reason) == ("cancelled", "rider")


def test_what_a_passenger_says_once_is_used(area, yoda, cast):
    where = reverse("ride:passenger")
    answer = yoda.post(where, {"home": "west", "walk_minutes": "5", "fare_kind": "disabled", "wheelchair": "on"})
    assert answer.status_code == 302
    known = Passenger.objects.get()
    assert (known.home_name, known.walk_minutes, known.wheelchair) == ("west", 5, True)
    begun = fields_of(yoda)
    assert (begun["start"], begun["start_code"], begun["disabled"], begun["wheelchairs"]) == ("west", "home", "1", "1")


def test_the_diary_does_not_tell_what_a_passenger_needs(area, cast):
    """At first every field is entered, with a wheelchair or without; later those that are changed, on or off."""
    every = ["home", "walk_minutes", "fare_kind", "slow", "wheelchair", "pram"]
    wheelchair = PassengerFacts(home=PLACES["west"], wheelchair=True)
    for person, first in ((cast.yoda, wheelchair), (cast.hara, PassengerFacts())):
        passengers.know(person=person, facts=first, by=SYSTEM, now=NOON)
        assert Event.objects.latest("pk").data["fields"] == every
    for facts, changed in (
        (PassengerFacts(home=PLACES["west"]), ["wheelchair"]),
        (PassengerFacts(home=PLACES["east"]), ["home"]),
        (PassengerFacts(home=PLACES["east"], wheelchair=True), ["wheelchair"]),
    ):
        passengers.know(person=cast.yoda, facts=facts, by=SYSTEM, now=NOON)
        assert Event.objects.latest("pk").data["fields"] == changed


def test_the_desk_books_for_a_caller_and_reads_it_aloud(area, desk, cast):
    known = desk.post(
        reverse("ride:caller_add"),
        {"family_name": "百瀬", "given_name": "はな", "family_kana": "ももせ", "phone": "0263-00-1234"},
        follow=True,
    )
    caller = Person.objects.get(given_name="はな")
    assert known.redirect_chain[-1][0] == reverse("ride:caller", args=[caller.code])
    found = desk.post(reverse("ride:desk"), {"q": "1234"}).content.decode()
    assert "百瀬 はな" in found
    assert "百瀬 はな" in desk.post(reverse("ride:desk"), {"q": "ももせ"}).content.decode()
    usual = {"start": "south", "goal": "north", "when": "leave", "day": TOMORROW.isoformat(), "minute": "10:00"}
    where = reverse("ride:caller", args=[caller.code])
    offers = desk.post(where, fields_of(desk, "ride:caller", caller.code, **usual), follow=True)
    assert "どのバスをお取りしましょうか" in offers.content.decode()
    made = Booking.objects.get()
    assert (made.rider, made.booked_by, made.channel) == (caller, cast.uehara, "phone")
    offer = made.offers.get(number=1)
    aloud = desk.post(reverse("ride:offers", args=[made.code]), {"offer": offer.code}, follow=True).content.decode()
    assert "運転手に、1234とお伝えください" in aloud
    slip = desk.get(reverse("ride:slip", args=[made.code])).content.decode()
    assert "9:58〜10:10" in slip
    assert "1234" in slip
    day = desk.get(reverse("ride:day"), {"day": TOMORROW.isoformat()}).content.decode()
    assert "百瀬 はな" in day
    assert "1号車" in day


def test_the_day_shows_refusals_with_their_reason(area, desk, yoda):
    wished(yoda, minute="5:00")
    page = desk.get(reverse("ride:day"), {"day": TOMORROW.isoformat()}).content.decode()
    assert "その時間、バスは走っていません" in page


def test_nobody_sees_or_cancels_somebody_elses_ride(area, cast, client_of):
    booking = booked(area, cast.yoda)
    stranger = client_of(cast.nakajima)
    for name, verb in (("booking", "get"), ("slip", "get"), ("cancel", "post"), ("again", "post"), ("change", "get")):
        answer = getattr(stranger, verb)(reverse(f"ride:{name}", args=[booking.code]))
        assert answer.status_code == 404, name
    booking.refresh_from_db()
    assert booking.state == "booked"


def test_full_width_digits_find_a_caller(area, desk):
    fields = {"family_name": "丸山", "phone": "０２６３－００－１２３４"}
    desk.post(reverse("ride:caller_add"), fields)
    for typed in ("1234", "１２３４"):
        page = desk.post(reverse("ride:desk"), {"q": typed}).content.decode()
        assert "丸山" in page, typed
        assert "見つかった人" in page
    page = desk.post(reverse("ride:desk"), {"q": "９９９９"}).content.decode()
    assert "丸山" not in page


def test_the_desk_can_cancel_until_the_ride_begins_and_the_rider_until_ten_minutes_before(
    area, desk, yoda, cast, monkeypatch
):
    ride = booked(area, cast.yoda)
    pickup = ride.promise.pickup_from
    action = f'action="{reverse("ride:cancel", args=[ride.code])}"'
    for second, for_rider, for_desk in (
        (pickup - 700, True, True),
        (pickup - 60, False, True),
        (pickup + 900, False, False),
    ):
        monkeypatch.setattr(clock, "now", lambda second=second: moment_at(ride.day, second))
        for browser, can in ((yoda, for_rider), (desk, for_desk)):
            page = browser.get(reverse("ride:booking", args=[ride.code])).content.decode()
            assert (action in page) == can, second


def test_a_cancelled_ride_is_none_of_the_days_rides(area, desk, cast):
    booked(area, cast.yoda)
    ride = booked(area, cast.hara)
    for rides in (2, 1):
        page = desk.get(reverse("ride:day"), {"day": TOMORROW.isoformat()}).context["page"]
        assert (page.ridership.rides, page.ridership.people, len(page.rides)) == (rides, rides, 2)
        desk.post(reverse("ride:cancel", args=[ride.code]))


def test_of_a_forgotten_ride_nothing_can_be_asked_again(area, desk, cast):
    ride = booked(area, cast.hara)
    forget(Booking.objects.all())
    for name, answer in (("ride:again", desk.post), ("ride:change", desk.get)):
        assert answer(reverse(name, args=[ride.code])).status_code == 404


def test_a_long_day_has_pages_and_each_asks_as_much_as_a_short_one(
    area, desk, cast, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(day_page, "ROWS", 2)
    made = [booked(area, a_rider(str(number)), minute=600 + 10 * number) for number in range(5)]
    with django_assert_max_num_queries(40):
        first = desk.get(reverse("ride:day"), {"day": TOMORROW.isoformat()})
    assert [ride.booking for ride in first.context["page"].rides] == made[:2]
    assert first.context["page"].ridership.rides == 5
    assert "3ページのうち1ページめ" in first.content.decode()
    last = desk.get(reverse("ride:day"), {"day": TOMORROW.isoformat(), "ride": made[4].code}).context["page"]
    assert [ride.booking for ride in last.rides] == made[4:]
    whole = desk.get(reverse("ride:day"), {"day": TOMORROW.isoformat(), "all": "1"}).context["page"]
    assert [ride.booking for ride in whole.rides] == made
    monkeypatch.setattr(clock, "now", lambda: moment_at(TOMORROW, 37_800))
    now = desk.get(reverse("ride:day")).context["page"]
    assert [ride.booking for ride in now.rides] == made[2:4], "the page of the first ride from now on"
