"""What the engine remarks of a map of roads, in words for staff: a sentence for each of its codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from machikado.town.ride.models import RoadNetwork

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise  # only the type stubs know this name

SENTENCES: dict[str, "StrPromise"] = {
    "node_missing": _("A part of the road is not in the file."),
    "condition_not_understood": _("A condition was not understood. It was taken as if it never held."),
    "speed_not_understood": _("A speed limit was not understood. It was taken as if there were no sign."),
    "direction_not_known": _("The direction changes by a plan. The road was left out."),
    "times_not_understood": _("Times of a turn restriction were not understood. It was taken as if it always held."),
    "turn_not_kept": _("A turn restriction does not fit its roads. It was not kept."),
}
ELEMENTS: dict[str, "StrPromise"] = {"way": _("road %(number)s"), "relation": _("restriction %(number)s")}


@dataclass(frozen=True, slots=True)
class Remarked:
    """One kind of remark: how often it was made, and of what (the numbers of the map; the first of them)."""

    sentence: "StrPromise"
    count: int
    elements: Sequence[str]


def remarked(network: RoadNetwork) -> list[Remarked]:
    """What was remarked of a version, the most frequent first."""
    counts = sorted(network.remark_counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [
        Remarked(
            SENTENCES[code], count, [_named(element) for kind, element, _text in network.remark_lines if kind == code]
        )
        for code, count in counts
    ]


def _named(element: str) -> str:
    """`way 12` in the language of whoever reads it."""
    kind, _blank, number = element.partition(" ")
    return ELEMENTS[kind] % {"number": number}
