"""What happens to a token of the API: issued once in plain sight, kept only as a digest, revoked."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common import clock
from machikado.town.common.actors import Actor
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.events import TokenIssued, TokenRevoked
from machikado.town.people.models import ApiToken, Organisation, Person
from machikado.town.people.permissions import require

SCOPES = frozenset({"orders:read", "orders:write", "deliveries:read"})


class CannotIssueToken(Cannot):
    """A token that would open too much, or nothing."""

    sentences = {
        "scope": _("Please choose from these scopes: %(scopes)s."),
        "past": _("The token must end in the future."),
        "not_theirs": _("A token needs a responsible person who belongs to the organisation."),
    }


@dataclass(frozen=True, slots=True)
class NewToken:
    """What a token opens, for whom, until when in real time: programs do not live in a faster town."""

    organisation: Organisation
    responsible: Person
    scopes: frozenset[str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Issued:
    """A fresh token. `secret` is shown once and stored nowhere."""

    token: ApiToken
    secret: str


def digest_of(secret: str) -> str:
    """The SHA-256 under which a secret is kept: it has 256 random bits, so that it needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def issue(*, new: NewToken, by: Actor, now: datetime) -> Issued:
    """Issue a token `mk_<prefix>_<secret>`. Raises CannotIssueToken."""
    require(by, may="people.issue_token")
    if not new.scopes or not new.scopes <= SCOPES:
        raise CannotIssueToken("scope", scopes=", ".join(sorted(SCOPES)))
    if new.expires_at <= clock.real_now():
        raise CannotIssueToken("past")
    if not new.responsible.memberships.filter(organisation=new.organisation, until=None).exists():
        raise CannotIssueToken("not_theirs")
    prefix = secrets.token_hex(4)
    secret = f"mk_{prefix}_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        token = ApiToken.objects.create(
            organisation=new.organisation,
            responsible=new.responsible,
            prefix=prefix,
            digest=digest_of(secret),
            scopes=sorted(new.scopes),
            made_at=now,
            expires_at=new.expires_at,
        )
        record(TokenIssued(code=new.organisation.code, prefix=prefix, scopes=sorted(new.scopes)), by=by, now=now)
    return Issued(token, secret)


@transaction.atomic
def revoke(*, token: ApiToken, by: Actor, now: datetime) -> None:
    """Close a token at once; revoking twice changes nothing."""
    require(by, may="people.issue_token")
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        record(TokenRevoked(code=token.organisation.code, prefix=token.prefix), by=by, now=now)
    token.refresh_from_db()
