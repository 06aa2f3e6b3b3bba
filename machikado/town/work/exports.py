"""Writes checked results as files: CSV twice (UTF-8 with BOM, Shift_JIS), JSON Lines, and a manifest."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, BinaryIO

from machikado.town.common.spreadsheets import guarded

LEADING = ("task", "job", "line", "name")
GETA = "〓"

# The same character under two numbers: what Unicode says and what Windows' Shift_JIS says. Nothing is lost by these.
_WINDOWS = str.maketrans("〜−—‖¢£¬", "～－―∥￠￡￢")

NOTES = (
    "csv: a text that a spreadsheet would take for a formula (it begins with = + - @, a tab or a line break) has an "
    "apostrophe before it, unless it is a number; the JSON Lines file holds every text exactly",
    "csv: a value that could not be read in the source is empty; in the JSON Lines file it is null",
    "csv_cp932: characters that Shift_JIS does not have are written as 〓 and listed under `replaced`; "
    "〜 − — ‖ ¢ £ ¬ are written as Windows' own ～ － ― ∥ ￠ ￡ ￢",
    "resolved: `agreement` = enough people answered the same; `leader` = a leader decided or accepted",
    "changed: true = new or done again since the last delivery",
)


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One checked result. `values`: column → text, for the CSV; `exact`: field → typed value or null, for JSON."""

    task: str
    job: str
    line: int
    name: str
    values: Mapping[str, str]
    exact: Mapping[str, Any]
    resolved: str
    resolved_at: str
    changed: bool


class Writers:
    """Writes rows into the three data files at once, so that the results are read once."""

    def __init__(self, columns: Sequence[str], utf8: BinaryIO, cp932: BinaryIO, jsonl: BinaryIO) -> None:
        self._columns = list(columns)
        self._utf8 = io.TextIOWrapper(utf8, encoding="utf-8-sig", newline="")
        self._cp932 = io.TextIOWrapper(cp932, encoding="cp932", newline="")
        self._jsonl = io.TextIOWrapper(jsonl, encoding="utf-8", newline="\n")
        self._header = [*LEADING, *self._columns]
        self.replaced: list[dict[str, Any]] = []
        self._write_cells(self._header, "")

    def write(self, rows: Iterable[ResultRow]) -> None:
        """Write some rows into all three files."""
        for row in rows:
            texts = [row.task, row.job, str(row.line), row.name, *(row.values.get(name, "") for name in self._columns)]
            self._write_cells([guarded(text) for text in texts], row.task)
            exact = {"task": row.task, "job": row.job, "line": row.line, "name": row.name, "result": row.exact}
            self._jsonl.write(json.dumps(exact, ensure_ascii=False, separators=(",", ":")) + "\n")

    def finish(self) -> None:
        """Hand everything to the streams below and let go of them; they stay open."""
        for text in (self._utf8, self._cp932, self._jsonl):
            _release(text)

    def _write_cells(self, cells: Sequence[str], task: str) -> None:
        """Write one line of both tables. Most fit Shift_JIS as they are; others are looked at cell by cell."""
        line = _csv_line(cells)
        self._utf8.write(line)
        windows = line.translate(_WINDOWS)
        if not _fits_cp932(windows):
            named = zip(cells, self._header, strict=True)
            windows = _csv_line([self._in_cp932(cell.translate(_WINDOWS), task, name) for cell, name in named])
        self._cp932.write(windows)

    def _in_cp932(self, text: str, task: str, column: str) -> str:
        """The text as Shift_JIS can hold it; what is replaced is put on the list."""
        foreign = [character for character in text if not _fits_cp932(character)]
        if foreign:
            self.replaced.append({"task": task, "column": column, "characters": "".join(foreign)})
        return "".join(character if _fits_cp932(character) else GETA for character in text)


def _release(text: IO[str]) -> None:
    """Flush a text layer and leave the bytes below it open."""
    text.flush()
    text.detach()  # type: ignore[attr-defined]


def _csv_line(cells: Sequence[str]) -> str:
    """One line of a table, quoted where it must be."""
    line = io.StringIO(newline="")
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _fits_cp932(text: str) -> bool:
    """Whether Shift_JIS (as Windows knows it) has all of these characters."""
    try:
        text.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


def task_lines(rows: Iterable[ResultRow]) -> list[dict[str, Any]]:
    """What the manifest says of each task: how its result came about, and whether it is new."""
    return [
        {
            "task": row.task,
            "job": row.job,
            "line": row.line,
            "resolved": row.resolved,
            "resolved_at": row.resolved_at,
            "changed": row.changed,
        }
        for row in rows
    ]


def manifest_bytes(content: Mapping[str, Any], tasks: Sequence[Mapping[str, Any]]) -> bytes:
    """The manifest as it is stored: UTF-8 JSON that people can read, with a line for each task."""
    head = json.dumps({**content, "notes": NOTES}, ensure_ascii=False, indent=1).removesuffix("\n}")
    lines = ",\n".join(json.dumps(task, ensure_ascii=False) for task in tasks)
    return f'{head},\n "tasks": [\n{lines}\n ]\n}}\n'.encode()
