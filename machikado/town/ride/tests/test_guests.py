"""A guest's pages: number, code, name, then everybody's three steps; they see what they booked so, nothing else."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from machikado.town.common import clock
from machikado.town.common.codes import new_code
from machikado.town.law import actions as law
from machikado.town.law import retention
from machikado.town.people.actions import guests
from machikado.town.people.doors import PUBLIC, TOKEN, Door, doors
from machikado.town.people.models import ContactPoint, Guest, Message, Person
from machikado.town.people.tests.guesting import NUMBER, PHONE, a_guest
from machikado.town.ride.actions import asking, bookings, series
from machikado.town.ride.hours import moment_at
from machikado.town.ride.models import Booking, Passenger
from machikado.town.ride.queries import limits
from machikado.town.ride.queries.mishaps import to_call
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import TOMORROW, a_riding_town, actor_of, booked, wish
from machikado.town.ride.tests.test_booking_pages import fields_of, wished

GUEST, CODE, NAME = reverse("ride:guest"), reverse("ride:guest_code"), reverse("ride:guest_name")
GUESTS = {
    "ride:guest",
    "ride:book",
    "ride:offers",
    "ride:booking",
    "ride:coming",
    "ride:change",
    "ride:cancel",
    "ride:back",
}


class Clock:
    """The town's time and real time, which run together here."""

    def __init__(self) -> None:
        self.time = NOON


@pytest.fixture(autouse=True)
def at(monkeypatch, db) -> Clock:
    """It is noon, and nobody has asked for a code in this hour."""
    held = Clock()
    monkeypatch.setattr(clock, "now", lambda: held.time)
    monkeypatch.setattr(clock, "real_now", lambda: held.time)
    return held


@pytest.fixture
def area(cast):
    return a_riding_town(cast, vans=2)


def digits_in_queue() -> str:
    return str(Message.objects.filter(kind="people.guest_code").latest("pk").params["digits"])


def came_in(phone: str = PHONE, name: str = "見本") -> Client:
    """A browser in which somebody typed number, code and name."""
    client = Client()
    assert client.post(GUEST, {"phone": phone}).headers["Location"] == CODE
    client.post(CODE, {"digits": digits_in_queue()})
    if name:
        assert client.post(NAME, {"name": name}).headers["Location"] == reverse("ride:book")
    return client


def booked_here(client: Client, **changes: str) -> Booking:
    first = wished(client, **changes).context["page"].cards[0].offer
    done = client.post(reverse("ride:offers", args=[first.booking.code]), {"offer": first.code}, follow=True)
    assert done.status_code == 200
    return Booking.objects.get(pk=first.booking_id)


def test_from_a_number_to_a_promise(area):
    guest = came_in()
    ride = booked_here(guest)
    page = guest.get(reverse("ride:booking", args=[ride.code])).content.decode()
    assert (ride.state, ride.channel, str(ride.rider)) == ("booked", "guest", "見本")
    assert ">0415<" in page
    assert "見本さんのよやく" in page
    for theirs in ("毎週", "終わったら、バスをよぶ", "領収書", "サインアウト"):
        assert theirs not in page, theirs
    assert guest.get(reverse("ride:coming", args=[ride.code])).status_code == 200
    home = guest.get(GUEST).content.decode()
    assert "9:58〜10:10" in home
    assert PHONE in home
    told = Message.objects.get(kind="ride.booked")
    assert (told.channel, told.state) == ("sms", "waiting")
    back = guest.post(reverse("ride:back", args=[ride.code]), {"minute": "12:00"}, follow=True)
    first = back.context["page"].cards[0].offer
    guest.post(reverse("ride:offers", args=[first.booking.code]), {"offer": first.code})
    assert Booking.objects.get(pk=first.booking_id).channel == "guest"
    assert first.booking.code in guest.get(reverse("ride:booking", args=[ride.code])).content.decode()


def test_a_way_back_that_the_desk_booked_is_not_the_guests(area):
    guest = came_in()
    ride = booked_here(guest)
    made = booked(
        area, Guest.objects.get().person, start="north", goal="south", minute=840, channel="phone", back_of=ride
    )
    assert made.code not in guest.get(reverse("ride:booking", args=[ride.code])).content.decode()
    assert guest.post(reverse("ride:back", args=[made.code]), {"minute": "15:00"}).status_code == 404


