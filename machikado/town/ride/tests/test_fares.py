"""A manager sets the fares: versions that never change, and free days."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Event
from machikado.town.people.permissions import CannotDo
from machikado.town.ride.actions import fares
from machikado.town.ride.actions.fares import CannotFree, CannotSetFares, NewFares, NewFreePeriod, NewPass
from machikado.town.ride.fare import CannotPrice, Party, Rider
from machikado.town.ride.models import FareTable, RiderShare, ZonePair
from machikado.town.ride.queries import soundness
from machikado.town.ride.queries.fares import free_period_on, price, table_on, tariff_of
from machikado.town.ride.tests.makings import NOON, TARIFF, TODAY, a_stop, an_area, with_fares

DAY = timedelta(days=1)


def test_what_is_put_in_force_comes_out_as_it_went_in(cast):
    area, by = an_area(), cast.actor("uehara")
    passes = (NewPass("1か月定期", Rider.ADULT, 6000, 30),)
    table = fares.put_in_force(area=area, new=NewFares(TODAY, TARIFF, passes), by=by, now=NOON)
    assert tariff_of(table) == TARIFF
    event = Event.objects.get(kind="ride.fares_set")
    told = event.data
    assert told["sections"] == {"AA": 200, "BB": 100, "CC": 50}
    assert told["shares"]["child"] == 5000
    assert told["pairs"] == [["A", "A", "CC"], ["A", "B", "BB"], ["A", "C", "AA"], ["B", "B", "CC"]]
    assert told["passes"] == [["adult", 6000, 30]]
    assert (told["round_up_yen"], event.v) == (10, 2)
    assert soundness.problems() == []


def test_a_new_version_leaves_the_days_before_it_as_they_were(db):
    area = an_area()
    old = with_fares(area)
    dearer = replace(TARIFF, sections={"AA": 300, "BB": 150, "CC": 100})
    new = fares.put_in_force(area=area, new=NewFares(TODAY + 10 * DAY, dearer), by=SYSTEM, now=NOON)
    assert table_on(area, TODAY - DAY) is None
    assert table_on(area, TODAY + 9 * DAY) == old
    assert table_on(area, TODAY + 10 * DAY) == new
    assert (old.number, new.number) == (1, 2)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sections": {}}, "no_section"),
        ({"sections": {"AA": -1, "BB": 100, "CC": 50}}, "yen"),
        ({"pairs": {}}, "no_pair"),
        ({"pairs": {("A", "B"): "DD"}}, "unknown_section"),
        ({"shares": {Rider.ADULT: 10_000}}, "shares"),
        ({"shares": {**TARIFF.shares, Rider.CHILD: 10_001}}, "shares"),
        ({"round_up_yen": 7}, "round"),
    ],
)
def test_a_table_by_which_nothing_can_be_paid_is_refused(db, changes, code):
    new = NewFares(TODAY, replace(TARIFF, **changes))
    with pytest.raises(CannotSetFares) as refusal:
        fares.put_in_force(area=an_area(), new=new, by=SYSTEM, now=NOON)
    assert refusal.value.code == code
    assert refusal.value.sentence
    assert not FareTable.objects.exists()


@pytest.mark.parametrize(("days", "code"), [(-1, "past"), (0, "later"), (5, "same_day"), (4, "later")])
def test_versions_follow_each_other(db, days, code):
    area = an_area()
    with_fares(area, TODAY + 5 * DAY)
    with pytest.raises(CannotSetFares, match=code):
        fares.put_in_force(area=area, new=NewFares(TODAY + days * DAY, TARIFF), by=SYSTEM, now=NOON)


def test_a_pass_without_days_is_refused_and_a_driver_sets_no_fares(cast):
    area = an_area()
    new = NewFares(TODAY, TARIFF, (NewPass("1か月", Rider.ADULT, 6000, 0),))
    with pytest.raises(CannotSetFares, match="passes"):
        fares.put_in_force(area=area, new=new, by=SYSTEM, now=NOON)
    with pytest.raises(CannotDo):
        fares.put_in_force(area=area, new=NewFares(TODAY, TARIFF), by=cast.actor("futaki"), now=NOON)


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (NewFares(TODAY, replace(TARIFF, sections={**TARIFF.sections, "ABCDEFGHI": 10})), "long"),
        (NewFares(TODAY, replace(TARIFF, pairs={("A", "ABCDEFGHI"): "AA"})), "long"),
        (NewFares(TODAY, TARIFF, (NewPass("定" * 41, Rider.ADULT, 6000, 30),)), "long"),
        (NewFares(TODAY, TARIFF, note="注" * 201), "long"),
        (
            NewFares(TODAY, TARIFF, (NewPass("月", Rider.ADULT, 1, 30), NewPass("月 ", Rider.ADULT, 2, 30))),
            "pass_twice",
        ),
        (NewFares(TODAY, replace(TARIFF, pairs={("A", "B"): "AA", ("B", "A"): "BB"})), "pair_twice"),
    ],
)
def test_what_stands_twice_or_is_too_long_is_refused_and_nothing_is_cut(db, new, code):
    with pytest.raises(CannotSetFares) as refusal:
        fares.put_in_force(area=an_area(), new=new, by=SYSTEM, now=NOON)
    assert refusal.value.code == code
    assert refusal.value.sentence
    assert not FareTable.objects.exists()


def test_a_ride_between_two_stops_is_priced_by_their_zones_and_the_day(db):
    area = an_area()
    table = with_fares(area)
    one, two = a_stop(area), a_stop(area, number="2", zone="C")
    party = Party({Rider.ADULT: 1, Rider.CHILD: 1})
    assert price(table, (one, two), party, TODAY).yen == 300
    new = NewFreePeriod("お試し期間", TODAY + DAY, TODAY + 2 * DAY)
    fares.set_free(area=area, new=new, by=SYSTEM, now=NOON)
    assert [price(table, (one, two), party, TODAY + n * DAY).yen for n in range(4)] == [300, 0, 0, 300]
    nowhere = a_stop(area, number="3", zone="")
    with pytest.raises(CannotPrice, match="no_zone"):
        price(table, (one, nowhere), party, TODAY)


def test_a_free_period_that_runs_ends_today_and_one_to_come_goes(db):
    area = an_area()
    runs = fares.set_free(area=area, new=NewFreePeriod("運動会", TODAY, TODAY + 5 * DAY), by=SYSTEM, now=NOON)
    comes = fares.set_free(area=area, new=NewFreePeriod("冬", TODAY + 9 * DAY, TODAY + 9 * DAY), by=SYSTEM, now=NOON)
    for period in (runs, comes):
        fares.end_free(period=period, by=SYSTEM, now=NOON)
    assert [free_period_on(area, TODAY + n * DAY) for n in (0, 1, 9)] == ["運動会", "", ""]
    with pytest.raises(CannotFree, match="over"):
        fares.end_free(period=comes, by=SYSTEM, now=NOON)


def test_pressing_twice_makes_the_days_free_once(db):
    area, new = an_area(), NewFreePeriod("運動会", TODAY, TODAY + 5 * DAY)
    fares.set_free(area=area, new=new, by=SYSTEM, now=NOON)
    with pytest.raises(CannotFree, match="twice"):
        fares.set_free(area=area, new=new, by=SYSTEM, now=NOON)
    assert area.free_periods.count() == 1


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (NewFreePeriod("", TODAY, TODAY), "no_name"),
        (NewFreePeriod("x", TODAY, TODAY - DAY), "backwards"),
        (NewFreePeriod("x", TODAY - DAY, TODAY), "past"),
    ],
)
def test_free_days_that_make_no_sense_are_refused(db, new, code):
    with pytest.raises(CannotFree) as refusal:
        fares.set_free(area=an_area(), new=new, by=SYSTEM, now=NOON)
    assert refusal.value.code == code
    assert refusal.value.sentence


def test_the_database_and_the_check_know_a_broken_table(db):
    area = an_area()
    table = with_fares(area)
    with pytest.raises(IntegrityError), transaction.atomic():
        RiderShare.objects.filter(table=table).update(share=10_001)
    RiderShare.objects.filter(table=table, rider="child").delete()
    ZonePair.objects.create(table=table, one="B", other="A", section=table.sections.get(name="CC"))
    found = "\n".join(soundness.problems())
    assert "not every kind of rider" in found
    assert "has two sections" in found
