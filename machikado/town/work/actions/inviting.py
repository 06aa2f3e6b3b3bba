"""Who may come in for a client: the inquirer with the first estimate, others by staff or by the client itself."""

from datetime import date, datetime, timedelta

from django.urls import reverse

from machikado.town.common.actors import Actor
from machikado.town.common.calendar import town_date
from machikado.town.law.queries import parameter
from machikado.town.people.actions import invitations
from machikado.town.people.actions.invitations import NewInvitation
from machikado.town.people.models import Invitation, Organisation, Role
from machikado.town.people.queries import members
from machikado.town.work.models import Inquiry, Order


def last_day(now: datetime) -> date:
    """Until when a link that is made now opens."""
    today = town_date(now)
    return today + timedelta(days=parameter("invitation_days", today))


def invite(*, order: Order, name: str, mail: str, by: Actor, now: datetime) -> Invitation:
    """Invite somebody to see an order as its client; without an address the letter is printed. Raises CannotInvite."""
    assert order.client is not None  # the page offers it only then, and an order without a client leads nowhere
    url = reverse("work:client_order", args=[order.code])
    return invitations.invite(new=NewInvitation(order.client, name, mail, url, last_day(now)), by=by, now=now)


def invite_colleague(*, organisation: Organisation, name: str, mail: str, by: Actor, now: datetime) -> Invitation:
    """Invite one more person of a client, who lands on the list of orders. Raises CannotInvite."""
    new = NewInvitation(organisation, name, mail, reverse("work:client_orders"), last_day(now))
    return invitations.invite(new=new, by=by, now=now)


def invite_inquirer(*, order: Order, by: Actor, now: datetime) -> Invitation | None:
    """Invite whoever inquired, if they wrote an address and nobody of the client can look yet; else None.

    Where nobody more can be invited it is None, too: the estimate stands all the same, and its page says who can look.
    """
    inquiry = Inquiry.objects.filter(order=order).exclude(email="").first()
    if inquiry is None or inquiry.is_erased or order.client is None or order.client.kind not in invitations.CLIENTS:
        return None
    if members(order.client, Role.CLIENT).exists():
        return None
    try:
        return invite(order=order, name=inquiry.person_name, mail=inquiry.email, by=by, now=now)
    except invitations.CannotInvite:
        return None


def issue_again(*, invitation: Invitation, by: Actor, now: datetime) -> Invitation:
    """Make and send a new link, valid from today on. Raises CannotInvite."""
    return invitations.issue_again(invitation=invitation, valid_until=last_day(now), by=by, now=now)
