"""What happens when an invitation is used: a new sign-in is opened, or somebody who has one gets the role."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import SYSTEM, Actor, ActorKind
from machikado.town.common.calendar import town_date, weekday_date
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.actions import accounts, memberships, persons
from machikado.town.people.actions.invitations import locked
from machikado.town.people.events import InvitationUsed
from machikado.town.people.models import Account, Invitation, Membership, Person, Role
from machikado.town.people.queries import mail_address


class CannotComeIn(Cannot):
    """An invitation that opens nothing (any more), or that cannot open a second sign-in."""

    sentences = {
        "used": _("This invitation has been used. Please sign in with your e-mail address and your password."),
        "withdrawn": _("This invitation was withdrawn. Please ask whoever invited you."),
        "expired": _("This invitation was valid until %(valid_until)s. Please ask for a new one."),
        "many": _("There were too many wrong tries from here. Please wait an hour, or telephone us."),
        "no_address": _("Please enter your e-mail address first."),
        "no_name": _("Please enter at least the family name."),
        "known": _(
            "There is already a sign-in for this address. Please sign in with it; then you can accept the invitation."
        ),
    }


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody says who comes in for the first time."""

    family_name: str
    given_name: str
    password: str
    language: str


def may_use(invitation: Invitation, now: datetime) -> None:
    """Raise CannotComeIn where the invitation opens nothing."""
    if invitation.used_at is not None:
        raise CannotComeIn("used")
    if invitation.withdrawn_at is not None:
        raise CannotComeIn("withdrawn")
    if not invitation.is_open(town_date(now)):
        raise CannotComeIn("expired", valid_until=weekday_date(invitation.valid_until))


def come_in(*, invitation: Invitation, newcomer: Newcomer, now: datetime) -> Account:
    """Open a sign-in for the invited person, with their role. Raises CannotComeIn, CannotOpenAccount."""
    if not newcomer.family_name.strip():
        raise CannotComeIn("no_name")
    password = accounts.hashed(newcomer.password)
    with transaction.atomic():
        row = locked(invitation)
        may_use(row, now)
        mail = mail_address(row.person)
        if not mail:
            raise CannotComeIn("no_address")
        if Account.objects.filter(email=mail).exists():
            raise CannotComeIn("known")
        person = row.person
        person.family_name, person.given_name = newcomer.family_name.strip(), newcomer.given_name.strip()
        person.save(update_fields=["family_name", "given_name"])
        account = accounts.open_account(person=person, email=mail, password=None, by=SYSTEM, now=now)
        account.password, account.language = password, newcomer.language
        account.save(update_fields=["password", "language"])
        memberships.grant(person=person, organisation=row.organisation, role=Role.CLIENT, by=SYSTEM, now=now)
        _use(row, person, now)
    return account


def join(*, invitation: Invitation, by: Actor, now: datetime) -> Invitation:
    """Let somebody who is signed in take the role that was meant for them; joining twice is once. Raises CannotComeIn.

    The person made known for the invitation is erased: it was this one, as they say themselves, and held nothing.
    """
    assert by.person_id is not None  # the page is for people who are signed in
    person = Person.objects.get(pk=by.person_id)
    with transaction.atomic():
        row = locked(invitation)
        if row.used_at is not None and row.person_id == person.pk:
            return row
        may_use(row, now)
        invited = row.person
        holds = Membership.objects.filter(
            person=person, organisation=row.organisation, role=Role.CLIENT, until=None
        ).exists()
        if not holds:
            memberships.grant(person=person, organisation=row.organisation, role=Role.CLIENT, by=SYSTEM, now=now)
        row.person = person
        _use(row, person, now, known=True)
        persons.pseudonymise(person=invited, by=SYSTEM, now=now)
    return row


def _use(row: Invitation, person: Person, now: datetime, *, known: bool = False) -> None:
    row.used_at = now
    row.save(update_fields=["used_at", "person"])
    event = InvitationUsed(code=row.code, organisation=row.organisation.code, person=person.code, known=known)
    record(event, by=Actor(kind=ActorKind.PERSON, person_id=person.pk), now=now)
