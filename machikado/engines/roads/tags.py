"""What the tags of a road say: who may use it, in which direction, how fast by sign."""

import re
from collections.abc import Iterable
from datetime import datetime

from machikado.engines.roads.conditions import clauses, holds
from machikado.engines.roads.words import Access, Mode, Tags

ROADS = frozenset(
    {
        "motorway",
        "motorway_link",
        "trunk",
        "trunk_link",
        "primary",
        "primary_link",
        "secondary",
        "secondary_link",
        "tertiary",
        "tertiary_link",
        "unclassified",
        "residential",
        "living_street",
        "service",
        "road",
    }
)
PATHS = frozenset({"footway", "path", "steps", "pedestrian", "track", "corridor", "platform", "cycleway", "bridleway"})
FOR_MOTORS_ONLY = frozenset({"motorway", "motorway_link"})

DRIVE = Mode("drive", ("access", "vehicle", "motor_vehicle", "motorcar"), ROADS)
BUS = Mode("bus", ("access", "vehicle", "motor_vehicle", "psv", "bus"), ROADS | {"busway"})
WALK = Mode("walk", ("access", "foot"), (ROADS - FOR_MOTORS_ONLY) | PATHS, walks=True)

ALLOWED = frozenset({"yes", "permissive", "designated", "official", "public"})
ONLY_TO_GET_THERE = frozenset({"destination", "customers", "delivery"})
REFUSED = frozenset(
    {
        "no",
        "private",
        "agricultural",
        "forestry",
        "agricultural;forestry",
        "military",
        "emergency",
        "permit",
        "residents",
    }
)

# A vehicle is stopped by these unless the tags of the node let it through; by gates only if the tags say so.
BLOCKING = frozenset(
    {
        "block",
        "bollard",
        "bus_trap",
        "chain",
        "cycle_barrier",
        "debris",
        "full-height_turnstile",
        "jersey_barrier",
        "kerb",
        "kissing_gate",
        "log",
        "motorcycle_barrier",
        "planter",
        "rope",
        "sump_buster",
        "stile",
        "turnstile",
    }
)
MAXSPEED = re.compile(r"(\d{1,3})(?:\.\d+)?\s*(km/h|kmh|kph|mph)?")
KM_PER_MILE = 1.609344
WALKING_PACE = 6


def value(tags: Tags, key: str, moment: datetime | None) -> str | None:
    """What a key says at a moment: its conditional value where that holds, else its plain value.

    Without a moment only the plain value counts.
    """
    if moment is not None:
        held = [said for said, when in clauses(tags.get(f"{key}:conditional", "")) if holds(when, moment)]
        if held:
            return held[-1]  # the last one that holds wins
    return tags.get(key)


def is_timed(tags: Tags) -> bool:
    """Whether anything may depend on the time."""
    return any(key.endswith(":conditional") for key in tags)


def not_understood(tags: Tags) -> list[str]:
    """The conditional tags of which a condition is not understood."""
    moment = datetime(2000, 1, 1)  # noqa: DTZ001  any moment: to be understood does not depend on it
    timed = {key: text for key, text in tags.items() if key.endswith(":conditional")}
    return [f"{k}={v}" for k, v in timed.items() if any(holds(when, moment) is None for _, when in clauses(v))]


def access(tags: Tags, mode: Mode, forward: bool, moment: datetime | None) -> Access:
    """Whether the mode may use a way in a direction; the most special key that says something known decides."""
    direction = "forward" if forward else "backward"
    road = tags.get("highway", "")
    for key in reversed(mode.keys):
        for each in (f"{key}:{direction}", key):
            said = value(tags, each, moment)
            if said in REFUSED:
                return Access.CLOSED
            # "access=yes" does not make a road of a footway, "motor_vehicle=yes" does
            if said in ALLOWED | ONLY_TO_GET_THERE and (road in mode.classes or key != mode.keys[0]):
                return Access.ZONE if said in ONLY_TO_GET_THERE else Access.OPEN
    by_default = road in mode.classes and tags.get("area") != "yes"
    if mode.walks and tags.get("motorroad") == "yes":
        by_default = False
    return Access.OPEN if by_default else Access.CLOSED


def ever(tags: Tags, mode: Mode, forward: bool) -> bool:
    """Whether the mode may use a way in a direction at some time."""
    if access(tags, mode, forward, None) is not Access.CLOSED and runs(tags, mode, forward, None):
        return True
    if not is_timed(tags):
        return False
    plain = {key.removesuffix(":conditional"): said for key, said in _timed_values(tags)}
    return any(
        access({**tags, key: said}, mode, forward, None) is not Access.CLOSED
        and runs({**tags, key: said}, mode, forward, None)
        for key, said in plain.items()
    )


def _timed_values(tags: Tags) -> Iterable[tuple[str, str]]:
    return [(k, said) for k, text in tags.items() if k.endswith(":conditional") for said, _ in clauses(text)]


def runs(tags: Tags, mode: Mode, forward: bool, moment: datetime | None) -> bool:
    """Whether traffic of the mode runs in a direction: one-way streets, roundabouts, motorways."""
    if mode.walks:
        said = value(tags, "oneway:foot", moment)
    else:
        special = [value(tags, f"oneway:{key}", moment) for key in reversed(mode.keys)]
        said = next((each for each in special if each), None) or value(tags, "oneway", moment)
        implied = tags.get("junction") in {"roundabout", "circular"} or tags.get("highway") == "motorway"
        said = "yes" if said is None and implied else said
    if said in {"yes", "true", "1"}:
        return forward
    if said in {"-1", "reverse"}:
        return not forward
    return said != "reversible"  # whose direction changes by a plan that the map does not hold


def blocks(tags: Tags, mode: Mode) -> bool:
    """Whether a node stops the mode: bollards, closed gates."""
    barrier = tags.get("barrier")
    if barrier is None or (mode.walks and barrier != "gate"):
        return False
    for key in reversed(mode.keys):
        if tags.get(key) in REFUSED | ALLOWED | ONLY_TO_GET_THERE:
            return tags[key] in REFUSED
    return barrier in BLOCKING


def signed_kmh(tags: Tags, forward: bool, moment: datetime | None) -> int | None:
    """The speed on the sign, in km/h; None where there is none or it is not understood."""
    direction = "forward" if forward else "backward"
    for key in (f"maxspeed:{direction}", "maxspeed"):
        said = value(tags, key, moment)
        if said == "walk":
            return WALKING_PACE
        match = MAXSPEED.fullmatch(said.strip()) if said else None
        if match and int(match[1]):
            return round(int(match[1]) * KM_PER_MILE) if match[2] == "mph" else int(match[1])
    return None
