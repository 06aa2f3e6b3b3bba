"""Before driving: roll call, alcohol, check; after driving: roll call, cash, report. Nothing is ever overwritten."""

from datetime import timedelta
from uuid import uuid4

import pytest

from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import Event
from machikado.town.drive.actions import duty, rolls
from machikado.town.drive.actions.duty import CannotGoOn, NewCash, NewReport
from machikado.town.drive.actions.rolls import CannotRecord, NewCheck
from machikado.town.drive.checks import ITEMS
from machikado.town.drive.models import CashCount, DayReport, Departure, RollCall, VehicleCheck
from machikado.town.drive.queries import soundness
from machikado.town.drive.queries.duty import Stage, duty_of
from machikado.town.drive.tests.driving import (
    BEGIN,
    ODOMETER,
    a_shift_of_tomorrow,
    at,
    check,
    new_check,
    new_roll,
    out,
    roll,
)
from machikado.town.law import parameters
from machikado.town.law.actions import end_retention
from machikado.town.people.models import Message
from machikado.town.people.permissions import CannotDo
from machikado.town.ride.actions import running
from machikado.town.ride.actions.running import Press, Taken
from machikado.town.ride.models import VehicleShift
from machikado.town.ride.tests.riding import booked


@pytest.fixture
def shift(cast) -> VehicleShift:
    return a_shift_of_tomorrow(cast)


@pytest.fixture
def driver(cast):
    return cast.actor("futaki")


def go(shift, by, second=BEGIN + 600):
    return duty.depart(shift=shift, sent_key=uuid4(), odometer_km=ODOMETER, by=by, now=at(second))


def test_nobody_drives_before_roll_call_and_check(shift, driver, cast):
    with pytest.raises(CannotGoOn, match="no_roll"):
        go(shift, driver)
    rolls.call_roll(shift=shift, new=new_roll(cast), by=driver, now=at(BEGIN))
    with pytest.raises(CannotGoOn, match="no_check"):
        go(shift, driver)
    rolls.check_vehicle(shift=shift, new=new_check(), by=driver, now=at(BEGIN + 60))
    assert duty_of(shift).stage == Stage.DEPART
    assert {go(shift, driver).pk for _twice in range(2)} == {Departure.objects.get().pk}
    assert duty_of(shift).stage == Stage.DRIVE
    assert Event.objects.filter(kind__startswith="drive.").count() == 3
    assert soundness.problems() == []


@pytest.mark.parametrize("found", [{"alcohol": 1}, {"alcohol": 15}, {"signs": True}, {"fit": False}])
def test_alcohol_however_little_stops_the_shift_and_the_manager_is_told(shift, driver, cast, found):
    """0.01 mg/L is no offence on the road, and nobody carries passengers with it."""
    rolls.call_roll(shift=shift, new=new_roll(cast, **found), by=driver, now=at(BEGIN))
    check(shift)
    with pytest.raises(CannotGoOn, match="roll_failed"):
        go(shift, driver)
    told = Message.objects.get(kind="drive.roll_failed")
    assert told.person == cast.uehara
    assert told.params == {"vehicle": "1号車", "begins": "8:00"}
    assert "alcohol" not in Event.objects.get(kind="drive.roll_called").data


def test_who_failed_cannot_talk_themselves_out_of_it(shift, driver, cast):
    rolls.call_roll(shift=shift, new=new_roll(cast, alcohol=10), by=driver, now=at(BEGIN))
    with pytest.raises(CannotRecord, match="manager_only"):
        rolls.call_roll(shift=shift, new=new_roll(cast, reason="x"), by=driver, now=at(BEGIN + 300))
    manager = cast.actor("uehara")
    with pytest.raises(CannotRecord, match="reason"):
        rolls.call_roll(shift=shift, new=new_roll(cast), by=manager, now=at(BEGIN + 7200))
    again = new_roll(cast, reason="うがい薬のため、2時間後に測りなおした")
    row = rolls.call_roll(shift=shift, new=again, by=manager, now=at(BEGIN + 7200))
    assert RollCall.objects.count() == 2, "the first one stays"
    assert list(RollCall.objects.order_by("pk").values_list("alcohol", flat=True)) == [10, 0]
    assert (row.passed, duty_of(shift).before) == (True, row)
    check(shift)
    go(shift, driver, BEGIN + 7300)
    assert soundness.problems() == []


