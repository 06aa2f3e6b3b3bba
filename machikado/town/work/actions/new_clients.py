"""An inquiry comes from an organisation that the town did not know yet."""

from datetime import datetime

from django.db import transaction

from machikado.town.common.actors import Actor
from machikado.town.people.actions import organisations
from machikado.town.people.models import Organisation
from machikado.town.work.actions.orders import link_client
from machikado.town.work.models import Order


@transaction.atomic
def link_new_client(*, order: Order, name: str, by: Actor, now: datetime) -> Order:
    """Make a client known and link the order to it, or neither. Raises CannotAddOrganisation, CannotLink."""
    new = organisations.NewOrganisation(name=name, kind=Organisation.Kind.CLIENT, is_sample=order.is_sample)
    return link_client(order=order, client=organisations.add(new=new, by=by, now=now), by=by, now=now)
