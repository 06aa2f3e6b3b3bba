"""Two thousand things happen on days at random: no promise breaks in silence, no booking is lost, days replay."""

import pytest
from django.db import connection

from machikado.town.ride.actions.vehicles import Fits
from machikado.town.ride.models import DayPlan
from machikado.town.ride.planning.replaying import problems_of
from machikado.town.ride.queries import limits
from machikado.town.ride.random_day import RandomDay, Tally
from machikado.town.ride.tests.riding import TOMORROW, a_rider, a_riding_town

DAYS, EVENTS = 16, 125


@pytest.mark.parametrize("seed", range(DAYS))
def test_whatever_happens_every_promise_is_kept_or_told_anew(cast, seed, monkeypatch):
    if connection.vendor != "sqlite":
        pytest.skip("one database is enough for days at random: they are about plans, not about rows")
    monkeypatch.setattr(limits, "MOST_AHEAD", 1000)
    area = a_riding_town(cast, vans=3, layouts=(Fits(4),))
    day = RandomDay(area, TOMORROW, [a_rider(str(number)) for number in range(30)], seed)
    day.play(EVENTS)
    assert day.tally.faults == []
    assert day.tally.events["book"] >= EVENTS // 5, "enough was booked for something to go wrong"
    assert day.tally.events["aboard"] >= EVENTS // 10, "and driven"
    assert [fault for plan in DayPlan.objects.all() for fault in problems_of(plan)] == []


def test_a_broken_promise_is_seen(cast):
    """The look itself: a step that is moved by hand, and a message that was never sent."""
    area = a_riding_town(cast, vans=2)
    day = RandomDay(area, TOMORROW, [a_rider(str(number)) for number in range(8)], seed=1, tally=Tally())
    day.play(12)
    plan = DayPlan.objects.get()
    step = plan.steps.filter(action="pickup").latest("begins")
    assert step.booking is not None
    plan.steps.filter(pk=step.pk).update(begins=step.begins + 4000, leaves=step.leaves + 4000)
    assert any("is fetched at" in fault for fault in day._broken())
    offer = step.booking.promise
    type(offer).objects.filter(pk=offer.pk).update(max_ride_seconds=offer.max_ride_seconds + 1)
    assert any("was not told" in fault for fault in day._broken())
