"""A call list is worked through by two people: nobody is called twice, and what came of each call is kept."""

import threading
from contextlib import suppress
from datetime import datetime, timedelta
from operator import attrgetter

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from machikado.town.common.actors import SYSTEM, Actor
from machikado.town.common.models import Event
from machikado.town.people.actions import memberships, messages
from machikado.town.people.models import Message, Role
from machikado.town.people.permissions import CannotDo
from machikado.town.people.queries import centre
from machikado.town.ride.actions import calls
from machikado.town.ride.actions.calls import LEASE, CannotCall
from machikado.town.ride.models import Booking, CallEntry, CallTry, SuspendedRide
from machikado.town.ride.queries import call_soundness
from machikado.town.ride.queries.calls import call_lists, calls_left, free_to_call
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import a_rider, a_riding_town, actor_of, booked
from machikado.town.ride.tests.snow import on_the_telephone, suspended

MINUTE = timedelta(minutes=1)


@pytest.fixture
def made(cast):
    """Hana at ten and Taro at eleven."""
    area = a_riding_town(cast, vans=2)
    booked(area, on_the_telephone("百瀬", "0263-00-0001"))
    booked(area, on_the_telephone("丸山", "0263-00-0002"), minute=660)
    return suspended(area)


def names(call_list, now=NOON) -> list[str]:
    return [entry.person.family_name for entry in free_to_call(call_list, now)]


def test_two_people_are_given_two_to_call_and_the_third_hears_that_nobody_is_free(cast, made):
    uehara, momose, third = cast.actor("uehara"), cast.actor("momose"), at_the_desk("手塚")
    one = calls.claim_next(call_list=made, by=uehara, now=NOON)
    with pytest.raises(CannotCall) as refusal:
        calls.claim(entry=one, by=momose, now=NOON)
    assert refusal.value.code == "taken"
    assert "上原" in refusal.value.sentence
    assert "百瀬" in refusal.value.sentence
    two = calls.claim_next(call_list=made, by=momose, now=NOON)
    assert [one.person.family_name, two.person.family_name] == ["百瀬", "丸山"]
    with pytest.raises(CannotCall) as refusal:
        calls.claim_next(call_list=made, by=third, now=NOON)
    assert refusal.value.code == "others_call"


def at_the_desk(name: str) -> Actor:
    person = a_rider(name)
    memberships.grant(person=person, organisation=centre(), role=Role.TRANSPORT, by=SYSTEM, now=NOON)
    return actor_of(person)


def test_nobody_calls_two_at_once_and_a_button_pressed_twice_leads_to_the_same_call(cast, made):
    """Uehara calls Momose: pressed again it is Momose still, Maruyama is refused until it is said what came of it."""
    uehara = cast.actor("uehara")
    one, two = free_to_call(made, NOON)
    for _press in range(2):
        assert calls.claim_next(call_list=made, by=uehara, now=NOON) == one
    with pytest.raises(CannotCall) as refusal:
        calls.claim(entry=two, by=uehara, now=NOON)
    assert refusal.value.code == "calling"
    assert "百瀬" in refusal.value.sentence
    assert names(made) == ["丸山"], "nobody else waits for a call that was not made"
    calls.note(entry=one, outcome="again", by=uehara, now=NOON)
    calls.claim(entry=two, by=uehara, now=NOON)
    calls.claim(entry=one, by=uehara, now=NOON + LEASE)
    assert names(made, NOON + LEASE) == ["丸山"], "what ran out is given back"


def test_whoever_talks_longer_says_so_and_nobody_else_calls(cast, made):
    uehara, momose = cast.actor("uehara"), cast.actor("momose")
    entry = calls.claim_next(call_list=made, by=uehara, now=NOON)
    calls.claim(entry=entry, by=uehara, now=NOON + LEASE - MINUTE)
    with pytest.raises(CannotCall) as refusal:
        calls.claim(entry=entry, by=momose, now=NOON + 2 * LEASE - 2 * MINUTE)
    assert refusal.value.code == "taken"
    calls.claim(entry=entry, by=momose, now=NOON + 2 * LEASE - MINUTE)


def test_whoever_calls_somebody_of_another_list_is_led_back_to_them(cast, made):
    booked(made.suspension.area, on_the_telephone("早川", "0263-00-0003"), minute=840)
    later = suspended(made.suspension.area, begins=780, ends=960, now=NOON + MINUTE)
    one = calls.claim_next(call_list=made, by=cast.actor("uehara"), now=NOON)
    assert calls.claim_next(call_list=later, by=cast.actor("uehara"), now=NOON) == one


