"""What happens when somebody wants a receipt: a fare that was taken in cash gets a number, once."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.errors import Cannot
from machikado.town.people.permissions import require
from machikado.town.ride.actions import ride_diary
from machikado.town.ride.events.bookings import ReceiptIssued
from machikado.town.ride.models import Booking, OpenFare, Receipt, RunStep


class CannotIssue(Cannot):
    """A ride for which there is no receipt; nothing was changed."""

    sentences = {
        "no_cash": _(
            "No cash was paid for this ride, so it has no receipt. "
            "For a ticket, a pass or a card, please use the receipt from when it was bought."
        ),
        "forgotten": _("Who rode is not kept any more. Please choose a later ride."),
    }


def issue(*, booking: Booking, by: Actor, now: datetime) -> Receipt:
    """Give the fare of a ride its receipt; asked again, it is the same one. Raises CannotIssue.

    A ticket or a pass is no money: whoever sold it gave a receipt, and a second one would count the same yen twice.
    """
    require(by, may="ride.issue_receipt", on=booking.rider)
    with transaction.atomic():
        held = Booking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
        if held.rider_id is None:
            raise CannotIssue("forgotten")
        if (known := Receipt.objects.filter(booking=held).first()) is not None:
            return known
        yen, taken_at = _cash_for(held)
        made = Receipt.objects.create(booking=held, yen=yen, taken_at=taken_at, issued_at=now)
        ride_diary.write(ReceiptIssued(code=held.code, receipt=made.code, yen=made.yen), held, by=by, now=now)
    return made


def _cash_for(held: Booking) -> tuple[int, datetime]:
    """The cash that was paid for a ride, in the bus or for an open fare at the desk, and when. Raises CannotIssue."""
    taken = RunStep.objects.filter(booking=held, kind=RunStep.Kind.FARE, refused="", paid=RunStep.Paid.CASH).first()
    if taken is not None and taken.yen:
        return taken.yen, taken.at
    settled = OpenFare.objects.filter(booking=held, state=OpenFare.State.CASH).first()
    if settled is None or settled.settled_at is None:
        raise CannotIssue("no_cash")
    return settled.yen, settled.settled_at
