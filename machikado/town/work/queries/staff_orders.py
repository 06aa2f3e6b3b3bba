"""The coordinator's list of orders: searched as people type, filtered by state, as a page or as a table."""

import csv
import io
from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q, QuerySet

from machikado.town.common.calendar import town_date
from machikado.town.common.codes import heard
from machikado.town.common.japanese import search_key
from machikado.town.people.viewer import Viewer
from machikado.town.work.exports import guarded
from machikado.town.work.models import Order
from machikado.town.work.queries.orders import orders_visible_to


def found_orders(viewer: Viewer, state: str, words: str) -> QuerySet[Order]:
    """The orders in a state ("" for all) that match what was typed: a code, a part of a title or of a client's name."""
    orders = orders_visible_to(viewer).select_related("client", "inquiry").order_by("-made_at", "-pk")
    if state in Order.State.values:
        orders = orders.filter(state=state)
    return orders.filter(_matches(words)) if words.strip() else orders


def _matches(words: str) -> Q:
    """Match as typed, and as it would be typed on another keyboard (full-width letters and digits, kana)."""
    found = Q(code=heard(_narrow(words)))
    for text in {words.strip(), _narrow(words), search_key(words)}:
        found |= (
            Q(title__icontains=text) | Q(client__name__icontains=text) | Q(inquiry__organisation_name__icontains=text)
        )
    return found


def _narrow(words: str) -> str:
    """Full-width letters and digits as plain ones."""
    return "".join(chr(ord(one) - 0xFEE0) if 0xFF01 <= ord(one) <= 0xFF5E else one for one in words).strip()


def count_by_state(viewer: Viewer) -> dict[str, int]:
    """How many orders there are in each state."""
    rows = orders_visible_to(viewer).order_by().values_list("state").annotate(Count("pk"))
    return dict(rows)


def as_csv(orders: Iterable[Order]) -> bytes:
    """The list as a table for a spreadsheet (UTF-8 with its mark); texts never become formulas."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["code", "title", "client", "state", "due_on", "made_on"])
    for order in orders:
        client = order.client.name if order.client else _asker(order)
        row = [order.code, order.title, client, order.state, _day(order.due_on), town_date(order.made_at).isoformat()]
        writer.writerow([guarded(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _asker(order: Order) -> str:
    """Who asked, as written on the public page; nothing once the inquiry was erased."""
    inquiry = getattr(order, "inquiry", None)
    return inquiry.organisation_name if inquiry else ""


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
