"""Who telephones stays one person, however their name is typed and however often the button is pressed."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.common.models import Event
from machikado.town.people.models import ContactPoint, Person
from machikado.town.ride.actions import callers
from machikado.town.ride.actions.callers import CannotMeet, NewCaller
from machikado.town.ride.queries.callers import callers_found
from machikado.town.ride.tests.makings import NOON, an_area

PHONE = "0263-00-1234"
HANA = NewCaller("百瀬", "はな", "ももせ", PHONE)


def met(cast, new: NewCaller) -> Person:
    return callers.meet(new=new, by=cast.actor("uehara"), now=NOON)


@pytest.mark.parametrize(
    "again",
    [
        HANA,
        NewCaller("百瀬", "ハナ", "モモセ", PHONE),
        NewCaller("百瀬", "ﾊﾅ", "ﾓﾓｾ", "０２６３（００）１２３４"),
        NewCaller(" 百瀬 ", "はな　", "もも せ", "0263 00 1234"),
        NewCaller("ももせ", "はな", "", PHONE),  # this time nobody knew how it is written
    ],
)
def test_a_caller_is_one_person_however_they_are_typed(cast, again):
    first = met(cast, HANA)
    assert met(cast, again) == first
    assert ContactPoint.objects.filter(kind="phone").count() == 1
    (told,) = Event.objects.filter(kind="people.person_added", code=first.code)
    assert told.actor_person == cast.uehara.pk, "the one at the desk did it"


def test_what_is_kept_is_written_in_one_way(cast):
    caller = met(cast, NewCaller("ｽﾐｽ", "ﾊﾅ", "すみす", "０２６３（００）１２３４"))
    assert (caller.family_name, caller.given_name, caller.family_kana) == ("スミス", "ハナ", "スミス")
    assert caller.contact_points.get().value == "0263(00)1234"
    for typed in ("すみす", "スミス", "ｽﾐｽ", "はな", "0263-00-1234", "１２３４"):
        assert list(callers_found(typed)) == [caller], typed


def test_a_number_that_two_share_is_asked_back(cast):
    hana = met(cast, HANA)
    for new in (NewCaller("百瀬", "太郎", "ももせ", PHONE), NewCaller("百瀬", "", "", PHONE)):
        with pytest.raises(CannotMeet) as refusal:
            met(cast, new)
        assert refusal.value.code == "known"
        assert "百瀬 はな" in refusal.value.sentence
    taro = met(cast, NewCaller("百瀬", "太郎", "ももせ", PHONE, shares_number=True))
    assert taro != hana
    assert met(cast, NewCaller("百瀬", "太郎", "", PHONE)) == taro


def test_an_erased_caller_is_nobody_any_more(cast):
    hana = met(cast, HANA)
    Person.objects.filter(pk=hana.pk).update(pseudonymised_at=NOON)
    assert met(cast, HANA) != hana


def test_two_clicks_at_one_moment_make_one_caller(transactional_db, cast):
    begin, found = threading.Barrier(2), []

    def click():
        try:
            begin.wait()
            found.append(met(cast, HANA))
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _number in range(2)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert len(found) == 2
    assert Person.objects.filter(given_name="はな").count() == 1


def test_the_page_shows_who_has_the_number_and_keeps_what_was_typed(cast, client_of, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(hours=1))
    an_area()
    hana, desk = met(cast, HANA), client_of(cast.uehara)
    fields = {"family_name": "百瀬", "given_name": "太郎", "phone": PHONE}
    told = desk.post(reverse("ride:caller_add"), fields)
    page = told.content.decode()
    assert told.status_code == 422
    assert reverse("ride:caller", args=[hana.code]) in page
    assert 'value="太郎"' in page
    assert 'name="shares_number"' in page
    desk.post(reverse("ride:caller_add"), {**fields, "shares_number": "on"})
    assert Person.objects.filter(family_name="百瀬", given_name="太郎").count() == 1
    same = desk.post(reverse("ride:caller_add"), {**fields, "given_name": "はな"}, follow=True)
    assert same.redirect_chain[-1][0] == reverse("ride:caller", args=[hana.code])
    assert "もう知っている人です" in same.content.decode()
