"""Things happen to a waiting list at random: whoever waits longest is served first, nobody twice, no promise broken."""

from random import Random

import pytest

from machikado.town.common import clock
from machikado.town.ride.actions import bookings, waiting
from machikado.town.ride.models import Booking, DayPlan, Waiting
from machikado.town.ride.planning.replaying import problems_of
from machikado.town.ride.queries import booking_soundness, waiting_soundness
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import TOMORROW, a_rider, asked, booked
from machikado.town.ride.tests.waiters import one_seat, whoever_rides

STEPS = 14


@pytest.mark.parametrize("seed", range(3))
def test_the_line_is_fair_whatever_happens(cast, seed, monkeypatch):
    """All want the only seat at ten; who has it gives it back, who waits leaves or comes back, the worker looks."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    area, chance = one_seat(cast), Random(seed)
    holder: Booking | None = booked(area, cast.hara)
    line: list[Booking] = []
    left: list[Booking] = []
    for number in range(STEPS):
        what = chance.choice(("ask", "give back", "give back", "leave", "come back"))
        if what == "ask" and holder is not None:
            line.append(asked(area, a_rider(str(number))))
            waiting.wait(booking=line[-1], by=whoever_rides(line[-1]), now=NOON)
        elif what == "leave" and line:
            left.append(line.pop(chance.randrange(len(line))))
            waiting.let_go(booking=left[-1], by=whoever_rides(left[-1]), now=NOON)
        elif what == "come back" and left:
            line.append(left.pop())
            waiting.wait(booking=line[-1], by=whoever_rides(line[-1]), now=NOON)
        elif what == "give back" and holder is not None:
            bookings.cancel(booking=holder, by=whoever_rides(holder), now=NOON)
            holder = None
        for _twice in range(2):
            waiting.serve(area, TOMORROW, NOON)
        if holder is None and line:
            holder = Booking.objects.get(pk=line.pop(0).pk)
        riding = list(Booking.objects.filter(state="booked"))
        assert riding == ([holder] if holder else [])
        waits = Waiting.objects.filter(state="waiting").order_by("since", "pk")
        assert {row.booking_id for row in waits} == {each.pk for each in line}
    assert [fault for plan in DayPlan.objects.all() for fault in problems_of(plan)] == []
    assert [*booking_soundness.problems(), *waiting_soundness.problems()] == []
