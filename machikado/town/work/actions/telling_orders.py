"""What clients and coordinators are told about orders: the sentences, and to whom they go."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from machikado.town.common.codes import spoken
from machikado.town.people.actions.messages import NewMessage, tell
from machikado.town.people.models import Person, Role
from machikado.town.people.sentences import Words
from machikado.town.work.models import Order

SENTENCES: dict[str, Words] = {
    "work.inquiry_came": Words(
        _("A new inquiry: %(order)s"),
        _("A new inquiry has come in (%(order)s)."),
    ),
    "work.estimate_made": Words(
        _("Our estimate: %(order)s"),
        _("The estimate for your order %(order)s is there. Please have a look."),
    ),
    "work.estimate_accepted": Words(
        _("The estimate was accepted: %(order)s"),
        _("The client has accepted the estimate of order %(order)s."),
    ),
    "work.estimate_accepted_for": Words(
        _("We entered your yes: %(order)s"),
        _("You told us that you accept the estimate of order %(order)s, and we entered it. Is that wrong? Tell us."),
    ),
    "work.delivery_made": Words(
        _("The results are there: %(order)s"),
        _("The results of your order %(order)s are there. Please check and accept them."),
    ),
    "work.delivery_accepted": Words(
        _("The delivery was accepted: %(order)s"),
        _("The client has accepted the delivery of order %(order)s."),
    ),
    "work.delivery_accepted_for": Words(
        _("We entered that you accept the results: %(order)s"),
        _("You told us that you accept the results of order %(order)s, and we entered it. Is that wrong? Tell us."),
    ),
    "work.rework_asked_for": Words(
        _("We entered that you ask for rework: %(order)s"),
        _("You told us that some rows of order %(order)s are to be redone, and we entered it. Is that wrong? Tell us."),
    ),
    "work.order_declined": Words(
        _("We cannot take on your order: %(order)s"),
        _("We are sorry: we cannot take on your order %(order)s. The reason stands on its page."),
    ),
    "work.order_cancelled": Words(
        _("Your order was cancelled: %(order)s"),
        _("Your order %(order)s was cancelled. The reason stands on its page."),
    ),
    "work.order_suspended": Words(
        _("Your order is on hold: %(order)s"),
        _("Work on your order %(order)s is on hold. The reason, and what comes next, stand on its page."),
    ),
    "work.order_resumed": Words(
        _("Work has resumed: %(order)s"),
        _("Work on your order %(order)s has resumed."),
    ),
    "work.rework_asked": Words(
        _("Rework requested: %(order)s"),
        _("The client has requested rework in order %(order)s."),
    ),
}


def tell_client(order: Order, kind: str, now: datetime) -> None:
    """Tell everybody who acts for the client of an order; the message leads to their page of it."""
    of_client = Person.objects.filter(
        memberships__organisation=order.client, memberships__role=Role.CLIENT, memberships__until=None
    )
    _tell(of_client.distinct(), kind, order, reverse("work:client_order", args=[order.code]), now)


def tell_coordinator(order: Order, kind: str, now: datetime) -> None:
    """Tell the coordinator of an order, or all of them while it has none; the message leads to the order."""
    everyone = Person.objects.filter(memberships__role=Role.COORDINATOR, memberships__until=None).distinct()
    people = everyone.filter(pk=order.coordinator_id) if order.coordinator_id else everyone
    _tell(people, kind, order, reverse("work:order", args=[order.code]), now)


def _tell(people: Iterable[Person], kind: str, order: Order, url: str, now: datetime) -> None:
    """Tell several people the same."""
    for person in people:
        tell(person, NewMessage(kind=kind, params={"order": spoken(order.code)}, url=url), now=now)
