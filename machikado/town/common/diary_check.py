"""Whether the diary is what it was when it was sealed: its chain, its order, its leftovers, its details."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef

from machikado.town.common import append_only
from machikado.town.common.diary import EVENT_FIELDS, FIRST, chained, digest_of_detail, head
from machikado.town.common.models import Detail, Event, Reader, Seal, Unsealed

# Rows at once: the check of a long diary needs no more memory than that of a short one.
CHUNK = 2000


def problems() -> list[str]:
    """Return one sentence per fault found in the diary; [] is sound. Reads every row once, in chunks."""
    return [*append_only.problems(), *_chain(), *_leftovers(), *_details(), *_readers()]


def head_problems(seq: int, sealed: str) -> list[str]:
    """Say whether a sealed end that was kept elsewhere, `diary.head()`, is still in the chain. 0 is an empty diary."""
    end, _hash = head()
    stored = Seal.objects.filter(seq=seq).values_list("hash", flat=True).first() or (FIRST if seq == 0 else "")
    if not stored:
        return [f"diary: seal {seq} was there once, but the chain ends at {end}: its end was cut off"]
    return [] if stored == sealed else [f"diary: seal {seq} is not the one that was there once: it was written anew"]


def _chain() -> Iterator[str]:
    """Follow the seals from the first. After a fault it goes on from the stored hash, so that each is told once."""
    last_seq, last_hash = 0, FIRST
    for seals in _in_chunks():
        events = {row[0]: row for row in Event.objects.filter(pk__in=[s[1] for s in seals]).values_list(*EVENT_FIELDS)}
        for seq, event_id, stored in seals:
            if seq != last_seq + 1:
                yield f"diary: after seal {last_seq} comes {seq}"
            event = events.get(event_id)
            if event is None:
                yield f"diary: seal {seq} is for event {event_id}, which is not there"
            elif chained(last_hash, seq, event) != stored:
                yield f"diary: event {event_id} or its seal {seq} was altered, or a seal before it was lost"
            last_seq, last_hash = seq, stored


def _in_chunks() -> Iterator[list[tuple[int, int, str]]]:
    after = 0
    while seals := list(
        Seal.objects.filter(seq__gt=after).order_by("seq").values_list("seq", "event_id", "hash")[:CHUNK]
    ):
        yield seals
        after = seals[-1][0]


def _leftovers() -> Iterator[str]:
    """Find events that the sealer will never reach, and marks that belong to no event or to a sealed one."""
    sealed, waiting = (Exists(m.objects.filter(event_id=OuterRef("pk"))) for m in (Seal, Unsealed))
    for pk in Event.objects.filter(~sealed, ~waiting).values_list("pk", flat=True).iterator():
        yield f"diary: event {pk} is neither sealed nor waiting for its seal"
    marks = Unsealed.objects.filter(
        Exists(Seal.objects.filter(event_id=OuterRef("event_id")))
        | ~Exists(Event.objects.filter(pk=OuterRef("event_id")))
    )
    for pk in marks.values_list("event_id", flat=True).iterator():
        yield f"diary: event {pk} waits for a seal, but is sealed or is not there"


def _details() -> Iterator[str]:
    """Find details that are not what their event vouches for; an erased one is not missed."""
    after = 0
    while details := list(
        Detail.objects.filter(event_id__gt=after).order_by("event_id").values_list("event_id", "salt", "body")[:CHUNK]
    ):
        rows = Event.objects.filter(pk__in=[detail[0] for detail in details])
        digests: dict[int, Any] = dict(rows.values_list("pk", "detail_digest"))
        for event_id, salt, body in details:
            if digests.get(event_id) != digest_of_detail(salt, body):
                yield f"diary: the detail of event {event_id} was altered or belongs to no event"
        after = details[-1][0]


def _readers() -> Iterator[str]:
    """Find readers that have read further than the chain goes: its end was cut off."""
    end = Seal.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    for name, seq in Reader.objects.filter(seq__gt=end).values_list("name", "seq"):
        yield f"diary: {name} has read up to seal {seq}, but the chain ends at {end}"
