"""What happens once: the town is founded, with its centre and its first coordinator."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import SYSTEM
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.actions import accounts, memberships, organisations, persons
from machikado.town.people.events import TownFounded
from machikado.town.people.models import Organisation, Person, Role, Town


class CannotFound(Cannot):
    """A second town, or one that is not in the register of municipalities."""

    sentences = {
        "exists": _("There is already a town here. One installation serves one town."),
        "municipality_code": _("A municipality code has six digits."),
    }


@dataclass(frozen=True, slots=True)
class NewTown:
    """What is written about a town when it is founded."""

    name: str
    name_kana: str
    municipality_code: str
    legal_entity: str
    address: str = ""
    desk_phone: str = ""
    is_sample: bool = False


def lay(new: NewTown, *, now: datetime) -> Organisation:
    """Write the town's one row and its centre, and return the centre. Raises CannotFound."""
    if not (len(new.municipality_code) == 6 and new.municipality_code.isascii() and new.municipality_code.isdigit()):
        raise CannotFound("municipality_code")
    with transaction.atomic():
        if Town.objects.exists():
            raise CannotFound("exists")
        Town.objects.create(
            name=new.name,
            name_kana=new.name_kana,
            municipality_code=new.municipality_code,
            legal_entity=new.legal_entity,
            address=new.address,
            desk_phone=new.desk_phone,
            is_sample=new.is_sample,
        )
        centre = organisations.add(
            new=organisations.NewOrganisation(
                name=new.legal_entity, kind=Organisation.Kind.CENTRE, is_sample=new.is_sample
            ),
            by=SYSTEM,
            now=now,
        )
        record(TownFounded(code=centre.code, municipality_code=new.municipality_code), by=SYSTEM, now=now)
    return centre


def found(new: NewTown, *, email: str, password: str, now: datetime) -> Person:
    """Found a town in an empty database and return its first coordinator. Raises CannotFound, CannotOpenAccount."""
    with transaction.atomic():
        centre = lay(new, now=now)
        person = persons.add(new=persons.NewPerson(family_name=str(Role.COORDINATOR.label)), by=SYSTEM, now=now)
        accounts.open_account(person=person, email=email, password=password, by=SYSTEM, now=now)
        memberships.grant(person=person, organisation=centre, role=Role.COORDINATOR, by=SYSTEM, now=now)
    return person
