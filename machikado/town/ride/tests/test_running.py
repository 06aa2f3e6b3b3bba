"""A driver tells what happens on the road; told twice, late or by a wrong clock it is done once and in order."""

from contextlib import suppress
from datetime import timedelta
from itertools import permutations
from uuid import uuid4

import pytest

from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Event
from machikado.town.people.models import Message
from machikado.town.people.permissions import CannotDo
from machikado.town.ride.actions import bookings, running, stop_notes
from machikado.town.ride.actions.running import CannotRun, Press, Taken
from machikado.town.ride.hours import moment_at
from machikado.town.ride.models import Booking, DayPlan, PlanStep, RunStep, Stop, StopNote, VehicleShift
from machikado.town.ride.planning.replaying import problems_of
from machikado.town.ride.queries import booking_soundness, run_soundness
from machikado.town.ride.tests.riding import TOMORROW, a_rider, a_riding_town, actor_of, booked

HOUR = timedelta(hours=1)


@pytest.fixture
def area(cast):
    return a_riding_town(cast)


@pytest.fixture
def booking(area, cast):
    """Yoda from the south to the north at ten."""
    return booked(area, cast.yoda)


@pytest.fixture
def driver(cast):
    return cast.actor("futaki")


def at(second: int):
    return moment_at(TOMORROW, second)


def press(second: int, **changes) -> Press:
    """At a second of the day, on a tablet whose clock is right."""
    shift = changes.pop("shift", None) or VehicleShift.objects.order_by("pk").first()
    return Press(**{"shift": shift, "key": uuid4(), "at": at(second), "told_at": at(second), **changes})


def come(booking: Booking, second: int, by) -> None:
    running.arrive(press=press(second), stop=booking.promise.pickup_stop, by=by, now=at(second))


def codes() -> list[str]:
    return [f"{row.kind} {row.refused}".strip() for row in RunStep.objects.order_by("pk")]


def is_sound() -> bool:
    return [*booking_soundness.problems(), *run_soundness.problems(), *problems_of(DayPlan.objects.get())] == []


