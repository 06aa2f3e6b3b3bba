"""Who is looking (`see_viewer`), and whether this door opens for them (`DoorMiddleware`)."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from machikado.town.people import guests
from machikado.town.people.doors import PUBLIC, TOKEN, Door, doors
from machikado.town.people.models import Account
from machikado.town.people.permissions import CannotDo
from machikado.town.people.queries import viewer_of

Respond = Callable[[HttpRequest], HttpResponse]


def see_viewer(get_response: Respond) -> Respond:
    """Set `request.viewer`: a Viewer, or None for a visitor. One query for who is signed in, none for a visitor."""

    def middleware(request: HttpRequest) -> HttpResponse:
        signed_in = isinstance(request.user, Account) or request.user.is_authenticated
        request.viewer = viewer_of(request.user) if signed_in else None  # type: ignore[attr-defined, arg-type]
        return get_response(request)

    return middleware


class DoorMiddleware:
    """Refuses an address that has no door, a verb that the door does not know, and people it does not open for."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Answer in the view's place if this request may not come in."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        door = doors().get(name)
        if door is None:
            if settings.DEBUG:
                raise ImproperlyConfigured(f"{name or request.path_info} has no door in config/doors.py")
            raise Http404
        if request.method not in door.allowed:
            return HttpResponseNotAllowed(door.allowed, _("This page cannot be used in this way."))
        return _stop_at(door, request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Turn a refusal by role that no view caught into the 403 page."""
        if isinstance(exception, CannotDo):
            raise PermissionDenied(exception.sentence) from exception


def _stop_at(door: Door, request: HttpRequest) -> HttpResponse | None:
    if door.guests and request.viewer is None:  # type: ignore[attr-defined]
        request.viewer = guests.viewer_of(request)  # type: ignore[attr-defined]
    if door.roles in (PUBLIC, TOKEN):
        return None
    viewer = request.viewer  # type: ignore[attr-defined]
    if viewer is None:
        return _to_sign_in(request, settings.GUEST_URL if door.guests and guests.was_here(request) else "")
    if not door.opens_for(viewer.roles):
        raise PermissionDenied
    return None


def _to_sign_in(request: HttpRequest, instead: str = "") -> HttpResponse:
    """Send a visitor to sign in, or `instead`. A script gets 401 with a sentence, so that it keeps what was typed."""
    where = reverse(instead or settings.LOGIN_URL)
    if request.method == "GET" and not _asked_by_script(request):
        return HttpResponse(status=303, headers={"Location": f"{where}?{urlencode({'next': request.get_full_path()})}"})
    if not _asked_by_script(request):
        return HttpResponse(status=303, headers={"Location": where})
    answer = JsonResponse(
        {"sentence": _("You are signed out. What you typed is still on this page: sign in again in another tab.")},
        status=401,
    )
    if request.headers.get("HX-Request"):
        answer.headers["HX-Redirect"] = where
    return answer


def _asked_by_script(request: HttpRequest) -> bool:
    return bool(
        request.headers.get("HX-Request")
        or request.headers.get("X-Requested-With")
        or "application/json" in request.headers.get("Accept", "")
    )
