"""What the pages of cards and passes show: a caller's, and a month in words."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from machikado.town.common.calendar import months_back, town_date
from machikado.town.people.models import Person
from machikado.town.ride.card_numbers import masked
from machikado.town.ride.models import Card, CardEntry, SoldPass
from machikado.town.ride.queries.tickets import MonthSums, Unused, entries_in, sums_of, unused_balances

MONTHS = 36  # as long as it is kept what drivers told (`keep_shift_years`)


@dataclass(frozen=True, slots=True)
class PassRow:
    """A pass; `same_day` where the desk may undo it and gives all back."""

    sold: SoldPass
    is_over: bool
    same_day: bool


@dataclass(frozen=True, slots=True)
class CallerPage:
    """A caller's cards, those that are closed too, and passes."""

    holder: Person
    cards: Sequence[Card]
    passes: Sequence[PassRow]


def caller_page(holder: Person, now: datetime) -> CallerPage:
    """Ask for everything that the page shows."""
    today = town_date(now)
    rows = SoldPass.objects.filter(holder=holder).select_related("fare_pass")
    passes = [PassRow(sold, sold.last_day < today, town_date(sold.sold_at) == today) for sold in rows]
    return CallerPage(holder, list(Card.objects.filter(holder=holder).order_by("-sold_at", "-pk")), passes)


@dataclass(frozen=True, slots=True)
class MonthPage:
    """A month in sums, by where the money is; what is not used yet."""

    first: date
    groups: Sequence[tuple[str, int, Sequence[tuple[str, int]]]]  # heading, sum, lines
    unused: Sequence[Unused]
    months: Sequence[tuple[date, str]]

    @property
    def name(self) -> str:
        """2026年11月, November 2026."""
        return _month(self.first)


def _month(first: date) -> str:
    return date_format(first, pgettext("date format", "F Y"))


def months_until(now: datetime) -> list[date]:
    """The first days of the months that can be looked at."""
    return months_back(town_date(now), MONTHS)


def month_page(first: date, now: datetime) -> MonthPage:
    """Ask for everything that the page shows."""
    sums = sums_of(first)
    months = [(each, _month(each)) for each in months_until(now)[:13]]
    return MonthPage(first, _groups(sums), unused_balances(town_date(now)), months)


def _groups(sums: MonthSums) -> list[tuple[str, int, list[tuple[str, int]]]]:
    desk = [
        (_("Cards sold and charged"), sums.cards_sold),
        (_("Passes sold"), sums.passes_sold),
        (_("Open fares, in cash"), sums.open_cash),
        (_("Given back for cards"), -sums.cards_refunded),
        (_("Given back for passes"), -sums.passes_refunded),
    ]
    by_card = [
        (_("Of what was paid in"), sums.card_fares_paid),
        (_("Of the bonus"), sums.card_fares_bonus),
    ]
    others = [
        (_("Fares by pass"), sums.bus_passes),
        (_("Fares by paper ticket"), sums.bus_tickets),
        (_("Bonus given"), sums.bonus_given),
        (_("Expired, of what was paid in"), sums.expired_paid),
        (_("Expired, of the bonus"), sums.expired_bonus),
        (_("Fares waived"), sums.waived),
    ]
    return [
        (_("Cash in the bus"), sums.bus_cash, []),
        (_("Cash at the desk"), sums.desk_cash, desk),
        (_("Fares by card"), sums.card_fares, by_card),
        (_("Without money"), 0, others),
    ]


def table(first: date) -> bytes:
    """The lines of all cards in a month as CSV (UTF-8 with BOM); of each number the last two digits."""
    out = io.StringIO()
    writer = csv.writer(out)
    heads = (_("Day"), _("Time"), _("Card"), _("Kind"), _("Of what was paid in (yen)"), _("Of the bonus (yen)"))
    writer.writerow(heads)
    numbers = dict(Card.objects.values_list("code", "number"))
    for entry in entries_in(first):
        at = localtime(entry.at)
        kind = CardEntry.Kind(entry.kind).label
        cells = (masked(numbers[entry.card]), kind, entry.paid_yen, entry.bonus_yen)
        writer.writerow([at.date().isoformat(), f"{at:%H:%M}", *cells])
    return out.getvalue().encode("utf-8-sig")
