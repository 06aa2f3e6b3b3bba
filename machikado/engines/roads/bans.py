"""Turn restrictions of the map → arcs that may not follow each other.

`no_*` bans the turn, `only_*` bans every other one; via a node, or via ways, which become chains of arcs.
https://wiki.openstreetmap.org/wiki/Relation:restriction
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from machikado.engines.roads.conditions import clauses
from machikado.engines.roads.words import Ban, Graph, Mode, Remark, Restriction

LONGEST = 12  # arcs between `from` and `to`; more is a mistake of the map
OLD_TIMES = ("day_on", "day_off", "hour_on", "hour_off", "time")


@dataclass(frozen=True)
class _Arcs:
    """The arcs of a graph by way and by junction."""

    graph: Graph
    of_way: dict[int, list[int]]  # by the map's number
    out_of: dict[int, list[int]]  # by junction
    junction: dict[int, int]  # by the map's number of its node


def ban_turns(graph: Graph) -> Graph:
    """Return the graph with the bans of its map; what cannot be kept is remarked."""
    arcs = _index(graph)
    bans: list[Ban] = []
    remarks = []
    for restriction in () if graph.mode.walks else graph.network.restrictions:
        for kind, condition in _kinds(restriction, graph.mode):
            remarks += _doubts(restriction)
            found = sorted(set(_sequences(arcs, restriction, kind)))
            bans += [Ban(each, condition, restriction.osm_id) for each in found]
            if not found and _is_here(arcs, restriction):
                remarks.append(Remark("turn_not_kept", f"relation {restriction.osm_id}", _text(restriction, kind)))
    return replace(graph, bans=tuple(bans), remarks=graph.remarks + tuple(remarks))


def _index(graph: Graph) -> _Arcs:
    of_way: dict[int, list[int]] = {}
    out_of: dict[int, list[int]] = {}
    for arc in range(graph.arcs):
        of_way.setdefault(graph.network.ways[int(graph.way[arc])].osm_id, []).append(arc)
        out_of.setdefault(int(graph.tail[arc]), []).append(arc)
    osm_ids = graph.network.node_ids[graph.node_of]
    return _Arcs(graph, of_way, out_of, {int(osm_id): number for number, osm_id in enumerate(osm_ids)})


def _kinds(restriction: Restriction, mode: Mode) -> Iterator[tuple[str, str | None]]:
    """(`no_left_turn`, condition or None) for each tag that speaks of the mode."""
    tags = restriction.tags
    spared = {each.strip() for each in tags.get("except", "").split(";")}
    only_for = tags["type"].removeprefix("restriction").removeprefix(":")
    if spared & set(mode.keys) or only_for not in {"", *mode.keys}:
        return
    for name in ("", *(f":{key}" for key in mode.keys)):
        if (kind := tags.get(f"restriction{name}")) and kind.startswith(("no_", "only_")):
            yield kind, None
        for kind, condition in clauses(tags.get(f"restriction{name}:conditional", "")):
            if kind.startswith(("no_", "only_")):
                yield kind, condition


def _doubts(restriction: Restriction) -> list[Remark]:
    old = [f"{key}={restriction.tags[key]}" for key in OLD_TIMES if key in restriction.tags]
    text = "taken as if it always held: " + " ".join(old)
    return [Remark("times_not_understood", f"relation {restriction.osm_id}", text)] if old else []


def _text(restriction: Restriction, kind: str) -> str:
    where = "way" if restriction.via_ways else "node"
    return f"{kind} via {where}: its ways do not meet as it says, or no turn is left to ban"


def _is_here(arcs: _Arcs, restriction: Restriction) -> bool:
    """Whether the mode could come by this restriction at all: one about a footpath is no loss for a bus."""
    every = restriction.from_ways + restriction.via_ways + restriction.to_ways
    return bool(restriction.from_ways and restriction.to_ways) and all(way in arcs.of_way for way in every)


def _sequences(arcs: _Arcs, restriction: Restriction, kind: str) -> Iterator[tuple[int, ...]]:
    to_ways = set(restriction.to_ways)
    for chain in _chains(arcs, restriction):
        follow = arcs.out_of.get(int(arcs.graph.head[chain[-1]]), [])
        meant = [arc for arc in follow if _osm_way(arcs.graph, arc) in to_ways and _is_meant(arcs, chain, arc, kind)]
        if meant and kind.startswith("only_"):
            meant = [arc for arc in follow if arc not in meant]
        yield from ((*chain, arc) for arc in meant)


def _is_meant(arcs: _Arcs, chain: tuple[int, ...], arc: int, kind: str) -> bool:
    """Where `from` and `to` are one way, a U-turn means the arc back, and anything else the arc ahead."""
    if _osm_way(arcs.graph, chain[-1]) != _osm_way(arcs.graph, arc):
        return True
    return (arc == int(arcs.graph.reverse[chain[-1]])) == kind.endswith("u_turn")


def _osm_way(graph: Graph, arc: int) -> int:
    return graph.network.ways[int(graph.way[arc])].osm_id


def _chains(arcs: _Arcs, restriction: Restriction) -> Iterator[tuple[int, ...]]:
    """The arcs from `from` to the place where the turn is made, `via` ways included."""
    starts = [arc for way in restriction.from_ways for arc in arcs.of_way.get(way, [])]
    if not restriction.via_ways:
        via = {arcs.junction.get(osm_id) for osm_id in restriction.via_nodes}
        yield from ((arc,) for arc in starts if int(arcs.graph.head[arc]) in via)
        return
    pending: list[tuple[int, ...]] = [(arc,) for arc in starts]
    while pending:
        chain = pending.pop()
        if set(restriction.via_ways) <= {_osm_way(arcs.graph, arc) for arc in chain[1:]}:
            yield chain
        if len(chain) <= LONGEST:
            pending += [(*chain, arc) for arc in _next_via(arcs, chain, restriction)]


def _next_via(arcs: _Arcs, chain: tuple[int, ...], restriction: Restriction) -> list[int]:
    passed = {int(arcs.graph.tail[arc]) for arc in chain}
    follow = arcs.out_of.get(int(arcs.graph.head[chain[-1]]), [])
    return [
        arc
        for arc in follow
        if _osm_way(arcs.graph, arc) in restriction.via_ways and int(arcs.graph.head[arc]) not in passed
    ]
