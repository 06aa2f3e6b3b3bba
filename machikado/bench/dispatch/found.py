"""Finds instance files in a folder by what stands in them, and the best results known from a table beside them."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path

from machikado.engines.dispatch.instances import Instance, read_crowd, read_darp, read_dynamic, read_pdptw

TABLE = "best_known.csv"
LARGEST = 4_000_000  # bytes of an instance file
CORDEAU_LAPORTE = re.compile(r"(R|pr)\d", re.IGNORECASE)
HUNDRED = 130  # the files of a hundred customers have up to so many lines


class Kind(StrEnum):
    """What a file describes."""

    DARP = "darp"
    PDPTW = "pdptw"
    DYNAMIC = "dynamic"
    CROWD = "hga"


@dataclass(frozen=True, slots=True)
class Best:
    """The best cost known, with how many vehicles where these count first."""

    cost: float
    vehicles: int | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """An instance file: in which set it is measured, and the best known of it (None: no table says)."""

    path: Path
    kind: Kind
    set: str
    best: Best | None = None

    @property
    def name(self) -> str:
        """The name of the instance."""
        return self.path.stem

    def read(self) -> Instance:
        """Read the file. Raises BadProblem."""
        read = {Kind.DARP: read_darp, Kind.PDPTW: read_pdptw, Kind.DYNAMIC: read_dynamic, Kind.CROWD: read_crowd}
        return read[self.kind](self.path)


def instances(data: Path) -> list[Found]:
    """Every instance below a folder, or below its `dispatch` where it has one, by set and name."""
    folder = data / "dispatch" if (data / "dispatch").is_dir() else data
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.stat().st_size < LARGEST]
    tables = {path.parent: _table(path) for path in paths if path.name == TABLE}
    found = []
    for path in paths:
        kind = _kind(path)
        if kind is not None:
            best = tables.get(path.parent, {}).get(path.stem)
            found.append(Found(path, kind, _set(path, kind), best))
    return sorted(found, key=lambda each: (each.set, each.name))


def _kind(path: Path) -> Kind | None:
    """What a file describes, by its first lines; None if it is no instance."""
    if path.suffix == ".reqs":
        return Kind.CROWD
    if path.suffix not in {".txt", ".json", ".dat", ""}:
        return None
    with path.open(encoding="utf-8", errors="replace") as lines:
        first = [line.split() for line in islice((line for line in lines if line.strip()), 2)]
    if path.suffix == ".json":
        return Kind.DYNAMIC if '"static_info"' in path.read_text("utf-8", "replace") else None
    widths = [len(words) for words in first if all(map(_is_number, words))]
    if widths == [5, 7]:
        return Kind.DARP
    return Kind.PDPTW if widths in ([3, 9], [2, 9]) else None


def _is_number(word: str) -> bool:
    return re.fullmatch(r"[-+]?\d+\.?\d*(e[-+]?\d+)?", word, re.IGNORECASE) is not None


def _set(path: Path, kind: Kind) -> str:
    """In which set an instance is measured."""
    if kind is Kind.DARP:
        return "darp-r" if CORDEAU_LAPORTE.match(path.stem) else "darp-a"
    if kind is Kind.PDPTW:
        return "pdptw-100" if len(path.read_text("utf-8", "replace").splitlines()) <= HUNDRED else "pdptw-large"
    return kind.value


def _table(path: Path) -> dict[str, Best]:
    """The best known of each instance, as the table says."""

    def rows() -> Iterator[tuple[str, Best]]:
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if "vehicles" in row:
                    yield row["instance"], Best(float(row["distance"]), int(row["vehicles"]))
                else:
                    yield row["instance"], Best(float(row["best_known"]), None, row.get("kind") or "")

    return dict(rows())
