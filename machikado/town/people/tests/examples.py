"""Examples of people for the six questions."""

from datetime import timedelta

from django.contrib.auth.tokens import default_token_generator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from machikado.town.common import clock
from machikado.town.common.calendar import town_date
from machikado.town.people import invitation_links, sign_in
from machikado.town.people.actions import invitations, messages
from machikado.town.people.models import Invitation
from tests.examples import Cast, Example


def message(cast: Cast) -> Example:
    """Something told to one worker."""
    told = messages.tell(cast.nakajima, messages.NewMessage("people.password_changed"), now=clock.real_now())
    return Example({"code": told.code}, seen_by=frozenset({"nakajima"}))


def password_link(cast: Cast) -> Example:
    """The link from a letter about a forgotten password."""
    account = cast.account("nakajima")
    uid = urlsafe_base64_encode(force_bytes(account.pk))
    return Example({"uidb64": uid, "token": default_token_generator.make_token(account)})


def demo_person(cast: Cast) -> Example:
    """A link as `machikado run` prints it."""
    _path, _, query = sign_in.demo_path(cast.account("hara")).partition("?")
    return Example({"slug": "hara"}, query=query, unknown={"slug": "nobody"})


def person(cast: Cast) -> Example:
    """Somebody whose data a coordinator may be asked to erase."""
    return Example({"code": cast.hara.code})


def _invited(cast: Cast) -> Invitation:
    """Somebody whom Takizawa's shop invited."""
    last = town_date(clock.now()) + timedelta(days=14)
    new = invitations.NewInvitation(cast.shop, "新人 ひとり", "hitori@example.com", "/client/", last)
    return invitations.invite(new=new, by=cast.actor("takizawa"), now=clock.now())


def invitation(cast: Cast) -> Example:
    """An invitation as staff see it."""
    return Example({"code": _invited(cast).code})


def clients_invitation(cast: Cast) -> Example:
    """An invitation as the people of its organisation see it, and staff."""
    seen_by = frozenset({"takizawa", "yanagisawa", "momose", "kobayashi"})
    return Example({"code": _invited(cast).code}, seen_by=seen_by)


def invitation_link(cast: Cast) -> Example:
    """The link from the letter of an invitation."""
    made = _invited(cast)
    return Example({"code": made.code, "secret": invitation_links.secret_of(made)})


EXAMPLES = {
    "person": person,
    "message": message,
    "password_link": password_link,
    "demo_person": demo_person,
    "invitation": invitation,
    "clients_invitation": clients_invitation,
    "invitation_link": invitation_link,
}
