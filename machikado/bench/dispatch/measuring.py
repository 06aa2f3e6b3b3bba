"""Measures the dispatch engine on instances of the literature and on days of its own: `machikado bench dispatch`."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from machikado.bench.dispatch import cold, days, dynamic, hga, static
from machikado.bench.dispatch.asked import ALL, SETS, SMALL, STATIC, Asked
from machikado.bench.dispatch.found import Found, instances
from machikado.bench.figures import Figure
from machikado.engines.dispatch import warm


class NothingToMeasure(ValueError):
    """What was asked for is neither a set nor an instance that lies in the folder."""


def lines(asked: Asked) -> Iterator[dict[str, Any]]:
    """Measure what was asked for; compiling is done before. Raises NothingToMeasure for unknown names."""
    found = instances(asked.data) if asked.data is not None else []
    maps = asked.data is not None and any(asked.data.rglob(MAPS))
    _refuse(asked, found, maps=maps)
    for part in warm.PARTS:
        part()
    for figure in static.figures(asked, found):
        yield figure.as_json()
    for name, measure in STUDIES.items():
        members = [each for each in found if each.set == name and (asked.wants(name) or each.name in asked.words)]
        if asked.wants(name) or members:
            for figure in measure(asked, members):
                yield figure.as_json()
    if asked.data is not None and maps and asked.wants("roads"):
        from machikado.engines.roads import bench as roads  # needs pyroutingkit, which not every machine has

        yield from roads.figures(asked.data, quick=asked.quick)


def _refuse(asked: Asked, found: Sequence[Found], *, maps: bool) -> None:
    """Raise NothingToMeasure for what is no set, and for sets of which nothing lies in the folder."""
    unknown = {*asked.words} - {*SETS, SMALL, ALL} - {each.name for each in found}
    if unknown:
        raise NothingToMeasure(f"There is no set and no instance called {', '.join(sorted(unknown))} in {asked.data}.")
    for name, sets in NEED_FILES.items():
        if name in asked.words and not any(each.set in sets for each in found):
            raise NothingToMeasure(f"There are no instances of {name} in {asked.data}: say --data, or MACHIKADO_DATA.")
    if "roads" in asked.words and not maps:
        raise NothingToMeasure(f"There are no maps for roads in {asked.data}: say --data, or MACHIKADO_DATA.")


Study = Callable[[Asked, Sequence[Found]], Iterator[Figure]]
STUDIES: dict[str, Study] = {
    "online": lambda asked, _: days.online(asked.seed, quick=asked.quick),
    "offers": lambda asked, _: days.offered(asked.seed, quick=asked.quick),
    "day": lambda asked, _: days.day(asked.seed, quick=asked.quick),
    "dynamic": dynamic.figures,
    "hga": hga.figures,
    "cold": lambda _asked, _found: cold.figures(),
}
NEED_FILES = {name: (name,) for name in (*STATIC, "dynamic", "hga")} | {SMALL: STATIC}
MAPS = "*.osm.pbf"
