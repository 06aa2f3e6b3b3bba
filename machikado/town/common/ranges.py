"""Which part of a file an HTTP `Range` header asks for (RFC 9110 section 14, one range)."""

import re
from typing import NamedTuple

_ONE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


class Unsatisfiable(Exception):
    """The part lies outside the file: 416."""


class Part(NamedTuple):
    """`length` bytes from byte `first`."""

    first: int
    length: int
    is_partial: bool


def part_of(header: str, size: int) -> Part:
    """Return the part that `header` asks for of `size` bytes. What is no single range of bytes counts as not asked.

    Raises Unsatisfiable.
    """
    found = _ONE.fullmatch(header.replace(" ", ""))
    if found is None or found[0] == "bytes=-":
        return Part(0, size, is_partial=False)
    begin, end = found.groups()
    if not begin:  # the last so many bytes
        length = min(int(end), size)
        if length == 0:
            raise Unsatisfiable
        return Part(size - length, length, is_partial=True)
    first, last = int(begin), int(end) if end else size - 1
    if end and int(end) < first:
        return Part(0, size, is_partial=False)  # not a valid range at all
    if first >= size:
        raise Unsatisfiable
    return Part(first, min(last, size - 1) - first + 1, is_partial=True)
