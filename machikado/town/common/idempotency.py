"""Idempotency of the API: the same key with the same request gets the same answer again, and nothing happens twice."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.diary import canonical
from machikado.town.common.errors import Cannot
from machikado.town.common.models import Answered

KEY_LENGTH = 120


class CannotRepeat(Cannot):
    """An idempotency key that may not be used for this request."""

    sentences = {
        "other_request": _("This Idempotency-Key was used for another request. Please send a new key."),
        "bad_key": _("An Idempotency-Key has 1 to 120 printable ASCII characters."),
        "at_once": _("The same request is being answered at this moment. Please ask again in a second."),
    }


@dataclass(frozen=True, slots=True)
class Asked:
    """One request with a key: whose it is (a token's prefix), the key, the digest of what was asked."""

    holder: str
    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: HTTP status and JSON body."""

    status: int
    body: Any


def asked(holder: str, key: str, *, method: str, path: str, body: bytes) -> Asked:
    """Describe a request. Raises CannotRepeat("bad_key")."""
    if not (1 <= len(key) <= KEY_LENGTH and key.isascii() and key.isprintable()):
        raise CannotRepeat("bad_key")
    content = hashlib.sha256(body).hexdigest()
    return Asked(holder, key, hashlib.sha256(canonical([method, path, content]).encode()).hexdigest())


def remembered(request: Asked) -> Answer | None:
    """Return the answer that this request already got, or None. Raises CannotRepeat("other_request")."""
    row = Answered.objects.filter(holder=request.holder, key=request.key).first()
    if row is None:
        return None
    if row.request_digest != request.digest:
        raise CannotRepeat("other_request")
    return Answer(row.status, row.body)


def remember(request: Asked, answer: Answer, *, now: datetime) -> None:
    """Keep the answer, in the transaction of the action that it answers, so that both stand or neither.

    Raises CannotRepeat("at_once") if the same key was answered meanwhile: the caller's transaction must not commit.
    """
    try:
        with transaction.atomic():
            Answered.objects.create(
                holder=request.holder,
                key=request.key,
                request_digest=request.digest,
                status=answer.status,
                body=answer.body,
                at=now,
            )
    except IntegrityError as refused:
        raise CannotRepeat("at_once") from refused