def test_the_desk_knows_a_guest_who_said_a_name_and_wants_their_ride_every_week_by_telephone(area, cast, client_of):
    Client().post(GUEST, {"phone": "090-0000-0418"})
    ride, desk = booked_here(came_in()), client_of(cast.uehara)
    found = desk.post(reverse("ride:desk"), {"q": "0415"}).content.decode()
    assert "電話番号だけの利用者" in found
    assert not desk.post(reverse("ride:desk"), {"q": "0418"}).context["found"], "anybody may have typed that number in"
    assert (
        "本人の画面には出ません"
        in desk.get(reverse("ride:caller", args=[Guest.objects.get(number=NUMBER).person.code])).content.decode()
    )
    made = series.make(booking=ride, weekly=series.as_booked(ride), by=actor_of(cast.uehara), now=NOON)
    assert made.channel == "phone"


def address_or_none(door: Door, code: str) -> str | None:
    """The address of a door that asks for one code at most."""
    try:
        return reverse(door.name, kwargs={"code": code} if door.example else {})
    except NoReverseMatch:
        return None


def test_only_doors_that_name_guests_open_for_one(area):
    """The table is written a second time on purpose."""
    assert {door.name for door in doors().values() if door.guests} == GUESTS
    guest, code = came_in(), booked_here(came_in("090-0000-0417")).code

    closed = [door for door in doors().values() if not door.guests and door.roles not in (PUBLIC, TOKEN)]
    addresses = {door: where for door in closed if (where := address_or_none(door, code))}
    assert len(addresses) >= len(closed) - 5
    for door, where in addresses.items():
        for verb in door.verbs:
            answer = guest.generic(verb, where)
            assert (answer.status_code, answer.headers.get("Location", "")[:9]) == (303, "/sign-in/"), door.name


def test_a_guests_doors_know_their_verbs_and_ask_where_a_form_comes_from(area):
    code, careful = booked_here(came_in()).code, Client(enforce_csrf_checks=True)
    guest = came_in("090-0000-0417")
    careful.cookies = guest.cookies
    for door in (doors()[name] for name in sorted(GUESTS)):
        where = reverse(door.name, kwargs={"code": code} if door.example else {})
        for verb in {"GET", "POST", "PUT", "DELETE"} - door.verbs:
            assert guest.generic(verb, where).status_code == 405, (door.name, verb)
        if "POST" in door.verbs:
            assert careful.post(where).status_code == 403, door.name


def test_a_guest_sees_what_was_booked_so_with_this_number_and_nothing_else(area, cast, at):
    """Not Yoda's rides with the same number, not what the desk booked for them, not another guest's, not of before."""
    ContactPoint.objects.create(person=cast.yoda, kind=ContactPoint.Kind.PHONE, value=PHONE)
    guest, other = came_in(), came_in("090-0000-0417", "別")
    mine = booked_here(guest)
    person = Guest.objects.get(number=NUMBER).person
    rest = [booked(area, cast.yoda), booked(area, person, minute=840, channel="phone"), booked_here(other)]
    home = guest.get(GUEST).content.decode()
    assert mine.code in home
    for ride in rest:
        assert ride.code not in home
        for name in ("booking", "offers", "change", "cancel", "coming"):
            verb = guest.post if name == "cancel" else guest.get
            assert verb(reverse(f"ride:{name}", args=[ride.code])).status_code == 404, (name, ride.channel)
    assert guest.get(reverse("ride:booking", args=[new_code()])).status_code == 404
    at.time = moment_at(TOMORROW, 23 * 3600)
    late = came_in()
    assert late.get(reverse("ride:booking", args=[mine.code])).status_code == 200, "their service day is not over"
    at.time = moment_at(TOMORROW, 28 * 3600 + 60)
    assert came_in().get(reverse("ride:booking", args=[mine.code])).status_code == 404
    assert Booking.objects.get(pk=rest[0].pk).state == "booked"