def test_nobody_calls_their_own_roll_and_only_managers_call(shift, driver, cast):
    for caller, code in ((cast.futaki, "own"), (cast.momose, "caller")):
        with pytest.raises(CannotRecord, match=code):
            rolls.call_roll(shift=shift, new=new_roll(cast, called_by=caller), by=driver, now=at(BEGIN))
    with pytest.raises(CannotRecord, match="alcohol"):
        rolls.call_roll(shift=shift, new=new_roll(cast, alcohol=501), by=driver, now=at(BEGIN))
    with pytest.raises(CannotRecord, match="early"):
        rolls.call_roll(shift=shift, new=new_roll(cast), by=driver, now=at(BEGIN) - timedelta(hours=8))
    with pytest.raises(CannotDo):
        rolls.call_roll(shift=shift, new=new_roll(cast), by=cast.actor("yoda"), now=at(BEGIN))
    assert RollCall.objects.count() == 0


def test_the_same_form_sent_twice_is_one_record(shift, driver, cast):
    new, looked = new_roll(cast), new_check()
    for _twice in range(2):
        rolls.call_roll(shift=shift, new=new, by=driver, now=at(BEGIN))
        rolls.check_vehicle(shift=shift, new=looked, by=driver, now=at(BEGIN))
    assert (RollCall.objects.count(), VehicleCheck.objects.count()) == (1, 1)


def test_a_grave_fault_keeps_the_vehicle_and_a_small_one_does_not(shift, driver, cast):
    roll(shift, cast)
    assert not check(shift, brakes="ペダルが深い").passed
    with pytest.raises(CannotGoOn, match="check_failed"):
        go(shift, driver)
    assert Message.objects.filter(kind="drive.check_failed", person=cast.uehara).count() == 1
    fine = NewCheck(uuid4(), new_check(washer="少ない").findings, reason="ブレーキを直した")
    assert rolls.check_vehicle(shift=shift, new=fine, by=driver, now=at(BEGIN + 500)).passed
    assert Message.objects.filter(kind="drive.faults").count() == 1
    assert go(shift, driver).odometer_km == ODOMETER


def test_a_check_names_every_item_and_says_what_is_wrong(shift, driver):
    for new, code in ((NewCheck(uuid4(), new_check().findings[1:]), "items"), (new_check(lights=" "), "remark")):
        with pytest.raises(CannotRecord, match=code):
            rolls.check_vehicle(shift=shift, new=new, by=driver, now=at(BEGIN))
    assert sum(item.forbids for item in ITEMS) == 7


def drive_yoda(shift, cast, by) -> None:
    """Yoda rides from the south to the north and pays 50 yen; arrived 10:00 and 10:08."""
    booking = booked(shift.vehicle.area, cast.yoda)

    def press(second: int) -> Press:
        return Press(shift, uuid4(), at(second), at(second))

    stops = booking.promise.pickup_stop, booking.promise.arrival_stop
    running.arrive(press=press(36000), stop=stops[0], by=by, now=at(36000))
    running.aboard(press=press(36010), booking=booking, by=by, now=at(36010))
    running.take_fare(press=press(36020), booking=booking, taken=Taken(50), by=by, now=at(36020))
    running.arrive(press=press(36480), stop=stops[1], by=by, now=at(36480))
    running.alight(press=press(36490), booking=booking, by=by, now=at(36490))


