"""Writes the draft rows of an import, and removes those of a cancelled one: in the background, chunk by chunk.

A chunk and the place behind it (`done`, `line`, `offset`) are written in one transaction, so an import that was
killed anywhere goes on exactly there, and of two imports that run by accident only one can write each chunk.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import OuterRef, Subquery

from machikado.town.common import chores, clock, codes, files, statements
from machikado.town.common.actors import SYSTEM
from machikado.town.common.diary import record
from machikado.town.common.models import FileUse
from machikado.town.work import lives
from machikado.town.work.events.batches import BatchFailed, BatchImported
from machikado.town.work.imports.pictures import by_written_name
from machikado.town.work.imports.rows import Item, Layout
from machikado.town.work.imports.tables import Place, Table
from machikado.town.work.kinds import kind_of
from machikado.town.work.models import Batch, Task

CHUNK = 2_000
TRIES = 3
UPLOAD_NOUN = "batch"
TASK_NOUN = "task"

# 248 of the 256 bytes stand for the 31 letters, eight for each, so that all letters are equally likely.
_ROUND = 256 - 256 % len(codes.ALPHABET)
_LETTERS = bytes(ord(codes.ALPHABET[byte % len(codes.ALPHABET)]) for byte in range(256))
_UNEVEN = bytes(range(_ROUND, 256))


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some items in the order of the table, and the place behind the last of them."""

    items: Sequence[Item]
    behind: Place


@chores.chore(queue="slow")
def import_rows(batch_code: str) -> None:
    """Write all rows of a batch that are not written yet. Whoever comes late or twice changes nothing."""
    batch = Batch.objects.select_related("job__schema", "table__file").get(code=batch_code)
    if batch.state != Batch.State.IMPORTING:
        return
    try:
        images = _images(batch)
        for chunk in _chunks(batch):
            if not import_chunk(batch=batch, chunk=chunk, images=images, now=clock.now()):
                return
            chores.beat()
        _tell_planner()
        _finish(batch, clock.now())
    except (chores.Taken, OperationalError):  # another worker has it, or the database is busy: the chore goes on later
        raise
    except Exception as error:
        _fail(batch, type(error).__name__, clock.now())
        raise


def _images(batch: Batch) -> dict[str, int]:
    """Map what the table may write to the stored file of the uploaded image."""
    uses = FileUse.objects.filter(noun=UPLOAD_NOUN, noun_id=batch.pk).exclude(pk=batch.table_id or 0)
    stored = dict(uses.values_list("name", "file_id"))
    return {written: stored[name] for written, name in by_written_name(stored).items()}


def _chunks(batch: Batch) -> Iterator[Chunk]:
    """The rows behind the place that the batch has reached, `CHUNK` at a time."""
    if batch.table is None:
        yield from _image_chunks(batch)
        return
    with closing(files.open_file(batch.table.file)) as stream:
        table = Table(stream, batch.encoding)
        layout = Layout.of(table.columns)
        rows = table.rows(Place(batch.line, batch.offset))
        while taken := list(islice(rows, CHUNK)):
            yield Chunk([layout.item(row) for row in taken], Place(taken[-1].line, taken[-1].end))


def _image_chunks(batch: Batch) -> Iterator[Chunk]:
    """Images without a table, in the order in which the preview kept them; the place is how many are done."""
    uses = FileUse.objects.filter(noun=UPLOAD_NOUN, noun_id=batch.pk).order_by("pk")
    names = list(uses.values_list("name", flat=True))
    for first in range(batch.line, len(names), CHUNK):
        taken = names[first : first + CHUNK]
        items = [Item(line=first + i, name=name[-120:], image=name) for i, name in enumerate(taken, start=1)]
        yield Chunk(items, Place(first + len(taken)))


def import_chunk(*, batch: Batch, chunk: Chunk, images: Mapping[str, int], now: datetime) -> bool:
    """Write one chunk and move the batch's place behind it; False if the batch is no longer where `batch` says."""
    for attempt in range(TRIES):
        try:
            return _write(batch, chunk, images, now)
        except IntegrityError:  # one code in 31⁹ was taken already; fresh ones will do
            if attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable")


@transaction.atomic
def _write(batch: Batch, chunk: Chunk, images: Mapping[str, int], now: datetime) -> bool:
    """One try of `import_chunk`."""
    here = Batch.objects.select_for_update().get(pk=batch.pk)
    if here.state != Batch.State.IMPORTING or (here.line, here.offset) != (batch.line, batch.offset):
        return False
    _insert_drafts(batch, chunk.items)
    _attach_images(batch, chunk.items, images, now)
    batch.done = here.done + len(chunk.items)
    batch.line, batch.offset = chunk.behind.line, chunk.behind.offset
    batch.save(update_fields=["done", "line", "offset"])
    return True


