"""Everything that the page of one import shows."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from machikado.town.work.imports.problems import REMARKS, Problem
from machikado.town.work.imports.tables import Row
from machikado.town.work.models import Batch
from machikado.town.work.queries.batches import columns_and_rows, problems_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise  # only the type stubs know this name

ROWS = 8
CELL = 60

ADVICE: dict[str, "StrPromise"] = {
    "ragged": _("Fix the line and upload the table again"),
    "broken": _("Close the quotation mark and upload again"),
    "cell_endless": _("Shorten the text or make it an image"),
    "table_inside": _("Choose the table and the archive together"),
    "workbook": _("Save it as CSV and upload again"),
    "name_twice": _("Give one of the two lines another name"),
    "name_long": _("Shorten the name"),
    "cell_long": _("Shorten the text or make it an image"),
    "nothing_to_show": _("Name an image in this line, or write a text"),
    "known_unfit": _("Correct the known answer, or leave it empty"),
    "image_missing": _("Add the image to the upload, or correct its name"),
    "image_unused": _("Nothing to do if this is intended"),
}
ADVICE_FOR_FILES = _("Replace this file and upload again")


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of the list of problems."""

    problem: Problem
    advice: str
    is_remark: bool


@dataclass(frozen=True, slots=True)
class BatchPage:
    """The facts of the page, asked for once."""

    batch: Batch
    faults: list[Fault]
    columns: list[str]
    rows: list[Row]
    same: Batch | None
    answers: int

    @property
    def may_start(self) -> bool:
        """Whether the import can begin, or go on where it stopped."""
        batch = self.batch
        begins = batch.state in (Batch.State.PREVIEWED, Batch.State.FAILED)
        return begins and not batch.problem_count and batch.total > 0

    @property
    def may_open(self) -> bool:
        """Whether everything is imported and waits for the flip."""
        return self.batch.state == Batch.State.IMPORTED

    @property
    def may_cancel(self) -> bool:
        """Whether it can still be given up without a trace."""
        return self.batch.state not in (Batch.State.READY, Batch.State.CANCELLED)

    @property
    def is_live(self) -> bool:
        """Whether the page should look again by itself."""
        return self.batch.state == Batch.State.IMPORTING


def batch_page(batch: Batch) -> BatchPage:
    """Ask for everything that the page shows; a cancelled import has lost its files."""
    gone = batch.state == Batch.State.CANCELLED
    columns, rows = ([], []) if gone else columns_and_rows(batch, ROWS)
    return BatchPage(
        batch=batch,
        faults=[_fault(problem) for problem in problems_of(batch)],
        columns=columns,
        rows=[Row(row.line, _cells(row, len(columns)), row.end) for row in rows],
        same=None if gone else _same_table(batch),
        answers=batch.total * batch.job.redundancy,
    )


def _fault(problem: Problem) -> Fault:
    return Fault(problem, str(ADVICE.get(problem.code, ADVICE_FOR_FILES)), problem.code in REMARKS)


def _cells(row: Row, columns: int) -> list[str]:
    """The cells of a row, as many as the table has columns."""
    return [_short(cell) for cell in [*row.cells, *[""] * columns][: max(columns, len(row.cells))]]


def _short(cell: str) -> str:
    return cell if len(cell) <= CELL else f"{cell[:CELL]}…"


def _same_table(batch: Batch) -> Batch | None:
    """Another import of this job with the very same table."""
    if batch.table is None:
        return None
    others = batch.job.batches.filter(table__file=batch.table.file_id).exclude(state=Batch.State.CANCELLED)
    return others.exclude(pk=batch.pk).order_by("-made_at").first()
