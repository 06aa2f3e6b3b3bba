"""Reads a map: OpenStreetMap as PBF or XML by osmium, or GeoJSON with the same tags on its lines."""

import bz2
import gzip
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import osmium
import osmium.filter

from machikado.engines.roads import geojson
from machikado.engines.roads.words import CannotRead, Kind, Network, Remark, Restriction, Tags, Way

UNPACK = {Kind.XML_GZ: gzip.decompress, Kind.XML_BZ2: bz2.decompress}
RELATION, WAY = osmium.osm.RELATION, osmium.osm.WAY


@dataclass(frozen=True, slots=True)
class _Node:
    osm_id: int
    lat: float
    lon: float
    tags: Tags


def read(data: bytes, kind: Kind) -> Network:
    """Return the roads of a map file. Raises CannotRead with the reason; never returns a part of a broken file.

    A PBF that was cut exactly between two of its blocks cannot be told from a whole one (the format has no end mark);
    what is then missing shows as `node_missing` remarks and islands.
    """
    if not data:
        raise CannotRead("The file is empty.")
    if kind is Kind.GEOJSON:
        return geojson.read(data)
    try:
        if kind in UNPACK:
            data, kind = UNPACK[kind](data), Kind.XML
        if kind is Kind.XML and not data.rstrip().endswith(b"</osm>"):
            raise CannotRead("The file is broken: it does not end as an osm file does.")
        ways = list(_ways(data, kind))
        restrictions = tuple(_restrictions(data, kind))
        wanted = {node for _, _, nodes in ways for node in nodes}
        nodes = {node.osm_id: node for node in _nodes(data, kind, wanted)}
    except CannotRead:
        raise
    except (RuntimeError, ValueError, EOFError, OSError, zlib.error, osmium.InvalidLocationError) as error:
        raise CannotRead(f"The file is broken or no {kind.value} file: {error}") from error
    return _network(ways, nodes, restrictions)


def _objects(data: bytes, kind: Kind, what: osmium.osm.osm_entity_bits) -> osmium.FileProcessor:
    return osmium.FileProcessor(osmium.io.FileBuffer(data, kind.value), what)


def _ways(data: bytes, kind: Kind) -> Iterator[tuple[int, Tags, list[int]]]:
    for way in _objects(data, kind, WAY).with_filter(osmium.filter.KeyFilter("highway")):
        assert isinstance(way, osmium.osm.Way)
        yield way.id, dict(way.tags), [node.ref for node in way.nodes]


def _restrictions(data: bytes, kind: Kind) -> Iterator[Restriction]:
    for relation in _objects(data, kind, RELATION).with_filter(osmium.filter.KeyFilter("type")):
        assert isinstance(relation, osmium.osm.Relation)
        if relation.tags["type"].startswith("restriction"):
            roles: dict[tuple[str, str], list[int]] = {}
            for member in relation.members:
                roles.setdefault((member.role, member.type), []).append(member.ref)
            parts = [tuple(roles.get(role, [])) for role in _ROLES]
            yield Restriction(relation.id, dict(relation.tags), *parts)


_ROLES = (("from", "w"), ("via", "n"), ("via", "w"), ("to", "w"))


def _nodes(data: bytes, kind: Kind, wanted: set[int]) -> Iterator[_Node]:
    for node in _objects(data, kind, osmium.osm.NODE).with_filter(osmium.filter.IdFilter(wanted)):
        assert isinstance(node, osmium.osm.Node)
        if node.location.valid():
            yield _Node(node.id, node.lat, node.lon, _said(node.tags))


def _said(tags: osmium.osm.TagList) -> Tags:
    """All tags of a node that stops or delays somebody; of others, none."""
    matters = "barrier" in tags or tags.get("highway") == "traffic_signals"
    return dict(tags) if matters else {}


def _network(
    ways: list[tuple[int, Tags, list[int]]], nodes: dict[int, _Node], restrictions: tuple[Restriction, ...]
) -> Network:
    """Number the nodes and cut ways where nodes are missing, as at the border of an extract."""
    remarks, pieces = [], []
    for osm_id, tags, refs in ways:
        if missing := sum(ref not in nodes for ref in refs):
            remarks.append(
                Remark("node_missing", f"way {osm_id}", f"{missing} of {len(refs)} nodes are not in the file")
            )
        pieces += [(osm_id, tags, piece) for piece in _pieces(refs, nodes)]
    if not pieces:
        raise CannotRead("There is no road in the file.")
    order = sorted({ref for _, _, piece in pieces for ref in piece})
    index = {ref: number for number, ref in enumerate(order)}
    for number, count in Counter(osm_id for osm_id, _, _ in ways).items():
        if count > 1:
            raise CannotRead(f"Way {number} stands in the file {count} times.")
    return Network(
        node_ids=np.array(order, np.int64),
        lat=np.array([nodes[ref].lat for ref in order], np.float64),
        lon=np.array([nodes[ref].lon for ref in order], np.float64),
        node_tags={index[ref]: nodes[ref].tags for ref in order if nodes[ref].tags},
        ways=tuple(Way(osm_id, tags, tuple(index[ref] for ref in piece)) for osm_id, tags, piece in pieces),
        restrictions=restrictions,
        remarks=tuple(remarks),
    )


def _pieces(refs: list[int], nodes: dict[int, _Node]) -> Iterator[list[int]]:
    """The runs of known nodes, two or more different ones in a row."""
    piece: list[int] = []
    for ref in [*refs, None]:
        if ref is not None and ref in nodes:
            if not piece or piece[-1] != ref:
                piece.append(ref)
            continue
        if len(piece) > 1:
            yield piece
        piece = []
