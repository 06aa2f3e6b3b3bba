"""Many people at one moment, on real connections: a seat is sold once, and whoever was told yes rides."""

import threading
from collections import Counter

import pytest
from django.db import connection

from machikado.town.common.actors import SYSTEM
from machikado.town.ride.actions import asking, bookings, plans
from machikado.town.ride.actions.bookings import CannotBook
from machikado.town.ride.actions.vehicles import Fits
from machikado.town.ride.models import Booking, DayPlan, Offer, PlanStep
from machikado.town.ride.planning.replaying import problems_of
from machikado.town.ride.queries import booking_soundness
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import a_rider, a_riding_town, asked

PEOPLE = 6


def all_at_once(offers):
    """Accept each in a thread of its own; return what each was told."""
    told: Counter[str] = Counter()
    begin = threading.Barrier(len(offers))

    def run(pk):
        try:
            offer = Offer.objects.select_related("booking__area", "booking__rider", "booking__replaces").get(pk=pk)
            begin.wait()
            try:
                bookings.accept(offer=offer, by=SYSTEM, now=NOON)
                told["yes"] += 1
            except CannotBook as refusal:
                told[refusal.code] += 1
        except BaseException as fault:
            told[repr(fault)] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(offer.pk,)) for offer in offers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_the_last_seat_is_sold_once(transactional_db, cast):
    """One seat, at the same minute, for six people who all saw it free; nobody may wait longer than five minutes."""
    area = a_riding_town(cast, layouts=(Fits(1),))
    area.max_wait_minutes = 5
    area.save()
    offers = [asked(area, a_rider(str(number))).offers.get(number=1) for number in range(PEOPLE)]
    told = all_at_once(offers)
    assert told == {"yes": 1, "taken": PEOPLE - 1}
    assert Booking.objects.filter(state="booked").count() == 1
    assert PlanStep.objects.count() == 2
    assert booking_soundness.problems() == []
    assert problems_of(DayPlan.objects.get()) == []


def test_with_seats_enough_everybody_has_one(transactional_db, cast):
    area = a_riding_town(cast, layouts=(Fits(8),))
    offers = [asked(area, a_rider(str(number))).offers.get(number=1) for number in range(PEOPLE)]
    told = all_at_once(offers)
    assert told == {"yes": PEOPLE}
    assert Booking.objects.filter(state="booked").count() == PlanStep.objects.count() // 2 == PEOPLE
    plan = DayPlan.objects.get()
    assert plan.version == 1 + PEOPLE, "each yes is a version of its own"
    assert problems_of(plan) == []


def test_one_offer_pressed_many_times_at_once_is_one_promise(transactional_db, cast):
    area = a_riding_town(cast)
    offer = asking.ask(area=area, rider=a_rider(), wish=_same_wish(), by=SYSTEM, now=NOON).offers.get(number=1)
    told = all_at_once([offer] * PEOPLE)
    assert told == Counter(yes=PEOPLE)
    assert PlanStep.objects.count() == 2
    assert booking_soundness.problems() == []


def _same_wish():
    from machikado.town.ride.tests.riding import wish

    return wish()


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite lets one write at a time, whoever it is")
def test_who_asks_does_not_wait_for_who_says_yes(transactional_db, cast):
    area, told = a_riding_town(cast), list[str]()

    def ask():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '3s'")
            told.append(asked(area, cast.yoda).state)
        except BaseException as fault:
            told.append(repr(fault))
        finally:
            connection.close()

    with plans.held(area):
        other = threading.Thread(target=ask)
        other.start()
        other.join()
    assert told == ["offered"]
