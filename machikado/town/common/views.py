"""The pages of nobody in particular: health, a stored file, and how a visitor wants to read."""

from collections.abc import Iterator
from typing import BinaryIO

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from machikado.town.common import files, health
from machikado.town.common.images import MEDIA_TYPES
from machikado.town.common.models import FileUse
from machikado.town.common.ranges import Part, Unsatisfiable, part_of

YEAR_SECONDS = 365 * 24 * 3600
_CHOICES = {
    "theme": ("auto", "light", "dark"),
    "letters": ("normal", "big"),
    "language": tuple(code for code, _name in settings.LANGUAGES),
}


@require_GET
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Say how the town is: 200 when all is well, else 503. Ages in real seconds."""
    state = health.look()
    facts = {"database": state.database, "worker_age_s": state.worker_age, "sealer_lag_s": state.sealer_lag}
    return JsonResponse({"ok": state.is_good, **facts}, status=200 if state.is_good else 503)


@require_safe
def file(request: HttpRequest, code: str, signature: str) -> HttpResponseBase:
    """Hand out a stored file to whom its address was signed for and its noun's door opens for; 404 to all others."""
    use = _use_for(request, code, signature)
    response = _answer(request, use)
    response["ETag"] = f'"{use.file.sha256}"'
    response["Cache-Control"] = f"private, max-age={files.PERIOD_SECONDS}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    kept = get_conditional_response(request, etag=response["ETag"])
    return kept if kept is not None and response.status_code in (200, 206) else response


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep theme, letters or language in a cookie for a year and go back to where the visitor was."""
    where = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(where, {request.get_host()}, request.is_secure()):
        where = "/"
    response = HttpResponse(status=303, headers={"Location": where})
    for name, values in _CHOICES.items():
        chosen = request.POST.get(name)
        if chosen in values:
            cookie = settings.LANGUAGE_COOKIE_NAME if name == "language" else name
            secure = settings.SESSION_COOKIE_SECURE
            response.set_cookie(cookie, chosen, max_age=YEAR_SECONDS, secure=secure, httponly=True, samesite="Lax")
    return response


def _use_for(request: HttpRequest, code: str, signature: str) -> FileUse:
    viewer = getattr(request, "viewer", None)
    if viewer is None or not files.is_signed(code, signature, viewer.account_id):
        raise Http404
    use = FileUse.objects.select_related("file").filter(code=code).first()
    if use is None or not import_string(settings.FILE_DOORS[use.noun])(viewer, use.noun_id):
        raise Http404
    return use


def _answer(request: HttpRequest, use: FileUse) -> HttpResponseBase:
    """Answer with the whole file or the one part that was asked for, or say why neither can be had."""
    stored = use.file
    if stored.removed_at is not None:
        return HttpResponse(_("This file was removed at the end of its retention period."), status=410)
    wanted = request.headers.get("Range", "")
    if request.headers.get("If-Range", f'"{stored.sha256}"') != f'"{stored.sha256}"':
        wanted = ""
    try:
        part = part_of(wanted, stored.size)
    except Unsatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{stored.size}"})
    response = HttpResponse() if request.method == "HEAD" else StreamingHttpResponse(_bytes(use, part))
    if part.is_partial:
        response.status_code = 206
        response["Content-Range"] = f"bytes {part.first}-{part.first + part.length - 1}/{stored.size}"
    as_attachment = stored.media_type not in MEDIA_TYPES.values()
    response["Content-Type"] = stored.media_type
    response["Content-Length"] = str(part.length)
    response["Accept-Ranges"] = "bytes"
    response["Content-Disposition"] = content_disposition_header(as_attachment, use.name) or "inline"
    return response


def _bytes(use: FileUse, part: Part) -> Iterator[bytes]:
    """Open at once, so that missing bytes are an error page and not a broken download; read as they are sent."""
    return _read(files.open_file(use.file), part)


def _read(content: BinaryIO, part: Part) -> Iterator[bytes]:
    with content:
        content.seek(part.first)
        left = part.length
        while left and (chunk := content.read(min(left, files.CHUNK))):
            left -= len(chunk)
            yield chunk
