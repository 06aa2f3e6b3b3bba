"""The rows in which staff write a procedure: clauses and clauses under them, numbered by their place."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import QueryDict

from machikado.town.work.actions.jobs import Clause
from machikado.town.work.forms.decision import plain
from machikado.town.work.forms.moves import Move, moved
from machikado.town.work.models import Procedure

EMPTY_ROWS = 4
INNER = "1"
TEXT = 4000


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """One clause as staff write it; an inner one belongs under the last that is not."""

    title: str = ""
    text: str = ""
    is_inner: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written here."""
        return not (self.title or self.text)


@dataclass(frozen=True, slots=True)
class NumberedRow:
    """A row with the number that it has at this place; an empty row has none."""

    number: str
    row: ClauseRow


def numbered(rows: Sequence[ClauseRow]) -> list[NumberedRow]:
    """The rows with their numbers: 1, 2, 2.1, 2.2, 3; empty rows are passed over."""
    outer = inner = 0
    found = []
    for row in rows:
        if row.is_empty:
            found.append(NumberedRow("", row))
            continue
        is_inner = row.is_inner and outer > 0
        outer, inner = (outer, inner + 1) if is_inner else (outer + 1, 0)
        found.append(NumberedRow(f"{outer}.{inner}" if is_inner else str(outer), row))
    return found


def clauses_of(rows: Sequence[ClauseRow]) -> list[Clause]:
    """What was written, as the clauses of a procedure."""
    return [Clause(each.number, each.row.title, each.row.text) for each in numbered(rows) if each.number]


def rows_of(procedure: Procedure) -> list[ClauseRow]:
    """The clauses of a version, to be written anew; they are numbered by their places then."""
    return [
        ClauseRow(clause["title"], clause["text"], is_inner="." in clause["number"]) for clause in procedure.clauses
    ]


def moved_clauses(rows: list[ClauseRow], move: Move) -> tuple[list[ClauseRow], str]:
    """The rows after a button was pressed: the moves of every table, and in under the clause above, or out again."""
    if move.verb in {"up", "down"}:
        return _moved_block(rows, move)
    if move.verb not in {"in", "out"}:
        return moved(rows, move, ClauseRow())
    turned = [
        replace(row, is_inner=move.verb == "in") if place == move.place else row for place, row in enumerate(rows)
    ]
    return turned, f"clause-{'out' if move.verb == 'in' else 'in'}-{move.place}"


def _moved_block(rows: list[ClauseRow], move: Move) -> tuple[list[ClauseRow], str]:
    """A clause goes with the clauses under it, past its neighbour with all of its own; an inner one goes alone."""
    blocks = _blocks(rows)
    starts = [sum(map(len, blocks[:number])) for number in range(len(blocks))]
    if move.place not in starts or rows[move.place].is_inner:
        return moved(rows, move, ClauseRow())
    here = starts.index(move.place)
    there = min(max(here + (1 if move.verb == "down" else -1), 0), len(blocks) - 1)
    blocks.insert(there, blocks.pop(here))
    turned, place = [row for block in blocks for row in block], sum(map(len, blocks[:there]))
    verb = {0: "down", len(rows) - 1: "up"}.get(place, move.verb)  # at an end only the other button is left
    return turned, f"clause-{verb}-{place}"


def _blocks(rows: Sequence[ClauseRow]) -> list[list[ClauseRow]]:
    """The rows cut before each one that is not inner; an empty row before an inner one cuts nothing."""
    blocks: list[list[ClauseRow]] = []
    for place, row in enumerate(rows):
        goes_on = row.is_inner or (row.is_empty and any(after.is_inner for after in rows[place + 1 : place + 2]))
        if goes_on and blocks:
            blocks[-1].append(row)
        else:
            blocks.append([row])
    return blocks


def read_rows(posted: QueryDict) -> list[ClauseRow]:
    """The rows as they were sent, the empty ones too."""
    titles, texts, inner = (posted.getlist(f"clause_{part}") for part in ("title", "text", "inner"))
    inner += [""] * (len(titles) - len(inner))
    cells = zip(titles, texts, inner, strict=False)
    return [ClauseRow(plain(title)[:120], plain(text)[:TEXT], mark == INNER) for title, text, mark in cells]


def write_rows(posted: QueryDict, rows: Sequence[ClauseRow]) -> None:
    """Let these rows stand in what was sent, instead of those that came."""
    posted.setlist("clause_title", [row.title for row in rows])
    posted.setlist("clause_text", [row.text for row in rows])
    posted.setlist("clause_inner", [INNER if row.is_inner else "" for row in rows])
