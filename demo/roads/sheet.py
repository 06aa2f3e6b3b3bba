"""A sheet on which roads are laid one after the other: they join where they cross, and never run doubled."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

Place = tuple[float, float]  # metres east and north

CELL_M = 120.0
STEP_M = 80.0  # pieces of a road are no longer than this, so that neighbours lie in neighbouring cells
JOIN_M = 14.0  # nearer than this, two places are one
DOUBLE_M = 45.0  # a street does not run so near beside another road …
DOUBLE_COSINE = 0.85  # … in nearly its direction


@dataclass(frozen=True)
class Road:
    """What is said of a road; `number` tells roads with equal tags apart."""

    number: int
    tags: tuple[tuple[str, str], ...]
    is_street: bool = False  # gives way to what is there: is left out where it would be doubled or cross the railway
    is_bridge: bool = False  # joins others at its two ends only


@dataclass(frozen=True)
class Piece:
    """A straight piece of a road, from node to node in the road's direction."""

    tail: int
    head: int
    road: Road


@dataclass
class Sheet:
    """Nodes and pieces, by cell."""

    places: list[Place] = field(default_factory=list)
    pieces: dict[int, Piece] = field(default_factory=dict)
    walls: list[tuple[Place, Place]] = field(default_factory=list)  # the railway
    _next: int = 0
    _nodes_in: dict[tuple[int, int], set[int]] = field(default_factory=dict)
    _pieces_in: dict[tuple[int, int], set[int]] = field(default_factory=dict)

    def lay(self, line: Sequence[Place], road: Road) -> None:
        """Lay a road along a line."""
        dots = [*_dots(line)]
        before = self._join(dots[0], road)
        for number, dot in enumerate(dots[1:], 2):
            ground = not road.is_bridge or number == len(dots)
            after = self._join(dot, road) if ground else self._node(dot)
            if before != after:
                self._step(before, after, road)
            before = after

    def _step(self, tail: int, head: int, road: Road) -> None:
        crossings = [] if road.is_bridge else [*self._crossings(tail, head)]
        cuts = {part: self._cut(number, place) for part, number, place in sorted(crossings) if number in self.pieces}
        chain = [tail, *(node for _, node in sorted(cuts.items())), head]
        for first, last in pairwise(chain):
            if (
                first != last
                and not self._joined(first, last)
                and not (road.is_street and self._gives_way(first, last))
            ):
                self._add(Piece(first, last, road))

    def _crossings(self, tail: int, head: int) -> Iterator[tuple[float, int, Place]]:
        """(part of the way, piece, place) of each piece that the straight line crosses."""
        a, b = self.places[tail], self.places[head]
        for number in self._pieces_near(a, b):
            piece = self.pieces[number]
            if piece.road.is_bridge or {tail, head} & {piece.tail, piece.head}:
                continue
            parts = crossing(a, b, self.places[piece.tail], self.places[piece.head])
            if parts:
                yield parts[0], number, between(a, b, parts[0])

    def _gives_way(self, first: int, last: int) -> bool:
        """Whether a street would cross the railway or run beside another road here."""
        a, b = self.places[first], self.places[last]
        if any(crossing(a, b, *wall) for wall in self.walls):
            return True
        middle = between(a, b, 0.5)
        for number in self._pieces_near(a, b):
            piece = self.pieces[number]
            c, d = self.places[piece.tail], self.places[piece.head]
            away, part = to_line(middle, c, d)
            doubled = away < DOUBLE_M and 0 < part < 1 and _cosine(a, b, c, d) > DOUBLE_COSINE
            if doubled and not piece.road.is_bridge:
                return True
        return False

    def _join(self, place: Place, road: Road) -> int:
        """The node that is there already, or a new one; on a road that passes there, a new junction."""
        near = [(math.dist(self.places[node], place), node) for node in self._nodes_near(place)]
        if near and min(near)[0] < JOIN_M:
            return min(near)[1]
        beside = []
        for number in self._pieces_near(place, place):
            piece = self.pieces[number]
            if not piece.road.is_bridge and not road.is_bridge:
                away, part = to_line(place, self.places[piece.tail], self.places[piece.head])
                beside.append((away, number, between(self.places[piece.tail], self.places[piece.head], part)))
        if beside and min(beside)[0] < JOIN_M:
            return self._cut(*min(beside)[1:])
        return self._node(place)

    def _cut(self, number: int, place: Place) -> int:
        """Cut a piece at a place, or take its end if that is near."""
        piece = self.pieces[number]
        for end in (piece.tail, piece.head):
            if math.dist(self.places[end], place) < JOIN_M:
                return end
        node = self._node(place)
        del self.pieces[number]
        self._add(Piece(piece.tail, node, piece.road))
        self._add(Piece(node, piece.head, piece.road))
        return node

    def _joined(self, first: int, last: int) -> bool:
        near = self._pieces_near(self.places[first], self.places[last])
        return any({self.pieces[each].tail, self.pieces[each].head} == {first, last} for each in near)

    def _node(self, place: Place) -> int:
        self.places.append(place)
        self._nodes_in.setdefault(_cell(place), set()).add(len(self.places) - 1)
        return len(self.places) - 1

    def _add(self, piece: Piece) -> None:
        self._next += 1
        self.pieces[self._next] = piece
        for end in (piece.tail, piece.head):
            self._pieces_in.setdefault(_cell(self.places[end]), set()).add(self._next)

    def _nodes_near(self, place: Place) -> list[int]:
        return [node for cell in _cells(place) for node in sorted(self._nodes_in.get(cell, ()))]

    def _pieces_near(self, a: Place, b: Place) -> list[int]:
        cells = {*_cells(a), *_cells(b)}
        return sorted({each for cell in cells for each in self._pieces_in.get(cell, ()) if each in self.pieces})


