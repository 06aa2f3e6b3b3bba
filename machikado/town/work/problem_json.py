"""Errors of the API as problem+json (RFC 9457), also those that are answered before the API is reached."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Schema

PREFIX = "/api/"
MEDIA_TYPE = "application/problem+json"


class Problem(Schema):
    """What went wrong: the HTTP status, its name, and a sentence for people."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""


def answer(status: int, detail: str = "", **more: Any) -> JsonResponse:
    """A problem as a response. `more` are further members, like `code` or `errors`."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE)


def problems_as_json(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: below /api/ every error is problem+json, whoever made it (no such address, wrong verb, read-only)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_json = response.get("Content-Type", "").partition(";")[0] == MEDIA_TYPE
        if not request.path_info.startswith(PREFIX) or response.status_code < 400 or is_json:
            return response
        made = answer(response.status_code, getattr(response, "sentence", ""))
        for name in ("Allow", "Retry-After", "WWW-Authenticate", "Content-Range"):
            if name in response:
                made[name] = response[name]
        return made

    return middleware
