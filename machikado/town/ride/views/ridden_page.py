"""What the record of a month shows, and the same as a table for a spreadsheet."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from machikado.town.common.calendar import weekday_date
from machikado.town.common.codes import spoken
from machikado.town.common.spreadsheets import guarded
from machikado.town.people.models import Person
from machikado.town.ride.fare import Rider
from machikado.town.ride.models import RunStep
from machikado.town.ride.models.fares import RIDERS
from machikado.town.ride.queries.ridden import DESK_CASH, OPEN, Ridden, RiddenMonth


@dataclass(frozen=True, slots=True)
class Row:
    """One ride in words."""

    ride: Ridden
    day: str
    who: Sequence[str]
    paid: str


@dataclass(frozen=True, slots=True)
class RiddenPage:
    """A month of somebody's rides, and the months beside it; None where none is kept."""

    person: Person
    month: RiddenMonth
    rows: Sequence[Row]
    paid: Sequence[tuple[str, int]]
    earlier: date | None
    later: date | None

    @property
    def name(self) -> str:
        """The month as it is spoken of: 2026年11月, November 2026."""
        return date_format(self.month.first, pgettext("date format", "F Y"))


def ridden_page(person: Person, month: RiddenMonth, months: Sequence[date]) -> RiddenPage:
    """Everything that the page shows; `months` are those that are kept, the newest first."""
    place = months.index(month.first)
    earlier = months[place + 1] if place + 1 < len(months) else None
    later = months[place - 1] if place else None
    paid = [(paid_words(kind), yen) for kind, yen in month.paid.items()]
    return RiddenPage(person, month, [_row(ride) for ride in month.rides], paid, earlier, later)


def _row(ride: Ridden) -> Row:
    return Row(ride, weekday_date(ride.day), party_words(ride.riders), paid_words(ride.paid))


def paid_words(paid: str) -> str:
    """How a fare was paid, in words; "" where nothing was."""
    beside = {"": "", DESK_CASH: _("Cash at the desk"), OPEN: _("Fare open")}
    return beside[paid] if paid in beside else str(RunStep.Paid(paid).label)


def party_words(riders: Mapping[Rider, int]) -> list[str]:
    """Who rode: Adult × 1, Child × 2."""
    return [
        _("%(who)s × %(people)s") % {"who": name, "people": riders[kind]} for kind, name in RIDERS if kind in riders
    ]


def table(month: RiddenMonth) -> bytes:
    """The CSV (UTF-8 with BOM, as spreadsheets want it), in the language that is active now."""
    out = io.StringIO()
    writer = csv.writer(out)
    heads = (
        _("Day"),
        _("Time"),
        _("Got on at"),
        _("Got off at"),
        _("How many"),
        _("Who rode"),
        _("Fare (yen)"),
        _("Paid by"),
    )
    writer.writerow([*heads, _("Receipt")])
    for row in map(_row, month.rides):
        ride = row.ride
        names = [guarded(name) for name in (ride.pickup, ride.arrival)]
        people, yen = sum(ride.riders.values()), "" if ride.yen is None else ride.yen
        facts = [people, " / ".join(row.who), yen, row.paid, spoken(ride.receipt) if ride.receipt else ""]
        writer.writerow([ride.day.isoformat(), ride.time, *names, *facts])
    return out.getvalue().encode("utf-8-sig")
