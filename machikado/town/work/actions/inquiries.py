"""What happens to what an inquirer wrote: it is erased, by its rule or because they ask for it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from machikado.town.common import diary
from machikado.town.common.actors import SYSTEM, Actor
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.common.models import Event
from machikado.town.people.actions import invitations
from machikado.town.people.models import ContactPoint, Invitation
from machikado.town.people.permissions import require
from machikado.town.people.traces import ERASED
from machikado.town.work.actions import orders
from machikado.town.work.events.deliveries import DeliveryDecided
from machikado.town.work.events.orders import EstimateAccepted, InquiryErased
from machikado.town.work.models import Inquiry, Order

LED_TO_NOTHING = (Order.State.INQUIRY, Order.State.DECLINED)
REASON_LENGTH = 1000


class CannotEraseInquiry(Cannot):
    """An inquiry that is gone, or whose order waits for an answer."""

    sentences = {
        "no_reason": _("Please write the reason, without any name."),
        "gone": _("What was written in this inquiry was erased before."),
        "estimated": _("The estimate waits for an answer. Decline the order first; then everything can go."),
    }


@transaction.atomic
def erase(*, order: Order, reason: str, by: Actor, now: datetime) -> None:
    """Erase what somebody wrote on the public page, because they ask for it. Raises CannotEraseInquiry.

    Where it led to nothing, all of it goes. Where an order stands, who asked goes; what was asked belongs to the order.
    """
    require(by, may="work.erase_inquiry", on=order)
    if not reason.strip():
        raise CannotEraseInquiry("no_reason")
    order = orders.locked(order)
    inquiry = Inquiry.objects.filter(order=order).first()
    if inquiry is None or inquiry.is_erased:
        raise CannotEraseInquiry("gone")
    if order.state == Order.State.ESTIMATED:
        raise CannotEraseInquiry("estimated")
    whole = order.state in LED_TO_NOTHING
    _withdraw_invitations(order, inquiry, now)
    if whole:
        forget(order, by, now)
    else:
        forget_inquirer(inquiry)
    record(InquiryErased(code=order.code, whole=whole), by=by, now=now, detail={"reason": reason[:REASON_LENGTH]})


def forget(order: Order, by: Actor, now: datetime) -> None:
    """Erase an inquiry that led to nothing, with the title and the details of the diary; its order is declined."""
    orders.step(order=order, to=Order.State.DECLINED, by=by, now=now)
    told = Event.objects.filter(noun="order", code=order.code).exclude(detail_digest="")
    diary.erase_detail(told.values_list("pk", flat=True))
    Inquiry.objects.filter(order=order).delete()
    Order.objects.filter(pk=order.pk).update(title=ERASED)


def forget_inquirer(inquiry: Inquiry) -> None:
    """Take out who asked, and who said what staff entered. The table wants an address, so it gets a dead one."""
    order = inquiry.order
    of_order = Q(noun="order", code=order.code, kind=EstimateAccepted.kind)
    of_deliveries = Q(noun="delivery", code__in=order.deliveries.values("code"), kind=DeliveryDecided.kind)
    told = Event.objects.filter(of_order | of_deliveries)
    diary.erase_detail([event.pk for event in told if event.data.get("said_by")])
    Inquiry.objects.filter(pk=inquiry.pk).update(
        person_name=ERASED, email=f"{inquiry.order.code.lower()}@erased.invalid", phone=""
    )


def _withdraw_invitations(order: Order, inquiry: Inquiry, now: datetime) -> None:
    """Withdraw what is open and went to the inquirer's address, or on paper to their name; who was made known goes."""
    family, given = invitations.split_name(inquiry.person_name)
    theirs = Q(person__family_name=family, person__given_name=given)
    if inquiry.email:
        mails = ContactPoint.objects.filter(kind=ContactPoint.Kind.MAIL, value__iexact=inquiry.email)
        theirs |= Q(person__in=mails.values("person"))
    waiting = Invitation.objects.filter(theirs, organisation=order.client, used_at=None, withdrawn_at=None)
    for invitation in waiting.order_by("pk"):
        invitations.withdraw(invitation=invitation, by=SYSTEM, now=now)
