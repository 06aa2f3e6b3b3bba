"""架電リスト as a table to take along: one line for whoever is to be telephoned. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

from machikado.town.common.spreadsheets import guarded

HEADS = (
    "順番",
    "氏名",
    "よみがな",
    "電話番号",
    "乗る日時",
    "乗る地点と降りる地点",
    "必要なこと",
    "状態",
    "電話の記録",
)


@dataclass(frozen=True, slots=True)
class Line:
    """What stands in one line, in the order of the heads; several of a kind stand in one cell."""

    number: int
    name: str
    reading: str
    phones: Sequence[str]
    times: Sequence[str]
    ways: Sequence[str]
    needs: Sequence[str]
    state: str
    tries: Sequence[str]


def write(lines: Iterable[Line]) -> bytes:
    """Return the table as CSV (UTF-8 with BOM, as spreadsheets want it)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADS)
    for line in lines:
        writer.writerow(guarded(_cell(value)) for value in astuple(line))
    return out.getvalue().encode("utf-8-sig")


def _cell(value: int | str | Sequence[str]) -> str:
    return str(value) if isinstance(value, int | str) else "、".join(value)
