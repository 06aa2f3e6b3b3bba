"""The presses that a tablet sends, one after the other, read from what it wrote; and when each was by the town's clock.

A tablet's clock may be wrong by an hour, and a press may arrive twenty minutes late. So each press carries the moment
by the tablet's clock and how far that clock was off, as measured the last time when the tablet heard from the town.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

MOST_PRESSES = 500
MOST_CARD = 200  # characters: the address in a QR
OLDEST = timedelta(days=1)
KINDS = ("arrive", "aboard", "no_show", "alight", "fare", "note")


class BadPresses(ValueError):
    """What came is not what a tablet sends."""


@dataclass(frozen=True, slots=True)
class Told:
    """One press: `at` by the tablet's clock, `offset` until the town's; `on` is the code of what it is about."""

    key: UUID
    kind: str
    at: datetime
    offset: timedelta
    on: str
    yen: int = 0
    paid: str = ""
    card: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class Clocks:
    """One moment by both clocks of the town: in a sample town its time runs `speed` times as fast as the real one."""

    town: datetime
    real: datetime
    speed: float = 1.0

    def moment_of(self, at: datetime, offset: timedelta) -> datetime:
        """When a moment of a tablet was by the town's clock: never later than now, never more than a day ago."""
        age = min(max(self.real - (at + offset), timedelta(0)), OLDEST)
        return self.town - age * self.speed


def read(text: str) -> list[Told]:
    """Return the presses in the order in which they were made. Raises BadPresses."""
    try:
        rows = json.loads(text)
        if not isinstance(rows, list) or len(rows) > MOST_PRESSES:
            raise BadPresses("a list of presses was awaited")
        return [_told(row) for row in rows]
    except (KeyError, TypeError, OverflowError, OSError, ValueError, RecursionError) as fault:
        raise BadPresses(str(fault)) from fault


def _told(row: Mapping[str, Any]) -> Told:
    kind = str(row["kind"])
    if kind not in KINDS:
        raise BadPresses(f"a press of a kind that is not known: {kind[:20]}")
    return Told(
        key=UUID(str(row["key"])),
        kind=kind,
        at=datetime.fromtimestamp(int(row["at"]) / 1000, UTC),
        offset=timedelta(milliseconds=int(row["offset"])),
        on=str(row["on"])[:20],
        yen=int(row.get("yen") or 0),
        paid=str(row.get("paid") or "")[:8],
        card=str(row.get("card") or "")[:MOST_CARD],
        what=str(row.get("what") or "")[:12],
    )
