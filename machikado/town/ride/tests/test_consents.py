"""A consent begins by digits or at the desk, is one however often it is said, ends at once, and goes in its time."""

from datetime import timedelta

import pytest

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Detail, Event
from machikado.town.law import parameters
from machikado.town.law.actions import end_retention
from machikado.town.people.actions import persons
from machikado.town.people.models import Message
from machikado.town.people.permissions import CannotDo
from machikado.town.ride.actions import consent_diary, consents
from machikado.town.ride.actions.consents import CannotAgree, NewConsent, Taken
from machikado.town.ride.models import Booking, BookingConsent, ConsentInvitation, Passenger
from machikado.town.ride.queries import consent_soundness
from machikado.town.ride.queries import consents as questions
from machikado.town.ride.queries.consents import proxies_of, riders_of
from machikado.town.ride.tests.agreeing import a_consent, a_proxy, invited, typed
from machikado.town.ride.tests.makings import NOON, TODAY
from machikado.town.ride.tests.riding import a_rider, a_riding_town, actor_of, asked

MINUTE = timedelta(minutes=1)


def refusal_of(act) -> str:
    with pytest.raises(CannotAgree) as refusal:
        act()
    return refusal.value.code


def told(person) -> list[str]:
    return list(Message.objects.filter(person=person).order_by("pk").values_list("kind", flat=True))


def test_digits_that_are_told_make_a_consent(cast):
    daughter = a_proxy()
    digits = invited(cast.yoda)
    assert len(digits) == 8
    made = typed(f" {digits[:4]}-{digits[4:]} ", daughter)
    assert (made.rider, made.proxy, made.relation, made.how, made.taken_by) == (
        cast.yoda,
        daughter,
        "family",
        "screen",
        None,
    )
    assert list(proxies_of(cast.yoda, NOON)) == [made]
    assert list(riders_of(daughter.pk, NOON)) == [made]
    assert told(cast.yoda) == ["ride.consent_begun"], "who did not type them hears of it"
    assert told(daughter) == []
    assert consent_soundness.problems() == []


def test_digits_typed_again_by_the_same_are_the_same_consent_and_by_another_nothing(cast):
    daughter = a_proxy()
    digits = invited(cast.yoda)
    assert typed(digits, daughter) == typed(digits, daughter)
    assert BookingConsent.objects.count() == 1
    assert refusal_of(lambda: typed(digits, cast.hara)) == "unknown"
    consents.end(consent=BookingConsent.objects.get(), by=actor_of(cast.yoda), now=NOON)
    assert refusal_of(lambda: typed(digits, daughter)) == "unknown", "used digits bring nothing back"


def test_digits_are_good_for_half_an_hour(cast):
    digits = invited(cast.yoda)
    assert refusal_of(lambda: typed(digits, a_proxy(), NOON + 30 * MINUTE)) == "unknown"
    assert typed(digits, a_proxy("中野"), NOON + 29 * MINUTE).rider == cast.yoda


def test_wrong_digits_old_ones_and_used_ones_are_told_the_same(cast):
    """So that nobody learns which digits there are, or that somebody invites."""
    old, daughter = invited(cast.yoda), a_proxy()
    fresh = invited(cast.yoda, relation="care")
    assert fresh != old
    assert {refusal_of(lambda each=each: typed(each, daughter)) for each in (old, "", "12345678x", "1" * 20)} == {
        "unknown"
    }
    assert refusal_of(lambda: typed(fresh, cast.yoda)) == "yourself"


def test_the_same_invitation_twice_is_one_and_another_takes_its_place(cast):
    first = invited(cast.yoda)
    assert invited(cast.yoda) == first
    assert invited(cast.yoda, relation="support") != first
    assert ConsentInvitation.objects.count() == 1


def test_nobody_invites_in_the_name_of_another_nor_the_desk(cast):
    for slug in ("hara", "uehara"):
        with pytest.raises(CannotDo):
            invited(cast.yoda, by=cast.actor(slug))
    with pytest.raises(CannotDo):
        consents.accept(typed=invited(cast.yoda), proxy=cast.hara, by=cast.actor("yoda"), now=NOON, real=NOON)


def taken(cast, rider, proxy, by="uehara", **changes) -> BookingConsent:
    """By telephone; `relation`, `ends_on`, `words`, `on` of the call."""
    on, words = changes.pop("on", TODAY), changes.pop("words", "")
    new = NewConsent(changes.pop("relation", "care"), words, **changes)
    said = Taken(proxy, "phone", on)
    return consents.take(rider=rider, new=new, taken=said, by=cast.actor(by), now=NOON)


