"""Stored files: bytes under their SHA-256, uses that say who may read them, short-lived signed addresses."""

import base64
import hashlib
import io
import os
import secrets
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from machikado.town.common.errors import Cannot
from machikado.town.common.models import FileUse, StoredFile

CHUNK = 1024 * 1024
# An address stays the same within one period, so that browsers keep the image, and is good for one to two periods.
PERIOD_SECONDS = 900
STRAY_AGE = timedelta(days=1)
USES_AT_ONCE = 500


class CannotStore(Cannot):
    """A file was refused."""

    sentences = {
        "too_large": _("The file “%(name)s” is larger than %(limit_mb)s MB. Please make it smaller or split it."),
    }


def store(content: BinaryIO | bytes, *, media_type: str, now: datetime, limit: int | None = None) -> StoredFile:
    """Keep bytes under their SHA-256 and return their row; the same bytes are kept once.

    The bytes are on the disk before the row is. `limit` is in bytes; beyond it CannotStore("too_large").
    """
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    temporary, digest, size = _write(stream, limit)
    try:
        _place(temporary, digest)
        with transaction.atomic():
            stored, is_new = StoredFile.objects.get_or_create(
                sha256=digest, defaults={"size": size, "media_type": media_type, "made_at": now}
            )
            if not is_new:
                # Under the row's lock: whoever removed the bytes meanwhile is done, and nobody begins to.
                stored = StoredFile.objects.select_for_update().get(pk=stored.pk)
                _place(temporary, digest)
                if stored.removed_at is not None:
                    stored.removed_at = None
                    stored.save(update_fields=["removed_at"])
    finally:
        temporary.unlink()
    return stored


def attach(file: StoredFile, *, noun: str, noun_id: int, name: str, now: datetime) -> FileUse:
    """Say where a stored file is used; `noun` must be a key of settings.FILE_DOORS. Directories in `name` go."""
    if noun not in settings.FILE_DOORS:
        raise LookupError(f"{noun} has no row in settings.FILE_DOORS: nobody could read the file")
    return FileUse.objects.create(file=file, noun=noun, noun_id=noun_id, name=plain_name(name), made_at=now)


