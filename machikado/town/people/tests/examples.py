"""Examples of people for the six questions."""

from django.contrib.auth.tokens import default_token_generator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from machikado.town.common import clock
from machikado.town.people import sign_in
from machikado.town.people.actions import messages
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


EXAMPLES = {"person": person, "message": message, "password_link": password_link, "demo_person": demo_person}
