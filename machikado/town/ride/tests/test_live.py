"""The manager's board: where the buses are by tablet or by plan, what is sent, the day by vehicle, figures."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.ride.actions import bookings, ways
from machikado.town.ride.actions.positions import report_position
from machikado.town.ride.along import length_m
from machikado.town.ride.ground import Spot, metres
from machikado.town.ride.hours import Span, moment_at
from machikado.town.ride.models import DayPlan, FixRemark, VehicleShift, WayLine
from machikado.town.ride.queries.buses import Source, bus_for, buses_now
from machikado.town.ride.queries.day_rows import plan_of
from machikado.town.ride.queries.runs import decoded, encoded, runs_of
from machikado.town.ride.tests.makings import NOON, a_shift, a_van
from machikado.town.ride.tests.riding import (
    PLACES,
    TOMORROW,
    a_rider,
    a_riding_town,
    another_driver,
    asked,
    booked,
    corner,
)
from machikado.town.ride.views.live_wire import moves

KB = 1024


@pytest.fixture
def area(cast):
    """Two vans; Hara and another one ride together from the south to the north, about ten o'clock."""
    area = a_riding_town(cast, vans=2)
    booked(area, cast.hara)
    booked(area, a_rider("清水"))
    ways.draw(NOON + timedelta(days=1))
    return area


@pytest.fixture
def at(monkeypatch):
    """Let it be a second of tomorrow."""

    def moved(second: int):
        now = moment_at(TOMORROW, second)
        monkeypatch.setattr(clock, "now", lambda: now)
        return now

    return moved


@pytest.fixture
def manager(cast, client_of) -> Client:
    return client_of(cast.uehara)


def run_of(area):
    """The run of the van that drives."""
    plan = plan_of(area, TOMORROW)
    assert plan is not None
    runs = runs_of(plan).runs.values()
    return next(run for run in runs if run.calls)


def say(shift_id: int, spot: Spot, now, **more):
    shift = VehicleShift.objects.get(pk=shift_id)
    facts = {"heading_deg": None, "speed_kmh": 20.0, **more}
    return report_position(shift=shift, at=now, lat=spot.lat, lon=spot.lon, by=SYSTEM, now=now, **facts)


def test_lines_are_drawn_along_the_streets_between_the_places_of_the_plan(area):
    run = run_of(area)
    first = run.legs[0]
    assert metres(first.line[0], corner(0, 0)) < 60, "from the depot at the corner"
    assert metres(first.line[-1], PLACES["south"].spot) < 60
    ride = next(leg for leg in run.legs[1:] if len(leg.line) > 1)
    crow = metres(PLACES["south"].spot, PLACES["north"].spot)
    assert length_m(ride.line) > 1.1 * crow, "streets run north and east, not across"
    assert all(leg.sets_out <= leg.arrives for leg in run.legs)


def test_what_is_drawn_is_not_drawn_again_and_a_new_plan_lacks_some(area, cast):
    assert ways.draw(NOON + timedelta(days=1)) == 0
    before = WayLine.objects.count()
    booked(area, cast.yoda, start="west", goal="east", minute=840)
    assert ways.draw(NOON + timedelta(days=1)) > 0
    assert WayLine.objects.count() > before


def test_a_line_is_kept_to_the_metre():
    line = (Spot(36.1144, 137.948), Spot(36.11512, 137.94811), Spot(36.1144, 137.9))
    assert encoded(line) == [3611440, 13794800, 72, 11, -72, -4811]
    assert decoded(encoded(line)) == line
    assert decoded([]) == ()


