"""Whoever may book for somebody does it like the passenger, who is told; without a consent in force nobody does."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Detail, Event
from machikado.town.people.models import ContactPoint, Message
from machikado.town.people.permissions import CannotDo
from machikado.town.people.sentences import sentence
from machikado.town.ride.actions import asking, authority, bookings, consents, passengers, plans, returning
from machikado.town.ride.actions.asking import CannotAsk
from machikado.town.ride.actions.bookings import CannotBook
from machikado.town.ride.actions.passengers import PassengerFacts
from machikado.town.ride.models import Booking, BookingConsent, PlanStep
from machikado.town.ride.queries import booking_soundness, consent_soundness, limits
from machikado.town.ride.queries.mishaps import to_call
from machikado.town.ride.queries.places import HOME
from machikado.town.ride.tests.agreeing import a_consent, a_proxy
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import PLACES, TOMORROW, a_rider, a_riding_town, actor_of, wish

MINUTE = timedelta(minutes=1)


@pytest.fixture
def area(cast):
    return a_riding_town(cast)


@pytest.fixture
def daughter(cast):
    """Yoda's daughter, to whom Yoda agreed."""
    person = a_proxy()
    a_consent(cast.yoda, person)
    return person


def asked_by(person, area, rider, now=NOON, **changes) -> Booking:
    new = wish(channel="proxy", **changes)
    return asking.ask(area=area, rider=rider, wish=new, by=actor_of(person), now=now)


def booked_by(person, area, rider, now=NOON, **changes) -> Booking:
    offer = asked_by(person, area, rider, now, **changes).offers.get(number=1)
    return bookings.accept(offer=offer, by=actor_of(person), now=now)


def last_told(person) -> tuple[str, str]:
    message = Message.objects.filter(person=person).order_by("-pk")[0]
    return message.kind, sentence(message.kind, message.params)


def test_a_daughter_books_changes_and_cancels_and_the_mother_is_told_each_time(area, cast, daughter):
    ride = booked_by(daughter, area, cast.yoda)
    assert (ride.rider, ride.booked_by, ride.channel) == (cast.yoda, daughter, "proxy")
    assert ride.consent == BookingConsent.objects.get()
    kind, words = last_told(cast.yoda)
    assert kind == "ride.booked_for"
    for part in ("家族が", "11月25日（水）", "9:58", "south"):
        assert part in words
    later = booked_by(daughter, area, cast.yoda, minute=660, replaces=ride)
    kind, words = last_told(cast.yoda)
    assert (kind, "家族が" in words) == ("ride.changed_for", True)
    bookings.cancel(booking=later, by=actor_of(daughter), now=NOON)
    assert last_told(cast.yoda)[0] == "ride.cancelled_for"
    later.refresh_from_db()
    assert (later.state, later.cancel_reason, later.cancelled_by) == ("cancelled", "rider", daughter)
    told = Event.objects.get(kind="ride.cancelled", code=later.code)
    assert (told.data["typed_at_desk"], told.actor_person) == (False, None)
    assert Detail.objects.get(event_id=told.pk).body == {"by": daughter.pk}
    assert [*consent_soundness.problems(), *booking_soundness.problems()] == []


def test_the_way_back_stays_open_and_is_called_by_the_daughter(area, cast, daughter):
    out = booked_by(daughter, area, cast.yoda)
    by = actor_of(daughter)
    last = returning.open_return(outward=out, sent_key=uuid4(), channel="proxy", by=by, now=NOON)
    there = NOON + timedelta(hours=23)
    made = returning.ready(booking=last, channel="proxy", by=by, now=there)
    assert (made.replaces, made.booked_by, made.state) == (last, daughter, "booked")
    assert last_told(cast.yoda)[0] == "ride.changed_for"
    assert consent_soundness.problems() == []


def test_without_a_consent_nobody_books_changes_or_cancels(area, cast, daughter):
    ride, wished = booked_by(daughter, area, cast.yoda), asked_by(daughter, area, cast.yoda, minute=780)
    offer = wished.offers.get(number=1)
    last = returning.open_return(outward=ride, sent_key=uuid4(), channel="web", by=SYSTEM, now=NOON)
    consents.end(consent=BookingConsent.objects.get(), by=actor_of(cast.yoda), now=NOON)
    by = actor_of(daughter)
    tries = [
        lambda: asked_by(daughter, area, cast.yoda, minute=840),
        lambda: bookings.accept(offer=offer, by=by, now=NOON),
        lambda: bookings.cancel(booking=ride, by=by, now=NOON),
        lambda: returning.back(outward=ride, minute=840, channel="proxy", by=by, now=NOON),
        lambda: returning.ready(booking=last, channel="proxy", by=by, now=NOON),
    ]
    before = list(Booking.objects.order_by("pk").values())
    for act in tries:
        with pytest.raises(CannotDo):
            act()
    assert list(Booking.objects.order_by("pk").values()) == before
    assert ride.state == "booked", "what is booked is the passenger's"