def test_after_driving_roll_cash_report(shift, driver, cast):
    """48,210 → 48,297 km; one passenger, 50 yen in cash, ten of them missing, which is explained."""
    out(shift, cast)
    drive_yoda(shift, cast, driver)
    with pytest.raises(CannotGoOn, match="no_roll_after"):
        duty.count_cash(shift=shift, new=NewCash(uuid4(), 50), by=driver, now=at(61200))
    roll(shift, cast, 61200, part="after", note="異常なし")
    with pytest.raises(CannotGoOn, match="no_cash"):
        duty.write_report(shift=shift, new=NewReport(uuid4(), 48_297), by=driver, now=at(61300))
    with pytest.raises(CannotGoOn, match="difference") as refusal:
        duty.count_cash(shift=shift, new=NewCash(uuid4(), 40), by=driver, now=at(61300))
    assert "-10" in refusal.value.sentence
    duty.count_cash(
        shift=shift, new=NewCash(uuid4(), 40, "10円足りない。つり銭の数えまちがい"), by=driver, now=at(61300)
    )
    for wrong in (ODOMETER - 1, ODOMETER + 1001):
        with pytest.raises(CannotGoOn, match="odometer"):
            duty.write_report(shift=shift, new=NewReport(uuid4(), wrong), by=driver, now=at(61400))
    report = duty.write_report(shift=shift, new=NewReport(uuid4(), 48_297), by=driver, now=at(61400))
    facts = report.facts
    assert (facts["km"], facts["people"], facts["rides"], facts["no_shows"]) == (87, 1, 1, 0)
    assert facts["yen"] == {"cash": 50, "ticket": 0, "pass": 0, "card": 0}
    assert facts["stops"] == [["10:00", "south", 1, 0], ["10:08", "north", 0, 1]]
    assert (facts["out"], facts["back"]) == ("7:40", "17:03")
    assert duty_of(shift).stage == Stage.OVER
    assert soundness.problems() == []


def test_a_report_is_corrected_by_another_one_with_the_reason(shift, driver, cast):
    out(shift, cast)
    roll(shift, cast, 61200, part="after")
    duty.count_cash(shift=shift, new=NewCash(uuid4(), 0), by=driver, now=at(61300))
    first = duty.write_report(shift=shift, new=NewReport(uuid4(), 48_300), by=driver, now=at(61400))
    with pytest.raises(CannotGoOn, match="reason"):
        duty.write_report(shift=shift, new=NewReport(uuid4(), 48_290), by=driver, now=at(61500))
    second = NewReport(uuid4(), 48_290, reason="メーターの読みまちがい")
    last = duty.write_report(shift=shift, new=second, by=driver, now=at(61500))
    first.refresh_from_db()
    assert (first.odometer_km, last.replaces_id, duty_of(shift).report) == (48_300, first.pk, last)


def test_roll_calls_go_after_a_year_and_the_rest_with_the_shift(shift, driver, cast):
    parameters.load()
    out(shift, cast)
    roll(shift, cast, 61200, part="after")
    duty.count_cash(shift=shift, new=NewCash(uuid4(), 0), by=SYSTEM, now=at(61300))
    duty.write_report(shift=shift, new=NewReport(uuid4(), 48_300), by=driver, now=at(61400))
    end_retention(at(0) + timedelta(days=364))
    assert RollCall.objects.count() == 2, "not yet"
    end_retention(at(0) + timedelta(days=368))
    assert (RollCall.objects.count(), VehicleCheck.objects.count(), DayReport.objects.count()) == (0, 1, 1)
    assert soundness.problems() == []
    end_retention(at(0) + timedelta(days=3 * 366 + 2))
    left = [model.objects.count() for model in (VehicleShift, VehicleCheck, Departure, CashCount, DayReport)]
    assert left == [0, 0, 0, 0, 0]


def test_what_is_unsound_is_named(shift, cast):
    out(shift, cast)
    VehicleCheck.objects.update(passed=False)
    RollCall.objects.update(passed=False)
    assert soundness.problems() == [
        f"shift {shift.code} went out without a check of its vehicle",
        f"shift {shift.code} went out though its roll call was not passed",
    ]
