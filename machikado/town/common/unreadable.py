"""Requests that hold what no text of the town can hold (NUL, half a character): refused before anything reads them."""

import re
from collections.abc import Callable, Iterator

from django.http import HttpRequest, QueryDict, UnreadablePostError
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

# PostgreSQL keeps no NUL, and no database keeps a surrogate, which is half of a UTF-16 character.
UNREADABLE = re.compile("[\x00\ud800-\udfff]")

Handler = Callable[[HttpRequest], HttpResponseBase]


def refuse_unreadable(get_response: Handler) -> Handler:
    """Answer 400 with a sentence if address, headers, cookies or fields hold such a character."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        if not any(UNREADABLE.search(text) for text in _texts(request)):
            return get_response(request)
        sentence = _("This contains a character that cannot be stored (NUL, or half of a character).")
        response = render(request, "common/unreadable.html", {"sentence": sentence}, status=400)
        response.sentence = sentence  # type: ignore[attr-defined]  # an API says it in its own format
        return response

    return handle


def _texts(request: HttpRequest) -> Iterator[str]:
    """Everything that came as text. The content of files is for those who read files."""
    yield request.path_info
    yield from request.headers.values()
    yield from request.COOKIES.values()
    for fields in (request.GET, _posted(request)):
        for name, values in fields.lists():
            yield from (name, *values)


def _posted(request: HttpRequest) -> QueryDict:
    """The fields of a form; none if its sender hung up meanwhile, which others will notice."""
    try:
        return request.POST
    except UnreadablePostError:
        return QueryDict()
