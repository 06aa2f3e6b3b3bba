"""The board of a big day, twenty vehicles and five hundred bookings: as many questions to the database as for a few."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.common.codes import new_code
from machikado.town.ride.actions import plans
from machikado.town.ride.hours import moment_at
from machikado.town.ride.models import Booking, DayPlan, FareTable, Offer, PlanStep, ServiceArea, Stop
from machikado.town.ride.queries.day_rows import digest_of
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import TOMORROW, a_riding_town

VANS = 20
BOOKINGS = 500


def a_big_day(cast) -> ServiceArea:
    """Rows as bookings would have left them: each van fetches somebody every twenty minutes and drives a quarter."""
    area = a_riding_town(cast, vans=VANS)
    standing = plans.read(area, TOMORROW, NOON)
    assert standing is not None
    rows = standing.rows
    plan = DayPlan.objects.create(
        area=area,
        day=TOMORROW,
        version=1,
        table=rows.table,
        fleet=list(rows.fleet),
        digest=digest_of(rows),
        changed_at=NOON,
    )
    stops = list(Stop.objects.order_by("number"))
    fares = FareTable.objects.get()
    bookings = Booking.objects.bulk_create(_booking(area, cast, number) for number in range(BOOKINGS))
    Offer.objects.bulk_create(_offer(each, number, stops, fares) for number, each in enumerate(bookings))
    PlanStep.objects.bulk_create(step for number, each in enumerate(bookings) for step in _steps(plan, each, number))
    return area


def _times(number: int) -> tuple[int, int]:
    begins = 8 * 3600 + 600 + number // VANS * 1200
    return begins, begins + 900


def _booking(area, cast, number: int) -> Booking:
    return Booking(
        code=new_code(),
        area=area,
        rider=cast.yoda,
        channel="web",
        state="booked",
        sent_key=uuid4(),
        asked_at=NOON,
        booked_at=NOON,
        day=TOMORROW,
        when="leave",
        wish_second=_times(number)[0] - 300,
        from_name="家",
        from_lat=36.11,
        from_lon=137.94,
        to_name="駅",
        to_lat=36.12,
        to_lon=137.94,
        adults=1,
        walk_minutes=10,
        boarding_seconds=30,
    )


def _offer(booking: Booking, number: int, stops, fares: FareTable) -> Offer:
    fetched, brought = _times(number)
    return Offer(
        code=new_code(),
        booking=booking,
        number=1,
        pickup_stop=stops[number % 2],
        arrival_stop=stops[2 + number % 2],
        walk_from_seconds=60,
        walk_to_seconds=60,
        expected_pickup=fetched,
        expected_arrival=brought,
        pickup_from=fetched,
        pickup_by=fetched + 600,
        arrival_from=brought,
        arrival_by=brought + 600,
        max_ride_seconds=1800,
        fare_table=fares,
        section="AA",
        yen=200,
        fare_lines=[],
        taken_at=NOON,
        planned_pickup_by=fetched + 300,
        planned_arrival_by=brought + 300,
        planned_ride_seconds=1500,
    )


def _steps(plan: DayPlan, booking: Booking, number: int) -> list[PlanStep]:
    shift = plan.fleet[number % VANS]["shift"]
    place = 2 * (number // VANS)
    fetched, brought = _times(number)
    base = {"plan": plan, "shift_id": shift, "booking": booking}
    return [
        PlanStep(**base, position=place, action="pickup", begins=fetched, leaves=fetched + 30),
        PlanStep(**base, position=place + 1, action="delivery", begins=brought, leaves=brought + 30),
    ]


@pytest.fixture
def at_noon(monkeypatch):
    now = moment_at(TOMORROW, 12 * 3600)
    monkeypatch.setattr(clock, "now", lambda: now)


def test_a_big_day_takes_no_more_questions_than_a_small_one(cast, client_of, at_noon, django_assert_max_num_queries):
    a_big_day(cast)
    manager = client_of(cast.uehara)
    with django_assert_max_num_queries(24):
        page = manager.get(reverse("ride:live")).context["page"]
    assert (len(page.rows), page.figures.people) == (VANS, BOOKINGS)
    assert sum(len(block.marks) for lane in page.gantt.lanes for block in lane.blocks) == 2 * BOOKINGS
    with django_assert_max_num_queries(16):
        manager.get(reverse("ride:live"))
    since = int((moment_at(TOMORROW, 12 * 3600) - timedelta(seconds=10)).timestamp())
    with django_assert_max_num_queries(9):
        manager.get(reverse("ride:live_moves"), {"since": since})
