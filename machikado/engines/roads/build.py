"""Builds the graph of a mode from a map: roads are cut at junctions, each direction becomes an arc."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from machikado.engines.roads import tags as said
from machikado.engines.roads.bans import ban_turns
from machikado.engines.roads.ground import steps_cm
from machikado.engines.roads.words import NONE, Access, CannotRead, Graph, Ints, Mode, Network, Remark, SmallInts, Tags

SIGNAL = "traffic_signals"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a way between two junctions; at least one direction can be used at some time."""

    way: int
    nodes: tuple[int, ...]
    directions: tuple[bool, ...]  # forward: True


def build(network: Network, mode: Mode = said.DRIVE) -> Graph:
    """Return the graph of all that the mode may ever use. Raises CannotRead if that is nothing.

    What depends on the time stays in, and is opened or closed when times are asked for (`times.customise`).
    """
    ways = {
        number: directions
        for number, way in enumerate(network.ways)
        if (directions := tuple(each for each in (True, False) if said.ever(way.tags, mode, each)))
    }
    pieces = list(_pieces(network, ways, _junction_nodes(network, ways, mode)))
    if not pieces:
        raise CannotRead(f"There is no road in the file that may be used by {mode.name}.")
    return ban_turns(_graph(network, mode, pieces))


def _junction_nodes(network: Network, ways: dict[int, tuple[bool, ...]], mode: Mode) -> set[int]:
    """Nodes where roads are cut: ends of ways, nodes used twice, barriers, and where restrictions hang."""
    uses: Counter[int] = Counter()
    for number in ways:
        nodes = network.ways[number].nodes
        uses.update(nodes)
        uses.update((nodes[0], nodes[-1]))
    found = {node for node, count in uses.items() if count > 1}
    found |= {node for node, node_tags in network.node_tags.items() if said.blocks(node_tags, mode)}
    via = {osm_id for restriction in network.restrictions for osm_id in restriction.via_nodes}
    found |= {int(index) for index in np.flatnonzero(np.isin(network.node_ids, [*via]))} & uses.keys()
    return found


def _pieces(network: Network, ways: dict[int, tuple[bool, ...]], junctions: set[int]) -> Iterator[_Piece]:
    for number, directions in ways.items():
        nodes = network.ways[number].nodes
        cuts = [at for at, node in enumerate(nodes) if node in junctions]
        for first, last in pairwise(cuts):
            piece = nodes[first : last + 1]
            if piece[0] != piece[-1]:
                yield _Piece(number, piece, directions)
                continue
            # a loop from a junction to itself: halved, so that its arcs have two ends
            half = len(piece) // 2
            yield _Piece(number, piece[: half + 1], directions)
            yield _Piece(number, piece[half:], directions)


def _graph(network: Network, mode: Mode, pieces: list[_Piece]) -> Graph:
    nodes = sorted({node for piece in pieces for node in (piece.nodes[0], piece.nodes[-1])})
    junction = {node: number for number, node in enumerate(nodes)}
    arcs = [(piece, forward) for piece in pieces for forward in piece.directions]
    shapes = [piece.nodes if forward else piece.nodes[::-1] for piece, forward in arcs]
    way_tags = [network.ways[piece.way].tags for piece, _ in arcs]
    shape_start = np.zeros(len(arcs) + 1, np.int64)
    np.cumsum([len(shape) for shape in shapes], out=shape_start[1:])
    shape = np.array([node for each in shapes for node in each], np.int32)
    directions = [forward for _, forward in arcs]
    return Graph(
        network=network,
        mode=mode,
        tail=np.array([junction[each[0]] for each in shapes], np.int32),
        head=np.array([junction[each[-1]] for each in shapes], np.int32),
        way=np.array([piece.way for piece, _ in arcs], np.int32),
        forward=np.array(directions, np.bool_),
        reverse=_reverses(arcs),
        shape_start=shape_start,
        shape=shape,
        length_cm=_lengths(network, shape, shape_start),
        signals=np.array([_signals(network, each) for each in shapes], np.int32),
        access=np.array(
            [_access(each, mode, forward) for each, forward in zip(way_tags, directions, strict=True)], np.int8
        ),
        timed=np.array([arc for arc, each in enumerate(way_tags) if said.is_timed(each)], np.int32),
        node_of=np.array(nodes, np.int32),
        blocked=np.array([said.blocks(network.node_tags.get(node, {}), mode) for node in nodes], np.bool_),
        bans=(),
        remarks=network.remarks + tuple(_remarks(network, {piece.way for piece in pieces})),
    )


def _access(tags: Tags, mode: Mode, forward: bool) -> Access:
    if not said.runs(tags, mode, forward, None):
        return Access.CLOSED
    return said.access(tags, mode, forward, None)


def _reverses(arcs: list[tuple[_Piece, bool]]) -> SmallInts:
    """Both directions of a piece stand beside each other."""
    found = np.full(len(arcs), NONE, np.int32)
    for arc, (piece, forward) in enumerate(arcs):
        if len(piece.directions) == 2:
            found[arc] = arc + 1 if forward else arc - 1
    return found


def _lengths(network: Network, shape: SmallInts, shape_start: Ints) -> Ints:
    """Centimetres of each arc, at least one: the sum of its rounded steps, so that both directions are equal."""
    steps = steps_cm(network.lat[shape], network.lon[shape])
    steps = np.append(steps, 0)
    steps[shape_start[1:] - 1] = 0  # from the head of one arc to the tail of the next is no road
    return np.maximum(np.add.reduceat(steps, shape_start[:-1]), 1)


def _signals(network: Network, shape: tuple[int, ...]) -> int:
    """Signals after the tail: one that stands at a junction belongs to the arcs that lead to it."""
    return sum(network.node_tags.get(node, {}).get("highway") == SIGNAL for node in shape[1:])


def _remarks(network: Network, ways: set[int]) -> Iterator[Remark]:
    for number in sorted(ways):
        way = network.ways[number]
        for text in said.not_understood(way.tags):
            yield Remark("condition_not_understood", f"way {way.osm_id}", f"taken as if it never held: {text}")
        limit = way.tags.get("maxspeed")
        if limit and said.signed_kmh(way.tags, True, None) is None:
            yield Remark("speed_not_understood", f"way {way.osm_id}", f"taken as if there were no sign: {limit}")
        if way.tags.get("oneway") == "reversible":
            yield Remark("direction_not_known", f"way {way.osm_id}", "left out: its direction changes by a plan")
