"""A ZIP of tables → lines as they stand there: bounded in size, UTF-8, with their numbers."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date

from machikado.town.common.errors import Cannot
from machikado.town.transit.timetables.words import CannotReadTimetable, Fault

MOST_BYTES = 20 * 2**20
MOST_UNPACKED = 200 * 2**20
MOST_LINES = 400_000
MOST_FAULTS = 50
MOST_TEXT = 200
LAST_SECOND = 48 * 3600
_TIME = re.compile(r"([0-9]{1,2}):([0-5][0-9]):([0-5][0-9])")
Cells = Mapping[str, str]
Tell = Callable[[float], None]  # which part of all is read by now
LINES_A_TIME = 2_000


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table. Its methods raise CannotReadTimetable."""

    line: int
    cells: Cells

    def text(self, column: str, usual: str | None = None) -> str:
        """What stands in a column; `usual` where nothing does, which without it is a fault."""
        said = (self.cells.get(column) or "").strip()
        if not said and usual is None:
            raise CannotReadTimetable("empty", column=column)
        if len(said) > MOST_TEXT:
            raise CannotReadTimetable("long", column=column, most=MOST_TEXT)
        return said or usual or ""

    def number(self, column: str, usual: int | None = None, most: int = 10**9) -> int:
        """A whole number from 0."""
        said = self.text(column, None if usual is None else str(usual))
        if not re.fullmatch(r"[0-9]{1,10}", said) or int(said) > most:
            raise CannotReadTimetable("number", text=said[:40], column=column)
        return int(said)

    def degrees(self, column: str) -> float:
        """A number with a point."""
        said = self.text(column)
        if not re.fullmatch(r"[+-]?[0-9]{1,3}(\.[0-9]{0,20})?", said):
            raise CannotReadTimetable("number", text=said[:40], column=column)
        return float(said)

    def second(self, column: str) -> int | None:
        """A time of the service day, or None."""
        said = self.text(column, "")
        if not said:
            return None
        found = _TIME.fullmatch(said)
        second = int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3]) if found else LAST_SECOND
        if second >= LAST_SECOND:
            raise CannotReadTimetable("time", text=said[:40])
        return second

    def day(self, column: str) -> date:
        """A day."""
        said = self.text(column)
        if re.fullmatch(r"[0-9]{8}", said):
            with suppress(ValueError):  # the thirty-first of February
                return date(int(said[:4]), int(said[4:6]), int(said[6:]))
        raise CannotReadTimetable("day", text=said[:40])

    def known(self, column: str, among: Mapping[str, object], table: str) -> str:
        """The name of something that stands in another table."""
        said = self.text(column)
        if said not in among:
            raise CannotReadTimetable("unknown", text=said[:40], column=column, table=table)
        return said


@dataclass(slots=True)
class Faults:
    """What is wrong with the lines of a feed, the first of them kept."""

    kept: list[Fault] = field(default_factory=list)
    count: int = 0

    def add(self, table: str, line: int, reason: Cannot) -> None:
        """Note a fault."""
        self.count += 1
        if len(self.kept) < MOST_FAULTS:
            self.kept.append(Fault(table, line, reason))

    def trying(self, table: str, row: Row, read: Callable[[Row], None]) -> None:
        """Read a line; what it cannot be is noted."""
        try:
            read(row)
        except Cannot as reason:
            self.add(table, row.line, reason)

    def raise_any(self) -> None:
        """Raise CannotReadTimetable if anything is wrong."""
        if self.kept:
            first = self.kept[0]
            facts = {"table": first.table, "line": first.line, "sentence": first.reason.sentence}
            raise CannotReadTimetable("faults", faults=self.kept, count=self.count, **facts)


class Archive:
    """The tables of a ZIP file. What it says of its sizes is not believed: reading stops where too much comes."""

    def __init__(self, data: bytes, faults: Faults, tell: Tell | None = None) -> None:
        if len(data) > MOST_BYTES:
            raise CannotReadTimetable("too_big", limit_mb=MOST_BYTES // 2**20)
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError) as fault:
            raise CannotReadTimetable("no_zip") from fault
        self.names = set(self.zip.namelist())
        self.left = MOST_UNPACKED
        self.faults = faults
        self.tell = tell
        self.size = sum(entry.file_size for entry in self.zip.infolist())
        self.behind = 0  # bytes of the tables that were read, as the archive says

    def _told(self, table: str, share: float) -> None:
        """Say which part of all is read by now; an archive that lies of its sizes lies of this."""
        size = self.zip.getinfo(table).file_size
        if self.tell:
            self.tell(min((self.behind + size * share) / max(self.size, 1), 1.0))
        if share == 1:
            self.behind += size

    def rows(self, table: str, needed: tuple[str, ...]) -> Iterator[Row]:
        """The lines of a table; nothing for one that is not there and needs not be (`needed` is empty)."""
        if table not in self.names:
            if needed:
                raise CannotReadTimetable("no_table", table=table)
            return
        text = self._text(table)
        stream = io.StringIO(text, newline="")
        reader = csv.reader(stream, strict=True)
        try:
            heads = [head.strip() for head in next(reader, [])]
            if missing := [column for column in needed if column not in heads]:
                raise CannotReadTimetable("columns", table=table, missing=", ".join(missing))
            for number, cells in enumerate(reader):
                if number >= MOST_LINES:
                    raise CannotReadTimetable("too_many", table=table, most=MOST_LINES)
                if number % LINES_A_TIME == 0:
                    self._told(table, min(stream.tell() / len(text), 0.99))
                if any(cells):
                    yield Row(reader.line_num, dict(zip(heads, cells, strict=False)))
        except csv.Error:
            self.faults.add(table, reader.line_num, CannotReadTimetable("broken"))
        self._told(table, 1)

    def _text(self, table: str) -> str:
        try:
            with self.zip.open(table) as content:
                data = content.read(self.left + 1)
        except RuntimeError as fault:  # what zipfile raises for a password
            raise CannotReadTimetable("locked") from fault
        except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError) as fault:
            raise CannotReadTimetable("no_zip") from fault
        self.left -= len(data)
        if self.left < 0:
            raise CannotReadTimetable("too_big", limit_mb=MOST_UNPACKED // 2**20)
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as fault:
            raise CannotReadTimetable("encoding", table=table) from fault
        if "\0" in text:
            raise CannotReadTimetable("encoding", table=table)
        return text
