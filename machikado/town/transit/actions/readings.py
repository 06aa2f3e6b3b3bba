"""Takes feeds in, in the background. Whoever was killed reads the feed once more: its bytes are its version."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common import chores, clock, files
from machikado.town.common.actors import SYSTEM, Actor
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.common.models import FileUse
from machikado.town.people.permissions import require
from machikado.town.transit.actions.timetables import bring_in
from machikado.town.transit.events.timetables import FeedSent
from machikado.town.transit.models import FeedReading
from machikado.town.transit.queries.readings import REASONS
from machikado.town.transit.timetables.tables import Archive, Faults
from machikado.town.transit.timetables.words import CannotReadTimetable

FILE_NOUN = "feed"
State = FeedReading.State


class CannotReadAgain(Cannot):
    """A feed that cannot be read once more."""

    sentences = {"gone": _("The file is gone. Please send it once more.")}


def send(*, name: str, data: bytes, by: Actor, now: datetime) -> FeedReading:
    """Keep a feed and let it be read in the background. Raises CannotReadTimetable for what is no feed at all."""
    require(by, may="transit.change_timetables")
    Archive(data, Faults())  # what can be said at once is said at once
    stored = files.store(data, media_type="application/zip", now=now)
    with transaction.atomic():
        reading = FeedReading.objects.create(name=files.plain_name(name), made_at=now)
        reading.file = files.attach(stored, noun=FILE_NOUN, noun_id=reading.pk, name=name, now=now)
        reading.save(update_fields=["file"])
        record(FeedSent(code=reading.code, sha256=stored.sha256), by=by, now=now)
        chores.later(read_feed, code=reading.code)
    return reading


def again(*, reading: FeedReading, by: Actor) -> None:
    """Read it once more where nobody does it any more; otherwise nothing changes. Raises CannotReadAgain."""
    require(by, may="transit.change_timetables")
    with transaction.atomic():
        here = FeedReading.objects.select_for_update().get(pk=reading.pk)
        if not is_stuck(here):
            return
        if here.file_id is None:
            raise CannotReadAgain("gone")
        here.state, here.done = State.READING, 0
        here.save(update_fields=["state", "done"])
        chores.later(read_feed, code=here.code)


def is_stuck(reading: FeedReading) -> bool:
    """Whether it is not read, and nobody is going to."""
    if reading.state == State.READING:
        return reading.code not in chores.awaited(read_feed)
    return reading.state == State.FAILED


@chores.chore(queue="slow")
def read_feed(code: str) -> None:
    """Read one feed to its end. Whoever comes late or twice changes nothing."""
    reading = FeedReading.objects.select_related("file__file").get(code=code)
    if reading.state != State.READING or reading.file is None:
        return
    try:
        with files.open_file(reading.file.file) as content:
            data = content.read()
        row = bring_in(name=reading.name, data=data, by=SYSTEM, now=clock.now(), tell=_teller(reading))
    except CannotReadTimetable as refusal:
        faults = [{"table": each.table, "line": each.line, "why": _written(each.reason)} for each in refusal.faults]
        params = {name: value for name, value in refusal.params.items() if name != "sentence"}
        _end(reading, state=State.REFUSED, refusal={"code": refusal.code, "params": params}, faults=faults)
    except (chores.Taken, OperationalError):  # another worker has it, or the database is busy: it is read later
        raise
    except Exception:
        FeedReading.objects.filter(pk=reading.pk, state=State.READING).update(state=State.FAILED)
        raise
    else:
        _end(reading, state=State.DONE, timetable=row, done=100)


def _teller(reading: FeedReading) -> Callable[[float], None]:
    def tell(share: float) -> None:
        chores.beat()
        done = int(share * 100)
        if done > reading.done:
            reading.done = done
            FeedReading.objects.filter(pk=reading.pk, state=State.READING).update(done=done)

    return tell


def _end(reading: FeedReading, **facts: Any) -> None:
    """Note how it ended; the file belongs to the timetable from then on, or to nothing."""
    FeedReading.objects.filter(pk=reading.pk, state=State.READING).update(**facts)
    files.remove_after_retention(FileUse.objects.filter(noun=FILE_NOUN, noun_id=reading.pk), now=clock.now())


def _written(reason: Cannot) -> Mapping[str, Any]:
    kind = next(name for name, each in REASONS.items() if isinstance(reason, each))
    return {"kind": kind, "code": reason.code, "params": dict(reason.params)}
