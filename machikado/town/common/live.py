"""Parts of pages that are asked for again and again: the answer is short when nothing has changed."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render


def live(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """Render a part with an ETag of its content; 304 if the browser has it already."""
    response = render(request, template, dict(context))
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponseNotModified()
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response
