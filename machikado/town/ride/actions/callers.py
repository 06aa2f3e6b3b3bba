"""What happens when somebody telephones: the bus knows their name and number, once, however they are typed."""

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.calendar import town_date
from machikado.town.common.errors import Cannot
from machikado.town.common.japanese import kana, search_key
from machikado.town.people.actions import persons
from machikado.town.people.models import Channel, Person, Town
from machikado.town.people.permissions import require
from machikado.town.people.telephone import digits_of
from machikado.town.ride.actions import last_use, passengers
from machikado.town.ride.actions.passengers import PassengerFacts
from machikado.town.ride.queries.callers import people_with_number

LEAST_DIGITS = 9


class CannotMeet(Cannot):
    """A caller who could not be called back, or who may be somebody whom the desk knows."""

    sentences = {
        "no_phone": _("Please write the telephone number with its area code, like 0263-00-0000."),
        "known": _(
            "This number is known: %(names)s. Please choose who it is, or say that it is somebody else in the house."
        ),
    }


@dataclass(frozen=True, slots=True)
class NewCaller:
    """Name and number of somebody who calls. `shares_number`: the desk asked, and it is another in the house."""

    family_name: str
    given_name: str = ""
    family_kana: str = ""
    phone: str = ""
    shares_number: bool = False


def meet(*, new: NewCaller, by: Actor, now: datetime) -> Person:
    """Make a caller known, who is told things by telephone; one who is known under this name and number stays one.

    Raises CannotMeet, CannotAddPerson.
    """
    require(by, may="ride.meet_caller")
    if len(digits_of(new.phone)) < LEAST_DIGITS:
        raise CannotMeet("no_phone")
    new = _in_one_way(new)
    with transaction.atomic():
        Town.objects.select_for_update().first()  # two clicks come one after the other
        family = list(people_with_number(new.phone))
        if (known := next((person for person in family if _is_called(person, new)), None)) is not None:
            last_use.use(known, town_date(now), now)
            return known
        if family and not new.shares_number:
            raise CannotMeet("known", names="、".join(map(str, family)))
        person = persons.NewPerson(
            new.family_name, new.given_name, family_kana=new.family_kana, channel=Channel.CALL, phone=new.phone
        )
        made = persons.add(new=person, by=by, now=now)
        passengers.know(person=made, facts=PassengerFacts(), by=by, now=now)
    return made


def _in_one_way(new: NewCaller) -> NewCaller:
    """The same without wide letters, narrow kana and blanks at the ends; a reading in katakana."""

    def plain(text: str) -> str:
        return unicodedata.normalize("NFKC", text).strip()

    return replace(
        new,
        family_name=plain(new.family_name),
        given_name=plain(new.given_name),
        family_kana=kana(new.family_kana).replace(" ", ""),
        phone=plain(new.phone),
    )


def _is_called(person: Person, new: NewCaller) -> bool:
    """Whether somebody has this name, in whatever kana; of a name that only its sound is known, the reading counts."""
    names = {search_key(person.family_name), search_key(person.family_kana)} - {""}
    same_family = search_key(new.family_name) in names
    given = {search_key(person.given_name), search_key(person.given_kana)}
    return same_family and search_key(new.given_name) in given - ({""} if person.given_name else set())