def test_a_ride_from_the_stop_to_the_end(booking, driver):
    """Promised 9:58–10:10 and there by 10:17: aboard at 10:01, off at 10:20, three minutes late."""
    assert (booking.promise.pickup_from, booking.promise.pickup_by) == (35880, 36600)
    come(booking, 36000, driver)
    running.aboard(press=press(36060), booking=booking, by=driver, now=at(36060))
    booking.refresh_from_db()
    assert booking.state == "aboard"
    taken = Taken(booking.promise.yen)
    running.take_fare(press=press(36070), booking=booking, taken=taken, by=driver, now=at(36070))
    late = booking.promise.arrival_by + 3 * 60
    running.alight(press=press(late), booking=booking, by=driver, now=at(late))
    booking.refresh_from_db()
    assert booking.state == "done"
    assert codes() == ["arrive", "aboard", "fare", "alight"]
    fare, done = (Event.objects.get(kind=kind).data for kind in ("ride.fare_taken", "ride.done"))
    assert (fare["yen"], fare["paid"]) == (50, "cash")
    assert (done["late_minutes"], done["ride_minutes"], done["people"]) == (3, (late - 36060) // 60, 1)
    assert Event.objects.get(kind="ride.boarded").data["late_minutes"] == 0
    assert is_sound()


def test_the_same_press_three_times_is_once(booking, driver):
    same = press(36060)
    steps = {running.aboard(press=same, booking=booking, by=driver, now=at(36060 + n)).pk for n in range(3)}
    again = running.aboard(press=press(36100), booking=booking, by=driver, now=at(36100))
    assert steps == {again.pk}
    assert RunStep.objects.count() == Event.objects.filter(kind="ride.boarded").count() == 1


def test_arrived_twice_at_one_stop_is_once_and_again_after_another(booking, driver):
    south, north = booking.promise.pickup_stop, booking.promise.arrival_stop
    for second, stop in ((36000, south), (36010, south), (36400, north), (36900, south)):
        running.arrive(press=press(second), stop=stop, by=driver, now=at(second))
    assert list(RunStep.objects.values_list("stop__name", flat=True)) == ["south", "north", "south"]


def test_one_key_for_two_things_is_refused(booking, driver):
    same = press(36060)
    running.aboard(press=same, booking=booking, by=driver, now=at(36060))
    with pytest.raises(CannotRun, match="key"):
        running.alight(press=same, booking=booking, by=driver, now=at(36700))


def test_nobody_came_only_after_the_promised_time(booking, driver):
    with pytest.raises(CannotRun, match="not_arrived"):
        running.no_show(press=press(36700), booking=booking, by=driver, now=at(36700))
    come(booking, 36720, driver)
    with pytest.raises(CannotRun, match="early"):
        running.no_show(press=press(36899), booking=booking, by=driver, now=at(36899))
    running.no_show(press=press(36900), booking=booking, by=driver, now=at(36900))
    booking.refresh_from_db()
    assert booking.state == "no_show"
    assert not PlanStep.objects.filter(booking=booking).exists()
    assert codes() == ["no_show not_arrived", "arrive", "no_show early", "no_show"]
    assert Event.objects.get(kind="ride.no_show").data["waited_minutes"] == 3
    assert Message.objects.get(kind="ride.no_show").person == booking.rider
    assert is_sound()


def test_who_came_early_waits_until_the_promise_is_over(booking, driver):
    come(booking, 35900, driver)
    with pytest.raises(CannotRun, match="early"):
        running.no_show(press=press(36599), booking=booking, by=driver, now=at(36599))
    assert running.no_show(press=press(36600), booking=booking, by=driver, now=at(36600)).refused == ""


def test_the_fare_is_the_promised_one(booking, driver):
    with pytest.raises(CannotRun, match="not_aboard"):
        running.take_fare(press=press(36060), booking=booking, taken=Taken(50), by=driver, now=at(36060))
    running.aboard(press=press(36060), booking=booking, by=driver, now=at(36060))
    assert booking.promise.yen == 50
    with pytest.raises(CannotRun, match="yen"):
        running.take_fare(press=press(36061), booking=booking, taken=Taken(200), by=driver, now=at(36061))
    for paid in ("ticket", "cash"):
        taken = Taken(50, paid)
        running.take_fare(press=press(36062), booking=booking, taken=taken, by=driver, now=at(36062))
    assert list(RunStep.objects.filter(kind="fare", refused="").values_list("yen", "paid")) == [(50, "ticket")]


def test_after_a_dead_zone_a_cancelled_ride_is_told_and_kept(booking, driver):
    bookings.cancel(booking=booking, by=SYSTEM, now=at(35000))
    late = press(36060)
    for _again in range(2):
        with pytest.raises(CannotRun, match="cancelled"):
            running.aboard(press=late, booking=booking, by=driver, now=at(37200))
    kept = RunStep.objects.get()
    assert (kept.refused, kept.at, kept.received_at) == ("cancelled", at(36060), at(37200))
    assert is_sound()


def test_a_clock_that_is_wrong_by_an_hour_never_turns_the_order(booking, driver):
    """The tablet says 11:00 for 10:00: its own time is kept beside the town's, which never runs ahead."""
    ahead = press(36000, at=at(36000) + HOUR, told_at=at(36000) + HOUR)
    running.arrive(press=ahead, stop=booking.promise.pickup_stop, by=driver, now=at(36000))
    behind = press(36060, at=at(36060) - HOUR, told_at=at(36060) - HOUR)
    running.aboard(press=behind, booking=booking, by=driver, now=at(36060))
    rows = RunStep.objects.order_by("pk").values_list("at", "told_at")
    assert list(rows) == [(at(36000), at(36000) + HOUR), (at(36000), at(36060) - HOUR)]
    assert run_soundness.problems() == []


def test_aboard_in_another_vehicle_than_planned_is_aboard_there(cast, driver):
    area = a_riding_town(cast, vans=2)
    booking = booked(area, cast.yoda)
    planned = PlanStep.objects.filter(booking=booking)[0].shift
    other = VehicleShift.objects.exclude(pk=planned.pk).get()
    with pytest.raises(CannotRun, match="other_shift"):
        running.no_show(press=press(37000, shift=other), booking=booking, by=SYSTEM, now=at(37000))
    running.aboard(press=press(37001, shift=other), booking=booking, by=SYSTEM, now=at(37001))
    assert Event.objects.get(kind="ride.boarded").data["planned"] is False
    with pytest.raises(CannotRun, match="other_shift"):
        running.alight(press=press(37400, shift=planned), booking=booking, by=SYSTEM, now=at(37400))
    running.alight(press=press(37500, shift=other), booking=booking, by=SYSTEM, now=at(37500))
    assert run_soundness.problems() == []


def test_another_driver_and_a_passenger_may_not_tell(booking, cast):
    for somebody in (cast.actor("yoda"), actor_of(a_rider("別人")), cast.actor("nakajima")):
        with pytest.raises(CannotDo):
            running.aboard(press=press(36060), booking=booking, by=somebody, now=at(36060))
    running.aboard(press=press(36060), booking=booking, by=cast.actor("uehara"), now=at(36060))
    assert RunStep.objects.count() == 1


def test_a_note_about_a_stop_stands_once_until_somebody_looked(booking, driver, cast):
    stop, same = Stop.objects.get(name="east"), press(36000)
    for _again in range(3):
        stop_notes.note(press=same, stop=stop, kind="blocked", by=driver, now=at(36100))
    note = StopNote.objects.get()
    with pytest.raises(CannotDo):
        stop_notes.settle(note=note, by=driver, now=at(37000))
    for second in (37000, 38000):
        stop_notes.settle(note=note, by=cast.actor("uehara"), now=at(second))
    note.refresh_from_db()
    assert (note.kind, note.at, note.settled_at) == ("blocked", at(36000), at(37000))
    assert Event.objects.filter(kind__startswith="ride.stop_note").count() == 2


def test_in_whatever_order_it_is_told_what_comes_of_it_is_sound(booking, driver):
    for order in permutations(("arrive", "aboard", "fare", "alight")):
        RunStep.objects.all().delete()
        Booking.objects.filter(pk=booking.pk).update(state="booked")
        for number, kind in enumerate(order):
            told_twice(kind, press(36000 + number), Booking.objects.get(pk=booking.pk), driver)
        done = [code for code in codes() if " " not in code]
        assert RunStep.objects.count() == 4
        in_order = order.index("aboard") < order.index("alight")
        assert Booking.objects.get(pk=booking.pk).state == ("done" if in_order else "aboard")
        assert ("alight" in done) == in_order
        assert ("fare" in done) == (order.index("aboard") < order.index("fare"))
        assert is_sound()


def told_twice(kind: str, mine: Press, booking: Booking, by) -> None:
    for _again in range(2):
        with suppress(CannotRun):
            tell(kind, mine, booking, by)


def tell(kind: str, mine: Press, booking: Booking, by) -> None:
    if kind == "arrive":
        running.arrive(press=mine, stop=booking.promise.pickup_stop, by=by, now=mine.at)
    elif kind == "fare":
        running.take_fare(press=mine, booking=booking, taken=Taken(50), by=by, now=mine.at)
    else:
        {"aboard": running.aboard, "alight": running.alight}[kind](press=mine, booking=booking, by=by, now=mine.at)