def test_who_comes_again_sees_their_ride_changes_it_and_gives_it_back(area, at):
    ride = booked_here(came_in())
    at.time = NOON + timedelta(hours=2)
    again = came_in(name="")
    assert again.get(GUEST).status_code == 200, "asked for no name as long as a ride is ahead"
    fields = fields_of(again, "ride:change", ride.code, minute="14:00", day=TOMORROW.isoformat(), when="leave")
    offers = again.post(reverse("ride:change", args=[ride.code]), fields, follow=True)
    first = offers.context["page"].cards[0].offer
    again.post(reverse("ride:offers", args=[first.booking.code]), {"offer": first.code})
    ride.refresh_from_db()
    assert (ride.state, ride.cancel_reason) == ("cancelled", "changed")
    again.post(reverse("ride:cancel", args=[first.booking.code]))
    assert Booking.objects.get(pk=first.booking_id).cancel_reason == "rider"
    fresh = came_in(name="")
    assert fresh.get(GUEST).status_code == 200
    answer = Client()
    answer.post(GUEST, {"phone": PHONE})
    at.time += timedelta(minutes=2)
    answer.post(GUEST, {"phone": PHONE})
    assert answer.post(CODE, {"digits": digits_in_queue()}).headers["Location"] == NAME, "nothing is ahead: who is it?"


def test_the_desk_changes_a_guests_ride_and_the_guest_sees_it(area, cast, client_of):
    guest, desk = came_in(), client_of(cast.uehara)
    ride = booked_here(guest)
    fields = fields_of(desk, "ride:change", ride.code, minute="14:00", day=TOMORROW.isoformat(), when="leave")
    first = desk.post(reverse("ride:change", args=[ride.code]), fields, follow=True).context["page"].cards[0].offer
    desk.post(reverse("ride:offers", args=[first.booking.code]), {"offer": first.code})
    made = Booking.objects.get(pk=first.booking_id)
    assert (made.channel, made.booked_by, made.state) == ("guest", cast.uehara, "booked")
    assert made.code in guest.get(GUEST).content.decode()
    day = desk.get(f"{reverse('ride:day')}?day={TOMORROW}").content.decode()
    assert "ウェブ（電話番号だけ）" in day
    desk.post(reverse("ride:cancel", args=[made.code]), {"reason": "staff"})
    assert [row.kind for row in to_call(area, TOMORROW)] == ["ride.cancelled"], "nobody sends SMS, so the desk calls"


def test_an_hour_without_a_page_ends_the_session_and_the_bus_that_is_looked_for_is_no_page(area, at):
    guest = came_in()
    ride = booked_here(guest)
    where, coming = reverse("ride:booking", args=[ride.code]), reverse("ride:coming", args=[ride.code])
    at.time += timedelta(minutes=50)
    assert guest.get(where).status_code == 200
    at.time += timedelta(minutes=50)
    assert guest.get(coming, headers={"HX-Request": "true"}).status_code == 200
    at.time += timedelta(minutes=10)
    answer = guest.get(where)
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, GUEST)
    asked_again = guest.get(coming, headers={"HX-Request": "true"})
    assert (asked_again.status_code, asked_again.headers["HX-Redirect"]) == (401, GUEST)
    assert "時間がたちました" in guest.get(GUEST).content.decode()
    assert came_in().get(where).status_code == 200


def test_the_way_in_keeps_what_was_typed_and_says_what_to_do(area):
    client = Client()
    assert client.get(CODE).headers["Location"] == GUEST
    assert client.get(NAME).headers["Location"] == GUEST
    landline = client.post(GUEST, {"phone": "0263-00-0000"})
    assert landline.status_code == 422
    assert 'value="0263-00-0000"' in landline.content.decode()
    client.post(GUEST, {"phone": PHONE})
    digits = digits_in_queue()
    wrong = f"{(int(digits) + 1) % 10**6:06}"
    page = client.post(CODE, {"digits": wrong})
    assert (page.status_code, wrong in page.content.decode()) == (422, True)
    assert digits not in client.get(CODE).content.decode(), "only a sample town shows it"
    assert client.get(reverse("ride:book")).headers["Location"].startswith(reverse("sign_in"))
    before = client.session.session_key
    assert NUMBER not in str(dict(client.session)), "a session is kept longer than the number of who books nothing"
    assert client.post(CODE, {"digits": digits}).headers["Location"] == NAME
    assert client.session.session_key != before
    assert client.get(reverse("ride:book")).status_code == 303, "without a name nobody books"
    assert NUMBER not in str(dict(client.session))
    assert client.post(NAME, {"name": " "}).status_code == 422
    client.post(NAME, {"name": "見本"})
    assert client.get(reverse("ride:book")).status_code == 200
    assert client.post(reverse("ride:guest_leave")).headers["Location"] == reverse("front")
    assert client.get(reverse("ride:book")).status_code == 303


