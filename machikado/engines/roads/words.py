"""The words of roads: what a map says, what may be driven on it, how long it takes, where the stops are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
SmallInts = NDArray[np.int32]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Tags = Mapping[str, str]

UNREACHABLE = 1 << 40  # milliseconds (35 years): no way leads there. Never a small number, so that a sum stays absurd
NONE = -1  # no such index


class CannotRead(ValueError):
    """The file is no map that can be driven on; the text says why."""


class CannotPlace(ValueError):
    """A position that is no position, or no road near it."""


class Kind(StrEnum):
    """Formats that are read."""

    PBF = "osm.pbf"
    XML = "osm"
    XML_GZ = "osm.gz"
    XML_BZ2 = "osm.bz2"
    GEOJSON = "geojson"


class Access(IntEnum):
    """Whether a vehicle may use a way."""

    CLOSED = 0
    OPEN = 1
    ZONE = 2  # to reach something in it, not to pass through (access=destination)


@dataclass(frozen=True)
class Remark:
    """Something of the map that was left out, or could not be understood and how it was taken."""

    code: str
    element: str  # "way 12", "relation 7"
    text: str


@dataclass(frozen=True)
class Way:
    """A road as the map has it: nodes in its own direction, by index."""

    osm_id: int
    tags: Tags
    nodes: tuple[int, ...]


@dataclass(frozen=True)
class Restriction:
    """A turn restriction as the map has it; ways and nodes by the map's own numbers."""

    osm_id: int
    tags: Tags
    from_ways: tuple[int, ...]
    via_nodes: tuple[int, ...]
    via_ways: tuple[int, ...]
    to_ways: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Network:
    """A map of roads, before anybody asks who may drive there and when."""

    node_ids: Ints
    lat: Floats
    lon: Floats
    node_tags: Mapping[int, Tags]  # by index; signals, barriers and names only
    ways: tuple[Way, ...]
    restrictions: tuple[Restriction, ...]
    remarks: tuple[Remark, ...]


@dataclass(frozen=True)
class Mode:
    """Who travels: the keys that speak of them, from general to special, and the roads that are theirs by default."""

    name: str
    keys: tuple[str, ...]
    classes: frozenset[str]
    walks: bool = False


@dataclass(frozen=True)
class Ban:
    """Arcs that may not follow each other, two or more; with a condition only while it holds."""

    arcs: tuple[int, ...]
    condition: str | None
    osm_id: int


@dataclass(frozen=True, eq=False)
class Graph:
    """Arcs between junctions, one for each direction that may ever be used. All arrays have one entry for each arc."""

    network: Network
    mode: Mode
    tail: SmallInts  # junctions
    head: SmallInts
    way: SmallInts  # index into network.ways
    forward: Flags  # in the way's own direction
    reverse: SmallInts  # the arc of the other direction, or NONE
    shape_start: Ints  # one more than arcs: the nodes of arc a are shape[shape_start[a]:shape_start[a + 1]]
    shape: SmallInts  # nodes of the network
    length_cm: Ints
    signals: SmallInts  # traffic signals on it, the one at its head included
    access: NDArray[np.int8]  # Access, where nothing depends on the time
    timed: SmallInts  # arcs whose access, direction or speed depends on the time
    node_of: SmallInts  # node of the network, for each junction
    blocked: Flags  # junctions that nobody drives through (bollards), for each junction
    bans: tuple[Ban, ...]
    remarks: tuple[Remark, ...]

    @property
    def arcs(self) -> int:
        """How many arcs."""
        return len(self.tail)

    @property
    def junctions(self) -> int:
        """How many junctions."""
        return len(self.node_of)

    def nodes(self, arc: int) -> SmallInts:
        """The nodes of an arc, from tail to head."""
        return self.shape[self.shape_start[arc] : self.shape_start[arc + 1]]

    def tags(self, arc: int) -> Tags:
        """What the map says of the arc's way."""
        return self.network.ways[int(self.way[arc])].tags


@dataclass(frozen=True, eq=False)
class Turns:
    """The graph that is searched: its nodes are states (an arc, and what of its past matters), its arcs are turns."""

    state_arc: SmallInts  # of each state; the first states are the arcs themselves
    source: SmallInts  # state, for each turn
    target: SmallInts
    u_turn: Flags
    timed_turn: SmallInts  # turns forbidden while …
    timed_ban: SmallInts  # … the condition of this ban holds


@dataclass(frozen=True)
class Profile:
    """How fast it goes in a bucket of the day: assumptions of the town, never law. Shares are ten-thousandths."""

    name: str
    usual_kmh: Mapping[str, int]  # by class of road; "" for all others
    share: Mapping[str, int] = field(default_factory=dict)  # of that speed which is left, by class; "" for all others
    signal_ms: int = 0
    left_ms: int = 0
    right_ms: int = 0  # across the oncoming traffic, where one drives on the left
    u_turn_ms: int = 0

    def __post_init__(self) -> None:
        """Refuse what would make a road endless, or time run backwards."""
        if "" not in self.usual_kmh or min(*self.usual_kmh.values(), *self.share.values(), 1) < 1:
            raise ValueError(f"profile {self.name}: a speed for all classes is wanted, and speeds and shares from 1")
        if min(self.signal_ms, self.left_ms, self.right_ms, self.u_turn_ms) < 0:
            raise ValueError(f"profile {self.name}: nobody is faster for waiting")


@dataclass(frozen=True)
class Changes:
    """What is different just now: arcs closed, and the share of its speed that an arc keeps, in ten-thousandths."""

    closed: frozenset[int] = frozenset()
    share: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Point:
    """A position; with `bearing` (degrees, to where the bus looks) where the side must not be guessed."""

    lat: float
    lon: float
    bearing: float | None = None


@dataclass(frozen=True, eq=False)
class Stops:
    """Stops on the left kerb: the arc that a vehicle drives on to stand there, and how far along it. One entry each."""

    points: tuple[Point, ...]
    arc: SmallInts
    along_cm: Ints
    off_cm: Ints  # from the point to the middle of the road
    left: Flags  # the point lies on the left of its arc; False: no road near has it on its left


class TurnCode(StrEnum):
    """What a driver does; the sentence is the page's."""

    DEPART = "depart"
    STRAIGHT = "straight"
    SLIGHT_LEFT = "slight_left"
    LEFT = "left"
    SHARP_LEFT = "sharp_left"
    SLIGHT_RIGHT = "slight_right"
    RIGHT = "right"
    SHARP_RIGHT = "sharp_right"
    U_TURN = "u_turn"
    ROUNDABOUT = "roundabout"
    ARRIVE = "arrive"


@dataclass(frozen=True)
class Turn:
    """One line of the driver's list."""

    code: TurnCode
    lat: float
    lon: float
    bearing: int  # degrees, after the turn
    road: str  # its name on the map, or ""
    junction: str  # the name on the signal, or ""
    exit: int  # of a roundabout, else 0
    metres: int  # to the next line
    ms: int


@dataclass(frozen=True)
class Route:
    """A way from stop to stop: its time is the matrix' time."""

    ms: int
    metres: int
    arcs: tuple[int, ...]
    line: tuple[tuple[float, float], ...]  # (lat, lon)
    turns: tuple[Turn, ...]
