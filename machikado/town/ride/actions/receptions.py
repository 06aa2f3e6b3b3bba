"""What happens to a reception: it is opened for a client, whose people are told, and closed."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.actions.messages import NewMessage, tell
from machikado.town.people.models import Organisation, Role
from machikado.town.people.permissions import require
from machikado.town.people.queries import members
from machikado.town.ride.actions.asking import Whereabouts
from machikado.town.ride.events.receptions import ReceptionClosed, ReceptionOpened
from machikado.town.ride.ground import checked
from machikado.town.ride.models import Reception, ServiceArea


class CannotOpenReception(Cannot):
    """A reception that nobody could stand at."""

    sentences = {
        "not_a_client": _("Choose the organisation whose people stand there."),
        "open": _("This organisation has a reception at this place already."),
    }


@dataclass(frozen=True, slots=True)
class NewReception:
    """Whose people stand where."""

    client: Organisation
    place: Whereabouts


def open_reception(*, area: ServiceArea, new: NewReception, by: Actor, now: datetime) -> Reception:
    """Let the people of a client call the bus for whoever is done there. Raises CannotOpenReception, CannotPlace."""
    require(by, may="ride.set_receptions")
    spot = checked(new.place.spot.lat, new.place.spot.lon)
    if new.client.kind != Organisation.Kind.CLIENT:
        raise CannotOpenReception("not_a_client")
    with transaction.atomic():
        ServiceArea.objects.select_for_update(no_key=True).get(pk=area.pk)
        held = Reception.objects.filter(area=area, client=new.client, closed_at=None, lat=spot.lat, lon=spot.lon)
        if held.exists():
            raise CannotOpenReception("open")
        made = Reception.objects.create(
            area=area, client=new.client, name=new.place.name[:120], lat=spot.lat, lon=spot.lon, made_at=now
        )
        record(ReceptionOpened(code=made.code, client=new.client.code), by=by, now=now)
        for person in members(new.client, Role.CLIENT):
            tell(person, NewMessage("ride.reception_opened", {"place": made.name}, reverse("ride:reception")), now=now)
    return made


def close(*, reception: Reception, by: Actor, now: datetime) -> None:
    """End it; closed twice it is closed once."""
    require(by, may="ride.set_receptions")
    with transaction.atomic():
        if Reception.objects.filter(pk=reception.pk, closed_at=None).update(closed_at=now):
            record(ReceptionClosed(code=reception.code), by=by, now=now)
