"""Everything that the pages of duty show: the steps of a shift, its records in words, the report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from machikado.town.common.calendar import town_date
from machikado.town.drive.checks import BY_CODE
from machikado.town.drive.models import DayReport, RollCall, VehicleCheck
from machikado.town.drive.queries.duty import Duty, Stage, duty_of
from machikado.town.drive.queries.report import paid_words
from machikado.town.ride.hours import clock_of
from machikado.town.ride.models import VehicleShift


@dataclass(frozen=True, slots=True)
class HomePage:
    """A driver's shifts: those of today, on which something can be done now, and those that come."""

    today: Sequence[Duty]
    ahead: Sequence[VehicleShift]


def home_page(shifts: Sequence[VehicleShift], now: datetime) -> HomePage:
    """Yesterday's shift stands there only as long as it is not over."""
    today = town_date(now)
    duties = [duty_of(shift) for shift in shifts if shift.day <= today]
    standing = [duty for duty in duties if duty.shift.day == today or (duty.departure and duty.stage != Stage.OVER)]
    return HomePage(standing, [shift for shift in shifts if shift.day > today])


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a duty: its name, what was recorded, where it is done."""

    label: str
    state: str  # done, now, bad or ""
    at: datetime | None
    facts: Sequence[str]
    url: str

    @property
    def is_next(self) -> bool:
        """Whether this is what is to be done now."""
        return self.state in ("now", "bad")


@dataclass(frozen=True, slots=True)
class ShiftPage:
    """One shift with its steps."""

    duty: Duty
    steps: Sequence[Step]

    @property
    def can_depart(self) -> bool:
        """Whether only the odometer is to be read before the vehicle goes out."""
        return self.duty.stage == Stage.DEPART


def shift_page(duty: Duty) -> ShiftPage:
    """Put the records of a duty into words."""
    code, stage = duty.shift.code, duty.stage
    out = [_("%(km)s km on the odometer") % {"km": duty.departure.odometer_km}] if duty.departure else []
    words = [_("%(yen)s yen counted") % {"yen": duty.cash.counted_yen}] if duty.cash else []
    report = [_("%(km)s km, %(people)s passengers") % duty.report.facts] if duty.report else []
    first = ("", "") if duty.departure else ("roll_before", "check")  # what was said before driving stands then
    rows: list[tuple[str, Stage, Any, Sequence[str], str]] = [
        (_("Roll call before driving"), Stage.ROLL_BEFORE, duty.before, roll_words(duty.before), first[0]),
        (_("Check of the vehicle"), Stage.CHECK, duty.check, check_words(duty.check), first[1]),
        (_("Going out"), Stage.DEPART, duty.departure, out, ""),
        (_("Roll call after driving"), Stage.DRIVE, duty.after, roll_words(duty.after), "roll_after"),
        (_("Counting the cash"), Stage.CASH, duty.cash, words, "cash"),
        (_("Daily report"), Stage.REPORT, duty.report, report, "report"),
    ]
    steps = [
        Step(
            label,
            _state(record, of, stage),
            record and record.at,
            facts,
            reverse(f"drive:{name}", args=[code]) if name else "",
        )
        for label, of, record, facts, name in rows
    ]
    return ShiftPage(duty, steps)


def _state(record: Any, of: Stage, stage: Stage) -> str:
    if record is not None and getattr(record, "passed", True):
        return "done"
    if record is not None:
        return "bad"
    return "now" if of == stage else ""


def roll_words(roll: RollCall | None) -> list[str]:
    """A roll call in words."""
    if roll is None:
        return []
    facts = {"who": roll.called_by, "how": roll.get_how_display()}
    words = [
        _("Alcohol %(value)s mg/L") % {"value": f"{roll.alcohol / 100:.2f}"},
        str(roll.get_health_display()),
        _("%(who)s, %(how)s") % facts,
    ]
    if not roll.passed:
        words.insert(0, _("Not passed: must not drive"))
    return words + [text for text in (roll.note, roll.reason) if text]


def check_words(check: VehicleCheck | None) -> list[str]:
    """A check in words: what was wrong, or that all was good."""
    if check is None:
        return []
    faults = [f"{BY_CODE[code].label}: {remark}" for code, is_good, remark in check.findings if not is_good]
    if not check.passed:
        faults.insert(0, _("Must not be driven"))
    return faults or [_("Everything is good")]


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A daily report as it is printed."""

    duty: Duty
    report: DayReport
    facts: Mapping[str, Any]
    rows: Sequence[tuple[str, str]]
    paid: Sequence[tuple[str, int]]


def report_page(duty: Duty, report: DayReport) -> ReportPage:
    """Put a report into rows."""
    facts, shift = report.facts, duty.shift
    breaks = ", ".join(f"{begins}–{ends}" for begins, ends in facts["breaks"])
    rows = [
        (_("Driver"), str(shift.driver)),
        (_("Vehicle"), f"{shift.vehicle.name} {shift.vehicle.plate}".strip()),
        (_("Planned"), f"{clock_of(shift.begins)}–{clock_of(shift.ends)}"),
        (_("Went out and came back"), f"{facts['out']}–{facts['back']}"),
        (_("Breaks"), breaks or "—"),
        (_("Odometer"), f"{facts['begin_km']:,} → {facts['end_km']:,} km"),
        (_("Driven"), f"{facts['km']:,} km"),
        (_("People carried"), str(facts["people"])),
        (_("Wheelchairs"), str(facts["wheelchairs"])),
        (_("Nobody came"), str(facts["no_shows"])),
    ]
    for label, roll in ((_("Roll call before driving"), duty.before), (_("Roll call after driving"), duty.after)):
        rows.append((label, " · ".join(roll_words(roll)) or "—"))
    rows.append((_("Check of the vehicle"), " · ".join(check_words(duty.check)) or "—"))
    return ReportPage(duty, report, facts, rows, paid_words(facts["yen"]))


@dataclass(frozen=True, slots=True)
class DayRow:
    """One shift of a day for the manager."""

    duty: Duty
    words: str
    kind: str

    @property
    def hours(self) -> str:
        """When it is planned."""
        return f"{clock_of(self.duty.shift.begins)}–{clock_of(self.duty.shift.ends)}"


@dataclass(frozen=True, slots=True)
class DayPage:
    """The duties of a day."""

    day: date
    rows: Sequence[DayRow]


def day_page(day: date, duties: Sequence[Duty]) -> DayPage:
    """Put the state of each duty into a word."""
    return DayPage(day, [DayRow(duty, *_stage_words(duty)) for duty in duties])


def _stage_words(duty: Duty) -> tuple[str, str]:
    if duty.departure is None and duty.is_stopped:
        return _("Must not drive"), "bad"
    return {
        Stage.ROLL_BEFORE: (_("Not begun"), ""),
        Stage.CHECK: (_("The roll was called"), ""),
        Stage.DEPART: (_("Ready to go out"), "good"),
        Stage.DRIVE: (_("On the road"), "key"),
        Stage.CASH: (_("Back, the cash is to be counted"), ""),
        Stage.REPORT: (_("Back, the report is to be written"), ""),
        Stage.OVER: (_("Over"), "good"),
    }[duty.stage]
