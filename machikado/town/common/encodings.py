"""How a text file is written: what its mark says, else UTF-8 or Windows' Shift_JIS, checked to the last byte."""

import codecs
import re
from typing import BinaryIO

BLOCK = 1024 * 1024

# Bytes that Windows' Shift_JIS leaves open and Python lets through as private characters: a sign of another encoding.
_NOT_WINDOWS = re.compile("[\x80\xa0\uf8f0-\uf8f3]")

_PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # a ZIP archive, as .xlsx is one, and the older .xls
# What Excel calls “Unicode text”. Only its mark at the beginning tells it from other bytes.
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
MARKS = {"utf-8-sig": codecs.BOM_UTF8, **{encoding: mark for mark, encoding in _UTF16.items()}}


class Unsound(ValueError):
    """A file that is no text: packed, empty, too_big, nul, utf16 or encoding; the line where it shows, or 0."""

    def __init__(self, code: str, line: int = 0) -> None:
        super().__init__(code, line)
        self.code = code
        self.line = line


def find(stream: BinaryIO, most_bytes: int) -> str:
    """Return the encoding that the file's mark names, else `utf-8-sig` or `cp932`: the first in which all is sound.

    Reads block by block and stops at `most_bytes`. Raises Unsound.
    """
    stream.seek(0)
    head = stream.read(4)
    if head in _PACKED:
        raise Unsound("packed")
    faults = dict[str, int]()
    for encoding in _said_by(head) or ("utf-8-sig", "cp932"):
        stream.seek(0)
        fault = _first_fault(stream, encoding, most_bytes)
        if fault is None:
            return encoding
        faults[encoding] = fault
    encoding, line = next(iter(faults.items()))
    raise Unsound("utf16" if encoding in _UTF16.values() else "encoding", line)


def _said_by(head: bytes) -> tuple[str, ...]:
    """The one encoding that the first bytes name, or none."""
    return tuple(encoding for encoding, mark in MARKS.items() if head.startswith(mark))


def _first_fault(stream: BinaryIO, encoding: str, most_bytes: int) -> int | None:
    """Return the line of the first byte that is not sound in this encoding, or None. Raises Unsound."""
    decoder = codecs.getincrementaldecoder(encoding)()
    is_wide = encoding in _UTF16.values()
    size, line = 0, 1
    while block := stream.read(BLOCK):
        size += len(block)
        if size > most_bytes:
            raise Unsound("too_big")
        if b"\0" in block and not is_wide:
            raise Unsound("nul", line + block[: block.index(b"\0")].count(b"\n"))
        try:
            text = decoder.decode(block)
        except UnicodeDecodeError as error:
            return line + _line_feeds(error.object[: error.start], encoding)
        if "\0" in text:
            raise Unsound("nul", line + text.count("\n", 0, text.index("\0")))
        if encoding == "cp932" and (unsound := _NOT_WINDOWS.search(text)):
            return line + text.count("\n", 0, unsound.start())
        line += text.count("\n")
    if size == 0:
        raise Unsound("empty")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return line
    return None


def _line_feeds(sound: bytes, encoding: str) -> int:
    """How many line feeds stand in bytes that this encoding can read."""
    return sound.decode(encoding).count("\n")
