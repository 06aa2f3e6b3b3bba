"""The way back: offered with one tap, or open: the last bus is kept, and the next one comes when somebody is ready."""

from uuid import uuid4

import pytest
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Event
from machikado.town.people.models import ContactPoint, Message
from machikado.town.people.permissions import CannotDo
from machikado.town.ride.actions import area as areas
from machikado.town.ride.actions import bookings, receptions, returning
from machikado.town.ride.actions.receptions import NewReception
from machikado.town.ride.actions.returning import CannotReturn
from machikado.town.ride.hours import moment_at
from machikado.town.ride.models import Booking
from machikado.town.ride.planning import soundness as plan_soundness
from machikado.town.ride.queries import booking_soundness
from machikado.town.ride.queries.returning import minutes_back, waiting_at
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import PLACES, TOMORROW, a_rider, a_riding_town, actor_of, booked

ELEVEN = moment_at(TOMORROW, 11 * 3600)


@pytest.fixture
def area(cast):
    return a_riding_town(cast)


def opened(outward, cast, slug="yoda") -> Booking:
    by = cast.actor(slug)
    return returning.open_return(outward=outward, sent_key=uuid4(), channel="web", by=by, now=NOON)


def called(booking, by, now=ELEVEN) -> Booking:
    return returning.ready(booking=booking, channel="web", by=by, now=now)


def sound() -> None:
    assert booking_soundness.problems() == []
    assert plan_soundness.problems() == []


def test_times_an_hour_two_and_three_after_the_arrival_are_offered_as_long_as_the_bus_runs(outward, area, cast):
    """There by 10:22:12, which is 10:23 and to the next ten minutes 10:30."""
    assert minutes_back(outward) == [690, 750, 810]
    late = booked(area, a_rider(), minute=990)  # there by 16:52:12, and the bus runs until 20:00
    assert minutes_back(late) == [1080, 1140]


def test_one_tap_asks_for_the_way_back(outward, area, cast, client_of, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)
    browser, where = client_of(cast.yoda), reverse("ride:booking", args=[outward.code])
    page = browser.get(where)
    assert page.context["back"].times == ["11:30", "12:30", "13:30"]
    asked = browser.post(reverse("ride:back", args=[outward.code]), {"minute": "11:30"}, follow=True)
    made = Booking.objects.latest("pk")
    assert asked.redirect_chain[-1][0] == reverse("ride:offers", args=[made.code])
    assert (made.from_name, made.to_name, made.back_of) == (outward.to_name, outward.from_name, outward)
    assert (made.when, made.day, made.wish_second, made.is_open) == ("leave", TOMORROW, 41_400, False)
    browser.post(reverse("ride:offers", args=[made.code]), {"offer": made.offers.get(number=1).code})
    assert "11:28〜11:40" in browser.get(where).content.decode()
    again = browser.post(reverse("ride:back", args=[outward.code]), {"minute": "12:30"}, follow=True).content.decode()
    assert "帰りは、もうよやくしています" in again
    for typed in ("", "25時"):
        told = browser.post(reverse("ride:back", args=[outward.code]), {"minute": typed}, follow=True)
        assert "9:00" in told.content.decode()
    browser.post(reverse("ride:cancel", args=[outward.code]))
    assert "帰りのよやくは、残っています" in browser.get(where).content.decode()
    sound()


def test_an_open_return_promises_the_last_bus_and_an_earlier_one_takes_its_place(outward, area, cast):
    """The van drives until 17:00, though the hours end at 20:00; half an hour before, at 16:30, is the last ride."""
    last = opened(outward, cast)
    assert (last.state, last.is_open, last.back_of, last.day) == ("booked", True, outward, TOMORROW)
    assert last.promise.expected_pickup == 16 * 3600 + 1800
    next_bus = called(last, cast.actor("yoda"))
    assert (next_bus.state, next_bus.is_open, next_bus.back_of) == ("booked", False, outward)
    assert 11 * 3600 <= next_bus.promise.expected_pickup < 11 * 3600 + 1800
    last.refresh_from_db()
    assert (last.state, last.cancel_reason) == ("cancelled", "changed")
    assert called(last, cast.actor("yoda")) == next_bus, "said twice, it is one bus"
    sound()


def test_the_same_form_is_one_open_return_and_there_is_one_way_back(outward, cast):
    key, by = uuid4(), cast.actor("yoda")
    for _time in range(2):
        returning.open_return(outward=outward, sent_key=key, channel="web", by=by, now=NOON)
    assert Booking.objects.filter(is_open=True).count() == 1
    with pytest.raises(CannotReturn) as refusal:
        returning.open_return(outward=outward, sent_key=uuid4(), channel="web", by=by, now=NOON)
    assert refusal.value.code == "there"


def test_as_long_as_no_bus_comes_earlier_the_last_one_stands(outward, cast):
    """It is promised from 16:28: from 16:18 on the passenger, and from 16:28 on the desk has to wait for it."""
    last = opened(outward, cast)
    for slug, second in (("yoda", 58_681), ("uehara", 59_281)):
        with pytest.raises(CannotReturn) as refusal:
            called(last, cast.actor(slug), moment_at(TOMORROW, second))
        assert refusal.value.code == "only_last"
        assert "北の駅" in refusal.value.sentence


def test_where_no_bus_runs_just_now_the_first_one_afterwards_comes(outward, area, cast):
    """From eleven until three the bus does not run for snow: who calls at eleven is fetched after three, not last."""
    last = opened(outward, cast)
    three = moment_at(TOMORROW, 15 * 3600)
    areas.suspend(area=area, new=areas.NewSuspension("snow", ELEVEN, three, "雪のため"), by=SYSTEM, now=NOON)
    first = called(last, cast.actor("yoda"))
    assert 15 * 3600 <= first.promise.pickup_from <= 15 * 3600 + 1200 < last.promise.pickup_from
    last.refresh_from_db()
    assert (last.state, last.cancel_reason) == ("cancelled", "changed")
    sound()


