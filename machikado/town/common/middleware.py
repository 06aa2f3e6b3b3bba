"""What happens around every request: one line in the log, and no changes while the town is read-only."""

import re
import time
import traceback
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve

from machikado.town.common.codes import is_code
from machikado.town.common.errors import Cannot

Handler = Callable[[HttpRequest], HttpResponseBase]

_OUTSIDE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_READING = {"GET", "HEAD", "OPTIONS"}
# What may be sent to a read-only town: it changes nothing but the visitor's own session and cookies.
# The list of orders is asked by POST where it is searched, so that the words stand in no address and no log.
_ALLOWED_READ_ONLY = {"sign_in", "sign_out", "demo_sign_in", "preferences", "work:orders"}
_ALLOWED_READ_ONLY |= {"ride:places", "ride:desk", "transit:ways"}

log = structlog.get_logger("machikado")


def log_request(get_response: Handler) -> Handler:
    """Give each request an id and log it in one line: names of pages, codes and numbers, never what people typed."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _OUTSIDE_ID.fullmatch(given) else uuid.uuid4().hex
        began = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = get_response(request)
            if request.resolver_match is not None or response.status_code >= 400:
                ms = round((time.perf_counter() - began) * 1000, 1)
                log.info("request", **_facts(request), status=response.status_code, ms=ms)
        response["X-Request-ID"] = request_id
        return response

    # Django looks for this attribute, also on a function.
    handle.process_exception = _log_exception  # type: ignore[attr-defined]
    return handle


def read_only(get_response: Handler) -> Handler:
    """While settings.MACHIKADO_READ_ONLY holds, answer every change with a page that says so."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        if not settings.MACHIKADO_READ_ONLY or request.method in _READING or _is_allowed(request):
            return get_response(request)
        # Without the request, so that it needs nothing of the database: that may be what is being moved.
        response = HttpResponse(render_to_string("common/read_only.html"), status=503)
        response["Retry-After"] = "600"
        return response

    return handle


def _facts(request: HttpRequest) -> dict[str, object]:
    match = request.resolver_match
    codes = [value for value in match.kwargs.values() if isinstance(value, str) and is_code(value)] if match else []
    viewer = getattr(request, "viewer", None)
    return {
        "method": request.method,
        "page": match.view_name if match else None,
        "codes": codes,
        "account": (viewer.account_id or None) if viewer else None,  # a guest has none
    }


def _log_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    """Log where something broke; its message may hold what somebody typed and stays out. A refusal breaks nothing."""
    if isinstance(exception, Http404 | PermissionDenied | Cannot):
        return None
    frames = traceback.extract_tb(exception.__traceback__)[-8:]
    places = [f"{frame.name} {frame.filename}:{frame.lineno}" for frame in frames]
    log.error("exception", type=f"{type(exception).__module__}.{type(exception).__qualname__}", places=places)
    return None


def _is_allowed(request: HttpRequest) -> bool:
    try:
        return resolve(request.path_info).view_name in _ALLOWED_READ_ONLY
    except Resolver404:
        return True  # it will become a plain 404
