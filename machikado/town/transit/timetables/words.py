"""What a timetable holds, as plain values; and why a feed cannot be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from machikado.town.common.errors import Cannot


@dataclass(frozen=True, slots=True)
class Halt:
    """A stop or platform of others; `station` is the id of what it belongs to, or its own."""

    number: str
    name: str
    lat: float
    lon: float
    station: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line as travellers know it. `kind` is route_type: 2 rail, 3 bus …"""

    name: str
    kind: int
    operator: str


@dataclass(frozen=True, slots=True)
class Days:
    """On which days something runs: weekdays (Monday is 0) from a day until a day, and the days that differ."""

    weekdays: frozenset[int] = frozenset()
    first: date | None = None
    last: date | None = None
    added: frozenset[date] = frozenset()
    removed: frozenset[date] = frozenset()

    def hold(self, day: date) -> bool:
        """Say whether it runs on a day."""
        if day in self.added:
            return True
        within = self.first is not None and self.last is not None and self.first <= day <= self.last
        return within and day.weekday() in self.weekdays and day not in self.removed

    @property
    def ends(self) -> tuple[date, ...]:
        """The days between which it runs."""
        spans = [day for day in (self.first, self.last) if day is not None and self.weekdays]
        return (*spans, *self.added)


@dataclass(frozen=True, slots=True)
class Visit:
    """A run at a halt (by its place in the list), in seconds of the service day, which may pass 24:00."""

    halt: int
    arrives: int
    leaves: int
    boards: bool
    alights: bool


@dataclass(frozen=True, slots=True)
class Run:
    """One train or bus."""

    name: str
    line: int
    service: str
    headsign: str
    visits: tuple[Visit, ...]


@dataclass(frozen=True, slots=True)
class TimetableFacts:
    """A feed that was read: who runs it, halts, lines, days, runs; `left_out` counts what is not used here."""

    operator: str
    halts: tuple[Halt, ...]
    lines: tuple[Line, ...]
    services: Mapping[str, Days]
    runs: tuple[Run, ...]
    left_out: int

    @property
    def ends(self) -> tuple[date, date]:
        """The first and the last day on which anything runs."""
        days = [day for service in {run.service for run in self.runs} for day in self.services[service].ends]
        return min(days), max(days)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line of a table cannot be read."""

    table: str
    line: int
    reason: Cannot


class CannotReadTimetable(Cannot):
    """A feed that is none, or in which something is wrong; nothing of it is taken in."""

    sentences = {
        "no_zip": _("This is no ZIP file, or it is broken. Please get the feed once more."),
        "too_big": _("The feed is larger than %(limit_mb)s MB when it is unpacked. Please take one of this region."),
        "locked": _("The ZIP file is locked with a password. Please unlock it first."),
        "no_table": _("The feed has no %(table)s. It must lie in the ZIP file itself, not in a folder of it."),
        "encoding": _("%(table)s is not UTF-8. Please ask whoever made the feed."),
        "columns": _("The first line of %(table)s must name the columns %(missing)s."),
        "too_many": _("%(table)s has more than %(most)s lines. Please take a feed of this region."),
        "broken": _("The table is broken here. Please check quotes and commas."),
        "empty": _("Nothing stands in the column %(column)s."),
        "long": _("The text in the column %(column)s is longer than %(most)s characters."),
        "time": _("“%(text)s” is no time like 7:05:00 or 25:10:00."),
        "no_time": _("The first and the last stop of a run need a time."),
        "backwards": _("This run is at a stop earlier than at the one before."),
        "number": _("“%(text)s” in the column %(column)s is no whole number that can stand there."),
        "day": _("“%(text)s” is no day like 20261127."),
        "unknown": _("“%(text)s” in the column %(column)s stands in no line of %(table)s."),
        "twice": _("“%(text)s” stands twice."),
        "short": _("This run stops only once. It needs two stops at least."),
        "no_runs": _("No run with times stands in the feed: what is only booked is not used here."),
        "no_days": _("Nothing runs on any day: calendar.txt and calendar_dates.txt name none."),
        "faults": _("Lines that cannot be read: %(count)s. The first is %(table)s, line %(line)s: %(sentence)s"),
    }

    def __init__(self, code: str, faults: Sequence[Fault] = (), **params: object) -> None:
        super().__init__(code, **params)
        self.faults = tuple(faults)
