"""What happens when somebody telephones for the first time: the bus knows their name and number."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import SYSTEM, Actor
from machikado.town.common.errors import Cannot
from machikado.town.people.actions import persons
from machikado.town.people.models import Channel, Person
from machikado.town.people.permissions import require
from machikado.town.ride.actions import passengers
from machikado.town.ride.actions.passengers import PassengerFacts


class CannotMeet(Cannot):
    """A caller who could not be called back."""

    sentences = {"no_phone": _("Please write the telephone number with its area code, like 0263-00-0000.")}


@dataclass(frozen=True, slots=True)
class NewCaller:
    """Name and number of somebody who calls."""

    family_name: str
    given_name: str = ""
    family_kana: str = ""
    phone: str = ""


def meet(*, new: NewCaller, by: Actor, now: datetime) -> Person:
    """Make a caller known, who is told things by telephone. Raises CannotMeet, CannotAddPerson."""
    require(by, may="ride.meet_caller")
    if sum(character.isdigit() for character in new.phone) < 9:
        raise CannotMeet("no_phone")
    person = persons.NewPerson(
        new.family_name, new.given_name, family_kana=new.family_kana, channel=Channel.CALL, phone=new.phone
    )
    with transaction.atomic():
        # The desk may do for the bus what only coordinators may do for everything.
        made = persons.add(new=person, by=SYSTEM, now=now)
        passengers.know(person=made, facts=PassengerFacts(), by=by, now=now)
    return made