def test_the_desk_takes_a_consent_under_the_name_of_who_heard_it(cast):
    made = taken(cast, a_rider(), cast.hara)
    assert (made.how, made.given_on, made.taken_by) == ("phone", TODAY, cast.uehara)
    assert taken(cast, made.rider, cast.hara) == made, "said twice it is one"
    event = Event.objects.get(kind="ride.consent_given")
    assert (event.actor_person, event.code) == (cast.uehara.pk, made.code)
    assert event.data == {
        "relation": "care",
        "how": "phone",
        "given_on": "2026-11-24",
        "ends_on": "",
        "terms": 1,
    }
    assert told(cast.hara) == ["ride.proxy_begun"]
    for slug in ("hara", "futaki", "nakajima"):
        with pytest.raises(CannotDo):
            taken(cast, made.rider, cast.nakajima, by=slug)


def test_another_last_day_is_another_consent_in_its_place(cast):
    """An extension by the desk: what was agreed to before stays as it was said, and is over."""
    first = taken(cast, cast.yoda, cast.hara, relation="family", ends_on=TODAY)
    second = taken(cast, cast.yoda, cast.hara, relation="family")
    first.refresh_from_db()
    assert (first.ends_on, first.ended_as, second.ends_on) == (TODAY, "renewed", None)
    assert list(proxies_of(cast.yoda, NOON)) == [second]


def test_the_last_day_is_in_it_and_the_next_is_not(cast):
    a_consent(cast.yoda, cast.hara, ends_on=TODAY)
    midnight = NOON + timedelta(hours=12)  # noon in the town is three in the morning by the clock of the rows
    assert riders_of(cast.hara.pk, midnight - MINUTE).exists()
    assert not riders_of(cast.hara.pk, midnight).exists()
    again = a_consent(cast.yoda, cast.hara, now=midnight)
    assert list(proxies_of(cast.yoda, midnight)) == [again]


def test_what_makes_no_sense_is_refused_with_its_reason(cast):
    rider, nobody = a_rider(), a_rider("電話だけ")
    for code, act in {
        "same": lambda: taken(cast, cast.hara, cast.hara),
        "no_sign_in": lambda: taken(cast, rider, nobody),
        "words": lambda: taken(cast, rider, cast.hara, relation="other", words="  "),
        "past": lambda: taken(cast, rider, cast.hara, ends_on=TODAY - timedelta(days=1)),
        "future": lambda: taken(cast, rider, cast.hara, on=TODAY + timedelta(days=1)),
    }.items():
        assert refusal_of(act) == code
    assert not BookingConsent.objects.exists()


def test_a_passenger_has_so_many_proxies_and_a_care_manager_so_many_clients(cast, monkeypatch):
    monkeypatch.setattr(consents, "MOST_PROXIES", 1)
    taken(cast, cast.yoda, cast.hara)
    assert refusal_of(lambda: taken(cast, cast.yoda, cast.nakajima)) == "many_proxies"
    assert refusal_of(lambda: invited(cast.yoda)) == "many_proxies"
    monkeypatch.setattr(consents, "MOST_RIDERS_OF_PROXY", 1)
    assert refusal_of(lambda: taken(cast, a_rider(), cast.hara)) == "many_riders"
    assert questions.MOST_RIDERS_OF_PROXY >= 50, "a care manager may have 49 clients"


@pytest.mark.parametrize(("slug", "ended_as"), [("yoda", "rider"), ("hara", "proxy"), ("uehara", "desk")])
def test_each_of_the_three_ends_it_and_the_others_hear_of_it(cast, slug, ended_as):
    made = a_consent(cast.yoda, cast.hara)
    Message.objects.all().delete()
    for _twice in range(2):
        consents.end(consent=made, by=cast.actor(slug), now=NOON + MINUTE)
    made.refresh_from_db()
    assert (made.ended_at, made.ended_as) == (NOON + MINUTE, ended_as)
    assert Event.objects.filter(kind="ride.consent_ended").count() == 1
    assert told(cast.yoda) == ([] if slug == "yoda" else ["ride.consent_over"])
    assert told(cast.hara) == ([] if slug == "hara" else ["ride.proxy_over"])