def test_who_is_signed_in_needs_no_code(area, cast, client_of):
    yoda = client_of(cast.yoda)
    assert [yoda.get(each).headers["Location"] for each in (GUEST, CODE, NAME)] == [reverse("ride:home")] * 3


def test_a_read_only_town_shows_a_guest_their_ride_and_changes_nothing(area, settings, at):
    guest = came_in()
    ride = booked_here(guest)
    settings.MACHIKADO_READ_ONLY = True
    at.time += timedelta(minutes=5)
    held = dict(guest.session)
    assert guest.get(reverse("ride:booking", args=[ride.code])).status_code == 200
    assert dict(guest.session) == held
    for where in (GUEST, CODE, NAME, reverse("ride:cancel", args=[ride.code])):
        assert guest.post(where, {"phone": PHONE}).status_code == 503


def test_a_prank_of_fifty_rides_from_one_number_ends_at_four(area):
    guest = a_guest(now=NOON)
    by, told = guests.actor_of(guest), list[str]()
    for number in range(50):
        minute = 500 + 40 * (number % 12)
        try:
            made = asking.ask(area=area, rider=guest.person, wish=wish(minute=minute, channel="guest"), by=by, now=NOON)
            bookings.accept(offer=made.offers.get(number=1), by=by, now=NOON)
            told.append("yes")
        except (asking.CannotAsk, bookings.CannotBook) as refusal:
            told.append(refusal.code)
    assert told[:4] == ["yes"] * 4
    assert set(told[4:]) == {"guest_many"}


def test_wishes_without_a_ride_are_counted_too_and_a_family_with_the_number_is_not_named(area, cast):
    guest = a_guest(now=NOON)
    by = guests.actor_of(guest)
    for _number in range(limits.MOST_ASKED_BY_GUEST):
        asking.ask(area=area, rider=guest.person, wish=wish(channel="guest"), by=by, now=NOON)
    with pytest.raises(asking.CannotAsk) as refusal:
        asking.ask(area=area, rider=guest.person, wish=wish(channel="guest"), by=by, now=NOON)
    assert refusal.value.code == "guest_asked_often"


def apply(code: str, now) -> int:
    return law.apply(next(rule for rule in retention.rules() if rule.code == code), now)


def test_who_booked_nothing_goes_after_a_day_who_booked_after_a_year(area):
    rode, wished_only = came_in(), came_in("090-0000-0417", "希望")
    ride = booked_here(rode)
    wished(wished_only)
    came_in("090-0000-0418", "")
    day = timedelta(days=1)
    assert apply("guest", NOON + day) == 0, "on the day itself they are kept"
    assert apply("guest", NOON + day * 2) == 2
    assert list(Guest.objects.values_list("number", flat=True)) == [NUMBER]
    assert not ContactPoint.objects.filter(value__in=("090-0000-0417", "090-0000-0418")).exists()
    assert Booking.objects.get() == ride
    assert apply("passenger", NOON + day * 300) == 0
    assert apply("passenger", NOON + day * 400) == 1
    assert (Guest.objects.count(), Passenger.objects.count()) == (0, 0)
    assert not Person.objects.filter(family_name__in=("見本", "希望")).exists()
    assert Booking.objects.get().rider is None


def test_the_desk_sees_the_queue_and_the_digits_only_in_a_sample_town(area, cast, client_of, settings):
    desk, where = client_of(cast.uehara), reverse("ride:sms")
    assert "待っているSMSはありません" in desk.get(where).content.decode()
    client = Client()
    client.post(GUEST, {"phone": PHONE})
    digits, page = digits_in_queue(), desk.get(where).content.decode()
    assert PHONE in page
    assert "本人だけが見ます" in page
    assert digits not in page
    settings.MACHIKADO_DEMO = True
    settings.MACHIKADO_TOWN_SPEED = 1
    Person.objects.filter(guest__number=NUMBER).update(is_sample=False)
    assert digits not in desk.get(where).content.decode(), "a person who is not made up"
    assert digits not in client.get(CODE).content.decode()
    Person.objects.filter(guest__number=NUMBER).update(is_sample=True)
    assert digits in desk.get(where).content.decode()
    assert digits in client.get(CODE).content.decode()


def test_the_front_page_leads_there_where_there_is_a_bus(client, town):
    assert GUEST not in client.get(reverse("front")).content.decode()


def test_the_front_page_of_a_town_with_a_bus(client, area):
    assert GUEST in client.get(reverse("front")).content.decode()
