"""What can be wrong with one line or one file of an upload, and the sentence for it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from machikado.town.common.errors import Cannot

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise  # only the type stubs know this name

KEPT = 100

SENTENCES: dict[str, "StrPromise"] = {
    "ragged": _(
        "This line has %(cells)s cells, the first line has %(columns)s. Please check commas and quotation marks."
    ),
    "broken": _(
        "This line cannot be read: a quotation mark is opened or closed in the wrong place. Nothing after it was read."
    ),
    "cell_endless": _(
        "A cell of this line is far longer than 4,000 characters. Please shorten it, or close a quotation mark that"
        " stands open. Nothing after it was read."
    ),
    "name_twice": _("The name “%(name)s” stands in line %(first)s already. Each line needs a name of its own."),
    "name_long": _("This name is longer than 120 characters."),
    "cell_long": _("The text in “%(column)s” is longer than 4,000 characters."),
    "nothing_to_show": _("This line has neither an image nor a text to show."),
    "known_unfit": _("The known answer for “%(field)s” does not fit the form: %(reason)s"),
    "image_missing": _("The image “%(name)s” is not among the uploaded files."),
    "image_unsafe": _("“%(name)s” cannot be the name of an image: a plain file name is needed."),
    "image_none": _("“%(name)s” is not an image (PNG, JPEG, WebP or TIFF), or it is damaged."),
    "file_empty": _("“%(name)s” is empty."),
    "workbook": _("“%(name)s” is an Excel workbook. Please save it from Excel as “CSV UTF-8” and upload that."),
    "table_inside": _("“%(name)s” is a table inside an archive. Please choose the table beside the archive."),
    "image_huge": _("“%(name)s” is too large: at most 20 MB and 100 million pixels."),
    "image_pages": _("“%(name)s” holds several pages. Please save each page as a file of its own."),
    "image_twice": _("There are two files called “%(name)s”."),
    "image_unused": _("%(count)s images are named by no line and will not be used, for example “%(name)s”."),
    "zip_inside": _("“%(name)s” is an archive. Please unpack it and upload the images themselves."),
    "zip_locked": _("“%(name)s” is protected by a password. Please upload it without one."),
    "zip_link": _("“%(name)s” is a link and not a file."),
    "zip_swells": _("“%(name)s” swells suspiciously when it is unpacked and was refused."),
    "zip_damaged": _("“%(name)s” is damaged inside the archive."),
}

# These are said, but do not stop an import.
REMARKS = frozenset({"image_unused"})


class CannotRead(Cannot):
    """An upload of which nothing can be used; nothing was kept of it."""

    sentences = {
        "nothing": _("Please choose a table (CSV) or images."),
        "empty": _("This file is empty. Please choose another one."),
        "only_header": _("This table has a first line with names and no line after it. Nothing can be imported."),
        "encoding": _(
            "This file is neither UTF-8 nor Shift_JIS (line %(line)s). Please save it from Excel as “CSV UTF-8”."
        ),
        "utf16": _(
            "This file says that it is “Unicode text” (UTF-16), but line %(line)s is damaged."
            " Please save it from Excel once more."
        ),
        "packed": _("This file is an Excel workbook or an archive. Please save it from Excel as “CSV UTF-8”."),
        "nul": _("This file is not a text table (a NUL byte in line %(line)s). Please save it as CSV."),
        "too_big": _("This file is larger than 200 MB. Please split it."),
        "too_many_rows": _("This table has more than 1,000,000 lines. Please split it."),
        "header_twice": _("The column “%(name)s” stands twice in the first line. Please rename one."),
        "header_blank": _("Column %(number)s has no name in the first line. Please give it one."),
        "header_long": _("A table can have at most 100 columns, each with a name of at most 60 characters."),
        "header_broken": _("The first line cannot be read. Please check its quotation marks."),
        "known_unknown": _(
            "“%(name)s” names no field of the form. Known answers need columns like “known:%(example)s”."
        ),
        "line_ends": _("A line of this file is longer than 1 MB. Please check that it is a CSV file."),
        "zip_broken": _("“%(name)s” is not a ZIP archive that can be opened. Please pack it again."),
        "too_many_images": _("More than 20,000 images at once. Please split them."),
        "images_too_big": _("The images are larger than 2 GB together. Please split them."),
        "no_image_column": _("Images were uploaded, but the table has no column “image” that names them."),
    }


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. `line` counts as a spreadsheet does (the header is 1); 0 is a fault of a file, not of a line."""

    line: int
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The fault in the language of whoever reads it now."""
        return str(SENTENCES[self.code]) % self.params

    def as_json(self) -> dict[str, Any]:
        """The fault as the batch keeps it."""
        return {"line": self.line, "code": self.code, "params": dict(self.params)}


class Problems:
    """Counts all faults and keeps the first hundred, so that a broken million lines cost no memory."""

    def __init__(self) -> None:
        self.count = 0
        self.kept: list[Problem] = []

    def add(self, problem: Problem) -> None:
        """Count one fault (a remark is kept, not counted)."""
        self.count += problem.code not in REMARKS
        if len(self.kept) < KEPT:
            self.kept.append(problem)

    def extend(self, problems: Iterable[Problem]) -> None:
        """Count several."""
        for problem in problems:
            self.add(problem)


def from_json(rows: Iterable[Mapping[str, Any]]) -> Iterator[Problem]:
    """The faults that a batch keeps, with their sentences."""
    for row in rows:
        yield Problem(row["line"], row["code"], row["params"])
