"""Small maps for the tests: a town on squared paper, 100 m to a square, written as OpenStreetMap XML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from xml.sax.saxutils import quoteattr

from machikado.engines.roads import customise, prepare, read
from machikado.engines.roads.ground import metres_per_degree
from machikado.engines.roads.search import Prepare
from machikado.engines.roads.tags import DRIVE
from machikado.engines.roads.times import Metric, Roads, quickest
from machikado.engines.roads.words import Kind, Mode, Network, Point, Profile

LAT, LON, SQUARE_M = 36.1, 137.95, 100.0
NORTH, EAST = metres_per_degree(LAT)
MONDAY = datetime(2026, 11, 23, 10)
# 36 km/h = 10 m/s: a square takes 10 seconds, and turns cost nothing
STEADY = Profile("steady", {"": 36})

Place = tuple[float, float]


@dataclass
class Paper:
    """What is drawn: places by letter in squares (east, north), ways as strings of letters, restrictions."""

    places: Mapping[str, Place]
    ways: Sequence[tuple[str, Mapping[str, str]]]
    restrictions: Sequence[tuple[str, Mapping[str, str]]] = ()  # "0 B 1": from way 0 via place B to way 1; "0 2 1"
    node_tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def xml(self) -> bytes:
        """The map as a file. Nodes are numbered by their order, ways from 100, relations from 500."""
        number = {place: at for at, place in enumerate(self.places, 1)}
        lines = ['<osm version="0.6">']
        for place, (east, north) in self.places.items():
            lat, lon = position(east, north)
            lines.append(f'<node id="{number[place]}" lat="{lat:.7f}" lon="{lon:.7f}">')
            lines += [*_tags(self.node_tags.get(place, {})), "</node>"]
        for at, (letters, tags) in enumerate(self.ways, 100):
            refs = [f'<nd ref="{number[letter]}"/>' for letter in letters]
            lines += [f'<way id="{at}">', *refs, *_tags({"highway": "tertiary", **tags}), "</way>"]
        for at, (members, tags) in enumerate(self.restrictions, 500):
            roles = ["from", *["via"] * (len(members.split()) - 2), "to"]
            lines.append(f'<relation id="{at}">')
            for role, member in zip(roles, members.split(), strict=True):
                kind, ref = ("way", 100 + int(member)) if member.isdigit() else ("node", number[member])
                lines.append(f'<member type="{kind}" ref="{ref}" role="{role}"/>')
            lines += [*_tags({"type": "restriction", **tags}), "</relation>"]
        return "\n".join([*lines, "</osm>"]).encode()

    def network(self) -> Network:
        """The map, read."""
        return read(self.xml(), Kind.XML)

    def roads(self, mode: Mode = DRIVE, search: Prepare = quickest) -> Roads:
        """The map, ready for searches."""
        return prepare(self.network(), mode, search)

    def metric(self, moment: datetime = MONDAY, profile: Profile = STEADY) -> Metric:
        """The map's times for cars."""
        return customise(self.roads(), profile, moment)


def _tags(tags: Mapping[str, str]) -> list[str]:
    return [f"<tag k={quoteattr(key)} v={quoteattr(said)}/>" for key, said in tags.items()]


def position(east: float, north: float) -> Place:
    """(lat, lon) of a place on the paper."""
    return round(LAT + north * SQUARE_M / NORTH, 7), round(LON + east * SQUARE_M / EAST, 7)


def at(east: float, north: float) -> Point:
    """A position of a stop."""
    return Point(*position(east, north))


def seconds(ms: int) -> int:
    """Whole seconds, rounded: positions have seven decimals, so that a square is not exactly 100 m."""
    return round(ms / 1000)
