"""A manager says where and when the bus runs, and when it does not."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Detail, Event
from machikado.town.people.permissions import CannotDo
from machikado.town.ride.actions import area as areas
from machikado.town.ride.actions.area import (
    CannotChangeArea,
    CannotSetHours,
    CannotSuspend,
    NewArea,
    NewHours,
    NewSuspension,
    Promises,
)
from machikado.town.ride.actions.stops import CannotChangeStop
from machikado.town.ride.hours import DayType, Span
from machikado.town.ride.models import ServiceArea, ServiceHours, Stop
from machikado.town.ride.queries import area as asked
from machikado.town.ride.queries import soundness
from machikado.town.ride.tests.makings import NOON, SQUARE, TODAY, a_stop, an_area, with_hours

HOUR = timedelta(hours=1)


def test_a_manager_founds_an_area_and_changes_what_it_promises(cast):
    by = cast.actor("uehara")
    area = areas.found(new=NewArea("塩尻", SQUARE), by=by, now=NOON)
    areas.change(area=area, new=NewArea("塩尻東", SQUARE, Promises(max_wait_minutes=20)), by=by, now=NOON)
    assert (area.name, area.max_wait_minutes, area.book_ahead_days) == ("塩尻東", 20, 6)
    kinds = list(Event.objects.filter(noun="area", code=area.code).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["ride.area_founded", "ride.area_changed"]
    assert Event.objects.filter(kind="ride.area_changed").get().data["max_wait_minutes"] == 20


@pytest.mark.parametrize("slug", ["momose", "nakajima", "takizawa", "futaki"])
def test_nobody_else_does(cast, slug):
    with pytest.raises(CannotDo):
        areas.found(new=NewArea("塩尻", SQUARE), by=cast.actor(slug), now=NOON)
    assert not ServiceArea.objects.exists()


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (NewArea(" ", SQUARE), "no_name"),
        (NewArea("塩尻", SQUARE), "name_taken"),
        (NewArea("南", SQUARE, Promises(book_ahead_days=61)), "ahead"),
        (NewArea("南", SQUARE, Promises(max_ride_minutes=4)), "promises"),
        (NewArea("南", SQUARE, Promises(wheelchair_boarding_seconds=901)), "boarding"),
    ],
)
def test_a_promise_that_no_bus_can_keep_is_refused(db, new, code):
    an_area()
    with pytest.raises(CannotChangeArea) as refusal:
        areas.found(new=new, by=SYSTEM, now=NOON)
    assert refusal.value.code == code
    assert refusal.value.sentence


def test_the_database_refuses_it_too(db):
    area = an_area()
    for change in ({"max_wait_minutes": 4}, {"book_ahead_days": 61}, {"boarding_seconds": 901}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ServiceArea.objects.filter(pk=area.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceHours.objects.create(area=area, effective_from=TODAY, day_type="weekday", opens=600, closes=600)


def test_hours_of_a_later_day_leave_today_as_it_is_and_the_same_day_is_set_anew(db):
    area = an_area()
    with_hours(area)
    later = TODAY + timedelta(days=7)
    for closes in (1080, 1020):
        new = NewHours(later, {DayType.WEEKDAY: [Span(540, closes)]})
        areas.set_hours(area=area, hours=new, by=SYSTEM, now=NOON)
    assert asked.spans_on(area, TODAY) == (Span(420, 1200),)
    assert asked.spans_on(area, later) == (Span(540, 1020),)
    assert [day for day, _rules in asked.sets_of_hours(area)] == [later, TODAY]
    assert Event.objects.filter(kind="ride.hours_set").latest("pk").data["hours"] == [["weekday", 540, 1020]]
    assert soundness.problems() == []


@pytest.mark.parametrize(
    ("day", "spans", "code"),
    [
        (0, {}, "none"),
        (-1, {DayType.WEEKDAY: [Span(540, 1020)]}, "past"),
        (0, {DayType.WEEKDAY: [Span(1020, 540)]}, "backwards"),
        (0, {DayType.SUNDAY: [Span(540, 1681)]}, "late"),
        (0, {DayType.SUNDAY: [Span(540, 700), Span(699, 800)]}, "overlap"),
    ],
)
def test_hours_at_which_nothing_can_run_are_refused(db, day, spans, code):
    with pytest.raises(CannotSetHours) as refusal:
        areas.set_hours(area=an_area(), hours=NewHours(TODAY + timedelta(days=day), spans), by=SYSTEM, now=NOON)
    assert refusal.value.code == code
    assert refusal.value.sentence
    assert not ServiceHours.objects.exists()


NORTH_HALF = {
    "type": "Polygon",
    "coordinates": [[[137.93, 36.115], [137.96, 36.115], [137.96, 36.13], [137.93, 36.13], [137.93, 36.115]]],
}


def test_a_border_does_not_leave_a_stop_outside(db):
    area = an_area()
    a_stop(area, number="7", name="大門一番町")
    with pytest.raises(CannotChangeArea, match="stops_outside") as refusal:
        areas.change(area=area, new=NewArea("塩尻", NORTH_HALF), by=SYSTEM, now=NOON)
    assert "大門一番町" in refusal.value.sentence
    area.refresh_from_db()
    assert area.polygon == SQUARE
    wider = {
        "type": "Polygon",
        "coordinates": [[[137.9, 36.0], [138, 36.0], [138, 36.2], [137.9, 36.2], [137.9, 36.0]]],
    }
    areas.change(area=area, new=NewArea("塩尻", wider), by=SYSTEM, now=NOON)
    assert soundness.problems() == []
    ServiceArea.objects.update(polygon=NORTH_HALF)
    assert soundness.problems() == [f"stop {Stop.objects.get().code} lies outside its area"]


def test_the_border_that_counts_is_the_one_under_the_lock(db):
    """Somebody who still holds the area as it was puts nothing up outside the new border."""
    area = an_area()
    ServiceArea.objects.update(polygon=NORTH_HALF)
    with pytest.raises(CannotChangeStop, match="outside"):
        a_stop(area)
    assert not Stop.objects.exists()


def test_snow_suspends_the_bus_until_it_is_lifted(cast):
    area, by = an_area(), cast.actor("uehara")
    with_hours(area)
    new = NewSuspension("snow", NOON, NOON + 3 * HOUR, "雪のため")
    row = areas.suspend(area=area, new=new, by=by, now=NOON)
    assert asked.runs_at(area, NOON - HOUR).runs
    assert asked.runs_at(area, NOON + HOUR) == asked.Running(False, row)
    assert asked.runs_at(area, NOON + 3 * HOUR).runs
    areas.lift(suspension=row, by=by, now=NOON + HOUR)
    assert asked.runs_at(area, NOON + HOUR).runs
    assert Detail.objects.get().body == {"note": "雪のため"}
    with pytest.raises(CannotSuspend, match="lifted"):
        areas.lift(suspension=row, by=by, now=NOON + HOUR)


def test_pressing_twice_suspends_once(db):
    area, new = an_area(), NewSuspension("snow", NOON, NOON + 3 * HOUR, "雪のため")
    row = areas.suspend(area=area, new=new, by=SYSTEM, now=NOON)
    with pytest.raises(CannotSuspend, match="twice"):
        areas.suspend(area=area, new=new, by=SYSTEM, now=NOON + timedelta(seconds=1))
    areas.lift(suspension=row, by=SYSTEM, now=NOON + HOUR)
    areas.suspend(area=area, new=new, by=SYSTEM, now=NOON + HOUR)
    assert area.suspensions.count() == 2, "what was lifted can be suspended again"


def test_a_suspension_without_an_end_holds_until_it_is_lifted(db):
    area = an_area()
    with_hours(area)
    row = areas.suspend(area=area, new=NewSuspension("disaster", NOON), by=SYSTEM, now=NOON)
    assert not asked.runs_at(area, NOON + timedelta(days=365)).runs
    assert list(asked.suspensions_now(area, NOON)) == [row]


@pytest.mark.parametrize(("begins", "ends", "code"), [(2, 1, "backwards"), (1, 1, "backwards"), (-5, -1, "over")])
def test_a_suspension_that_makes_no_sense_is_refused(db, begins, ends, code):
    new = NewSuspension("snow", NOON + begins * HOUR, NOON + ends * HOUR)
    with pytest.raises(CannotSuspend) as refusal:
        areas.suspend(area=an_area(), new=new, by=SYSTEM, now=NOON)
    assert refusal.value.code == code
