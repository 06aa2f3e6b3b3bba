"""What happens to a message: told, sent on its channel, read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from machikado.town.common import chores
from machikado.town.common.actors import SYSTEM, Actor
from machikado.town.common.diary import record, record_many
from machikado.town.common.errors import Cannot
from machikado.town.people import letters
from machikado.town.people.events import MessageRead, MessageTold
from machikado.town.people.models import Channel, Message, Person, SendResult
from machikado.town.people.permissions import require
from machikado.town.people.sentences import sentence, title

AT_ONCE = 500


class CannotTell(Cannot):
    """A message that could not be read by anybody."""

    sentences = {"unknown": _("There is no sentence for this message, or something is missing in it.")}


@dataclass(frozen=True, slots=True)
class NewMessage:
    """What is to be told: which sentence, what fills it (codes and numbers, no names), and where it leads."""

    kind: str
    params: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""


@transaction.atomic
def tell(person: Person, message: NewMessage, *, now: datetime) -> Message:
    """Tell a person something on the channel that they chose. Raises CannotTell.

    On the screen it is there at once; mail, and SMS if a sender is plugged in, goes out after the caller's
    transaction; all others wait in their queue.
    """
    told = _row(person, message, now)
    told.save()
    record(_told(told), by=SYSTEM, now=now)
    _send_later(told)
    return told


@transaction.atomic
def tell_many(to_tell: Iterable[tuple[Person, NewMessage]], *, now: datetime) -> list[Message]:
    """Tell many people at once, like `tell`, in a few statements. Raises CannotTell, and then nobody is told."""
    told = Message.objects.bulk_create([_row(person, message, now) for person, message in to_tell], AT_ONCE)
    record_many((_told(row) for row in told), by=SYSTEM, now=now)
    for row in told:
        _send_later(row)
    return told


def _row(person: Person, message: NewMessage, now: datetime) -> Message:
    try:
        title(message.kind, message.params)
        sentence(message.kind, message.params)
    except (KeyError, ValueError, TypeError) as error:
        raise CannotTell("unknown", kind=message.kind) from error
    state = Message.State.SENT if person.channel == Channel.SCREEN else Message.State.WAITING
    return Message(
        person=person,
        channel=person.channel,
        kind=message.kind,
        params=dict(message.params),
        url=message.url,
        state=state,
        made_at=now,
    )


def _told(row: Message) -> MessageTold:
    return MessageTold(code=row.code, message_kind=row.kind, channel=row.channel)


def _send_later(row: Message) -> None:
    if row.channel in letters.sent_by_itself():
        chores.later(letters.send_message, message_id=row.pk)


@transaction.atomic
def telephoned(*, messages: QuerySet[Message], reached: bool, by: Actor, now: datetime) -> None:
    """Somebody was telephoned about messages that have not arrived: what came of it. What arrived meanwhile stays."""
    require(by, may="people.telephone")
    waiting = (Message.State.WAITING, Message.State.FAILED)
    held = list(messages.filter(state__in=waiting).select_for_update())
    SendResult.objects.bulk_create(SendResult(message=each, at=now, ok=reached, note="telephone") for each in held)
    state = Message.State.SENT if reached else Message.State.FAILED
    Message.objects.filter(pk__in=[each.pk for each in held]).update(state=state)


def read(*, message: Message, by: Actor, now: datetime) -> None:
    """Mark a message as read. Reading twice changes nothing; a message that waits for its channel goes on waiting."""
    require(by, may="people.read_message", on=message)
    with transaction.atomic():
        fresh = Message.objects.filter(pk=message.pk, read_at=None).update(read_at=now)
        if fresh:
            Message.objects.filter(pk=message.pk, state=Message.State.SENT).update(state=Message.State.READ)
            # By its owner alone, so the message says who; when it goes, nothing does.
            record(MessageRead(code=message.code), by=by.unnamed, now=now)
    message.refresh_from_db()


def read_all(*, person: Person, by: Actor, now: datetime) -> int:
    """Mark everything that was told to a person as read; returns how many. A diary row for each, as for one."""
    require(by, may="people.read_message", on=person)
    count = 0
    while some := _read_some(person, by, now):
        count += some
    return count


@transaction.atomic
def _read_some(person: Person, by: Actor, now: datetime) -> int:
    """Mark the oldest of them, as many as one statement takes."""
    unread = Message.objects.select_for_update().filter(person=person, read_at=None).order_by("pk")
    codes = dict(unread.values_list("pk", "code")[:AT_ONCE])
    rows = Message.objects.filter(pk__in=list(codes))
    rows.filter(state=Message.State.SENT).update(state=Message.State.READ)
    rows.update(read_at=now)
    record_many((MessageRead(code=code) for code in codes.values()), by=by.unnamed, now=now)
    return len(codes)
