"""What stands on the page of one's own work: the months, the rows of one of them, and the same as a table to keep."""

import csv
from datetime import date

from django.http import HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from machikado.town.common.spreadsheets import guarded
from machikado.town.people.models import Worker
from machikado.town.work.queries.earned import Earned, earned_in, months


class MinePage:
    """One month of one worker. `month` is `2026-11`; anything else means the present one."""

    def __init__(self, worker: Worker, month: str, today: date) -> None:
        self.worker = worker
        try:
            self.first = date.fromisoformat(f"{month}-01")
        except ValueError:
            self.first = today.replace(day=1)
        self.present = today.replace(day=1)

    @property
    def month(self) -> str:
        """The month as it stands in an address."""
        return f"{self.first:%Y-%m}"

    @property
    def title(self) -> str:
        """The month as people say it."""
        return _month_name(self.first)

    @cached_property
    def rows(self) -> list[Earned]:
        """One row for each day and job."""
        return earned_in(self.worker, self.first)

    @property
    def months(self) -> list[dict[str, object]]:
        """The months to choose from; the present one is always among them."""
        all_months = sorted({self.present, self.first, *months(self.worker)}, reverse=True)[:12]
        return [
            {"label": _month_name(first), "url": f"?month={first:%Y-%m}", "current": first == self.first}
            for first in all_months
        ]

    @property
    def figures(self) -> list[dict[str, str]]:
        """Yen, items and days of the month."""
        return [
            {"label": _("Earned"), "figure": f"{sum(row.yen for row in self.rows):,}", "unit": _("yen")},
            {"label": _("Items"), "figure": f"{sum(row.items for row in self.rows):,}", "unit": _("items")},
            {"label": _("Days"), "figure": str(len({row.day for row in self.rows})), "unit": _("days")},
        ]

    def as_csv(self) -> HttpResponse:
        """The rows as a table that a spreadsheet opens: UTF-8 with a mark, since Excel looks for it."""
        response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="machikado-{self.month}.csv"'
        table = csv.writer(response)
        table.writerow([_("Day"), _("Job"), _("Items"), _("Earned"), _("Paid on")])
        for row in self.rows:
            paid_on = "" if row.is_sample else row.pay_by.isoformat()
            table.writerow([row.day.isoformat(), guarded(row.title), row.items, row.yen, paid_on])
        return response


def _month_name(first: date) -> str:
    """2026年11月, November 2026 in figures."""
    return _("%(year)s-%(month)s") % {"year": first.year, "month": first.month}
