"""Makes what tests of drive begin with: a shift of tomorrow whose vehicle went out, and the hands of its driver."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from machikado.town.common.actors import SYSTEM
from machikado.town.drive.actions import duty, rolls
from machikado.town.drive.actions.rolls import NewCheck, NewRollCall
from machikado.town.drive.checks import ITEMS, Finding
from machikado.town.drive.models import Departure, RollCall, VehicleCheck
from machikado.town.ride.hours import moment_at
from machikado.town.ride.models import VehicleShift
from machikado.town.ride.tests.riding import TOMORROW, a_riding_town

BEGIN = 7 * 3600 + 1800  # 7:30, half an hour before the shift
ODOMETER = 48_210


def at(second: int) -> datetime:
    return moment_at(TOMORROW, second)


def a_shift_of_tomorrow(cast: Any) -> VehicleShift:
    """Futaki drives 1号車 from 8:00 to 17:00 in the town of four stops."""
    a_riding_town(cast)
    return VehicleShift.objects.select_related("vehicle", "driver").get(driver=cast.futaki)


def new_roll(cast: Any, **changes: Any) -> NewRollCall:
    usual = {"sent_key": uuid4(), "part": "before", "called_by": cast.uehara, "alcohol": 0}
    return NewRollCall(**{**usual, **changes})


def new_check(**bad: str) -> NewCheck:
    """All is good, but what is named, with what is wrong."""
    found = tuple(Finding(item.code, item.code not in bad, bad.get(item.code, "")) for item in ITEMS)
    return NewCheck(uuid4(), found)


def roll(shift: VehicleShift, cast: Any, second: int = BEGIN, **changes: Any) -> RollCall:
    return rolls.call_roll(shift=shift, new=new_roll(cast, **changes), by=SYSTEM, now=at(second))


def check(shift: VehicleShift, second: int = BEGIN + 300, **bad: str) -> VehicleCheck:
    return rolls.check_vehicle(shift=shift, new=new_check(**bad), by=SYSTEM, now=at(second))


def out(shift: VehicleShift, cast: Any) -> Departure:
    """Roll call, check, and away."""
    roll(shift, cast)
    check(shift)
    return duty.depart(shift=shift, sent_key=uuid4(), odometer_km=ODOMETER, by=SYSTEM, now=at(BEGIN + 600))
