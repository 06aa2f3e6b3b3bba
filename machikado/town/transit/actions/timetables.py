"""What happens to timetables of others: a version comes in, comes into use, ends."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from machikado.town.common import files
from machikado.town.common.actors import Actor
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.permissions import require
from machikado.town.transit.events.timetables import TimetableBroughtIn, TimetableEnded, TimetableUsed
from machikado.town.transit.models import Timetable
from machikado.town.transit.timetables.reading import read
from machikado.town.transit.timetables.tables import Tell
from machikado.town.transit.timetables.words import TimetableFacts


class CannotUse(Cannot):
    """A version that cannot come into use, or out of it."""

    sentences = {
        "gone": _("The file of this version was removed after its time. Please take the feed in once more."),
        "not_used": _("This version is not in use."),
    }


def bring_in(*, name: str, data: bytes, by: Actor, now: datetime, tell: Tell | None = None) -> Timetable:
    """Read a feed (GTFS, .zip) and keep it as a version that can be looked at; it is not in use yet.

    The same bytes a second time are the same version; `tell` hears how far it is.
    Raises CannotReadTimetable, and then nothing is kept.
    """
    require(by, may="transit.change_timetables")
    facts = read(data, tell)
    stored = files.store(data, media_type="application/zip", now=now)
    with transaction.atomic():
        row = Timetable.objects.select_for_update().filter(sha256=stored.sha256).first()
        if row is not None:
            if row.file is None:
                row.file = files.attach(stored, noun="timetable", noun_id=row.pk, name=name, now=now)
                row.save(update_fields=["file"])
            return row
        row = _new(facts, stored.sha256, files.plain_name(name), now)
        row.file = files.attach(stored, noun="timetable", noun_id=row.pk, name=name, now=now)
        row.save(update_fields=["file"])
        record(_told(row), by=by, now=now)
    return row


def _new(facts: TimetableFacts, sha256: str, name: str, now: datetime) -> Timetable:
    last = Timetable.objects.filter(operator=facts.operator).aggregate(last=Max("number"))["last"] or 0
    first_day, last_day = facts.ends
    return Timetable.objects.create(
        operator=facts.operator,
        number=last + 1,
        sha256=sha256,
        name=name,
        halts=len(facts.halts),
        lines=len(facts.lines),
        runs=len(facts.runs),
        left_out=facts.left_out,
        first_day=first_day,
        last_day=last_day,
        made_at=now,
    )


def _told(row: Timetable) -> TimetableBroughtIn:
    counts = {name: getattr(row, name) for name in ("sha256", "number", "halts", "lines", "runs", "left_out")}
    return TimetableBroughtIn(
        code=row.code, first_day=row.first_day.isoformat(), last_day=row.last_day.isoformat(), **counts
    )


def use(*, timetable: Timetable, by: Actor, now: datetime) -> None:
    """Find ways with this version from now on, instead of the operator's version before. Twice is once."""
    require(by, may="transit.change_timetables")
    with transaction.atomic():
        rows = Timetable.objects.select_for_update().filter(operator=timetable.operator).order_by("pk")
        row = next(each for each in rows if each.pk == timetable.pk)
        if row.is_in_use:
            return
        if row.file_id is None:
            raise CannotUse("gone")
        before = next((each for each in rows if each.is_in_use), None)
        if before is not None:
            before.used_until = now
            before.save(update_fields=["used_until"])
        row.used_from, row.used_until = now, None
        row.save(update_fields=["used_from", "used_until"])
        record(TimetableUsed(code=row.code, instead_of=before.code if before else ""), by=by, now=now)
    timetable.refresh_from_db()


def end(*, timetable: Timetable, by: Actor, now: datetime) -> None:
    """Use a version no longer. Raises CannotUse."""
    require(by, may="transit.change_timetables")
    with transaction.atomic():
        row = Timetable.objects.select_for_update().get(pk=timetable.pk)
        if not row.is_in_use:
            raise CannotUse("not_used")
        row.used_until = now
        row.save(update_fields=["used_until"])
        record(TimetableEnded(code=row.code), by=by, now=now)
    timetable.refresh_from_db()