def test_whoever_stands_on_two_lists_is_called_by_one_person_at_a_time(cast, made):
    """Momose rides after noon too, and a second suspension takes it: while one calls, the other list has nobody."""
    passenger = made.entries.first().person
    booked(made.suspension.area, passenger, minute=840)
    later = suspended(made.suspension.area, begins=780, ends=960, now=NOON + MINUTE)
    calls.claim_next(call_list=made, by=cast.actor("uehara"), now=NOON)
    with pytest.raises(CannotCall) as refusal:
        calls.claim_next(call_list=later, by=cast.actor("momose"), now=NOON)
    assert refusal.value.code == "others_call"
    with pytest.raises(CannotCall) as refusal:
        calls.claim(entry=later.entries.get(), by=cast.actor("momose"), now=NOON)
    assert refusal.value.code == "taken"
    assert "上原" in refusal.value.sentence
    assert calls.claim_next(call_list=later, by=cast.actor("momose"), now=NOON + LEASE).person == passenger


def test_a_call_that_was_forgotten_is_free_after_ten_minutes(cast, made):
    calls.claim_next(call_list=made, by=cast.actor("uehara"), now=NOON)
    assert names(made, NOON + LEASE - MINUTE) == ["丸山"]
    assert names(made, NOON + LEASE) == ["百瀬", "丸山"]
    again = calls.claim_next(call_list=made, by=cast.actor("momose"), now=NOON + LEASE)
    assert again.person.family_name == "百瀬"


def test_reached_is_told_and_the_message_that_waited_for_a_call_has_arrived(cast, made):
    uehara = cast.actor("uehara")
    entry = calls.claim_next(call_list=made, by=uehara, now=NOON)
    waiting = Message.objects.get(person=entry.person, kind="ride.suspended")
    assert waiting.state == Message.State.WAITING
    calls.note(entry=entry, outcome="reached", by=uehara, now=NOON)
    entry.refresh_from_db()
    assert (entry.state, entry.claimed_by) == ("reached", None)
    assert [(each.by, each.outcome, each.at) for each in entry.tries.all()] == [(cast.uehara, "reached", NOON)]
    waiting.refresh_from_db()
    assert waiting.state == Message.State.SENT
    assert waiting.results.get().ok
    assert names(made) == ["丸山"]
    assert calls_left() == 1
    (event,) = Event.objects.filter(kind="ride.call_made")
    assert event.data == {"outcome": "reached", "number": 1}
    assert call_soundness.problems() == []


def test_who_does_not_answer_comes_last_and_is_tried_again(cast, made):
    uehara = cast.actor("uehara")
    entry = calls.claim_next(call_list=made, by=uehara, now=NOON)
    calls.note(entry=entry, outcome="again", by=uehara, now=NOON)
    assert names(made) == ["丸山", "百瀬"]
    other = calls.claim_next(call_list=made, by=uehara, now=NOON)
    calls.note(entry=other, outcome="again", by=uehara, now=NOON + MINUTE)
    assert names(made) == ["百瀬", "丸山"], "whose try is longest ago"
    calls.claim(entry=entry, by=uehara, now=NOON)
    calls.note(entry=entry, outcome="nobody", by=uehara, now=NOON + 2 * MINUTE)
    entry.refresh_from_db()
    assert (entry.state, entry.tries.count()) == ("nobody", 2)
    assert Message.objects.get(person=entry.person, kind="ride.suspended").state == Message.State.FAILED
    assert call_soundness.problems() == []


def test_a_button_that_is_pressed_twice_says_one_thing(cast, made):
    uehara = cast.actor("uehara")
    entry = calls.claim_next(call_list=made, by=uehara, now=NOON)
    for _press in range(2):
        calls.note(entry=entry, outcome="again", by=uehara, now=NOON)
    assert CallTry.objects.count() == 1
    calls.claim(entry=entry, by=uehara, now=NOON)
    for _press in range(2):
        calls.note(entry=entry, outcome="reached", by=uehara, now=NOON)
    assert CallTry.objects.count() == 2
    assert Event.objects.filter(kind="ride.call_made").count() == 2


def test_nobody_speaks_for_a_call_that_another_makes_or_that_nobody_made(cast, made):
    uehara, momose = cast.actor("uehara"), cast.actor("momose")
    entry = made.entries.first()
    with pytest.raises(CannotCall) as refusal:
        calls.note(entry=entry, outcome="reached", by=momose, now=NOON)
    assert refusal.value.code == "not_held"
    calls.claim(entry=entry, by=uehara, now=NOON)
    with pytest.raises(CannotCall) as refusal:
        calls.note(entry=entry, outcome="reached", by=momose, now=NOON)
    assert refusal.value.code == "taken"
    calls.note(entry=entry, outcome="reached", by=uehara, now=NOON)
    for act in (
        lambda: calls.note(entry=entry, outcome="nobody", by=uehara, now=NOON),
        lambda: calls.claim(entry=entry, by=momose, now=NOON),
    ):
        with pytest.raises(CannotCall) as refusal:
            act()
        assert refusal.value.code == "over"


