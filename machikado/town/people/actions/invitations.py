"""What happens to an invitation: made, its link issued again, opened, withdrawn; how it is used is in `coming_in`."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import SYSTEM, Actor
from machikado.town.common.calendar import town_date
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.actions import messages, persons
from machikado.town.people.events import InvitationIssued, InvitationOpened, InvitationWithdrawn, PersonInvited
from machikado.town.people.models import Channel, ContactPoint, Invitation, Organisation, Person
from machikado.town.people.permissions import require

KIND = "people.invited"
MOST_OPEN = 20
ISSUED_EVERY = timedelta(minutes=1)
CLIENTS = frozenset({Organisation.Kind.CLIENT.value, Organisation.Kind.CITY.value})


class CannotInvite(Cannot):
    """An invitation that leads nowhere, or too many of them."""

    sentences = {
        "no_name": _("Please enter the name of the person."),
        "not_a_client": _("Only people of a client or of a city office are invited here."),
        "many": _(
            "%(number)s invitations of this organisation are open. Please withdraw those that are no longer needed."
        ),
        "soon": _("A link was made a moment ago. Please wait a minute before making the next one."),
        "over": _("This invitation was used or withdrawn. Please send a new invitation."),
    }


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """Whom to invite for which organisation, where they land, and the last day of the link. No mail: on paper."""

    organisation: Organisation
    name: str
    mail: str
    url: str
    valid_until: date


def invite(*, new: NewInvitation, by: Actor, now: datetime) -> Invitation:
    """Invite somebody; who is invited at this address already is not invited twice. Raises CannotInvite.

    A person is made known for it, without a sign-in and without a role: those come when the link is used.
    """
    require(by, may="people.invite", on=new.organisation)
    if not new.name.strip():
        raise CannotInvite("no_name")
    if new.organisation.kind not in CLIENTS:
        raise CannotInvite("not_a_client")
    with transaction.atomic():
        # Held, so that two halves of a double click come one after the other.
        organisation = Organisation.objects.select_for_update().get(pk=new.organisation.pk)
        waiting = _open(organisation, town_date(now))
        if (same := _invited(waiting, new)) is not None:
            return same
        if len(waiting) >= MOST_OPEN:
            raise CannotInvite("many", number=MOST_OPEN)
        return _write(new, by, now)


def _open(organisation: Organisation, today: date) -> list[Invitation]:
    rows = organisation.invitations.filter(used_at=None, withdrawn_at=None, valid_until__gte=today)
    return list(rows.select_related("person"))


def _invited(waiting: list[Invitation], new: NewInvitation) -> Invitation | None:
    """The open invitation that went to this address, or without one to this name on paper."""
    mails = ContactPoint.objects.filter(kind=ContactPoint.Kind.MAIL, person__in=[each.person_id for each in waiting])
    if new.mail:
        reached = set(mails.filter(value__iexact=new.mail.strip()).values_list("person_id", flat=True))
        return next((each for each in waiting if each.person_id in reached), None)
    reached, name = set(mails.values_list("person_id", flat=True)), split_name(new.name)
    by_name = (each for each in waiting if (each.person.family_name, each.person.given_name) == name)
    return next((each for each in by_name if each.person_id not in reached), None)


def _write(new: NewInvitation, by: Actor, now: datetime) -> Invitation:
    family, given = split_name(new.name)
    known = persons.NewPerson(
        family_name=family,
        given_name=given,
        channel=Channel.MAIL if new.mail else Channel.LETTER,
        mail=new.mail.strip().lower(),
        is_sample=new.organisation.is_sample,
    )
    person = persons.add(new=known, by=SYSTEM, now=now)
    row = Invitation.objects.create(
        organisation=new.organisation,
        person=person,
        url=new.url,
        made_at=now,
        issued_at=now,
        valid_until=new.valid_until,
    )
    event = PersonInvited(
        code=row.code,
        organisation=new.organisation.code,
        person=person.code,
        valid_until=row.valid_until.isoformat(),
    )
    record(event, by=by, now=now)
    if new.mail:
        _tell(row, now)
    return row


def split_name(name: str) -> tuple[str, str]:
    """A name as it was typed in one box: what stands before the first blank is the family name."""
    family, _blank, given = name.strip().replace("　", " ").partition(" ")
    return family[:60], given.strip()[:60]


def _tell(invitation: Invitation, now: datetime) -> None:
    """Send the newest link. The message leads to where one lands; the link itself is made when the letter goes out."""
    invitation.message = messages.tell(invitation.person, messages.NewMessage(KIND, url=invitation.url), now=now)
    invitation.save(update_fields=["message"])


def issue_again(*, invitation: Invitation, valid_until: date, by: Actor, now: datetime) -> Invitation:
    """Make a new link, valid from today on; the one before opens nothing any more. Raises CannotInvite.

    It goes by mail where there is an address; else it is there to be printed.
    """
    require(by, may="people.invite", on=invitation)
    with transaction.atomic():
        row = locked(invitation)
        if row.used_at is not None or row.withdrawn_at is not None:
            raise CannotInvite("over")
        if now - row.issued_at < ISSUED_EVERY:
            raise CannotInvite("soon")
        _issue(row, valid_until, now)
        _say_issued(row, by, now)
    return row


def _issue(row: Invitation, valid_until: date, now: datetime) -> None:
    row.issue += 1
    row.valid_until, row.issued_at, row.opened_at, row.message = valid_until, now, None, None
    row.save(update_fields=["issue", "valid_until", "issued_at", "opened_at", "message"])
    if row.person.contact_points.filter(kind=ContactPoint.Kind.MAIL).exists():
        _tell(row, now)


def _say_issued(row: Invitation, by: Actor, now: datetime) -> None:
    event = InvitationIssued(
        code=row.code, issue=row.issue, valid_until=row.valid_until.isoformat(), by_mail=row.message is not None
    )
    record(event, by=by, now=now)


def name_address(*, invitation: Invitation, mail: str, now: datetime) -> Invitation:
    """Send a fresh link to the address that somebody with the paper typed: only who reads its mail goes on.

    The answer is the same whoever the address belongs to. Raises CannotInvite.
    """
    with transaction.atomic():
        row = locked(invitation)
        if not row.is_open(town_date(now)):
            raise CannotInvite("over")
        if row.message_id is not None and now - row.issued_at < ISSUED_EVERY:
            raise CannotInvite("soon")
        points = ContactPoint.objects.filter(person=row.person, kind=ContactPoint.Kind.MAIL)
        points.delete()
        points.create(person=row.person, kind=ContactPoint.Kind.MAIL, value=mail.strip().lower())
        Person.objects.filter(pk=row.person_id).update(channel=Channel.MAIL)
        row.person.channel = Channel.MAIL
        _issue(row, row.valid_until, now)
        _say_issued(row, SYSTEM, now)
    return row


@transaction.atomic
def opened(*, invitation: Invitation, now: datetime) -> None:
    """Note that the newest link was opened, the first time only. Opening uses nothing up: mail programs look ahead."""
    if Invitation.objects.filter(pk=invitation.pk, opened_at=None, used_at=None).update(opened_at=now):
        record(InvitationOpened(code=invitation.code, issue=invitation.issue), by=SYSTEM, now=now)


@transaction.atomic
def withdraw(*, invitation: Invitation, by: Actor, now: datetime) -> None:
    """Take an invitation back; twice is once. Name and address that were typed for it go. Raises CannotInvite."""
    require(by, may="people.invite", on=invitation)
    row = locked(invitation)
    if row.used_at is not None:
        raise CannotInvite("over")
    if row.withdrawn_at is not None:
        return
    row.withdrawn_at = now
    row.save(update_fields=["withdrawn_at"])
    record(InvitationWithdrawn(code=row.code), by=by, now=now)
    persons.pseudonymise(person=row.person, by=SYSTEM, now=now)


def locked(invitation: Invitation) -> Invitation:
    """The row as it stands now, held until the transaction ends."""
    return (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("person", "organisation")
        .get(pk=invitation.pk)
    )
