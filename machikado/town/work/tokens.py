"""Who a program is: the token of an organisation, checked by its digest, looked at as a client of that organisation."""

from typing import Any
from uuid import UUID, uuid5

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.security import HttpBearer

from machikado.town.common import clock
from machikado.town.common.actors import Grant
from machikado.town.people.actions.tokens import digest_of
from machikado.town.people.models import ApiToken, Membership, Role
from machikado.town.people.viewer import Viewer

# Our own name space, so that a key of one token never is the key of another.
KEYS = UUID("5f0f6c3e-7f2a-4a53-9d6a-1b7f0d2c9a41")


class ApiRequest(HttpRequest):
    """A request whose token was found good. For type hints of operations."""

    auth: ApiToken
    viewer: Viewer


class Token(HttpBearer):
    """`Authorization: Bearer mk_…`: a token that holds now, with the scope that the operation needs."""

    def __init__(self, scope: str = "") -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Return the token and let the request look as its organisation; None is answered with 401."""
        row = _found(token)
        if row is None:
            return None
        if self.scope and self.scope not in row.scopes:
            raise HttpError(403, _("This token has not the scope %(scope)s.") % {"scope": self.scope})
        request.viewer = _viewer(row)  # type: ignore[attr-defined]
        return row


def _found(secret: str) -> ApiToken | None:
    """The token with this secret that has neither ended (in real time) nor been revoked, and whose person belongs."""
    found = ApiToken.objects.filter(digest=digest_of(secret), revoked_at=None, expires_at__gt=clock.real_now())
    member = Membership.objects.filter(
        person=OuterRef("responsible"), organisation=OuterRef("organisation"), role=Role.CLIENT, until=None
    )
    return found.filter(Exists(member)).select_related("organisation", "responsible").first()


def _viewer(token: ApiToken) -> Viewer:
    """The token as one who looks: a client of its organisation and of no other, without an account."""
    grant = Grant(Role.CLIENT.value, token.organisation_id)
    return Viewer(
        account_id=0,
        person_id=token.responsible_id,
        worker_id=None,
        name=str(token.responsible),
        language="ja",
        grants=frozenset({grant}),
    )


def sent_key(prefix: str, key: str) -> UUID:
    """The key of an inquiry that a token sent under an Idempotency-Key."""
    return uuid5(KEYS, f"{prefix}:{key}")