def _insert_drafts(batch: Batch, items: Sequence[Item]) -> None:
    """Write the draft rows. They are `ready` in themselves: it is the batch that is not.

    Without the row objects of `bulk_create`, which take three times as long as the rows.
    """
    kind, schema, wanted = kind_of(batch.job), batch.job.schema.body, batch.job.redundancy
    fields = [field for field in Task._meta.concrete_fields if not field.primary_key]
    example = Task(batch=batch, job=batch.job, line=0, wanted=wanted, open_slots=wanted)
    same = {field.attname: field.get_db_prep_save(getattr(example, field.attname), connection) for field in fields}
    source, known = Task._meta.get_field("source"), Task._meta.get_field("known")
    rows = []
    for code, item in zip(fresh_codes(len(items)), items, strict=True):
        own = {"code": code, "line": item.line, "name": item.name, "source": source.get_prep_value(item.source)}
        if item.known:
            own["known"] = known.get_db_prep_save(kind.read(schema, item.known), connection)
        rows.append([*(same | own).values()])
    statements.write_many(Task, [str(field.column) for field in fields], rows)


def fresh_codes(count: int) -> list[str]:
    """Return many codes at once: random bytes become letters in one go; bytes of an unfinished round fall away."""
    width = codes.LENGTH - 1
    letters = ""
    while len(letters) < count * width:
        letters += secrets.token_bytes(count * width + 64).translate(_LETTERS, _UNEVEN).decode("ascii")
    bodies = (letters[place : place + width] for place in range(0, count * width, width))
    return [body + codes.check_character(body) for body in bodies]


def _attach_images(batch: Batch, items: Sequence[Item], images: Mapping[str, int], now: datetime) -> None:
    """Give each task a use of its own of its image, since permission hangs on the use."""
    file_of_line = {item.line: images[item.image] for item in items if item.image}
    if not file_of_line:
        return
    tasks = Task.objects.filter(batch=batch, line__gte=items[0].line, line__lte=items[-1].line)
    FileUse.objects.bulk_create(
        FileUse(file_id=file_of_line[line], noun=TASK_NOUN, noun_id=pk, name=code, made_at=now)
        for pk, line, code in tasks.values_list("pk", "line", "code")
        if line in file_of_line
    )
    of_task = FileUse.objects.filter(noun=TASK_NOUN, noun_id=OuterRef("pk")).values("pk")[:1]
    tasks.update(image=Subquery(of_task))


def _tell_planner() -> None:
    """Let PostgreSQL count the new rows now: planning with the old figures, it sorts a whole batch for each claim."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(Task._meta.db_table)}")


@transaction.atomic
def _finish(batch: Batch, now: datetime) -> None:
    """Say that all rows are there."""
    here = Batch.objects.select_for_update().get(pk=batch.pk)
    if here.state != Batch.State.IMPORTING:
        return
    if here.done != here.total:
        raise RuntimeError(f"{here.done} rows written, {here.total} counted at the preview")
    here.state = lives.BATCH.step(here.state, Batch.State.IMPORTED)
    here.save(update_fields=["state"])
    record(BatchImported(code=here.code, total=here.total), by=SYSTEM, now=now)


@transaction.atomic
def _fail(batch: Batch, fault: str, now: datetime) -> None:
    """Say that the import stopped; it can be started again from where it stands."""
    here = Batch.objects.select_for_update().get(pk=batch.pk)
    if here.state != Batch.State.IMPORTING:
        return
    here.state = lives.BATCH.step(here.state, Batch.State.FAILED)
    here.save(update_fields=["state"])
    record(BatchFailed(code=here.code, done=here.done, fault=fault), by=SYSTEM, now=now)


def fail_lost(now: datetime) -> int:
    """Say of imports whose chore was given up that they stopped: staff can start them again. Returns how many."""
    going_on = chores.awaited(import_rows)
    lost = [batch for batch in Batch.objects.filter(state=Batch.State.IMPORTING) if batch.code not in going_on]
    for batch in lost:
        _fail(batch, "lost", now)
    return len(lost)


@chores.chore(queue="slow")
def remove_rows(batch_code: str) -> None:
    """Remove the rows and files of a cancelled batch. Only the batch's own row and the diary remain."""
    batch = Batch.objects.get(code=batch_code)
    while _remove_chunk(batch):
        chores.beat()
    _forget_upload(batch)


@transaction.atomic
def _remove_chunk(batch: Batch) -> bool:
    """Remove up to `CHUNK` tasks of a cancelled batch; False when none is left."""
    here = Batch.objects.select_for_update().get(pk=batch.pk)
    if here.state != Batch.State.CANCELLED:
        return False
    ids = list(Task.objects.filter(batch=here).values_list("pk", flat=True)[:CHUNK])
    removed: tuple[int, Any] = Task.objects.filter(pk__in=ids).delete()
    FileUse.objects.filter(noun=TASK_NOUN, noun_id__in=ids).delete()
    here.done -= len(ids)
    here.save(update_fields=["done"])
    return bool(removed[0])


@transaction.atomic
def _forget_upload(batch: Batch) -> None:
    """Let go of the uploaded files and of what was said about them."""
    here = Batch.objects.select_for_update().get(pk=batch.pk)
    if here.state != Batch.State.CANCELLED:
        return
    here.table, here.problems, here.line, here.offset = None, [], 1, 0
    here.save(update_fields=["table", "problems", "line", "offset"])
    FileUse.objects.filter(noun=UPLOAD_NOUN, noun_id=here.pk).delete()
