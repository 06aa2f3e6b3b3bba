"""Everything that the page of hours and suspensions shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django import forms

from machikado.town.common.calendar import town_date
from machikado.town.ride.forms.boxes import said
from machikado.town.ride.hours import Rule
from machikado.town.ride.models import CallList, ServiceArea, Suspension
from machikado.town.ride.models.area import DAY_TYPES
from machikado.town.ride.queries.area import Running, runs_at, sets_of_hours, suspensions_now
from machikado.town.ride.queries.suspended import touched


@dataclass(frozen=True, slots=True)
class HoursSet:
    """One version of the hours: from when, and what stands for each kind of day."""

    since: date
    is_now: bool
    rows: Sequence[tuple[object, str]]


@dataclass(frozen=True, slots=True)
class SuspensionRow:
    """A suspension, how many promised rides lie in it, and the list of whom to call because of it."""

    suspension: Suspension
    promised: int
    call_list: CallList | None


@dataclass(frozen=True, slots=True)
class HoursPage:
    """The facts of the page, asked for once."""

    area: ServiceArea
    sets: Sequence[HoursSet]
    suspensions: Sequence[SuspensionRow]
    running: Running
    form: forms.Form
    suspension_form: forms.Form


def hours_page(area: ServiceArea, form: forms.Form, suspension_form: forms.Form, now: datetime) -> HoursPage:
    """Ask for everything that the page shows."""
    sets, today = sets_of_hours(area), town_date(now)
    in_force = max((day for day, _rules in sets if day <= today), default=None)
    return HoursPage(
        area=area,
        sets=[HoursSet(day, day == in_force, _rows(rules)) for day, rules in sets],
        suspensions=[_suspension(row, now) for row in suspensions_now(area, now)],
        running=runs_at(area, now),
        form=form,
        suspension_form=suspension_form,
    )


def _suspension(row: Suspension, now: datetime) -> SuspensionRow:
    waiting = touched(row.area, row.begins_at, row.ends_at, now).waiting
    return SuspensionRow(row, len(waiting), CallList.objects.filter(suspension=row).first())


def _rows(rules: Sequence[Rule]) -> list[tuple[object, str]]:
    return [
        (
            label,
            ", ".join(said(rule.span) for rule in sorted(rules, key=lambda rule: rule.span) if rule.day_type == kind),
        )
        for kind, label in DAY_TYPES
    ]