def test_a_consent_is_for_one_passenger_and_one_proxy(area, cast, daughter):
    for person, rider in ((daughter, cast.hara), (cast.yoda, daughter), (cast.nakajima, cast.yoda)):
        with pytest.raises(CannotDo):
            asked_by(person, area, rider)


def test_what_the_bus_knows_of_a_passenger_no_proxy_changes(cast, daughter):
    with pytest.raises(CannotDo):
        passengers.know(person=cast.yoda, facts=PassengerFacts(), by=actor_of(daughter), now=NOON)


def test_a_consent_that_ends_while_the_plan_is_computed_books_nothing(area, cast, daughter, monkeypatch):
    """The end comes between the question and the lock: nothing of the yes is written."""
    offer = asked_by(daughter, area, cast.yoda).offers.get(number=1)
    lock = plans.lock

    def ended_meanwhile(standing):
        consents.end(consent=BookingConsent.objects.get(), by=actor_of(cast.yoda), now=NOON)
        return lock(standing)

    monkeypatch.setattr(plans, "lock", ended_meanwhile)
    with pytest.raises(CannotDo):
        bookings.accept(offer=offer, by=actor_of(daughter), now=NOON)
    assert Booking.objects.get().state == "offered"
    assert not PlanStep.objects.exists()


def test_a_consent_that_ends_while_a_bus_is_looked_for_keeps_no_wish(area, cast, daughter, monkeypatch):
    still = authority.still_may_book

    def ended_meanwhile(by, rider, now):
        consents.end(consent=BookingConsent.objects.get(), by=actor_of(cast.yoda), now=NOON)
        return still(by, rider, now)

    monkeypatch.setattr(authority, "still_may_book", ended_meanwhile)
    with pytest.raises(CannotDo):
        asked_by(daughter, area, cast.yoda)
    assert not Booking.objects.exists()


def test_a_form_sent_twice_and_a_yes_said_twice_are_one(area, cast, daughter):
    new = wish(channel="proxy")
    sent = [asking.ask(area=area, rider=cast.yoda, wish=new, by=actor_of(daughter), now=NOON) for _twice in range(2)]
    assert sent[0] == sent[1]
    for _twice in range(2):
        bookings.accept(offer=sent[0].offers.get(number=1), by=actor_of(daughter), now=NOON)
    assert Message.objects.filter(person=cast.yoda, kind="ride.booked_for").count() == 1
    for _twice in range(2):
        bookings.cancel(booking=sent[0], by=actor_of(daughter), now=NOON)
    assert Message.objects.filter(person=cast.yoda, kind="ride.cancelled_for").count() == 1


def test_whoever_says_yes_has_booked_it(area, cast, daughter):
    """The daughter asked, the consent ended, and the mother takes the bus that was found: it is hers."""
    offer = asked_by(daughter, area, cast.yoda).offers.get(number=1)
    consents.end(consent=BookingConsent.objects.get(), by=actor_of(cast.yoda), now=NOON)
    made = bookings.accept(offer=offer, by=actor_of(cast.yoda), now=NOON + MINUTE)
    assert (made.booked_by, made.channel, made.consent) == (cast.yoda, "web", None)
    assert last_told(cast.yoda)[0] == "ride.booked"
    assert consent_soundness.problems() == []


def test_a_renewed_consent_goes_on_with_what_was_asked_before(area, cast, daughter):
    offer = asked_by(daughter, area, cast.yoda).offers.get(number=1)
    fresh = a_consent(cast.yoda, daughter, ends_on=TOMORROW, now=NOON + MINUTE)
    made = bookings.accept(offer=offer, by=actor_of(daughter), now=NOON + 2 * MINUTE)
    assert made.consent == fresh
    assert consent_soundness.problems() == []


def test_who_has_a_land_line_is_called_by_the_desk(area, cast):
    """The care manager books for somebody who is told by telephone: the desk's page of the day says whom to call."""
    rider = a_rider("百瀬")
    rider.channel = "call"
    rider.save()
    a_consent(rider, cast.hara, relation="care")
    booked_by(cast.hara, area, rider)
    (waiting,) = to_call(area, TOMORROW)
    assert (waiting.person, waiting.kind) == (rider, "ride.booked_for")
    assert "ケアマネジャーが" in sentence(waiting.kind, waiting.params)


