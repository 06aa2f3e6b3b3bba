"""Questions about imports: what a viewer may see, what is wrong, what the first lines look like."""

from contextlib import closing
from itertools import islice

from django.db.models import QuerySet

from machikado.town.common import files
from machikado.town.common.models import FileUse
from machikado.town.people.viewer import Viewer
from machikado.town.work.imports.problems import Problem, from_json
from machikado.town.work.imports.tables import BrokenRow, Row, Table
from machikado.town.work.models import Batch

ROWS_SHOWN = 20


def batches_visible_to(viewer: Viewer | None) -> QuerySet[Batch]:
    """Imports are the centre's own affair."""
    return Batch.objects.all() if viewer is not None and viewer.is_staff else Batch.objects.none()


def problems_of(batch: Batch) -> list[Problem]:
    """The first hundred faults that the preview found; `batch.problem_count` says how many there are."""
    return list(from_json(batch.problems))


def columns_and_rows(batch: Batch, limit: int = ROWS_SHOWN) -> tuple[list[str], list[Row]]:
    """The names of the columns and the first rows of the stored table; images alone have one column and their names."""
    if batch.table is None:
        return ["image"], [Row(line, [name], 0) for line, name in enumerate(image_names(batch)[:limit], start=1)]
    with closing(files.open_file(batch.table.file)) as stream:
        table = Table(stream, batch.encoding)
        try:
            return table.columns, list(islice(table.rows(), limit))
        except BrokenRow:
            return table.columns, []


def image_names(batch: Batch) -> QuerySet[FileUse, str]:
    """The names of the uploaded images, in the order in which they become tasks where there is no table."""
    uses = FileUse.objects.filter(noun="batch", noun_id=batch.pk).exclude(pk=batch.table_id or 0)
    return uses.order_by("pk").values_list("name", flat=True)
