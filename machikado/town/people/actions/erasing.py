"""What the app people erases of a person, and what it keeps: one table, for the preview and for the deed."""

from axes.models import AccessAttempt
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from machikado.town.common import clock, diary
from machikado.town.common.models import Detail, Event
from machikado.town.people.models import Account, Channel, Guest, Invitation, Message, Person, SendResult, Worker
from machikado.town.people.traces import ERASED, Trace


def _erase_name(person: Person) -> None:
    """Overwrite the names on the row, which the action saves; whoever worked has left."""
    person.family_name = ERASED
    person.given_name = person.family_kana = person.given_kana = ""
    person.channel = Channel.SCREEN
    Worker.objects.filter(person=person).update(state=Worker.State.LEFT, resting_on=None)


def _erase_sign_in(person: Person) -> None:
    """Close the account and overwrite its address, also where failed tries were counted under it."""
    for account in Account.objects.filter(person=person):
        AccessAttempt.objects.filter(username=account.email).delete()
        account.email = f"{person.code.lower()}@erased.invalid"
        account.is_active = False
        account.set_unusable_password()
        account.save()


def _erase_messages(person: Person) -> None:
    """Empty what filled the sentences; that something was told, and when, stays."""
    told = Message.objects.filter(person=person)
    SendResult.objects.filter(message__in=told).exclude(note="").update(note=ERASED)
    told.filter(state=Message.State.WAITING).update(state=Message.State.FAILED)
    rows = list(told.exclude(params={}, url="").only("params", "url"))
    for row in rows:
        row.params, row.url = dict.fromkeys(row.params, ERASED), ""
    Message.objects.bulk_update(rows, ["params", "url"], batch_size=100)


def _invitations(person: Person) -> QuerySet[Invitation]:
    """Those that might still be used."""
    return Invitation.objects.filter(person=person, used_at=None, withdrawn_at=None)


def _details(person: Person) -> QuerySet[Detail]:
    """Names and free text of diary rows about this person, by them, or by somebody for them."""
    theirs = Q(noun="person", code=person.code) | Q(actor_person=person.pk) | Q(for_person=person.pk)
    events = Event.objects.filter(theirs).exclude(detail_digest="")
    return Detail.objects.filter(event_id__in=events.values("pk"))


TRACES = [
    Trace(what=_("Name and reading"), count=lambda person: 1, erase=_erase_name),
    Trace(
        what=_("E-mail addresses, telephone numbers, postal addresses"),
        count=lambda person: person.contact_points.count(),
        erase=lambda person: person.contact_points.all().delete(),
    ),
    Trace(
        what=_("The sign-in with its address and password"),
        count=lambda person: Account.objects.filter(person=person).count(),
        erase=_erase_sign_in,
    ),
    Trace(
        what=_("The telephone number with which they come as a guest, without a sign-in"),
        count=lambda person: Guest.objects.filter(person=person).count(),
        erase=lambda person: Guest.objects.filter(person=person).delete(),
    ),
    Trace(
        what=_("Open invitations: their links stop working"),
        count=lambda person: _invitations(person).count(),
        erase=lambda person: _invitations(person).update(withdrawn_at=clock.now()),
    ),
    Trace(
        what=_("The contents of messages to this person"),
        count=lambda person: person.messages.count(),
        erase=_erase_messages,
    ),
    Trace(
        what=_("Names and free text in the diary, of what this person did and what was done about them"),
        count=lambda person: _details(person).count(),
        erase=lambda person: diary.erase_detail(_details(person).values_list("event_id", flat=True)),
    ),
    Trace(
        what=_("Diary rows, with codes and numbers only"),
        count=lambda person: Event.objects.filter(actor_person=person.pk).count(),
        because=_(
            "They prove what happened; no row of the diary is ever deleted. The person appears there only as a code."
        ),
    ),
    Trace(
        what=_("Which roles were held, from when to when"),
        count=lambda person: person.memberships.count(),
        because=_("They show that whoever acted was allowed to; without the name."),
    ),
]
