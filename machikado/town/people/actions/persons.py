"""What happens to a person: becomes known, chooses how to be told, is forgotten."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import SYSTEM, Actor
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.events import PersonAdded, PersonChanged, PersonPseudonymised
from machikado.town.people.models import Account, Channel, ContactPoint, Membership, Person, Role
from machikado.town.people.permissions import require
from machikado.town.people.traces import needs, traces


class CannotAddPerson(Cannot):
    """A person without a name."""

    sentences = {"no_name": _("Please enter at least the family name.")}


class CannotChangePerson(Cannot):
    """A choice that would leave the person without messages."""

    sentences = {
        "erased": _("The data of this person were erased. Nothing can be changed any more."),
        "no_address": _("No e-mail address is known. Please choose another way, or tell the centre your address."),
    }


class CannotErase(Cannot):
    """A person whom the law still needs."""

    sentences = {
        "needed": _("This person's data are still needed. %(reasons)s"),
        "already": _("The data of this person have already been erased."),
    }


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What is known of a new person. Phone numbers and addresses here sign nobody in."""

    family_name: str
    given_name: str = ""
    family_kana: str = ""
    given_kana: str = ""
    channel: str = Channel.SCREEN
    mail: str = ""
    phone: str = ""
    address: str = ""
    is_sample: bool = False


def add(*, new: NewPerson, by: Actor, now: datetime) -> Person:
    """Make a person known to the town. Raises CannotAddPerson."""
    require(by, may="people.add_person")
    if not new.family_name.strip():
        raise CannotAddPerson("no_name")
    points = {
        ContactPoint.Kind.MAIL: new.mail,
        ContactPoint.Kind.PHONE: new.phone,
        ContactPoint.Kind.ADDRESS: new.address,
    }
    with transaction.atomic():
        person = Person.objects.create(
            family_name=new.family_name.strip(),
            given_name=new.given_name.strip(),
            family_kana=new.family_kana,
            given_kana=new.given_kana,
            channel=new.channel,
            is_sample=new.is_sample,
        )
        ContactPoint.objects.bulk_create(
            ContactPoint(person=person, kind=kind, value=value) for kind, value in points.items() if value
        )
        record(PersonAdded(code=person.code, channel=person.channel), by=by, now=now)
    return person


@dataclass(frozen=True, slots=True)
class Choices:
    """How a person wants to be told, and in which language."""

    channel: str
    language: str


def choose(*, person: Person, choices: Choices, by: Actor, now: datetime) -> None:
    """Change how a person is told. Raises CannotChangePerson."""
    require(by, may="people.change_person", on=person)
    if person.pseudonymised_at is not None:
        raise CannotChangePerson("erased")
    if choices.channel == Channel.MAIL and not _has_mail(person):
        raise CannotChangePerson("no_address")
    with transaction.atomic():
        person.channel = Channel(choices.channel)
        person.save(update_fields=["channel"])
        Account.objects.filter(person=person).update(language=choices.language)
        record(PersonChanged(code=person.code, channel=choices.channel, language=choices.language), by=by, now=now)


def _has_mail(person: Person) -> bool:
    return (
        person.contact_points.filter(kind=ContactPoint.Kind.MAIL).exists()
        or Account.objects.filter(person=person, is_active=True).exists()
    )


def pseudonymise(*, person: Person, by: Actor, now: datetime) -> None:
    """Erase who a person was; what happened stays under their code. Raises CannotErase while somebody needs the person.

    settings.TRACES lists what goes and what stays, settings.NEEDED_BY the functions that may object.
    """
    require(by, may="people.erase_person", on=person)
    with transaction.atomic():
        # Whoever is last is asked under a lock, so that two coordinators cannot erase each other at one moment.
        list(Membership.objects.select_for_update().filter(role=Role.COORDINATOR, until=None).order_by("pk"))
        locked = Person.objects.select_for_update().get(pk=person.pk)
        if locked.pseudonymised_at is not None:
            raise CannotErase("already")
        if reasons := needs(locked, now):
            raise CannotErase("needed", reasons=" ".join(need.sentence for need in reasons))
        _forget(locked, now)
        record(PersonPseudonymised(code=locked.code), by=by, now=now)
    person.refresh_from_db()


def pseudonymise_unneeded(people: Iterable[Person], now: datetime) -> int:
    """Erase those of them whom nothing needs any more; returns how many."""
    free = [person for person in people if not needs(person, now)]
    for person in free:
        pseudonymise(person=person, by=SYSTEM, now=now)
    return len(free)


def _forget(person: Person, now: datetime) -> None:
    """Erase every trace that goes, and end the roles, in the caller's transaction."""
    for trace in traces():
        if trace.erase is not None:
            trace.erase(person)
    Membership.objects.filter(person=person, until=None).update(until=now)
    person.pseudonymised_at = now
    person.save()
