"""What the columns of a table mean: `name`, `image`, `known:<field>`; the others are text shown beside the form."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from machikado.town.work.form_values import clean
from machikado.town.work.imports.pictures import plain_name
from machikado.town.work.imports.problems import CannotRead, Problem, Problems
from machikado.town.work.imports.tables import BrokenRow, Row, Table

NAME = "name"
IMAGE = "image"
KNOWN = "known:"
CELL = 4000
NAME_LENGTH = 120

# field name, value → a sentence if the value does not fit the form, else ""
Fits = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the table as a task: `image` is the name of a file, `known` the true answer where it is known."""

    line: int
    name: str = ""
    image: str = ""
    source: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """Which cell means what."""

    columns: list[str]
    name: int | None
    image: int | None
    known: Mapping[str, int]
    source: Mapping[str, int]

    @classmethod
    def of(cls, columns: list[str]) -> "Layout":
        """Read the first line."""
        places = {column: index for index, column in enumerate(columns)}
        known = {
            column.removeprefix(KNOWN).strip(): place for column, place in places.items() if column.startswith(KNOWN)
        }
        source = {c: place for c, place in places.items() if c not in {NAME, IMAGE} and not c.startswith(KNOWN)}
        return cls(columns, places.get(NAME), places.get(IMAGE), known, source)

    def name_in(self, row: Row) -> str:
        """The name of a line, or "" if it has none; of a line with too few cells, if it reaches so far."""
        if self.name is None or self.name >= len(row.cells):
            return ""
        cell = row.cells[self.name]
        return (cell if cell.isprintable() else clean(cell)).strip()

    def item(self, row: Row) -> Item:
        """Read one line that has a cell for each column."""
        cells = [cell if cell.isprintable() else clean(cell) for cell in row.cells]
        known = {name: text for name, place in self.known.items() if (text := cells[place].strip())}
        return Item(
            line=row.line,
            name=self.name_in(row),
            image=plain_name(cells[self.image]) if self.image is not None else "",
            source={column: text for column, place in self.source.items() if (text := cells[place].strip())},
            known=known or None,
        )


@dataclass(frozen=True, slots=True)
class Found:
    """What a first reading found: how many lines can become tasks, and all faults."""

    rows: int
    problems: Problems


class Inspector:
    """Reads a whole table once and collects its faults, line by line."""

    def __init__(self, table: Table, images: Mapping[str, str], fits: Fits) -> None:
        self._table = table
        self._layout = Layout.of(table.columns)
        self._images = images  # as a table may write it → full name
        self._fits = fits
        self._names: dict[bytes, int] = {}
        self._used: set[str] = set()

    def inspect(self, problems: Problems) -> Found:
        """Count the lines and add their faults to `problems`. Raises CannotRead."""
        count = 0
        try:
            for row in self._table.rows():
                count += 1
                problems.extend(self._faults(row))
        except BrokenRow as error:
            problems.add(Problem(error.line, error.code))
        if count == 0 and not problems.count:
            raise CannotRead("only_header")
        unused = set(self._images.values()) - self._used
        if unused:
            problems.add(Problem(0, "image_unused", {"count": len(unused), "name": min(unused)}))
        return Found(count, problems)

    def _faults(self, row: Row) -> Iterator[Problem]:
        """The faults of one line."""
        if len(row.cells) != len(self._layout.columns):
            yield Problem(row.line, "ragged", {"cells": len(row.cells), "columns": len(self._layout.columns)})
            yield from self._name_faults(row.line, self._layout.name_in(row))
            return
        item = self._layout.item(row)
        yield from self._name_faults(item.line, item.name)
        yield from self._image_faults(item, row)
        for column, text in item.source.items():
            if len(text) > CELL:
                yield Problem(row.line, "cell_long", {"column": column})
        for name, text in (item.known or {}).items():
            if reason := self._fits(name, text):
                yield Problem(row.line, "known_unfit", {"field": name, "reason": reason})

    def _name_faults(self, line: int, name: str) -> Iterator[Problem]:
        """A name must be short, and the only one of its kind; 16 bytes a line stand for it in memory."""
        if len(name) > NAME_LENGTH:
            yield Problem(line, "name_long")
        if name:
            first = self._names.setdefault(blake2b(name.encode(), digest_size=16).digest(), line)
            if first != line:
                yield Problem(line, "name_twice", {"name": name[:40], "first": first})

    def _image_faults(self, item: Item, row: Row) -> Iterator[Problem]:
        """An image must be named plainly and be there; without one there must be some text."""
        written = row.cells[self._layout.image].strip() if self._layout.image is not None else ""
        if written and not item.image:
            shown = "".join(c if c.isprintable() else "�" for c in written[:80])
            yield Problem(item.line, "image_unsafe", {"name": shown})
        elif item.image and item.image not in self._images:
            yield Problem(item.line, "image_missing", {"name": item.image[:80]})
        elif not item.image and not item.source:
            yield Problem(item.line, "nothing_to_show")
        self._used.add(self._images.get(item.image, ""))


def check_columns(columns: list[str], fields: list[str], images: Mapping[str, str]) -> None:
    """Raise CannotRead where the first line cannot belong to this form or to these images."""
    layout = Layout.of(columns)
    for name in layout.known:
        if name not in fields:
            raise CannotRead("known_unknown", name=f"{KNOWN}{name}", example=fields[0])
    if images and layout.image is None:
        raise CannotRead("no_image_column")
