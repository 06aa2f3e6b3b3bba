"""What the buttons at a row do: one more below, up, down, away. Used by the table of fields and by the clauses."""

import re
from dataclasses import dataclass
from typing import TypeVar

Row = TypeVar("Row")

_WORDS = re.compile(r"(field|clause)-([a-z]+)-([0-9]{1,3})")


@dataclass(frozen=True, slots=True)
class Move:
    """One press of a button: `verb` at the row `place` (from 0)."""

    noun: str
    verb: str
    place: int

    @classmethod
    def of(cls, pressed: str) -> "Move | None":
        """Read “field-up-3”; None where it is nothing like that."""
        found = _WORDS.fullmatch(pressed)
        return cls(found[1], found[2], int(found[3])) if found else None


def moved(rows: list[Row], move: Move, empty: Row) -> tuple[list[Row], str]:
    """The rows after a move, and where the keyboard goes on: a button like “field-up-2”, or a row like “field-2”."""
    here, last = move.place, len(rows) - 1
    if move.verb == "add":
        place = min(here + 1, len(rows))
        return [*rows[:place], empty, *rows[place:]], f"{move.noun}-{place}"
    if not 0 <= here <= last:
        return rows, ""
    if move.verb == "remove":
        rest = rows[:here] + rows[here + 1 :]
        return rest or [empty], f"{move.noun}-{min(here, max(last - 1, 0))}"
    there = {"up": max(here - 1, 0), "down": min(here + 1, last)}.get(move.verb, here)
    turned = list(rows)
    turned.insert(there, turned.pop(here))
    verb = {0: "down", last: "up"}.get(there, move.verb)  # at an end only the other button is left
    return turned, f"{move.noun}-{verb}-{there}"
