"""The diary: actions write what happened, the worker seals it into a chain, reactions read it in that order."""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from machikado.town.common import statements
from machikado.town.common.actors import Actor
from machikado.town.common.models import Detail, Event, Reader, Seal, Unsealed

JSON = str | int | bool | None | Sequence["JSON"] | Mapping[str, "JSON"]

FIRST = "0" * 64  # what stands before the first seal
_SEALER_LOCK = 0x6D61636869  # "machi": the advisory lock of PostgreSQL that only one sealer holds

EVENT_FIELDS = (
    "id",
    "kind",
    "v",
    "at",
    "actor_kind",
    "actor_person",
    "actor_machine",
    "actor_organisation",
    "for_person",
    "noun",
    "code",
    "visibility",
    "data",
    "detail_digest",
)


class Visibility(StrEnum):
    """Who may be shown an event: everyone, the staff, those whom it is about, or only an auditor."""

    PUBLIC = "public"
    STAFF = "staff"
    PARTIES = "parties"
    SEALED = "sealed"


KINDS: dict[str, type["DiaryEvent"]] = {}


@dataclass(frozen=True)
class DiaryEvent:
    """What an app's `events.py` derives from: `code` says which row it is about, further fields are its data.

    Fields hold ids, codes, whole numbers and days, never names or free text (those are `detail`), never floats.
    """

    kind: ClassVar[str]
    v: ClassVar[int] = 1
    visibility: ClassVar[Visibility]
    noun: ClassVar[str]

    code: str

    def __init_subclass__(cls) -> None:
        """Enter the kind into the list of all kinds."""
        super().__init_subclass__()
        kind = cls.__dict__.get("kind")
        if kind is None:
            return  # a common ancestor of some kinds
        other = KINDS.setdefault(kind, cls)
        if (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"two events are called {kind}")


def record(event: DiaryEvent, *, by: Actor, now: datetime, detail: Mapping[str, JSON] | None = None) -> Event:
    """Write one event in the caller's transaction. `detail` holds names and free text and can be erased later."""
    _needs_transaction()
    row = _row(event, by, now)
    if detail is None:
        statements.insert(row)
    else:
        salt = secrets.token_hex(16)
        row.detail_digest = digest_of_detail(salt, detail)
        statements.insert(row)
        Detail.objects.create(event_id=row.pk, salt=salt, body=plain(detail))
    statements.insert(Unsealed(event_id=row.pk))
    return row


def record_many(events: Iterable[DiaryEvent], *, by: Actor, now: datetime) -> list[Event]:
    """Write many events without detail in the caller's transaction."""
    _needs_transaction()
    rows = [_row(event, by, now) for event in events]
    statements.insert_many(rows)
    statements.insert_many([Unsealed(event_id=row.pk) for row in rows])
    return rows


def erase_detail(events: Iterable[int]) -> int:
    """Erase names and free text of these events (ids); the chain stays sound. Returns how many there were."""
    ids = list(events)
    pieces = (ids[first : first + 500] for first in range(0, len(ids), 500))  # a database takes so many at once
    return sum(Detail.objects.filter(event_id__in=piece).delete()[0] for piece in pieces)


def seal(limit: int = 500) -> int:
    """Give committed events their place in the chain. Only the worker calls this. Returns how many it sealed."""
    if not Unsealed.objects.exists():  # a look costs no lock
        return 0
    with transaction.atomic():
        if not _is_only_sealer():
            return 0
        marks = Unsealed.objects.filter(Exists(Event.objects.filter(pk=OuterRef("event_id"))))
        waiting = list(marks.order_by("event_id").values_list("event_id", flat=True)[:limit])
        events = {row[0]: row for row in Event.objects.filter(pk__in=waiting).values_list(*EVENT_FIELDS)}
        seq, last = head()
        seals = []
        for event_id in waiting:
            seq, last = seq + 1, chained(last, seq + 1, events[event_id])
            seals.append(Seal(seq=seq, event_id=event_id, hash=last))
        Seal.objects.bulk_create(seals, batch_size=500)
        Unsealed.objects.filter(pk__in=waiting).delete()
        return len(seals)


def head() -> tuple[int, str]:
    """Return the last seal, `(seq, hash)`: whoever keeps it elsewhere can prove later what stood here."""
    return Seal.objects.order_by("-seq").values_list("seq", "hash").first() or (0, FIRST)


def read(reader_name: str, handler: Callable[[Event], None], limit: int = 500) -> int:
    """Hand `handler` the next sealed events in order, each in one transaction with the reader's progress.

    An exception of the handler leaves the reader before that event and goes to the caller. Returns how many were read.
    """
    reader, _ = Reader.objects.get_or_create(name=reader_name)
    if not Seal.objects.filter(seq__gt=reader.seq).exists():  # a look costs no lock
        return 0
    for count in range(limit):
        with transaction.atomic():
            reader = Reader.objects.select_for_update().get(name=reader_name)
            following = Seal.objects.filter(seq__gt=reader.seq).order_by("seq").first()
            if following is None:
                return count
            handler(Event.objects.get(pk=following.event_id))
            reader.seq = following.seq
            reader.save(update_fields=["seq"])
    return limit


def chained(previous: str, seq: int, event: Sequence[Any]) -> str:
    """Return the hash of a seal: SHA-256 over the previous hash and the event (values of `EVENT_FIELDS`)."""
    return hashlib.sha256((previous + canonical([seq, *event])).encode()).hexdigest()


def digest_of_detail(salt: str, body: Mapping[str, JSON]) -> str:
    """Return the salted digest of a detail, which stays in the chain when the detail is erased."""
    return hashlib.sha256((salt + canonical(body)).encode()).hexdigest()


def canonical(value: object) -> str:
    """Return the one way to write a value down: JSON, keys sorted, no blanks, moments in UTC."""
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def plain(value: object) -> Any:
    """Return a value as JSON knows it. Raises TypeError on floats, which databases do not give back as they were."""
    match value:
        case None | bool() | int():
            return value
        case str():
            return str(value)
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [plain(inner) for inner in value]
        case set() | frozenset():
            return sorted(plain(inner) for inner in value)
    raise TypeError(f"the diary does not hold {type(value).__name__}")


def _row(event: DiaryEvent, by: Actor, now: datetime) -> Event:
    return Event(
        kind=event.kind,
        v=event.v,
        at=now,
        actor_kind=by.kind,
        actor_person=by.person_id,
        actor_machine=by.machine_id,
        actor_organisation=by.organisation_id,
        for_person=by.for_person_id,
        noun=event.noun,
        code=event.code,
        visibility=event.visibility,
        data=plain({field.name: getattr(event, field.name) for field in fields(event) if field.name != "code"}),
    )


def _needs_transaction() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("the diary is written in the transaction of what it tells")


def _is_only_sealer() -> bool:
    """Take the sealer's lock until the transaction ends. SQLite's IMMEDIATE transaction is that lock already."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALER_LOCK])
        (alone,) = cursor.fetchone()
    return bool(alone)
