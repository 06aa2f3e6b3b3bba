"""Measures the dispatch engine on instances of the literature and on days of its own: `machikado bench dispatch`."""

from collections.abc import Iterator

from machikado.bench.dispatch import static
from machikado.bench.dispatch.asked import ALL, SETS, SMALL, Asked
from machikado.bench.dispatch.found import instances
from machikado.bench.figures import Figure
from machikado.engines.dispatch.warm import warm


class NothingToMeasure(ValueError):
    """What was asked for is neither a set nor an instance that lies in the folder."""


def figures(asked: Asked) -> Iterator[Figure]:
    """Measure what was asked for; compiling is done before. Raises NothingToMeasure for unknown names."""
    found = instances(asked.data) if asked.data is not None else []
    unknown = {*asked.words} - {*SETS, SMALL, ALL} - {each.name for each in found}
    if unknown:
        raise NothingToMeasure(f"There is no set and no instance called {', '.join(sorted(unknown))} in {asked.data}.")
    warm()
    yield from static.figures(asked, found)