def test_nobody_else_ends_it(cast):
    made = a_consent(cast.yoda, cast.hara)
    for slug in ("nakajima", "takizawa", "futaki"):
        with pytest.raises(CannotDo):
            consents.end(consent=made, by=cast.actor(slug), now=NOON)


def test_a_process_that_dies_in_between_leaves_nothing_half(cast, monkeypatch):
    """What is written last fails: there is no consent, and the digits are good still; then it works."""
    digits, daughter = invited(cast.yoda), a_proxy()
    with monkeypatch.context() as broken:
        broken.setattr(consent_diary, "write", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            typed(digits, daughter)
    assert not BookingConsent.objects.exists()
    made = typed(digits, daughter)
    with monkeypatch.context() as broken:
        broken.setattr(consents, "tell", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            consents.end(consent=made, by=actor_of(daughter), now=NOON)
    assert list(riders_of(daughter.pk, NOON)) == [made]


def test_the_diary_names_nobody_but_who_of_the_staff_took_it(cast):
    """Who cares for whom is in the detail, which goes with the consent."""
    made = typed(invited(cast.yoda), cast.hara)
    rows = Event.objects.filter(noun__in=("consent", "consent_invitation"))
    assert set(rows.values_list("actor_person", flat=True)) == {None}
    assert Detail.objects.filter(event_id__in=rows.values("pk")).count() == 2
    persons.pseudonymise(person=cast.yoda, by=SYSTEM, now=NOON)
    assert not BookingConsent.objects.filter(pk=made.pk).exists()
    assert not ConsentInvitation.objects.exists()
    assert not Detail.objects.filter(event_id__in=rows.values("pk")).exists()
    assert rows.count() == 2


def test_digits_that_were_told_twice_leave_no_name_in_the_diary(cast):
    made = typed(invited(cast.yoda), cast.hara)
    assert typed(invited(cast.yoda), cast.hara) == made
    persons.pseudonymise(person=cast.yoda, by=SYSTEM, now=NOON)
    rows = Event.objects.filter(noun__in=("consent", "consent_invitation"))
    assert not Detail.objects.filter(event_id__in=rows.values("pk")).exists()


def test_whoever_is_erased_is_a_proxy_no_more_and_took_no_consent(cast):
    kept = taken(cast, a_rider("一"), cast.hara)
    gone = taken(cast, a_rider("二"), cast.nakajima)
    now = clock.real_now()  # after the roles of the cast began
    persons.pseudonymise(person=cast.nakajima, by=SYSTEM, now=now)
    assert list(BookingConsent.objects.all()) == [kept]
    assert gone.rider.booking_consents.count() == 0
    persons.pseudonymise(person=cast.uehara, by=SYSTEM, now=now)
    kept.refresh_from_db()
    assert kept.taken_by is None


def test_a_consent_is_kept_as_long_as_its_rides_and_a_year_after_its_end(cast):
    parameters.load()
    daughter, area = a_proxy(), a_riding_town(cast)
    made = a_consent(cast.yoda, daughter)
    consents.end(consent=made, by=cast.actor("yoda"), now=NOON)
    days = [NOON + timedelta(days=number) for number in (364, 367)]
    end_retention(days[0])
    assert BookingConsent.objects.exists()
    asked(area, cast.yoda)
    gone = {"state": "cancelled", "booked_at": NOON, "cancelled_at": NOON, "cancel_reason": "rider"}
    Booking.objects.update(consent=made, channel="proxy", day=TODAY + timedelta(days=6), **gone)
    Passenger.objects.update(used_on=TODAY + timedelta(days=6))
    end_retention(days[1])
    assert BookingConsent.objects.exists(), "a ride of six days later stands on it"
    end_retention(NOON + timedelta(days=373))
    end_retention(NOON + timedelta(days=374))
    assert not BookingConsent.objects.exists()
    daughter.refresh_from_db()
    assert daughter.pseudonymised_at is not None, "nothing else needs a sign-in that was for that alone"
    cast.hara.refresh_from_db()
    assert cast.hara.pseudonymised_at is None


def test_digits_that_nobody_used_go_after_a_month(cast):
    parameters.load()
    invited(cast.yoda)
    end_retention(NOON + timedelta(days=29))
    assert ConsentInvitation.objects.exists()
    end_retention(NOON + timedelta(days=32))
    assert not ConsentInvitation.objects.exists()
