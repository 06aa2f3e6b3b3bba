"""What happens to an import: looked at, started, cancelled, opened. Its rows are written in `batch_rows`."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common import chores, files
from machikado.town.common.actors import Actor
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.common.models import FileUse, StoredFile
from machikado.town.people.permissions import require
from machikado.town.work import lives
from machikado.town.work.actions.batch_rows import import_rows, remove_rows
from machikado.town.work.events.batches import BatchCancelled, BatchOpened, BatchPreviewed, BatchStarted
from machikado.town.work.imports.pictures import Picture, UploadedImage, as_people_count, by_written_name, pictures
from machikado.town.work.imports.problems import CannotRead, Problems
from machikado.town.work.imports.rows import Inspector, check_columns
from machikado.town.work.imports.tables import Table, find_encoding
from machikado.town.work.kinds import kind_of
from machikado.town.work.models import Batch, Job

FILE_NOUN = "batch"


class CannotImport(Cannot):
    """An import that may not begin."""

    sentences = {
        "job_closed": _("This job is closed. Please make a new job for more tasks."),
        "has_problems": _(
            "%(count)s problems must be mended first. Please mend the file and upload it again; nothing was imported."
        ),
        "nothing": _("There is nothing to import in this upload."),
    }


@dataclass(frozen=True, slots=True)
class Upload:
    """What a coordinator uploads: a table (`content`, CSV), images (loose or ZIP), or both."""

    name: str
    content: BinaryIO | None = None
    images: Sequence[UploadedImage] = ()


@dataclass(frozen=True, slots=True)
class _Looked:
    """What came of looking at an upload."""

    rows: int
    encoding: str
    table: StoredFile | None
    images: dict[str, StoredFile]
    problems: Problems


def preview(*, job: Job, upload: Upload, by: Actor, now: datetime) -> Batch:
    """Read an upload, keep its files and say what is wrong with which line; no task is made.

    Raises CannotImport, and CannotRead where nothing of the upload can be used.
    """
    require(by, may="work.import_batch", on=job)
    if job.state == Job.State.CLOSED:
        raise CannotImport("job_closed")
    if upload.content is None and not upload.images:
        raise CannotRead("nothing")
    # Reading and writing files takes its time: it is done before the transaction, which then is short.
    looked = (
        _look_at_table(job, upload.content, upload.images, now)
        if upload.content
        else _look_at_images(upload.images, now)
    )
    return _keep(job, upload.name, looked, by, now)


def _look_at_images(images: Iterable[UploadedImage], now: datetime) -> _Looked:
    """Images without a table: each becomes a task, in the order of their names."""
    problems = Problems()
    stored = _store(images, problems, now)
    return _Looked(len(stored), "", None, stored, problems)


def _look_at_table(job: Job, content: BinaryIO, images: Sequence[UploadedImage], now: datetime) -> _Looked:
    """A table, and perhaps the images that it names. The cheap refusals come first."""
    encoding = find_encoding(content)
    table = Table(content, encoding)
    check_columns(table.columns, kind_of(job).columns(job.schema.body), {image.name: image.name for image in images})
    problems = Problems()
    stored = _store(images, problems, now)
    found = Inspector(table, by_written_name(stored), _fits(job)).inspect(problems)
    content.seek(0)
    kept = files.store(content, media_type="text/csv", now=now)
    return _Looked(found.rows, encoding, kept, stored, problems)


def _fits(job: Job) -> Callable[[str, str], str]:
    """Say whether a known value fits its field: the sentence of the form's own check, or ""."""
    kind, schema = kind_of(job), job.schema.body
    others = {name: [other for other in kind.columns(schema) if other != name] for name in kind.columns(schema)}
    return lambda name, text: kind.check(schema, {name: text}, others[name]).get(name, "")


