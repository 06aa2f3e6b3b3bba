"""A code proves a number: it opens once, for ten minutes, after five tries not at all, and nothing of it is kept."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Detail, Event
from machikado.town.people import letters, queries
from machikado.town.people.actions import guests, persons
from machikado.town.people.actions.guests import GONE, CannotComeAsGuest
from machikado.town.people.actions.messages import NewMessage, tell
from machikado.town.people.models import Channel, Guest, Message, Person, SendResult
from machikado.town.people.permissions import MAY, CannotDo, require
from machikado.town.people.telephone import mobile_number, written
from machikado.town.people.tests.guesting import NUMBER, PHONE, a_guest, sent_to, typed

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
OTHER = "090-0000-0416"
HOUR = timedelta(hours=1)
handed_over: list[tuple[str, str]] = []


@pytest.fixture(autouse=True)
def fresh_hour(town):
    cache.clear()


def refusal_of(act, *args, **named) -> str:
    with pytest.raises(CannotComeAsGuest) as refusal:
        act(*args, **named)
    assert refusal.value.sentence
    return refusal.value.code


def wrong_of(digits: str) -> str:
    return f"{(int(digits) + 1) % 10**6:06}"


def test_a_code_waits_in_the_queue_and_opens_once():
    digits = sent_to(now=NOON)
    message = Message.objects.get()
    assert (message.channel, message.state, len(digits)) == ("sms", "waiting", 6)
    assert Guest.objects.get().digest != digits
    guest = typed(f" {digits[:3]} {digits[3:]} ", now=NOON)
    assert (guest.number, guest.person.channel, guest.is_named) == (NUMBER, "sms", False)
    assert refusal_of(typed, digits, now=NOON) == "wrong", "used"
    message.refresh_from_db()
    assert (message.params, message.state) == ({"digits": GONE}, "failed")
    assert Event.objects.filter(kind="people.guest_came_in", actor_kind="guest", actor_person=None).count() == 1
    kept = f"{list(Event.objects.values_list('data', flat=True))} {list(Detail.objects.values())}"
    assert digits not in kept
    assert NUMBER not in kept


def test_a_code_is_over_after_ten_minutes_and_its_text_goes(monkeypatch):
    digits = sent_to(now=NOON)
    assert refusal_of(typed, digits, now=NOON + timedelta(minutes=10)) == "wrong"
    monkeypatch.setattr(clock, "real_now", lambda: NOON + timedelta(minutes=9))
    assert guests.end_codes(NOON) == 0
    monkeypatch.setattr(clock, "real_now", lambda: NOON + timedelta(minutes=10))
    assert (guests.end_codes(NOON), guests.end_codes(NOON)) == (1, 0)
    assert Message.objects.get().params == {"digits": GONE}
    again = sent_to(now=NOON + timedelta(minutes=20))
    assert typed(again, now=NOON + timedelta(minutes=29)).tries == 0


def test_a_code_opens_its_own_number_alone_and_an_unknown_number_gets_the_same_answer():
    digits = sent_to(now=NOON)
    if sent_to(OTHER, now=NOON) != digits:  # once in a million runs they are the same
        assert refusal_of(typed, digits, "09000000416", now=NOON) == "wrong"
    assert refusal_of(typed, digits, "09000000999", now=NOON) == "wrong"
    assert typed(digits, now=NOON).number == NUMBER


def test_five_wrong_tries_end_the_hour_for_that_number_whatever_codes_were_between():
    first = sent_to(now=NOON)
    assert [refusal_of(typed, wrong_of(first), now=NOON) for _number in range(3)] == ["wrong"] * 3
    soon = NOON + timedelta(minutes=2)
    second = sent_to(now=soon)
    told = [refusal_of(typed, wrong_of(second), now=soon) for _number in range(2)]
    assert told == ["wrong", "many_tries"]
    assert refusal_of(typed, second, now=soon) == "many_tries", "the right one comes too late"
    assert refusal_of(sent_to, now=soon) == "many_tries"
    assert not Guest.objects.get().digest
    assert typed(sent_to(OTHER, now=soon), "09000000416", now=soon).tries == 0, "another number goes on"
    later = soon + HOUR
    assert typed(sent_to(now=later), now=later).closed_until is None


def test_asked_twice_within_a_minute_one_sms_goes_out_and_a_fresh_one_ends_the_old():
    digits = sent_to(now=NOON)
    assert sent_to("080 0000 0415", now=NOON + timedelta(seconds=59)) == digits
    fresh = sent_to(now=NOON + timedelta(minutes=1))
    assert Message.objects.count() == 2
    assert [row.params["digits"] for row in Message.objects.order_by("pk")] == [GONE, fresh]
    assert typed(fresh, now=NOON + timedelta(minutes=2)).digest == ""


def test_so_many_codes_an_hour_to_one_number_and_from_one_address():
    minute = timedelta(minutes=1)
    for number in range(guests.CODES_PER_HOUR):
        sent_to(now=NOON + number * minute, address=f"192.0.2.{number}")
    assert refusal_of(sent_to, now=NOON + 10 * minute, address="192.0.2.99") == "many_codes"
    for number in range(guests.CODES_PER_HOUR_OF_ADDRESS):
        sent_to(f"0800001{number:04}", now=NOON, address="198.51.100.1")
    assert refusal_of(sent_to, "08000020000", now=NOON, address="198.51.100.1") == "many_codes"
    assert sent_to("08000020000", now=NOON, address="198.51.100.2")


def test_a_number_that_the_town_knows_makes_somebody_of_their_own(cast):
    known = persons.add(new=persons.NewPerson("依田", phone=PHONE), by=SYSTEM, now=NOON)
    guest = a_guest(name="  よだ  ", now=NOON)
    assert guest.person != known
    assert str(guest.person) == "よだ"
    assert refusal_of(guests.say_name, guest=guest, name=" \u3000", by=guests.actor_of(guest), now=NOON) == "no_name"
    stranger = a_guest(OTHER, now=NOON)
    with pytest.raises(CannotDo):
        guests.say_name(guest=guest, name="別人", by=guests.actor_of(stranger), now=NOON)


def test_a_guest_may_book_and_say_a_name_and_nothing_else(cast):
    guest = a_guest(now=NOON)
    may = []
    for verb in MAY:
        try:
            require(guests.actor_of(guest), may=verb, on=guest)
            may.append(verb)
        except CannotDo:
            continue
    assert may == ["people.name_guest", "ride.book"]


def test_who_is_forgotten_is_a_stranger_under_the_same_number():
    guest = a_guest(now=NOON)
    persons.pseudonymise(person=guest.person, by=SYSTEM, now=NOON)
    assert not Guest.objects.exists()
    assert a_guest(now=NOON + HOUR).person != guest.person
    assert Person.objects.filter(pseudonymised_at=None, guest__number=NUMBER).count() == 1


@given(st.from_regex(r"0[6789]0[0-9]{8}", fullmatch=True))
def test_a_mobile_number_is_one_however_it_is_written(number):
    wide = written(number).translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"})
    assert {mobile_number(each) for each in (number, written(number), wide, f"+81 {number[1:]}")} == {number}


@pytest.mark.parametrize(
    "typed_in", ["0263-00-0000", "", "090-1234-567", "03012345678", "+1 080 0000 0415", "0120000000"]
)
def test_no_sms_goes_to_a_land_line_or_abroad(typed_in):
    assert mobile_number(typed_in) is None
    assert refusal_of(sent_to, typed_in, now=NOON) == "no_mobile"
    assert not Guest.objects.exists()


def hand_over(number: str, text: str) -> None:
    """The sender of this town."""
    if "壊" in text:
        raise ConnectionError(text)
    handed_over.append((number, text))


def test_with_a_sender_plugged_in_the_sms_goes_out_and_what_is_old_does_not(settings, monkeypatch):
    handed_over.clear()
    old = tell(person := a_guest(now=NOON).person, NewMessage("people.password_changed"), now=NOON)
    assert (letters.send_waiting(NOON), queries.told_by_message([person.pk])) == (0, set()), "nobody sends"
    settings.SMS_SENDER = f"{__name__}.hand_over"
    later = NOON + timedelta(hours=13)
    monkeypatch.setattr(clock, "now", lambda: later)
    monkeypatch.setattr(clock, "real_now", lambda: later)
    digits = sent_to(now=later)
    letters.send_waiting(later)
    assert [(number, digits in text) for number, text in handed_over] == [(NUMBER, True)]
    old.refresh_from_db()
    assert old.state == "failed", "half a day ago"
    assert Message.objects.latest("pk").state == "sent"
    assert queries.told_by_message([person.pk]) == {person.pk}
    letters.send_waiting(later)
    assert len(handed_over) == 1
    typed(digits, now=later)
    assert Message.objects.latest("pk").params == {"digits": GONE}
    assert Message.objects.latest("pk").state == "sent"


def test_a_code_that_nobody_sent_in_its_ten_minutes_is_not_sent_later(settings, monkeypatch):
    handed_over.clear()
    sent_to(now=NOON)
    settings.SMS_SENDER = f"{__name__}.hand_over"
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(minutes=10))
    monkeypatch.setattr(clock, "real_now", lambda: NOON + timedelta(minutes=10))
    letters.send_waiting(NOON + timedelta(minutes=10))
    assert (handed_over, Message.objects.get().state) == ([], "failed")


def test_a_sender_that_fails_is_tried_again_and_the_log_holds_no_number(settings, monkeypatch):
    settings.SMS_SENDER = f"{__name__}.hand_over"
    person = persons.add(new=persons.NewPerson("壊", channel=Channel.SMS, phone=PHONE), by=SYSTEM, now=NOON)
    monkeypatch.setattr(clock, "now", lambda: NOON)
    monkeypatch.setattr("machikado.town.people.sms.sentence", lambda kind, params: "壊れた")
    tell(person, NewMessage("people.password_changed"), now=NOON)
    with capture_logs() as said:
        letters.send_waiting(NOON)
    result = SendResult.objects.get()
    assert (result.ok, result.note, Message.objects.get().state) == (False, "ConnectionError", "waiting")
    assert said == [{"failure": "ConnectionError", "event": "sms_failed", "log_level": "warning"}]
