"""A resident asks for a way by bus and train together, and books the bus that meets the train with one more tap."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.common.calendar import town_date
from machikado.town.ride.ground import Spot
from machikado.town.ride.models import Booking, Stop
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import PLACES, TOMORROW, a_riding_town
from machikado.town.transit.models import Timetable
from machikado.town.transit.planning.asking import find_ways
from machikado.town.transit.tests.makings import a_timetable
from machikado.town.transit.ways import ByCall, ByTimetable, Question, Stand, faults

H, M = 3600, 60
CITY = Stand("市の病院", Spot(36.2005, 137.95))


def asked(second, arrives=False, start="south", **more):
    place = PLACES[start]
    return Question(Stand(place.name, place.spot), CITY, TOMORROW, second, arrives, **more)


@pytest.fixture
def bus(cast):
    """The small town with its bus, and trains from its northern station at 10:30 and 11:30 on weekdays."""
    area = a_riding_town(cast)
    a_timetable()
    return area


def test_the_bus_is_promised_in_time_for_the_train(bus):
    question = asked(9 * H)
    found = find_ways(question, NOON)
    first = found.ways[0]
    meets, train = first.legs[0], first.legs[1]
    assert isinstance(meets, ByCall)
    assert isinstance(train, ByTimetable)
    assert (train.leaves, train.origin.name) == (10 * H + 30 * M, "北の駅")
    assert meets.arrival_by + meets.walk_to_seconds <= 10 * H + 27 * M
    assert meets.yen == 50
    assert all(faults(way, question) == [] for way in found.ways)
    assert Booking.objects.count() == 0, "whoever only looks leaves nothing"


def test_on_a_day_without_trains_there_is_none_and_without_timetables_it_says_so(bus, cast):
    thursday = replace(asked(9 * H), day=TOMORROW + timedelta(days=1))
    assert find_ways(thursday, NOON).ways == []
    assert find_ways(thursday, NOON).has_timetables
    Timetable.objects.all().delete()
    assert not find_ways(asked(9 * H), NOON).has_timetables


def test_where_no_bus_is_out_one_walks_to_the_train_or_waits(bus):
    near = asked(9 * H, start="north")
    (first, *_more) = find_ways(near, NOON).ways
    assert not any(isinstance(leg, ByCall) for leg in first.legs)
    far = asked(22 * H)  # the bus has gone home, the last train leaves at 23:50 two kilometres away
    assert find_ways(far, NOON).ways == []


@pytest.fixture
def resident(cast, client_of):
    return client_of(cast.yoda)


def sent(client, **more):
    fields = {
        "start": "south",
        "start_code": "",
        "goal": "north",
        "goal_code": "",
        "when": "leave",
        "day": town_date(clock.now()).isoformat(),
        "minute": "23:00",
    }
    return client.post(reverse("transit:ways"), {**fields, **more})


def test_the_page_asks_answers_and_keeps_what_was_typed(bus, resident):
    page = resident.get(reverse("transit:ways")).content.decode()
    assert "行き方をさがす" in page
    answer = sent(resident)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "south" in text
    wrong = sent(resident, minute="25:99")
    assert wrong.status_code == 422
    assert "south" in wrong.content.decode()
    unknown = sent(resident, goal="どこにもない所")
    assert unknown.status_code == 422


def test_the_button_of_a_way_leads_to_offers_for_just_that_train(bus, resident, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)
    goal = Stop.objects.get(number="3")
    text = sent(resident, day=TOMORROW.isoformat(), minute="10:00", when="arrive", goal=goal.name).content.decode()
    forms = re.findall(rf'<form action="{reverse("ride:book")}".*?</form>', text, re.S)
    assert forms
    fields = dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', forms[0]))
    assert (fields["when"], fields["minute"], fields["goal"]) == ("arrive", "10:00", goal.name)
    answer = resident.post(reverse("ride:book"), {**fields, "csrfmiddlewaretoken": ""}, follow=True)
    booking = Booking.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("ride:offers", args=[booking.code])
    assert (booking.when, booking.wish_second) == ("arrive", 10 * H)
