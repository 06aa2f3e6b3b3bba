"""The coordinator's list of orders: searched as people type, filtered by state, as a page or as a table."""

import csv
import io
import re
from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q, QuerySet

from machikado.town.common.calendar import town_date
from machikado.town.common.codes import heard
from machikado.town.common.japanese import search_key
from machikado.town.common.spreadsheets import guarded
from machikado.town.people.viewer import Viewer
from machikado.town.work.models import Order
from machikado.town.work.queries.orders import orders_visible_to

# Where a word may stand. Personal data among them are searched by POST alone, so that they stand in no address.
FIELDS = (
    "title",
    "client__name",
    "inquiry__organisation_name",
    "inquiry__person_name",
    "inquiry__email",
)
LEAST_OF_A_CODE = 3  # a group of a code as it is read aloud
LEAST_OF_A_NUMBER = 4


def found_orders(viewer: Viewer, state: str, words: str) -> QuerySet[Order]:
    """The orders in a state ("" for all) that match every word that was typed, or their code as it is read aloud."""
    orders = orders_visible_to(viewer).select_related("client", "inquiry").order_by("-made_at", "-pk")
    if state in Order.State.values:
        orders = orders.filter(state=state)
    return orders.filter(_matches(words)) if words.strip() else orders


def _matches(words: str) -> Q:
    """Match each word somewhere; a code may also be typed with blanks in it."""
    every = Q()
    for word in words.split():
        every &= _matches_word(word)
    return Q(code=heard(_narrow(words))) | every


def _matches_word(word: str) -> Q:
    """Match as typed, and as it would be typed on another keyboard (full-width letters and digits, kana)."""
    found = Q()
    for text in {word, _narrow(word), search_key(word)} - {""}:
        for field in FIELDS:
            found |= Q(**{f"{field}__icontains": text})
    if len(code := heard(_narrow(word))) >= LEAST_OF_A_CODE:
        found |= Q(code__contains=code)
    digits = re.sub(r"\D", "", _narrow(word))
    if len(digits) >= LEAST_OF_A_NUMBER and not re.search(r"[^\d()（）+\-‐－ー]", _narrow(word)):
        found |= Q(inquiry__phone__regex=_telephone(digits))
    return found


def _telephone(digits: str) -> str:
    """A pattern of these digits in a number as somebody wrote it: full-width or not, with signs between them."""
    return "[^0-9０-９]*".join(f"[{digit}{chr(ord(digit) + 0xFEE0)}]" for digit in digits)


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
