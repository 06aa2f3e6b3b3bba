"""The drivers of the sample town this morning: roll call, check of the vehicle, and out on the road."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from demo.cast import Cast
from machikado.town.common.actors import SYSTEM
from machikado.town.common.calendar import town_date
from machikado.town.drive.actions import duty, rolls
from machikado.town.drive.actions.rolls import NewCheck, NewRollCall
from machikado.town.drive.checks import ITEMS, Finding
from machikado.town.drive.models import RollCall
from machikado.town.ride.hours import moment_of
from machikado.town.ride.models import VehicleShift

ODOMETER_KM = 48_210
WASHER = "残り少ない。今日の午後に足す"


def build(cast: Cast, morning: datetime) -> None:
    """Everybody whose shift has begun by the morning is out; one van is short of washer fluid."""
    today = town_date(morning)
    rows = VehicleShift.objects.filter(day=today, dropped_at=None).select_related("vehicle__area", "driver")
    begun = [shift for shift in rows.order_by("vehicle__name") if moment_of(today, shift.begins) <= morning]
    keys = _keys()
    for number, shift in enumerate(begun):
        begins = moment_of(today, shift.begins)
        new = NewRollCall(
            next(keys), RollCall.Part.BEFORE, cast.uehara, 0, note="路面の凍結に注意。冬タイヤの溝を確認ずみ。"
        )
        rolls.call_roll(shift=shift, new=new, by=cast.actor("uehara"), now=begins - timedelta(minutes=25))
        found = tuple(_finding(item.code, is_short=number == 2) for item in ITEMS)
        looked = NewCheck(next(keys), found)
        rolls.check_vehicle(shift=shift, new=looked, by=SYSTEM, now=begins - timedelta(minutes=15))
        km, away = ODOMETER_KM + 3_170 * number, begins - timedelta(minutes=5)
        duty.depart(shift=shift, sent_key=next(keys), odometer_km=km, by=SYSTEM, now=away)


def _keys() -> Iterator[UUID]:
    """Keys that are the same in each town that is built."""
    number = 0x0D0717
    while True:
        number += 1
        yield UUID(int=number, version=4)


def _finding(code: str, *, is_short: bool) -> Finding:
    if is_short and code == "washer":
        return Finding(code, is_good=False, remark=WASHER)
    return Finding(code, is_good=True)
