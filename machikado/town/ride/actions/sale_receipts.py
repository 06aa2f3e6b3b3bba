"""What happens when a receipt of a sale is wanted: one number for it; printed again, the paper says so."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.permissions import require
from machikado.town.ride.actions.card_ledger import Kind
from machikado.town.ride.events.tickets import SaleReceiptPrinted
from machikado.town.ride.models import Card, CardEntry, SaleReceipt, SoldPass


class CannotPrint(Cannot):
    """Something for which there is no receipt."""

    sentences = {
        "no_money": _("No money was paid for this line, so it has no receipt."),
        "undone": _("This pass was undone, so its receipt is not printed any more."),
    }


def of_entry(*, entry: CardEntry, by: Actor, now: datetime) -> SaleReceipt:
    """The receipt of a card that was sold or charged. Raises CannotPrint."""
    require(by, may="ride.sell_tickets")
    if entry.kind not in (Kind.SOLD, Kind.CHARGE):
        raise CannotPrint("no_money")
    with transaction.atomic():
        Card.objects.select_for_update(of=("self",)).get(code=entry.card)  # two presses come one after the other
        known = SaleReceipt.objects.filter(entry=entry).first()
        return _print(known, SaleReceipt(entry=entry, yen=entry.paid_yen, issued_at=now), by, now)


def of_pass(*, sold: SoldPass, by: Actor, now: datetime) -> SaleReceipt:
    """The receipt of a pass. Raises CannotPrint."""
    require(by, may="ride.sell_tickets")
    with transaction.atomic():
        held = SoldPass.objects.select_for_update(of=("self",)).get(pk=sold.pk)
        if held.undone_at is not None:
            raise CannotPrint("undone")
        if not held.yen:
            raise CannotPrint("no_money")
        known = SaleReceipt.objects.filter(sold_pass=held).first()
        return _print(known, SaleReceipt(sold_pass=held, yen=held.yen, issued_at=now), by, now)


def _print(known: SaleReceipt | None, new: SaleReceipt, by: Actor, now: datetime) -> SaleReceipt:
    row = known or new
    if known is not None:
        known.prints += 1
    row.save()
    record(SaleReceiptPrinted(code=row.code, yen=row.yen, prints=row.prints), by=by, now=now)
    return row
