"""Questions about the map of roads: which version is in use, which stops lie badly on it."""

from dataclasses import dataclass

from django.db.models import QuerySet

from machikado.town.ride.models import Kerb, RoadNetwork, Stop


def network_in_use() -> RoadNetwork | None:
    """The version of the roads that came into use last, or None while there is none."""
    return RoadNetwork.objects.select_related("file", "drawing").order_by("-in_use_since", "-number").first()


@dataclass(frozen=True, slots=True)
class BadKerbs:
    """Stops that a bus cannot serve as they lie now."""

    off: "QuerySet[Stop]"  # on no road at all
    unreachable: "QuerySet[Kerb]"  # on a road from which one does not get away, or to which one does not get
    wrong_side: "QuerySet[Kerb]"  # no road near has them on its left


def bad_kerbs(network: RoadNetwork) -> BadKerbs:
    """Return the stops that lie badly on a version of the roads."""
    kerbs = Kerb.objects.filter(network=network).select_related("stop").order_by("stop__number")
    return BadKerbs(
        off=Stop.objects.exclude(kerbs__network=network).order_by("number"),
        unreachable=kerbs.filter(is_reachable=False),
        wrong_side=kerbs.filter(is_reachable=True, on_left=False),
    )