def _store(images: Iterable[UploadedImage], problems: Problems, now: datetime) -> dict[str, StoredFile]:
    """Keep the bytes of each sound image; the others become problems."""
    stored: dict[str, StoredFile] = {}
    for found in pictures(images):
        if isinstance(found, Picture):
            stored[found.name] = files.store(found.content, media_type=found.media_type, now=now)
        else:
            problems.add(found)
    return stored


@transaction.atomic
def _keep(job: Job, name: str, looked: _Looked, by: Actor, now: datetime) -> Batch:
    """Write the batch with its files and its diary row."""
    assert by.person_id is not None  # `require` lets no actor without a person import
    batch = Batch.objects.create(
        job=job,
        name=name.strip()[:120] or job.title,
        encoding=looked.encoding,
        total=looked.rows,
        line=1 if looked.table else 0,
        problems=[problem.as_json() for problem in looked.problems.kept],
        problem_count=looked.problems.count,
        made_by_id=by.person_id,
        made_at=now,
    )
    if looked.table:
        batch.table = files.attach(
            looked.table, noun=FILE_NOUN, noun_id=batch.pk, name=f"{batch.name[:190]}.csv", now=now
        )
        batch.save(update_fields=["table"])
    FileUse.objects.bulk_create(
        FileUse(file=looked.images[image], noun=FILE_NOUN, noun_id=batch.pk, name=image, made_at=now)
        for image in sorted(looked.images, key=as_people_count)
    )
    event = BatchPreviewed(
        code=batch.code, job=job.code, rows=looked.rows, images=len(looked.images), problems=looked.problems.count
    )
    record(event, by=by, now=now, detail={"name": batch.name})
    return batch


@transaction.atomic
def start(*, batch: Batch, by: Actor, now: datetime) -> Batch:
    """Write the draft rows in the background, or go on where a stopped import left off; starting twice is one start.

    Raises CannotImport, CannotStep.
    """
    require(by, may="work.import_batch", on=batch)
    batch = locked(batch)
    if batch.state in {Batch.State.IMPORTING, Batch.State.IMPORTED, Batch.State.READY}:
        return batch
    after = lives.BATCH.step(batch.state, Batch.State.IMPORTING)
    if batch.problem_count:
        raise CannotImport("has_problems", count=batch.problem_count)
    if not batch.total:
        raise CannotImport("nothing")
    _set_state(batch, after)
    record(BatchStarted(code=batch.code, total=batch.total, done=batch.done), by=by, now=now)
    chores.later(import_rows, batch_code=batch.code)
    return batch


@transaction.atomic
def cancel(*, batch: Batch, by: Actor, now: datetime) -> Batch:
    """Give an import up before it is opened; its rows and files go in the background. Raises CannotStep."""
    require(by, may="work.import_batch", on=batch)
    batch = locked(batch)
    if batch.state == Batch.State.CANCELLED:
        return batch
    _set_state(batch, lives.BATCH.step(batch.state, Batch.State.CANCELLED))
    record(BatchCancelled(code=batch.code, done=batch.done), by=by, now=now)
    chores.later(remove_rows, batch_code=batch.code)
    return batch


@transaction.atomic
def open_batch(*, batch: Batch, by: Actor, now: datetime) -> Batch:
    """Make every draft row a task that people may take: one flip of one row. Raises CannotStep."""
    require(by, may="work.open_batch", on=batch)
    batch = locked(batch)
    if batch.state == Batch.State.READY:
        return batch
    batch.ready_at = now
    _set_state(batch, lives.BATCH.step(batch.state, Batch.State.READY))
    wanted = batch.total * batch.job.redundancy
    record(BatchOpened(code=batch.code, job=batch.job.code, tasks=batch.total, answers_wanted=wanted), by=by, now=now)
    return batch


def locked(batch: Batch) -> Batch:
    """The batch's row as it stands now, held until the transaction ends."""
    return Batch.objects.select_for_update(of=("self",)).select_related("job").get(pk=batch.pk)


def _set_state(batch: Batch, after: str) -> None:
    """Write a step that `lives.BATCH` allowed."""
    batch.state = after
    batch.save(update_fields=["state", "ready_at"])