def test_the_limits_of_the_passenger_hold_for_the_proxy(area, cast, daughter, monkeypatch):
    monkeypatch.setattr(limits, "MOST_AHEAD", 1)
    booked_by(daughter, area, cast.yoda)
    with pytest.raises(CannotAsk) as refusal:
        asked_by(daughter, area, cast.yoda, minute=780)
    assert refusal.value.code == "many"


def test_a_proxy_asks_so_often_whomever_it_is_for(area, cast, monkeypatch):
    monkeypatch.setattr(limits, "MOST_ASKED_BY_PROXY", 3)
    clients = [a_rider(str(number)) for number in range(4)]
    for client in clients:
        a_consent(client, cast.hara, relation="care")
    for client in clients[:3]:
        asked_by(cast.hara, area, client, minute=300)
    with pytest.raises(CannotAsk) as refusal:
        asked_by(cast.hara, area, clients[3], minute=300)
    assert (refusal.value.code, refusal.value.params["count"]) == ("proxy_asked_often", 3)
    own = asking.ask(area=area, rider=clients[3], wish=wish(minute=300), by=actor_of(clients[3]), now=NOON)
    assert own.booked_by == clients[3], "the passenger is not held up by it"


def test_a_proxy_holds_so_many_rides_and_a_care_manager_with_thirty_clients_is_far_from_it(area, cast, monkeypatch):
    """Thirty clients, there and back, on two days that can be booked: 120."""
    assert limits.MOST_AHEAD_BY_PROXY >= 120
    monkeypatch.setattr(limits, "MOST_AHEAD_BY_PROXY", 2)
    clients = [a_rider(str(number)) for number in range(3)]
    for client in clients:
        a_consent(client, cast.hara, relation="care")
    offers = [asked_by(cast.hara, area, client).offers.get(number=1) for client in clients]
    for offer in offers[:2]:
        bookings.accept(offer=offer, by=actor_of(cast.hara), now=NOON)
    with pytest.raises(CannotBook) as refusal:
        bookings.accept(offer=offers[2], by=actor_of(cast.hara), now=NOON)
    assert (refusal.value.code, refusal.value.params["count"]) == ("proxy_many", 2)


def test_an_office_with_one_telephone_number_asks_and_holds_four_times_as_much(area, cast, monkeypatch):
    monkeypatch.setattr(limits, "MOST_ASKED_BY_PROXY", 1)
    monkeypatch.setattr(limits, "OFFICE", 2)
    office = [a_proxy(name) for name in ("一", "二", "三")]
    for each in office:
        ContactPoint.objects.create(person=each, kind=ContactPoint.Kind.PHONE, value="0263-00-9900")
        a_consent(a_rider(f"{each.family_name}の客"), each, relation="care")
    for each in office[:2]:
        asked_by(each, area, each.booking_proxies.get().rider, minute=300)
    with pytest.raises(CannotAsk) as refusal:
        asked_by(office[2], area, office[2].booking_proxies.get().rider, minute=300)
    assert refusal.value.code == "proxy_asked_often"


def test_a_sentence_about_a_ride_in_the_way_does_not_tell_the_name_of_the_home(area, cast, daughter):
    home = replace(PLACES["west"], name="大門二番町8-1", code=HOME)
    passengers.know(person=cast.yoda, facts=PassengerFacts(home=home), by=SYSTEM, now=NOON)
    booked_by(daughter, area, cast.yoda, start=home)
    with pytest.raises(CannotAsk) as refusal:
        asked_by(daughter, area, cast.yoda, start=home, minute=605)
    assert refusal.value.code == "overlaps"
    assert "自宅 → 北の駅" in refusal.value.sentence
    assert "大門" not in refusal.value.sentence


def test_the_check_finds_rides_that_somebody_booked_without_a_consent(area, cast, daughter):
    ride = booked_by(daughter, area, cast.yoda)
    rows, consent = Booking.objects.filter(pk=ride.pk), BookingConsent.objects.get()
    faults: dict[str, dict[str, object]] = {
        "no consent stands at it": {"consent": None},
        "has a consent and was not made by somebody else": {"channel": "web"},
        "stands on a consent of other people": {"booked_by": cast.hara},
        "without a consent in force": {"booked_at": NOON - MINUTE},
    }
    for words, broken in faults.items():
        rows.update(**broken)
        assert any(words in fault for fault in consent_soundness.problems()), words
        rows.update(consent=consent, channel="proxy", booked_by=daughter, booked_at=NOON)
    assert consent_soundness.problems() == []
    BookingConsent.objects.update(ends_on=NOON.date() - timedelta(days=1))
    assert "without a consent in force" in consent_soundness.problems()[0]
