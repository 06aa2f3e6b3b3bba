"""What messages say: each kind of message is a title and a sentence, and each app brings its own."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise  # only the type stubs know this name


class Words(NamedTuple):
    """What a kind of message says: a title for lists and for the subject of a mail, and the sentence."""

    title: "StrPromise"
    sentence: "StrPromise"


SENTENCES: dict[str, Words] = {
    "people.password_changed": Words(
        _("Your password was changed"),
        _("Your password was changed. If this was not you, please telephone the centre at once."),
    ),
    "people.guest_code": Words(
        _("Your number to book the bus"),
        _("Machikado: your number to book the bus is %(digits)s. It is good for 10 minutes. Please tell nobody."),
    ),
    "people.invited": Words(
        _("You are invited to sign in"),
        _("You can see what the centre does for your organisation: the estimate, the progress and the results."),
    ),
}


@cache
def _all_sentences() -> dict[str, Words]:
    """Every kind of message that any app knows. Raises ValueError if two apps claim one kind."""
    found: dict[str, Words] = {}
    for dotted in settings.MESSAGE_SENTENCES:
        sentences: dict[str, Words] = import_string(dotted)
        if twice := found.keys() & sentences.keys():
            raise ValueError(f"{sorted(twice)} stand in two tables of sentences")
        found |= sentences
    return found


def is_known(kind: str) -> bool:
    """Say whether there is a sentence for this kind of message."""
    return kind in _all_sentences()


def sentence(kind: str, params: Mapping[str, Any]) -> str:
    """The message in the language that is active now. Raises KeyError for an unknown kind or a missing parameter."""
    return str(_all_sentences()[kind].sentence) % params


def title(kind: str, params: Mapping[str, Any]) -> str:
    """What the message is about, in a few words. Raises like `sentence`."""
    return str(_all_sentences()[kind].title) % params
