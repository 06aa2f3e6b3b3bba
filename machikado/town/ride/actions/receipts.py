"""What happens when somebody wants a receipt: a fare that was taken in cash gets a number, once."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.errors import Cannot
from machikado.town.people.permissions import require
from machikado.town.ride.actions import ride_diary
from machikado.town.ride.events.bookings import ReceiptIssued
from machikado.town.ride.models import Booking, Receipt, RunStep


class CannotIssue(Cannot):
    """A ride for which there is no receipt; nothing was changed."""

    sentences = {
        "no_cash": _(
            "The driver took no cash for this ride, so it has no receipt. "
            "For a ticket or a pass, please use the receipt from when it was bought."
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
        taken = RunStep.objects.filter(booking=held, kind=RunStep.Kind.FARE, refused="").first()
        if taken is None or not taken.yen or taken.paid != RunStep.Paid.CASH:
            raise CannotIssue("no_cash")
        made = Receipt.objects.create(booking=held, yen=taken.yen, taken_at=taken.at, issued_at=now)
        ride_diary.write(ReceiptIssued(code=held.code, receipt=made.code, yen=made.yen), held, by=by, now=now)
    return made
