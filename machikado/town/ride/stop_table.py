"""Stops as a table in the columns of 自治体標準オープンデータセット: read and written; each bad line gets a sentence.

The standard has no sheet for stops of a bus on demand; the columns are those that its sheets of places share
(公共施設一覧), and four of our own behind them.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext_lazy as _

from machikado.town.common import encodings
from machikado.town.common.errors import Cannot
from machikado.town.common.japanese import kana
from machikado.town.common.spreadsheets import guarded, unguarded
from machikado.town.ride.ground import CannotPlace, degrees
from machikado.town.ride.hours import LAST_MINUTE, clock_of
from machikado.town.ride.models import Stop

MOST_LINES = 20_000
MOST_BYTES = 20 * 2**20  # a thousand for each line
COLUMNS = (
    "全国地方公共団体コード",
    "ID",
    "地方公共団体名",
    "名称",
    "名称_カナ",
    "名称_通称",
    "所在地_連結表記",
    "緯度",
    "経度",
    "開始時間",
    "終了時間",
    "備考",
    # ours
    "向き",
    "屋根",
    "車椅子可",
    "運賃ゾーン",
)
NEEDED = ("ID", "名称", "緯度", "経度")
OLDER = {"NO": "ID", "名称カナ": "名称_カナ", "住所": "所在地_連結表記"}  # earlier editions
_YES = frozenset({"有", "可", "はい", "1", "TRUE", "○", "〇"})
_NO = frozenset({"無", "不可", "いいえ", "0", "FALSE", "×", ""})
_NUMBER = re.compile(r"[+-]?[0-9]{1,9}(\.[0-9]{0,30})?")  # neither nan nor 1_0 nor 1e999, which Python reads as numbers


class CannotReadStops(Cannot):
    """A table, or a line of it, that cannot be taken in."""

    sentences = {
        "encoding": _("The table is neither UTF-8 nor Shift_JIS. Please save it as CSV UTF-8."),
        "unreadable": _("Line %(line)s contains a character that cannot be stored. Please save the table once more."),
        "too_big": _("The table is larger than %(limit_mb)s MB. Please split it."),
        "columns": _("The first line must name the columns %(missing)s."),
        "column_twice": _("The column “%(column)s” stands twice in the first line. Please keep one."),
        "empty": _("There is no stop in the table."),
        "too_many": _("One table may hold %(most)s lines."),
        "broken": _("The table is broken in line %(line)s."),
        "number": _("“%(text)s” in the column %(column)s is no number."),
        "time": _("“%(text)s” in the column %(column)s is no time like 9:00 or 24:30."),
        "yes_no": _("“%(text)s” in the column %(column)s is neither 有 nor 無."),
        "long": _("The text in the column %(column)s is longer than %(most)s characters. Please shorten it."),
        "ragged": _("There is more in this line than the first line has columns: “%(text)s”. Please check the commas."),
        "overtaken": _("Somebody changed stops or the area while the table was read. Please take it in once more."),
        "twice": _("The ID %(number)s stands in line %(line)s already."),
        "faults": _("Lines that cannot be taken in: %(count)s. The first is line %(line)s: %(sentence)s"),
    }


@dataclass(frozen=True, slots=True)
class Row:
    """One line as it was read: text cleaned, numbers as numbers. Whether a stop can be so is the action's question.

    `cells` holds what the table names, "" where the line ends before; `beyond` is what stands behind the last column.
    """

    line: int
    cells: Mapping[str, str]
    beyond: str = ""

    def text(self, column: str) -> str:
        """What stands in a column, without blanks around it; "" where the column is missing."""
        return unguarded(self.cells.get(column, "").strip())

    def number(self, column: str) -> float:
        """A number, full-width digits too; a blank is none. Raises CannotReadStops, CannotPlace."""
        said = self._narrow(column)
        if not said:
            raise CannotPlace("no_number")
        if not _NUMBER.fullmatch(said):
            raise CannotReadStops("number", text=self.text(column)[:60], column=column)
        return float(said)

    def minute(self, column: str) -> int | None:
        """A time as a minute of the service day, or None. Raises CannotReadStops."""
        said = self._narrow(column)
        if not said:
            return None
        found = re.fullmatch(r"([0-9]{1,2}):([0-5][0-9])(?::00)?", said)
        minute = int(found[1]) * 60 + int(found[2]) if found else LAST_MINUTE + 1
        if minute > LAST_MINUTE:
            raise CannotReadStops("time", text=self.text(column)[:60], column=column)
        return minute

    def degrees(self, column: str) -> int | None:
        """Whole degrees, or None. Raises CannotReadStops."""
        return round(self.number(column)) % 360 if self.text(column) else None

    def flag(self, column: str) -> bool:
        """有 or 無. Raises CannotReadStops."""
        said = self._narrow(column).upper()
        if said not in _YES | _NO:
            raise CannotReadStops("yes_no", text=self.text(column)[:60], column=column)
        return said in _YES

    def reading(self, column: str) -> str:
        """A reading in full-width katakana."""
        return kana(self.text(column))

    def _narrow(self, column: str) -> str:
        """What stands in a column, with full-width digits and signs as the usual ones."""
        return unicodedata.normalize("NFKC", self.text(column))


def read(data: bytes) -> list[Row]:
    """Read the lines of a table. Raises CannotReadStops where it is no table of stops."""
    text = _decoded(data)
    delimiter = max(",\t", key=text.partition("\n")[0].count)  # Excel's “Unicode text” has tabs
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    try:
        heads = [OLDER.get(head.strip(), head.strip()) for head in next(reader, [])]
        if missing := [column for column in NEEDED if column not in heads]:
            raise CannotReadStops("columns", missing=", ".join(missing))
        if twice := [column for column in COLUMNS if heads.count(column) > 1]:
            raise CannotReadStops("column_twice", column=twice[0])
        rows = [_row(heads, cells, reader.line_num) for cells in islice(_filled(reader), MOST_LINES + 1)]
    except csv.Error as fault:
        raise CannotReadStops("broken", line=reader.line_num) from fault
    if not rows:
        raise CannotReadStops("empty")
    if len(rows) > MOST_LINES:
        raise CannotReadStops("too_many", most=MOST_LINES)
    return rows


def _row(heads: list[str], cells: list[str], line: int) -> Row:
    named = dict(zip(heads, cells + [""] * len(heads), strict=False))
    return Row(line, named, " ".join(cells[len(heads) :]).strip()[:60])


def _filled(reader: Iterable[list[str]]) -> Iterator[list[str]]:
    return (cells for cells in reader if any(cell.strip() for cell in cells))


def _decoded(data: bytes) -> str:
    try:
        encoding = encodings.find(io.BytesIO(data), MOST_BYTES)
    except encodings.Unsound as fault:
        code = {"nul": "unreadable", "empty": "empty", "too_big": "too_big"}.get(fault.code, "encoding")
        raise CannotReadStops(code, line=fault.line, limit_mb=MOST_BYTES // 2**20) from fault
    return data.decode(encoding).removeprefix("\ufeff")


def write(stops: Iterable[Stop], municipality: tuple[str, str]) -> bytes:
    """Return the table as CSV (UTF-8 with BOM, as spreadsheets want it). `municipality` is its code and name."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(_cells(stop, municipality) for stop in stops)
    return out.getvalue().encode("utf-8-sig")


def _cells(stop: Stop, municipality: tuple[str, str]) -> list[str]:
    code, town = municipality
    values = [
        code,
        stop.number,
        town,
        stop.name,
        stop.kana,
        stop.residents_name,
        stop.address,
        degrees(stop.lat),
        degrees(stop.lon),
        "" if stop.opens is None else clock_of(stop.opens),
        "" if stop.closes is None else clock_of(stop.closes),
        stop.note,
        "" if stop.bearing is None else str(stop.bearing),
        "有" if stop.has_shelter else "無",
        "有" if stop.wheelchair else "無",
        stop.zone,
    ]
    return [guarded(value) for value in values]