def test_who_took_long_and_lost_the_call_is_told_so(cast, made):
    """Uehara's ten minutes are over, Momose has taken it: what Uehara presses then is refused by name."""
    uehara, momose = cast.actor("uehara"), cast.actor("momose")
    entry = calls.claim_next(call_list=made, by=uehara, now=NOON)
    calls.claim(entry=entry, by=momose, now=NOON + LEASE)
    with pytest.raises(CannotCall) as refusal:
        calls.note(entry=entry, outcome="reached", by=uehara, now=NOON + LEASE)
    assert refusal.value.params["who"] == cast.momose
    calls.give_back(entry=entry, by=uehara)
    entry.refresh_from_db()
    assert entry.claimed_by == cast.momose, "what another one holds stays theirs"


def test_a_wrong_tick_is_taken_back(cast, made):
    uehara = cast.actor("uehara")
    entry = calls.claim_next(call_list=made, by=uehara, now=NOON)
    calls.note(entry=entry, outcome="nobody", by=uehara, now=NOON)
    for _press in range(2):
        calls.reopen(entry=entry, by=uehara, now=NOON)
    entry.refresh_from_db()
    assert entry.state == "open"
    assert Event.objects.filter(kind="ride.call_reopened").count() == 1
    calls.claim(entry=entry, by=uehara, now=NOON)
    calls.note(entry=entry, outcome="reached", by=uehara, now=NOON)
    assert Message.objects.get(person=entry.person, kind="ride.suspended").state == Message.State.SENT


def test_who_is_told_by_message_can_be_called_as_well(cast):
    area = a_riding_town(cast, vans=2)
    booked(area, cast.yoda)
    booked(area, cast.yoda, minute=690, start="north", goal="south")
    made = suspended(area)
    assert not made.entries.exists()
    for ride in made.rides.all():
        calls.call_too(ride=ride, by=cast.actor("momose"), now=NOON)
    (entry,) = made.entries.all()
    assert (entry.person, entry.rides.count()) == (cast.yoda, 2)
    assert Event.objects.filter(kind="ride.call_added").count() == 1
    assert call_soundness.problems() == []


def test_lists_with_somebody_left_stand_first(cast, made):
    booked(made.suspension.area, on_the_telephone("丸山", "0263-00-0002"), minute=840)
    later = suspended(made.suspension.area, begins=780, ends=960, now=NOON + MINUTE)
    assert list(map(attrgetter("pk", "total", "left"), call_lists())) == [(later.pk, 1, 1), (made.pk, 2, 2)]
    CallEntry.objects.filter(call_list=later).update(state="reached")
    assert list(map(attrgetter("pk", "left"), call_lists())) == [(made.pk, 2), (later.pk, 0)]
    assert call_soundness.problems() != [], "reached, and nobody says who called"


FAULTS = {
    "the last try says nothing": lambda one, two: one.update(state="nobody"),
    "was not cancelled by a suspension": lambda one, two: Booking.objects.update(cancel_reason="bus"),
    "to somebody else than its passenger": lambda one, two: SuspendedRide.objects.update(entry=two.get()),
    "is about no ride": lambda one, two: SuspendedRide.objects.update(entry=None),
}


@pytest.mark.parametrize("sentence", FAULTS)
def test_what_does_not_hold_is_said(made, sentence):
    one, two = (CallEntry.objects.filter(pk=entry.pk) for entry in made.entries.all())
    assert call_soundness.problems() == []
    FAULTS[sentence](one, two)
    assert [fault for fault in call_soundness.problems() if sentence in fault]


