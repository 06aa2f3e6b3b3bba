"""Scripts that browsers run behind a page (service workers), and which files make another one of them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse


def version_of(names: Sequence[str], pages: Sequence[str]) -> str:
    """A digest of what stands in these static files and pages. Raises Http404 where a file is missing."""
    stats = [(path, path.stat()) for path in map(_path_of, names)]
    files = _digest(tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in stats))
    return hashlib.sha256("\0".join([files, *pages]).encode()).hexdigest()[:16]


@lru_cache(maxsize=8)
def _digest(files: Sequence[tuple[str, int, int]]) -> str:
    content = hashlib.sha256()
    for path, _changed, _size in files:
        content.update(hashlib.sha256(Path(path).read_bytes()).digest())
    return content.hexdigest()


def worker_script(request: HttpRequest, name: str, facts: Mapping[str, Any] | None = None) -> HttpResponse:
    """A built script, to stand at an address of its app, where it may look after those beside it; `facts` go first."""
    script = _path_of(name).read_bytes()
    if facts is not None:
        script = f"self.facts = {json.dumps(facts)};\n".encode() + script
    mark = f'"{hashlib.sha256(script).hexdigest()[:32]}"'
    headers = {"Cache-Control": "no-cache", "ETag": mark}
    if request.headers.get("If-None-Match") == mark:
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers=headers)


def _path_of(name: str) -> Path:
    path = finders.find(name)
    if not isinstance(path, str):
        raise Http404
    return Path(path)
