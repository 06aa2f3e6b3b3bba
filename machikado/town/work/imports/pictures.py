"""Reads a folder of images, loose or as a ZIP archive: plain names, real images, nothing that swells."""

import re
import stat
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from machikado.town.common.images import CannotReadImage, sound_image
from machikado.town.work.imports.problems import CannotRead, Problem
from machikado.town.work.imports.tables import TABLES

FILES = 20_000
FILE_BYTES = 20 * 1024 * 1024
ALL_BYTES = 2 * 1024 * 1024 * 1024
SWELLS = 200
NAME_LENGTH = 200

_REFUSED = {
    "no_image": "image_none",
    "broken": "image_none",
    "too_many_pixels": "image_huge",
    "many_pages": "image_pages",
}
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
# What systems leave in folders by themselves is not the coordinator's fault.
_LITTER = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._)", re.IGNORECASE)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_BOOK_OF_ARCHIVE = "xl/workbook.xml"  # what makes a ZIP archive an Excel file, whatever its name says


@dataclass(frozen=True, slots=True)
class UploadedImage:
    """One file as it was uploaded: an image or a ZIP archive of images."""

    name: str
    content: BinaryIO


@dataclass(frozen=True, slots=True)
class Picture:
    """A sound image with its plain name."""

    name: str
    content: bytes
    media_type: str


def plain_name(name: str) -> str:
    """Return a file's name in one spelling (NFC, forward strokes), or "" if it is no plain relative path."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").strip()
    parts = name.split("/")
    bad = not name or len(name) > NAME_LENGTH or name.startswith("/") or ":" in name or not name.isprintable()
    if bad or any(part in {"", ".", ".."} or part[-1] in ". " or _DEVICES.fullmatch(part) for part in parts):
        return ""
    return name


def as_people_count(name: str) -> list[tuple[int, int, str]]:
    """A sorting key in which 2.png comes before 10.png."""
    return [
        (0, int(digits), "") if digits else (1, 0, text) for digits, text in re.findall(r"([0-9]+)|([^0-9]+)", name)
    ]


def by_written_name(names: Iterable[str]) -> dict[str, str]:
    """Map what a table may write to the full name: the full name itself, and the last part where it is the only one."""
    names = list(names)
    last = Counter(name.rpartition("/")[2] for name in names)
    short = {name.rpartition("/")[2]: name for name in names if last[name.rpartition("/")[2]] == 1}
    return short | {name: name for name in names}


def pictures(uploads: Iterable[UploadedImage]) -> Iterator[Picture | Problem]:
    """Yield every image, one at a time, and a Problem for every file that is none. Raises CannotRead."""
    seen: set[str] = set()
    size = 0
    for found in _files(uploads):
        if isinstance(found, Problem):
            yield found
            continue
        size += len(found.content)
        if len(seen) >= FILES:
            raise CannotRead("too_many_images")
        if size > ALL_BYTES:
            raise CannotRead("images_too_big")
        if found.name in seen:
            yield _fault("image_twice", found.name)
            continue
        seen.add(found.name)
        yield _looked_at(found)


def _files(uploads: Iterable[UploadedImage]) -> Iterator[Picture | Problem]:
    """Yield each file, from archives too, with its plain name and its bytes (media type still unknown)."""
    for upload in uploads:
        if _LITTER.search(upload.name):
            continue
        if upload.name.lower().endswith(_WORKBOOKS):
            yield _fault("workbook", upload.name)
            continue
        head = upload.content.read(4)
        upload.content.seek(0)
        if head in _ZIP:
            yield from _unpacked(upload)
            continue
        name = plain_name(upload.name)
        if not name:
            yield _fault("image_unsafe", upload.name)
            continue
        content = upload.content.read(FILE_BYTES + 1)
        yield Picture(name, content, "") if len(content) <= FILE_BYTES else _fault("image_huge", name)


def _unpacked(upload: UploadedImage) -> Iterator[Picture | Problem]:
    """Yield the files of an archive. Names written by Japanese Windows are CP932 without saying so."""
    try:
        try:
            archive = zipfile.ZipFile(upload.content, metadata_encoding="cp932")
        except UnicodeDecodeError:
            archive = zipfile.ZipFile(upload.content)
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise CannotRead("zip_broken", name=upload.name[:NAME_LENGTH]) from error
    if len(entries) > FILES:
        raise CannotRead("too_many_images")
    if _BOOK_OF_ARCHIVE in archive.namelist():
        yield _fault("workbook", upload.name)
        return
    for entry in entries:
        if not entry.is_dir() and not _LITTER.search(entry.filename):
            yield _entry(archive, entry)


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Picture | Problem:
    """One file of an archive, read no further than it may be long, whatever size it declares."""
    name = plain_name(entry.filename)
    if not name:
        return _fault("image_unsafe", entry.filename)
    if name.lower().endswith(_WORKBOOKS):
        return _fault("workbook", name)
    if name.lower().endswith(TABLES):
        return _fault("table_inside", name)
    if stat.S_ISLNK(entry.external_attr >> 16):
        return _fault("zip_link", name)
    if entry.flag_bits & 1:
        return _fault("zip_locked", name)
    if entry.file_size > FILE_BYTES:
        return _fault("image_huge", name)
    if entry.file_size > 64 * 1024 and entry.file_size > SWELLS * max(entry.compress_size, 1):
        return _fault("zip_swells", name)
    try:
        with archive.open(entry) as inside:
            content = inside.read(FILE_BYTES + 1)
    except Exception:  # zipfile raises much more than it names: zlib.error, EOFError, lzma.LZMAError …
        return _fault("zip_damaged", name)
    if len(content) > FILE_BYTES:
        return _fault("zip_swells", name)
    return Picture(name, content, "")


def _looked_at(picture: Picture) -> Picture | Problem:
    """The picture with its true media type, found from its bytes and never from its name."""
    if not picture.content:
        return _fault("file_empty", picture.name)
    if picture.content[:4] in _ZIP:
        return _fault("zip_inside", picture.name)
    try:
        sound = sound_image(picture.content)
    except CannotReadImage as refused:
        return _fault(_REFUSED[refused.code], picture.name)
    return Picture(picture.name, sound.content, sound.media_type)


def _fault(code: str, name: str) -> Problem:
    """A fault of a file; its name is shortened and made printable, since it was refused for reasons."""
    return Problem(0, code, {"name": "".join(c if c.isprintable() else "�" for c in name[:80])})
