"""What the engine said of a map and of a position on it, as plain values that weigh nothing."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from machikado.town.common.errors import Cannot
from machikado.town.ride.models import Kerb, RoadNetwork


class CannotReadRoads(Cannot):
    """A file that is no map of roads."""

    sentences = {
        "ending": _("The name of the file must end in %(endings)s, so that its format is known."),
        "broken": _("This map is broken, or holds no road that a bus may use. Please get the file once more."),
        "moved": _("Somebody moved a stop while the map was read. Please import it once more."),
    }


@dataclass(frozen=True, slots=True)
class RoadFacts:
    """What a map of roads holds, as the row of its version tells it."""

    kind: str
    counts: dict[str, int]
    island_metres: list[int]
    remark_counts: dict[str, int]
    remark_lines: list[tuple[str, str, str]]
    is_synthetic: bool
    box: tuple[float, float, float, float]  # south, west, north, east
    drawing: bytes


@dataclass(frozen=True, slots=True)
class KerbFacts:
    """Where a position lies on the roads; `off_cm` from the middle of the road."""

    arc: int
    along_cm: int
    off_cm: int
    on_left: bool
    is_reachable: bool

    def row(self, network: RoadNetwork, stop_id: int) -> Kerb:
        """The same as a row of a stop, not saved."""
        return Kerb(
            network=network,
            stop_id=stop_id,
            arc=self.arc,
            along_cm=self.along_cm,
            off_cm=self.off_cm,
            on_left=self.on_left,
            is_reachable=self.is_reachable,
        )