def test_without_a_tablet_the_plan_says_where_the_bus_is(area, at):
    run = run_of(area)
    leg = next(leg for leg in run.legs[1:] if len(leg.line) > 1)
    now = at((leg.sets_out + leg.arrives) // 2)
    bus = next(bus for bus in buses_now(area, now).buses if bus.shift.pk == run.shift)
    assert bus.source is Source.PLAN
    assert 0 < metres(bus.here.spot, leg.line[0]) < length_m(leg.line)
    assert bus.run is not None
    assert bus.next is not None
    assert bus.run.calls[bus.next].action == "delivery"


def test_a_tablet_says_better_where_it_is_and_after_five_minutes_the_plan_does_again(area, at):
    run = run_of(area)
    leg = next(leg for leg in run.legs[1:] if len(leg.line) > 1)
    say(run.shift, leg.line[0], at(leg.arrives))
    seen = []
    for seconds in (0, 59, 60, 299, 300):
        bus = bus_of(area, run.shift, at(leg.arrives + seconds))
        seen.append(bus.source)
    assert seen == [Source.TABLET, Source.TABLET, Source.OLD, Source.OLD, Source.PLAN]


def bus_of(area, shift_id: int, now):
    return next(bus for bus in buses_now(area, now).buses if bus.shift.pk == shift_id)


def test_a_bus_that_still_stands_at_the_first_stop_when_it_should_be_there_is_late_by_the_whole_way(area, cast, at):
    run = run_of(area)
    number = next(n for n, leg in enumerate(run.legs[1:], 1) if len(leg.line) > 1)
    leg = run.legs[number]
    now = at(leg.arrives)
    say(run.shift, leg.line[0], now)
    bus = bus_of(area, run.shift, now)
    assert bus.late_seconds == pytest.approx(leg.arrives - leg.sets_out, abs=2)
    hers = bus_for(cast.hara.bookings.get(), now)
    assert hers is not None
    found, (_on, off) = hers
    assert found.expected_at(off) >= run.calls[off].begins + bus.late_seconds - 2


def test_the_board_shows_list_figures_and_the_day_by_vehicle(area, at, manager):
    asked(area, a_rider("丸山"), minute=300)  # at five nobody drives
    run = run_of(area)
    at(run.calls[0].begins)
    answer = manager.get(reverse("ride:live"))
    page = answer.context["page"]
    assert [row.bus.shift.vehicle.name for row in page.rows] == ["1号車", "2号車"]
    assert (page.figures.people, page.figures.rode, page.figures.refused) == (2, run.calls[0].people, 1)
    assert page.figures.pooled_percent == 100
    assert [times for _reason, times in page.reasons] == [1]
    words = answer.content.decode()
    assert "原 " in words or "清水" in words
    assert page.gantt.now_x is not None
    blocks = [block for lane in page.gantt.lanes for block in lane.blocks]
    assert [block.kind for block in blocks] == ["drive"]
    assert len(blocks[0].marks) == 4


def test_each_bar_leads_to_the_stops_of_its_run_and_from_there_to_the_bookings(area, at, manager, cast):
    run = run_of(area)
    at(run.calls[0].begins)
    code = VehicleShift.objects.get(pk=run.shift).code
    assert (
        f"{reverse('ride:live_run', args=[code])}#c{run.calls[0].begins}"
        in manager.get(reverse("ride:live")).content.decode()
    )
    page = manager.get(reverse("ride:live_run", args=[code]))
    lines = page.context["page"].lines
    assert [line.on for line in lines] == [True, True, False, False]
    assert lines[-1].aboard == 0
    assert reverse("ride:booking", args=[cast.hara.bookings.get().code]) in page.content.decode()


def test_what_a_tablet_sent_amiss_stands_on_the_board(area, at, manager):
    run = run_of(area)
    now = at(run.calls[0].begins)
    say(run.shift, Spot(137.94, 36.11), now)
    assert FixRemark.objects.get().code == "swapped"
    (remark,) = manager.get(reverse("ride:live")).context["page"].remarks
    assert (remark.vehicle, remark.times) == ("1号車", 1)
    assert remark.sentence


def test_an_empty_day_says_so(cast, manager, at):
    a_riding_town(cast)
    at(3 * 3600)
    answer = manager.get(reverse("ride:live"))
    assert answer.context["page"].rows == []
    assert answer.status_code == 200
    assert json.loads(manager.get(reverse("ride:live_moves")).content)["v"] == []


def test_only_what_has_moved_is_sent(area, at):
    run = run_of(area)
    begins = run.calls[0].begins
    now = at(begins + 5)
    assert len(moves(area, now, None)["v"]) == 2
    assert moves(area, now + timedelta(seconds=1), now)["v"] == [], "it stands, and nobody has spoken"
    say(run.shift, run.legs[0].line[-1], now + timedelta(seconds=8))
    (vector,) = moves(area, now + timedelta(seconds=10), now)["v"]
    assert vector[0] == VehicleShift.objects.get(pk=run.shift).code
    assert vector[4] == 0, "by its tablet, just now"


def test_calls_and_lines_are_sent_once_and_again_when_the_plan_has_changed(area, at, manager, cast):
    run = run_of(area)
    at(run.calls[0].begins - 600)
    told = json.loads(manager.get(reverse("ride:live_ways")).content)
    have = ",".join(f"{code}.{way['mark']}" for code, way in told["buses"].items())
    assert len(told["buses"]) == 2
    again = json.loads(manager.get(reverse("ride:live_ways"), {"have": have}).content)
    assert (again["buses"], again["p"]) == ({}, told["p"])
    booked(area, cast.yoda, start="west", goal="east", minute=615)
    after = json.loads(manager.get(reverse("ride:live_ways"), {"have": have}).content)
    assert after["p"] != told["p"]
    assert len(after["buses"]) == 1


def test_nonsense_for_since_asks_for_everything(area, at, manager):
    at(36_000)
    for since in ("", "x", "-1", "99999999999999", "1.5"):
        assert len(json.loads(manager.get(reverse("ride:live_moves"), {"since": since}).content)["v"]) == 2


def wire(answer) -> int:
    """How many bytes an answer is on the wire (HTTP/1.1): head and body."""
    head = "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items())
    return len(f"HTTP/1.1 200 OK\r\n{head}\r\n") + len(answer.content)


def test_a_viewer_gets_at_most_twenty_kilobytes_a_minute_with_fifty_vehicles(area, at, manager, cast):
    """Fifty buses drive, each tablet speaks every ten seconds; every ten seconds the map asks."""
    shifts = [VehicleShift.objects.get(pk=run_of(area).shift)]
    for number in range(48):
        van = a_van(area, depot=corner(0, 0), name=f"{number + 11}号車")
        shifts.append(a_shift(cast, van, driver=another_driver(), day=TOMORROW, span=Span(480, 1020), breaks=()))
    now = at(36_000)
    for shift in shifts:
        say(shift.pk, corner(1, 1), now)
    first = manager.get(reverse("ride:live_moves"))
    since, total = json.loads(first.content)["t"], 0
    for turn in range(1, 7):
        now = at(36_000 + 10 * turn)
        for shift in shifts:
            say(shift.pk, corner(1 + turn / 50, 1), now - timedelta(seconds=1), heading_deg=359.0)
        answer = manager.get(reverse("ride:live_moves"), {"since": since})
        told = json.loads(answer.content)
        assert len(told["v"]) == len(shifts)
        since, total = told["t"], total + wire(answer)
    assert 50 * 6 * 20 < total <= 20 * KB, f"{total} bytes"
    ways_once = wire(manager.get(reverse("ride:live_ways"), {"have": ""}))
    assert ways_once < 40 * KB, "and once, when the page is opened"


def test_the_board_asks_as_many_questions_for_many_bookings_as_for_few(
    area, at, manager, cast, django_assert_max_num_queries
):
    at(36_000)
    manager.get(reverse("ride:live"))
    with django_assert_max_num_queries(20) as asked_for:
        manager.get(reverse("ride:live"))
        few = len(asked_for)
    for number in range(4):
        booked(area, a_rider(f"人{number}"), minute=660 + 20 * number)
    manager.get(reverse("ride:live"))
    with django_assert_max_num_queries(few):
        manager.get(reverse("ride:live"))
    with django_assert_max_num_queries(12):
        manager.get(reverse("ride:live_moves"))


def test_a_stop_that_a_bus_passes_is_shown_and_is_no_ride(cast, client_of, monkeypatch):
    """The only passenger cancels while the bus is on its way to the south."""
    area = a_riding_town(cast)
    one = booked(area, a_rider())
    begins = one.steps.get(action="pickup").begins
    bookings.cancel(booking=one, by=SYSTEM, now=moment_at(TOMORROW, begins - 60))
    (run,) = runs_of(DayPlan.objects.get()).runs.values()
    (call,) = run.calls
    assert (call.action, call.booking, call.aboard) == ("pass", None, 0)
    monkeypatch.setattr(clock, "now", lambda: moment_at(TOMORROW, begins - 30))
    manager = client_of(cast.uehara)
    board = manager.get(reverse("ride:live"))
    assert "south" in board.content.decode()
    assert [block.kind for block in board.context["page"].gantt.lanes[0].blocks] == []
    lines = manager.get(reverse("ride:live_run", args=[VehicleShift.objects.get().code])).context["page"].lines
    assert [(line.stop, line.is_break, line.code) for line in lines] == [("south", False, "")]
