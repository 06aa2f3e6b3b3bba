"""Writes the drawn town as OpenStreetMap XML: signals, turn restrictions, and on everything that it is synthetic."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from xml.sax.saxutils import quoteattr

from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from demo.roads.axes import on_earth, places
from demo.roads.sheet import Piece, Road, Sheet

SOURCE = {"source": "synthetic"}
NOTE = "Synthetic roads of Machikado's sample town. No survey, no copy of a map: only the places are real."
MAIN = ("trunk", "primary", "secondary")
LARGE = (*MAIN, "tertiary")
RESTRICTIONS = 14
Chain = tuple[Road, tuple[int, ...]]


def osm(sheet: Sheet, seed: int) -> bytes:
    """The largest part of the sheet as a file; the same sheet and seed give the same bytes."""
    ways = _without_traps(_connected(sheet, [*_chains(sheet)]))
    signals = _signals(sheet, ways)
    nodes = sorted({node for _, chain in ways for node in chain})
    number = {node: at for at, node in enumerate(nodes, 1)}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<osm version="0.6" generator={quoteattr("Machikado, synthetic")}>',
    ]
    lines.append(f"<note>{NOTE}</note>")
    for node in nodes:
        lat, lon = on_earth(*sheet.places[node])
        lines.append(f'<node id="{number[node]}" lat="{lat:.7f}" lon="{lon:.7f}">')
        lines += [*_tags({**signals[node], **SOURCE} if node in signals else {}), "</node>"]
    for at, (road, chain) in enumerate(ways, 1):
        lines += [f'<way id="{at}">', *(f'<nd ref="{number[node]}"/>' for node in chain)]
        lines += [*_tags({**dict(road.tags), **SOURCE}), "</way>"]
    for at, (first, via, last, kind) in enumerate(_restrictions(ways, signals, Random(seed)), 1):
        lines += [f'<relation id="{at}">', f'<member type="way" ref="{first}" role="from"/>']
        lines += [
            f'<member type="node" ref="{number[via]}" role="via"/>',
            f'<member type="way" ref="{last}" role="to"/>',
        ]
        lines += [*_tags({"type": "restriction", "restriction": kind, **SOURCE}), "</relation>"]
    return "\n".join([*lines, "</osm>", ""]).encode()


def _tags(tags: dict[str, str]) -> list[str]:
    return [f"<tag k={quoteattr(key)} v={quoteattr(said)}/>" for key, said in sorted(tags.items())]


def _chains(sheet: Sheet) -> Iterator[Chain]:
    """The pieces of each road in its direction, cut where other roads join: one way of the map for each."""
    ends: dict[int, int] = defaultdict(int)
    for piece in sheet.pieces.values():
        ends[piece.tail] += 1
        ends[piece.head] += 1
    roads: dict[Road, dict[int, list[Piece]]] = defaultdict(lambda: defaultdict(list))
    for piece in sheet.pieces.values():
        roads[piece.road][piece.tail].append(piece)
    for road, out in roads.items():
        into = {piece.head for pieces in out.values() for piece in pieces}
        begins = sorted(node for node in out if ends[node] != 2 or node not in into)
        for piece in [piece for node in begins or [min(out)] for piece in out[node]]:
            chain = [piece.tail, piece.head]
            while ends[chain[-1]] == 2 and out[chain[-1]] and chain[-1] != chain[0]:
                chain.append(out[chain[-1]][0].head)
            yield road, tuple(chain)


def _without_traps(ways: list[Chain]) -> list[Chain]:
    """Streets are made two-way where one would get in and not out again, or out and not in, without turning round."""
    while trapped := _trapped(ways):
        opened = [(_two_way(road) if trapped & {chain[0], chain[-1]} else road, chain) for road, chain in ways]
        if opened == ways:
            break  # what is left is no street's fault: the motorway ends at the border of the map
        ways = opened
    return ways


def _trapped(ways: list[Chain]) -> set[int]:
    """The ends of all ways that are not on the main island."""
    arcs = [(n, chain[0], chain[-1]) for n, (road, chain) in enumerate(ways) if dict(road.tags).get("oneway") != "-1"]
    arcs += [(n, chain[-1], chain[0]) for n, (road, chain) in enumerate(ways) if dict(road.tags).get("oneway") != "yes"]
    leaving: dict[int, list[int]] = defaultdict(list)
    for arc, (_, tail, _) in enumerate(arcs):
        leaving[tail].append(arc)
    turns = []
    for arc, (way, _, head) in enumerate(arcs):
        ahead = [after for after in leaving[head] if arcs[after][0] != way]
        turns += [(arc, after) for after in ahead or leaving[head]]
    links = csr_matrix(([1] * len(turns), tuple(zip(*turns, strict=True))), (len(arcs), len(arcs)))
    label = connected_components(links, connection="strong")[1].tolist()
    main = Counter(label).most_common(1)[0][0]
    return {end for arc, part in zip(arcs, label, strict=True) if part != main for end in arc[1:]}


def _two_way(road: Road) -> Road:
    is_street = dict(road.tags)["highway"] == "residential"
    return replace(road, tags=tuple((key, said) for key, said in road.tags if key != "oneway" or not is_street))


def _connected(sheet: Sheet, ways: list[Chain]) -> list[Chain]:
    """The ways of the largest part."""
    part = list(range(len(sheet.places)))

    def top(node: int) -> int:
        while part[node] != node:
            part[node] = part[part[node]]
            node = part[node]
        return node

    for _, chain in ways:
        for node in chain[1:]:
            part[top(node)] = top(chain[0])
    size: dict[int, int] = defaultdict(int)
    for _, chain in ways:
        size[top(chain[0])] += len(chain)
    largest = max(size, key=lambda node: (size[node], -node))
    return [(road, chain) for road, chain in ways if top(chain[0]) == largest]


def _signals(sheet: Sheet, ways: list[Chain]) -> dict[int, dict[str, str]]:
    """Signals where a main road meets another large one, named after the place next to them."""
    meeting: dict[int, list[str]] = defaultdict(list)
    for road, chain in ways:
        kind = dict(road.tags)["highway"]
        for node in (chain[0], chain[-1]):
            meeting[node].append(kind)
    names = places("area")
    found = {}
    for node, kinds in sorted(meeting.items()):
        large = sum(kind in LARGE for kind in kinds)
        if large >= 3 and any(kind in MAIN for kind in kinds):
            nearest = min(names, key=lambda name: (math.dist(names[name], sheet.places[node]), name))
            found[node] = {"highway": "traffic_signals", "name": nearest.removeprefix("広丘")}
    return found


def _restrictions(
    ways: list[Chain], signals: dict[int, dict[str, str]], chance: Random
) -> Iterator[tuple[int, int, int, str]]:
    """(from way, via node, to way, kind): at some signals no turning round, at some no right turn."""
    at_node: dict[int, list[int]] = defaultdict(list)
    for number, (road, chain) in enumerate(ways, 1):
        if "oneway" not in dict(road.tags):
            for node in {chain[0], chain[-1]} & signals.keys():
                at_node[node].append(number)
    crossings = [node for node, numbers in sorted(at_node.items()) if len(numbers) >= 3]
    for node in chance.sample(crossings, min(RESTRICTIONS, len(crossings))):
        first, last = chance.sample(at_node[node], 2)
        kind = chance.choice(["no_right_turn", "no_left_turn", "no_u_turn"])
        yield first, node, first if kind == "no_u_turn" else last, kind
