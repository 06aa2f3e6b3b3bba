"""Going out, counting the cash, writing the daily report."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.drive.actions.rolls import check_day, hold
from machikado.town.drive.events import CashCounted, DayReported, WentOut
from machikado.town.drive.models import CashCount, DayReport, Departure
from machikado.town.drive.queries.duty import Duty, Stage, cash_of, duty_of
from machikado.town.drive.queries.report import report_facts
from machikado.town.people.permissions import require
from machikado.town.ride.models import VehicleShift

MOST_KM_A_DAY = 1_000


class CannotGoOn(Cannot):
    """A step of the duty that does not come next; nothing was written."""

    sentences = {
        "no_roll": _("The roll has not been called yet. Nobody drives before that."),
        "roll_failed": _("The roll call was not passed. Please do not drive; the manager knows of it."),
        "no_check": _("The vehicle was not checked yet. Please check it first."),
        "check_failed": _("This vehicle must not be driven with that fault. The manager knows of it."),
        "not_out": _("The vehicle has not gone out yet."),
        "no_roll_after": _("Please call the roll after driving first."),
        "no_cash": _("Please count the cash first."),
        "odometer": _("The vehicle has driven from %(begin)s km. Please read the odometer again."),
        "difference": _("The cash differs from the fares by %(yen)s yen. Please write what you know of it."),
        "reason": _("There is a record already. Please write why this one takes its place."),
    }


@dataclass(frozen=True, slots=True)
class NewCash:
    """The cash as it was counted."""

    sent_key: UUID
    counted_yen: int
    note: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NewReport:
    """What the driver adds to the facts of the day."""

    sent_key: UUID
    odometer_km: int
    incident: str = ""
    note: str = ""
    reason: str = ""


def depart(*, shift: VehicleShift, sent_key: UUID, odometer_km: int, by: Actor, now: datetime) -> Departure:
    """The vehicle goes out: only after a roll call and a check that passed. Twice is once. Raises CannotGoOn."""
    require(by, may="drive.duty", on=shift.driver)
    with transaction.atomic():
        held = hold(shift)
        duty = duty_of(held)
        if duty.departure is not None:
            return duty.departure
        check_day(held, now)
        _check_ready(duty)
        facts: dict[str, Any] = {"shift": held, "sent_key": sent_key, "at": now, "entered_by_id": by.person_id}
        row = Departure.objects.create(**facts, odometer_km=odometer_km)
        record(WentOut(code=held.code, vehicle=held.vehicle.code, odometer_km=odometer_km), by=by, now=now)
    return row


def count_cash(*, shift: VehicleShift, new: NewCash, by: Actor, now: datetime) -> CashCount:
    """Record the cash beside what the fares should have brought. Raises CannotGoOn."""
    require(by, may="drive.duty", on=shift.driver)
    with transaction.atomic():
        held = hold(shift)
        if (sent := CashCount.objects.filter(shift=held, sent_key=new.sent_key).first()) is not None:
            return sent
        duty = duty_of(held)
        _check_back(duty)
        _check_reason(duty.cash, new.reason)
        expected = cash_of(held)
        if new.counted_yen != expected and not new.note:
            raise CannotGoOn("difference", yen=new.counted_yen - expected)
        row = CashCount.objects.create(
            shift=held,
            sent_key=new.sent_key,
            at=now,
            entered_by_id=by.person_id,
            replaces=duty.cash,
            reason=new.reason,
            counted_yen=new.counted_yen,
            expected_yen=expected,
            note=new.note,
        )
        record(CashCounted(code=held.code, counted_yen=row.counted_yen, expected_yen=expected), by=by, now=now)
    return row


def write_report(*, shift: VehicleShift, new: NewReport, by: Actor, now: datetime) -> DayReport:
    """Write the daily report; its facts are computed from what was told on the road. Raises CannotGoOn."""
    require(by, may="drive.duty", on=shift.driver)
    with transaction.atomic():
        held = hold(shift)
        if (sent := DayReport.objects.filter(shift=held, sent_key=new.sent_key).first()) is not None:
            return sent
        duty = duty_of(held)
        _check_back(duty)
        if duty.cash is None:
            raise CannotGoOn("no_cash")
        _check_reason(duty.report, new.reason)
        assert duty.departure is not None
        begin = duty.departure.odometer_km
        if not begin <= new.odometer_km <= begin + MOST_KM_A_DAY:
            raise CannotGoOn("odometer", begin=begin)
        row = DayReport.objects.create(
            shift=held,
            sent_key=new.sent_key,
            at=now,
            entered_by_id=by.person_id,
            replaces=duty.report,
            reason=new.reason,
            odometer_km=new.odometer_km,
            incident=new.incident,
            note=new.note,
            facts=report_facts(held, duty.departure, new.odometer_km, now),
        )
        record(_told(row), by=by, now=now)
    return row


def _told(row: DayReport) -> DayReported:
    facts = row.facts
    yen = sum(facts["yen"].values())
    return DayReported(code=row.shift.code, km=facts["km"], people=facts["people"], no_shows=facts["no_shows"], yen=yen)


def _check_ready(duty: Duty) -> None:
    """Raise where something must be done before the vehicle goes out."""
    if duty.before is None:
        raise CannotGoOn("no_roll")
    if not duty.before.passed:
        raise CannotGoOn("roll_failed")
    if duty.check is None:
        raise CannotGoOn("no_check")
    if not duty.check.passed:
        raise CannotGoOn("check_failed")


def _check_back(duty: Duty) -> None:
    """Raise where the vehicle is still out."""
    if duty.departure is None:
        raise CannotGoOn("not_out")
    if duty.stage == Stage.DRIVE:
        raise CannotGoOn("no_roll_after")


def _check_reason(old: object | None, reason: str) -> None:
    if old is not None and not reason:
        raise CannotGoOn("reason")
