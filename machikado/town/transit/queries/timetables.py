"""Questions about timetables of others: which versions are in use, what one holds, what leaves a place next."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.db.models import F, QuerySet

from machikado.town.common import files
from machikado.town.transit.models import Timetable
from machikado.town.transit.timetables.reading import read
from machikado.town.transit.timetables.words import Halt, Run, TimetableFacts, Visit

DAY = 86_400


def in_use() -> "QuerySet[Timetable]":
    """The versions with which ways are found, by operator."""
    rows = Timetable.objects.filter(used_from__isnull=False, used_until=None, file__isnull=False)
    return rows.select_related("file__file").order_by("operator")


def versions() -> "QuerySet[Timetable]":
    """All versions, those in use first, then the newest first."""
    return Timetable.objects.order_by(F("used_from").desc(nulls_first=True), "-made_at").select_related("file__file")


def facts_of(timetable: Timetable) -> TimetableFacts:
    """What a version holds; read once in a process. Raises FileNotFoundError where its bytes are gone."""
    return _facts(timetable.sha256)


@lru_cache(maxsize=6)
def _facts(sha256: str) -> TimetableFacts:
    return read(files.path_of(sha256).read_bytes())


@dataclass(frozen=True, slots=True)
class Departure:
    """A run that leaves a halt on a service day, in seconds of that day."""

    run: Run
    visit: Visit
    halt: Halt
    line: str
    towards: str
    second: int


def departures(facts: TimetableFacts, halts: Container[int], day: date) -> list[Departure]:
    """What leaves some halts (by their places in the list) on a day, also what began the evening before; in order."""
    found = [
        Departure(
            run=run,
            visit=visit,
            halt=facts.halts[visit.halt],
            line=facts.lines[run.line].name,
            towards=run.headsign or facts.halts[run.visits[-1].halt].name,
            second=visit.leaves + shift,
        )
        for run, shift in running(facts, day)
        for visit in run.visits[:-1]
        if visit.halt in halts and visit.boards and visit.leaves + shift >= 0
    ]
    return sorted(found, key=lambda each: (each.second, each.run.name))


def running(facts: TimetableFacts, day: date) -> Iterator[tuple[Run, int]]:
    """The runs of a day and those of the day before that pass midnight, with the seconds by which to move them."""
    for back, shift in ((0, 0), (1, -DAY)):
        held = {name for name, days in facts.services.items() if days.hold(day - timedelta(days=back))}
        for run in facts.runs:
            if run.service in held and run.visits[-1].arrives + shift >= 0:
                yield run, shift