@pytest.mark.parametrize("who", ["yoda", "futaki", "hara", "takizawa"])
def test_only_the_desk_telephones(cast, made, who):
    by, entry = cast.actor(who), made.entries.first()
    for act in (
        lambda: calls.claim_next(call_list=made, by=by, now=NOON),
        lambda: calls.claim(entry=entry, by=by, now=NOON),
        lambda: calls.note(entry=entry, outcome="reached", by=by, now=NOON),
        lambda: calls.give_back(entry=entry, by=by),
        lambda: calls.reopen(entry=entry, by=by, now=NOON),
        lambda: calls.call_too(ride=made.rides.first(), by=by, now=NOON),
    ):
        with pytest.raises(CannotDo):
            act()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_press_at_one_moment_each_gets_another_one(cast):
    area = a_riding_town(cast, vans=2)
    for number in range(4):
        booked(area, on_the_telephone(f"人{number}", f"0263-00-000{number}"), minute=560 + 20 * number)
    made = suspended(area)
    actors = [cast.actor(who) for who in ("uehara", "momose")]
    got: list[int] = []
    start = threading.Barrier(2)

    def take(number: int) -> None:
        start.wait()
        for _call in range(2):
            entry = calls.claim_next(call_list=made, by=actors[number], now=NOON)
            got.append(entry.pk)
            calls.note(entry=entry, outcome="reached", by=actors[number], now=NOON)
        connection.close()

    threads = [threading.Thread(target=take, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == len(set(got)) == 4


@pytest.mark.django_db(transaction=True)
def test_one_person_who_presses_twice_at_one_moment_gets_one_call(cast):
    area, got = a_riding_town(cast, vans=2), list[int]()
    for number in range(3):
        booked(area, on_the_telephone(f"人{number}", f"0263-00-000{number}"), minute=560 + 20 * number)
    made, by, start = suspended(area), cast.actor("uehara"), threading.Barrier(2)

    def press() -> None:
        start.wait()
        got.append(calls.claim_next(call_list=made, by=by, now=NOON).pk)
        connection.close()

    threads = [threading.Thread(target=press) for _press in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 2
    assert CallEntry.objects.filter(claimed_by=cast.uehara).count() == len(set(got)) == 1


def test_a_crash_before_the_end_says_nothing_of_a_call(cast, made, monkeypatch):
    uehara = cast.actor("uehara")
    entry = calls.claim_next(call_list=made, by=uehara, now=NOON)

    def dies(**_facts: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(messages, "telephoned", dies)
        with pytest.raises(KeyboardInterrupt):
            calls.note(entry=entry, outcome="reached", by=uehara, now=NOON)
    entry.refresh_from_db()
    assert (entry.state, entry.claimed_by, CallTry.objects.count()) == ("open", cast.uehara, 0)
    calls.note(entry=entry, outcome="reached", by=uehara, now=NOON)
    assert CallTry.objects.count() == 1


PRESSES = st.tuples(
    st.integers(0, 12),  # minutes later
    st.sampled_from(("uehara", "momose")),
    st.sampled_from(("next", "call", "reached", "again", "nobody", "give_back", "reopen")),
    st.integers(0, 1),
)


def test_whatever_two_people_press_nobody_is_called_by_both_and_the_list_comes_to_its_end(cast, made):
    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    @given(st.lists(PRESSES, max_size=14))
    def holds(presses) -> None:
        with transaction.atomic():
            finished(made, a_morning_of(cast, made, presses), cast.actor("uehara"))
            transaction.set_rollback(True)

    holds()


def a_morning_of(cast, made, presses) -> datetime:
    """Let them press; who is on the telephone with whom is kept here as well. Returns when it ended."""
    entries, now, talking = list(made.entries.all()), NOON, dict[str, tuple[CallEntry, datetime]]()
    for minutes, who, what, number in presses:
        now += minutes * MINUTE
        talking = {each: (entry, until) for each, (entry, until) in talking.items() if until > now}
        with suppress(CannotCall):  # it was said why
            entry = pressed(made, entries[number], what, cast.actor(who), now)
            if what in ("next", "call"):
                assert entry not in [held for each, (held, _until) in talking.items() if each != who]
                assert talking.get(who, (entry, now))[0] == entry, "nobody calls two at once"
                talking[who] = (entry, now + LEASE)
            elif what != "reopen" and talking.get(who, (None, now))[0] == entry:
                del talking[who]
    return now


def pressed(made, entry, what, by, now) -> CallEntry:
    if what == "next":
        return calls.claim_next(call_list=made, by=by, now=now)
    if what == "call":
        calls.claim(entry=entry, by=by, now=now)
    elif what == "give_back":
        calls.give_back(entry=entry, by=by)
    elif what == "reopen":
        calls.reopen(entry=entry, by=by, now=now)
    else:
        calls.note(entry=entry, outcome=what, by=by, now=now)
    return entry


def finished(made, ended: datetime, by: Actor) -> None:
    """Ten minutes later all who are left are free, and one person calls each of them once, in the order of the list."""
    left = list(free_to_call(made, ended + LEASE))
    assert len(left) == made.entries.filter(state="open").count()
    for expected in left:
        entry = calls.claim_next(call_list=made, by=by, now=ended + LEASE)
        assert entry == expected
        calls.note(entry=entry, outcome="reached", by=by, now=ended + LEASE)
    with pytest.raises(CannotCall) as refusal:
        calls.claim_next(call_list=made, by=by, now=ended + LEASE)
    assert refusal.value.code == "nobody_left"
    assert call_soundness.problems() == []
    for entry in made.entries.all():
        again = Event.objects.filter(kind="ride.call_reopened", code=entry.code).count()
        assert entry.tries.filter(outcome="reached").count() <= 1 + again
