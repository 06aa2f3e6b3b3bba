"""Reads a CSV table as a stream, and can go on from any row by its byte offset."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from machikado.town.common import encodings
from machikado.town.work.imports.problems import CannotRead

TABLES = (".csv", ".txt", ".tsv")  # how the name of a table ends
BYTES = 200 * 1024 * 1024
ROWS = 1_000_000
COLUMNS = 100
COLUMN_NAME = 60
LINE_BYTES = 1024 * 1024

_QUOTED = re.compile('"[^"]*"')


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `line` counts as a spreadsheet does; `end` is the byte offset behind it, where reading can go on."""

    line: int
    cells: list[str]
    end: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where reading goes on: behind the row `line`, at the byte `offset`. It begins at (1, 0): behind the header."""

    line: int = 1
    offset: int = 0


class BrokenRow(Exception):
    """A row that the csv module cannot read; nothing behind it can be read either. `code` is the fault's."""

    def __init__(self, line: int, code: str) -> None:
        super().__init__(line, code)
        self.line = line
        self.code = code

    @classmethod
    def of(cls, line: int, error: csv.Error) -> "BrokenRow":
        """Tell what the csv module means: a cell above its limit of 131,072 characters, or quotation marks.

        The limit keeps an unclosed quotation mark from swallowing a whole file.
        """
        return cls(line, "cell_endless" if "field limit" in str(error) else "broken")


def find_encoding(stream: BinaryIO) -> str:
    """Return how a file of at most 200 MB is written. Raises CannotRead."""
    try:
        return encodings.find(stream, BYTES)
    except encodings.Unsound as fault:
        raise CannotRead(fault.code, **({"line": fault.line} if fault.line else {})) from fault


class Table:
    """A table on a stream whose encoding is known. Its first line names the columns."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        """Read the header. Raises CannotRead."""
        self._lines = _Lines(stream, encoding)
        self._lines.go(0)
        first = self._lines.peek()
        if not first.strip():
            raise CannotRead("empty")
        self.delimiter = max(",\t;", key=_QUOTED.sub("", first).count)
        try:
            names = next(self._reader())
        except (csv.Error, StopIteration) as error:
            raise CannotRead("header_broken") from error
        self.columns = [name.strip() for name in names]
        self._behind_header = self._lines.offset
        self._check_columns()

    def _check_columns(self) -> None:
        """Refuse columns that could not be told apart."""
        if len(self.columns) > COLUMNS or any(len(name) > COLUMN_NAME for name in self.columns):
            raise CannotRead("header_long")
        for number, name in enumerate(self.columns, start=1):
            if not name:
                raise CannotRead("header_blank", number=number)
            if self.columns.index(name) != number - 1:
                raise CannotRead("header_twice", name=name)

    def _reader(self) -> Iterator[list[str]]:
        """A csv reader that takes one line at a time, so that the offset behind a row is known when the row is."""
        return csv.reader(self._lines, delimiter=self.delimiter, strict=True)

    def rows(self, place: Place = Place()) -> Iterator[Row]:
        """Yield the rows behind `place`; rows without any text are passed over. Raises BrokenRow, CannotRead."""
        self._lines.go(place.offset or self._behind_header)
        reader, line = self._reader(), place.line
        while True:
            line += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise BrokenRow.of(line, error) from error
            if line - 1 > ROWS:
                raise CannotRead("too_many_rows")
            if any(cell and not cell.isspace() for cell in cells):
                yield Row(line, cells, self._lines.offset)


class _Lines:
    """The decoded lines of a stream, with the byte offset behind the last one taken.

    A line feed is never part of another character in UTF-8 nor in CP932, so bytes can be cut there before decoding.
    In UTF-16 the byte 0A may be half of another character: there only 0A with its zero, on an even place, ends a line.
    """

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._encoding = encoding.removesuffix("-sig")
        self._mark = encodings.MARKS.get(encoding, b"")
        self._line_feed = "\n".encode(self._encoding)
        self.offset = 0

    def go(self, offset: int) -> None:
        """Go to a byte offset that an earlier reading returned."""
        self.offset = self._stream.seek(offset)
        if offset == 0 and self._mark and self._stream.read(len(self._mark)) == self._mark:
            self.offset = len(self._mark)
        self._stream.seek(self.offset)

    def peek(self) -> str:
        """The next line, without taking it."""
        line = self._bytes(LINE_BYTES)
        self._stream.seek(self.offset)
        return line.decode(self._encoding, errors="replace")

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._bytes(LINE_BYTES + 1)
        if not line:
            raise StopIteration
        if len(line) > LINE_BYTES:
            raise CannotRead("line_ends")
        self.offset += len(line)
        return line.decode(self._encoding)

    def _bytes(self, most: int) -> bytes:
        """The bytes of the next line with its line feed, or the first `most` of them."""
        if len(self._line_feed) == 1:
            return self._stream.readline(most)
        line = bytearray()
        while len(line) < most and (part := self._stream.readline(most - len(line))):
            line += part
            if len(line) % 2:  # the 0A of UTF-16-LE: its zero comes behind it
                line += self._stream.read(1)
            if line[-2:] == self._line_feed:
                break
        return bytes(line)
