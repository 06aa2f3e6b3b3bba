"""What messages say: each kind of message is one sentence, and each app brings its own."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise  # only the type stubs know this name

SENTENCES: dict[str, "StrPromise"] = {
    "people.password_changed": _(
        "Your password was changed. If this was not you, please telephone the centre at once."
    ),
}


@cache
def _all_sentences() -> dict[str, "StrPromise"]:
    """Every kind of message that any app knows. Raises ValueError if two apps claim one kind."""
    found: dict[str, StrPromise] = {}
    for dotted in settings.MESSAGE_SENTENCES:
        sentences: dict[str, StrPromise] = import_string(dotted)
        if twice := found.keys() & sentences.keys():
            raise ValueError(f"{sorted(twice)} stand in two tables of sentences")
        found |= sentences
    return found


def is_known(kind: str) -> bool:
    """Say whether there is a sentence for this kind of message."""
    return kind in _all_sentences()


def sentence(kind: str, params: Mapping[str, Any]) -> str:
    """The message in the language that is active now. Raises KeyError for an unknown kind or a missing parameter."""
    return str(_all_sentences()[kind]) % params