def _dots(line: Sequence[Place]) -> Iterator[Place]:
    yield line[0]
    for a, b in pairwise(line):
        count = max(1, math.ceil(math.dist(a, b) / STEP_M))
        yield from (between(a, b, number / count) for number in range(1, count + 1))


def _cell(place: Place) -> tuple[int, int]:
    return math.floor(place[0] / CELL_M), math.floor(place[1] / CELL_M)


def _cells(place: Place) -> list[tuple[int, int]]:
    east, north = _cell(place)
    return [(east + x, north + y) for x in (-1, 0, 1) for y in (-1, 0, 1)]


def between(a: Place, b: Place, part: float) -> Place:
    """The place at a part of the way from `a` to `b`."""
    return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part


def crossing(a: Place, b: Place, c: Place, d: Place) -> tuple[float, float] | None:
    """The parts of a–b and of c–d at which they cross, or None."""
    east, north, over, up = b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]
    area = east * up - north * over
    if area == 0:
        return None
    first = ((c[0] - a[0]) * up - (c[1] - a[1]) * over) / area
    second = ((c[0] - a[0]) * north - (c[1] - a[1]) * east) / area
    return (first, second) if 0 < first < 1 and 0 < second < 1 else None


def to_line(place: Place, a: Place, b: Place) -> tuple[float, float]:
    """How far a place is from a straight piece, and at which part of it."""
    east, north = b[0] - a[0], b[1] - a[1]
    square = east * east + north * north
    part = 0.0 if square == 0 else ((place[0] - a[0]) * east + (place[1] - a[1]) * north) / square
    part = min(1.0, max(0.0, part))
    return math.dist(place, between(a, b, part)), part


def _cosine(a: Place, b: Place, c: Place, d: Place) -> float:
    product = (b[0] - a[0]) * (d[0] - c[0]) + (b[1] - a[1]) * (d[1] - c[1])
    return abs(product) / max(math.dist(a, b) * math.dist(c, d), 1e-9)
