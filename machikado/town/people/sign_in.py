"""Who signs in, from where; and, in the sample town only, the one-click links."""

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest
from django.urls import reverse

from machikado.town.people.models import Account
from machikado.town.people.queries import SAMPLE_DOMAIN

BACKEND = "machikado.town.people.backends.AccountBackend"
DEMO_LINK_SECONDS = 24 * 3600


def client_ip(request: HttpRequest) -> str | None:
    """Where the request comes from: behind the town's own TLS proxy what the proxy saw, else the caller's address."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_TLS else ""
    return forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR")


def slug_of(account: Account) -> str:
    """The short name of a made-up person in a demo link."""
    return account.email.partition("@")[0]


def address_of(slug: str) -> str:
    """The made-up address that belongs to a short name."""
    return f"{slug}@{SAMPLE_DOMAIN}"


def demo_path(account: Account) -> str:
    """The link with which `machikado run` lets a newcomer look at the town as this made-up person."""
    slug = slug_of(account)
    return f"{reverse('demo_sign_in', args=[slug])}?key={_signer().sign(slug)}"


def is_demo_key(slug: str, key: str) -> bool:
    """Say whether `key` was printed for this short name, not long ago."""
    try:
        return _signer().unsign(key, max_age=DEMO_LINK_SECONDS) == slug
    except BadSignature:
        return False


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="demo-sign-in")
