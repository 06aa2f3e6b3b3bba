"""The manager's pages when a day goes wrong: a form for each mishap, whom to call, and a ride that is moved by hand."""

import pytest
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.people.models import Channel, Person
from machikado.town.ride.hours import moment_at
from machikado.town.ride.models import Booking, PlanStep, VehicleShift
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import TOMORROW, a_riding_town, booked

MISHAP = "/ride/day/mishap/?day=" + TOMORROW.isoformat()
DAY = "/ride/day/?day=" + TOMORROW.isoformat()


@pytest.fixture
def manager(cast, client_of, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)
    return client_of(cast.uehara)


def shift_of(booking: Booking) -> VehicleShift:
    return PlanStep.objects.get(booking=booking, action="pickup").shift


def test_a_long_delay_is_typed_and_whoever_is_told_by_telephone_is_listed(cast, manager, monkeypatch):
    area = a_riding_town(cast)
    Person.objects.filter(pk=cast.yoda.pk).update(channel=Channel.CALL)
    cast.yoda.refresh_from_db()
    one = booked(area, cast.yoda)
    monkeypatch.setattr(clock, "now", lambda: moment_at(TOMORROW, 35_700))
    assert "車両が遅れている" in manager.get(MISHAP).content.decode()
    sent = {"what": "delay", "d-shift": shift_of(one).code, "d-minutes": "40"}
    page = manager.post(MISHAP, sent, follow=True).content.decode()
    assert "1件の時間または地点が変わりました" in page
    assert "電話してください" in page
    assert str(cast.yoda) in page.split("電話してください")[1].split("</section>")[0]


def test_what_is_typed_wrongly_stays_in_its_own_form(cast, manager):
    area = a_riding_town(cast)
    shift = shift_of(booked(area, cast.yoda))
    answer = manager.post(MISHAP, {"what": "delay", "d-shift": shift.code, "d-minutes": "999"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="999"' in page
    assert "240分まで" in page


def test_a_broken_vehicle_is_shown_on_the_day(cast, manager):
    area = a_riding_town(cast, vans=2)
    one = booked(area, cast.yoda)
    sent = {"what": "breakdown", "b-shift": shift_of(one).code, "b-near": area.stops.get(name="east").code}
    page = manager.post(MISHAP, sent, follow=True).content.decode()
    assert "運行計画から外れています" in page
    assert "故障しました" in page


def test_a_ride_is_given_to_another_vehicle_on_the_days_page(cast, manager):
    area = a_riding_town(cast, vans=2)
    one = booked(area, cast.yoda)
    other = VehicleShift.objects.exclude(pk=shift_of(one).pk).get()
    assert f'value="{other.code}"' not in manager.get(DAY).content.decode()
    assert f'value="{other.code}"' in manager.get(f"{DAY}&ride={one.code}").content.decode()
    page = manager.post(reverse("ride:move", args=[one.code]), {"shift": other.code}, follow=True).content.decode()
    assert f"{other.vehicle.name}が迎えに行きます" in page
    assert shift_of(one) == other


def test_the_desk_sees_the_list_but_moves_nothing(cast, client_of, manager):
    area = a_riding_town(cast, vans=2)
    one = booked(area, cast.yoda)
    desk = client_of(cast.momose)
    assert "ride/day/mishap" not in desk.get(DAY).content.decode()
    assert desk.post(reverse("ride:move", args=[one.code])).status_code == 403