def test_nobody_else_calls_the_bus_and_no_other_ride_is_called(outward, cast):
    last = opened(outward, cast)
    with pytest.raises(CannotDo):
        called(last, cast.actor("hara"))
    with pytest.raises(CannotReturn) as refusal:
        called(outward, cast.actor("yoda"))
    assert refusal.value.code == "not_open"
    bookings.cancel(booking=last, by=cast.actor("yoda"), now=NOON)
    last.refresh_from_db()
    with pytest.raises(CannotReturn) as refusal:
        called(last, cast.actor("yoda"))
    assert refusal.value.code == "not_open"


def test_the_desk_calls_the_bus_for_whoever_telephones(outward, cast, client_of, monkeypatch):
    last = opened(outward, cast)
    monkeypatch.setattr(clock, "now", lambda: ELEVEN)
    desk, where = client_of(cast.uehara), reverse("ride:booking", args=[last.code])
    assert reverse("ride:ready", args=[last.code]) in desk.get(where).content.decode()
    desk.post(reverse("ride:ready", args=[last.code]))
    made = Booking.objects.latest("pk")
    assert (made.state, made.channel, made.booked_by) == ("booked", "phone", cast.uehara)


@pytest.fixture
def clinic(area, cast):
    """Takizawa's people stand at the north; the ride back begins there."""
    new = NewReception(cast.shop, PLACES["north"])
    return receptions.open_reception(area=area, new=new, by=cast.actor("uehara"), now=NOON)


def test_the_desk_of_the_clinic_calls_the_bus_for_whoever_is_done_there(outward, cast, clinic, client_of, monkeypatch):
    ContactPoint.objects.create(person=cast.yoda, kind=ContactPoint.Kind.PHONE, value="090-0000-0412")
    last = opened(outward, cast)
    monkeypatch.setattr(clock, "now", lambda: ELEVEN)
    desk = client_of(cast.takizawa)
    page = desk.get(reverse("ride:reception")).content.decode()
    assert "よだ" in page
    assert "0412" in page
    assert "依田" not in page, "no more of people than the desk needs"
    assert last.to_name not in page
    coming = desk.post(reverse("ride:reception_call", args=[clinic.code]), {"booking": last.code}).content.decode()
    assert "よだ" in coming
    made = Booking.objects.latest("pk")
    assert (made.state, made.channel, made.rider) == ("booked", "desk", cast.yoda)
    told = Event.objects.get(kind="ride.called_back")
    assert (told.code, told.actor_person, told.data) == (clinic.code, cast.takizawa.pk, {"found": True})
    assert waiting_at(clinic, ELEVEN) == []


def test_a_reception_sees_and_calls_only_who_waits_at_its_own_door_today(outward, area, cast, clinic):
    elsewhere = booked(area, cast.hara, start="north", goal="south", minute=780)
    far = opened(elsewhere, cast, "hara")
    last = opened(outward, cast)
    assert waiting_at(clinic, ELEVEN) == [last]
    assert waiting_at(clinic, NOON) == [], "it is tomorrow's"
    for booking, by in ((far, "takizawa"), (outward, "takizawa")):
        with pytest.raises(CannotReturn) as refusal:
            returning.call_for(reception=clinic, booking=booking, by=cast.actor(by), now=ELEVEN)
        assert refusal.value.code == "not_here"
    for stranger in ("furuhata", "yoda", "nakajima"):
        with pytest.raises(CannotDo):
            returning.call_for(reception=clinic, booking=last, by=cast.actor(stranger), now=ELEVEN)
    receptions.close(reception=clinic, by=cast.actor("uehara"), now=ELEVEN)
    clinic.refresh_from_db()
    with pytest.raises(CannotReturn):
        returning.call_for(reception=clinic, booking=last, by=cast.actor("takizawa"), now=ELEVEN)


def test_a_manager_opens_a_reception_whose_people_are_told_and_closes_it(area, cast, client_of, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)
    manager, clinic_desk = client_of(cast.uehara), client_of(cast.takizawa)
    where = reverse("ride:receptions")
    assert "受付がありません" in clinic_desk.get(reverse("ride:reception")).content.decode()
    refused = manager.post(where, {"client": cast.shop.code, "place": "どこでもない"})
    assert refused.status_code == 422
    assert "どこでもない" in refused.content.decode()
    fields = {"client": cast.shop.code, "place": "north"}
    assert manager.post(where, fields).status_code == 302
    assert manager.post(where, fields).status_code == 422, "once is enough"
    assert "north" in clinic_desk.get(reverse("ride:reception")).content.decode()
    assert Message.objects.get(kind="ride.reception_opened").person == cast.takizawa
    (row,) = manager.get(where).context["rows"]
    manager.post(reverse("ride:reception_close", args=[row.code]))
    assert list(manager.get(where).context["rows"]) == []
    assert [e.kind for e in Event.objects.filter(noun="reception").order_by("pk")] == [
        "ride.reception_opened",
        "ride.reception_closed",
    ]


def test_the_system_finds_nobody_on_the_way_out_to_bring_back(area, cast):
    wish = booked(area, cast.yoda)
    bookings.cancel(booking=wish, by=SYSTEM, now=NOON)
    wish.refresh_from_db()
    with pytest.raises(CannotReturn) as refusal:
        returning.back(outward=wish, minute=700, channel="web", by=actor_of(cast.yoda), now=NOON)
    assert refusal.value.code == "not_booked"
