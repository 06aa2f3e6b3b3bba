"""Everything that the page of fares shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from machikado.town.common.calendar import town_date
from machikado.town.common.errors import Cannot
from machikado.town.ride.fare import Fare, Line
from machikado.town.ride.forms.fares import TryForm
from machikado.town.ride.models import FareTable, FreePeriod, ServiceArea
from machikado.town.ride.models.fares import RIDERS
from machikado.town.ride.queries.fares import price, table_on

LABELS: Mapping[str, object] = dict(RIDERS)


@dataclass(frozen=True, slots=True)
class Tried:
    """What a ride costs that was tried, with the version that says so."""

    fare: Fare
    table: FareTable
    lines: Sequence[tuple[object, Line, str]]  # who, the line, why


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the fares, as a table shows it."""

    table: FareTable
    is_now: bool
    rows: Sequence[tuple[str, int, str]]  # section, yen, its pairs of zones
    shares: Sequence[tuple[object, int]]  # who, per cent


@dataclass(frozen=True, slots=True)
class FarePage:
    """The facts of the page, asked for once."""

    versions: Sequence[Version]
    periods: Sequence[FreePeriod]
    form: TryForm
    free_form: forms.Form
    tried: Tried | None


def fare_page(area: ServiceArea, asked: QueryDict, free_form: forms.Form, now: datetime) -> FarePage:
    """Ask for everything that the page shows; a ride is tried when the address names its two stops."""
    today = town_date(now)
    in_force = table_on(area, today)
    tables = FareTable.objects.filter(area=area).prefetch_related("sections", "pairs__section", "shares", "passes")
    versions = [_version(table, table == in_force) for table in tables.order_by("-effective_from")]
    form = TryForm(area, asked if "one" in asked else None, initial={"day": today, "adult": 1})
    periods = list(FreePeriod.objects.filter(area=area, last_day__gte=today))
    return FarePage(versions, periods, form, free_form, _tried(area, form))


def _tried(area: ServiceArea, form: TryForm) -> Tried | None:
    if not form.is_bound or not form.is_valid():
        return None
    day: date = form.cleaned_data["day"]
    table = table_on(area, day)
    if table is None:
        form.add_error("day", _("No fares are in force on this day."))
        return None
    try:
        found = price(table, (form.cleaned_data["one"], form.cleaned_data["other"]), form.party(), day)
    except Cannot as refusal:
        form.add_error(None, refusal.sentence)
        return None
    return Tried(found, table, [(LABELS[line.rider], line, found.sentence(line)) for line in found.lines])


def _version(table: FareTable, is_now: bool) -> Version:
    pairs: dict[str, list[str]] = {}
    for pair in table.pairs.all():
        pairs.setdefault(pair.section.name, []).append(f"{pair.one}–{pair.other}")
    rows = [(each.name, each.yen, ", ".join(sorted(pairs.get(each.name, [])))) for each in table.sections.all()]
    shares = {row.rider: row.share // 100 for row in table.shares.all()}
    return Version(table, is_now, rows, [(label, shares.get(rider, 0)) for rider, label in RIDERS])