def plain_name(name: str) -> str:
    """Return a file name without directories and control characters, at most 200 characters, its ending kept."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(character for character in last if character.isprintable()).strip(" .") or "file"
    stem, dot, ending = clean.rpartition(".")
    if len(clean) <= 200:
        return clean
    return f"{stem[: 199 - len(ending)]}.{ending}" if dot and len(ending) < 20 else clean[:200]


def open_file(stored: StoredFile) -> BinaryIO:
    """Open the bytes for reading. Raises FileNotFoundError when they were removed."""
    return path_of(stored.sha256).open("rb")


def url_for(use: FileUse, *, account_id: int) -> str:
    """Return the address at which this account can read the file for the next 15 to 30 minutes."""
    return reverse("file", args=[use.code, signature(use.code, account_id, _period())])


def is_signed(code: str, given: str, account_id: int) -> bool:
    """Say whether `given` is a signature of this address for this account that has not expired."""
    return any(
        constant_time_compare(given, signature(code, account_id, period)) for period in (_period(), _period() - 1)
    )


def signature(code: str, account_id: int, period: int) -> str:
    """Return 128 bits, in characters of an address, that only this town can make."""
    digest = salted_hmac("machikado.files", f"{code}:{account_id}:{period}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()


def remove_after_retention(uses: "QuerySet[FileUse]", *, now: datetime) -> int:
    """End these uses and remove bytes that no other use needs; row and hash stay. Returns how many bytes went.

    Called outside every transaction, because bytes do not come back when one is rolled back.
    """
    ended = list(uses.values_list("pk", "file_id"))
    removed = 0
    for first in range(0, len(ended), USES_AT_ONCE):
        piece = ended[first : first + USES_AT_ONCE]
        FileUse.objects.filter(pk__in=[use_id for use_id, _file_id in piece]).delete()
        removed += _remove_unused(StoredFile.objects.filter(pk__in={file_id for _use_id, file_id in piece}), now)
    return removed


def remove_strays(now: datetime) -> int:
    """Tick: remove what interrupted uploads left: files without use, bytes without row, half-written bytes."""
    removed = _remove_unused(StoredFile.objects.filter(made_at__lt=now - STRAY_AGE), now)
    for path in _rowless_bytes():
        path.unlink(missing_ok=True)
        removed += 1
    return removed


def problems(full: bool = True) -> list[str]:  # the one switch that every `problems` may have
    """Say which used files are missing or have another size; `full` reads every byte and compares the hash."""
    used = StoredFile.objects.filter(Exists(FileUse.objects.filter(file=OuterRef("pk"))), removed_at=None)
    found = []
    for stored in used.order_by("pk").iterator(chunk_size=2000):
        try:
            size = path_of(stored.sha256).stat().st_size
        except FileNotFoundError:
            found.append(f"file {stored.sha256}: its bytes are missing")
            continue
        if size != stored.size:
            found.append(f"file {stored.sha256}: {size} bytes where {stored.size} were stored")
        elif full and _digest(path_of(stored.sha256)) != stored.sha256:
            found.append(f"file {stored.sha256}: its bytes were altered")
    return found


def path_of(sha256: str) -> Path:
    """Return where bytes live. Nothing but a hash made here or read from a row comes in, so no path can escape."""
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise ValueError("not a SHA-256")
    return _root() / sha256[:2] / sha256[2:4] / sha256


def _root() -> Path:
    return Path(settings.MACHIKADO_HOME) / "files"


def _period() -> int:
    return int(time.time()) // PERIOD_SECONDS


def _write(stream: BinaryIO, limit: int | None) -> tuple[Path, str, int]:
    """Write a temporary file to the disk for good; return its path, hash and size."""
    folder = _root() / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    temporary, digest, size = folder / secrets.token_hex(16), hashlib.sha256(), 0
    try:
        with temporary.open("xb") as out:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if limit is not None and size > limit:
                    called = getattr(stream, "name", "")  # of a nameless temporary file it is a number
                    name = plain_name(called if isinstance(called, str) else "")
                    raise CannotStore("too_large", name=name, limit_mb=max(1, limit // 2**20))
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary, digest.hexdigest(), size


def _place(temporary: Path, digest: str) -> None:
    """Give the bytes their final name in one step, and let the folder remember it, if they are not there yet."""
    target = path_of(digest)
    if target.exists() and target.stat().st_size == temporary.stat().st_size:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    link = temporary.with_suffix(".link")
    os.link(temporary, link)
    link.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _remove_unused(files: "QuerySet[StoredFile]", now: datetime) -> int:
    unused = files.filter(~Exists(FileUse.objects.filter(file=OuterRef("pk"))), removed_at=None)
    removed = 0
    for pk in list(unused.values_list("pk", flat=True)):
        with transaction.atomic():
            stored = StoredFile.objects.select_for_update().get(pk=pk)
            if stored.removed_at is not None or stored.uses.exists():
                continue
            # A crash between these two lines leaves a row without bytes and without use: the next sweep ends it.
            path_of(stored.sha256).unlink(missing_ok=True)
            stored.removed_at = now
            stored.save(update_fields=["removed_at"])
            removed += 1
    return removed


def _rowless_bytes() -> Iterator[Path]:
    """Yield old files that no row knows, one folder at a time."""
    oldest = time.time() - STRAY_AGE.total_seconds()
    for folder in sorted(_root().glob("*")):
        paths = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_mtime < oldest]
        known = StoredFile.objects.filter(sha256__startswith=folder.name, removed_at=None)
        names = set(known.values_list("sha256", flat=True)) if folder.name != "incoming" else set()
        yield from (path for path in paths if path.name not in names)


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
