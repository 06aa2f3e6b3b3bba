"""Which engine computes plans: a mark of its sources, so that a plan that comes out otherwise can say why."""

from functools import cache
from pathlib import Path

from machikado.engines import dispatch
from machikado.engines.compiled import fingerprint


@cache
def engine_mark() -> str:
    """Return sixteen hexadecimal digits that change with the sources of the engine dispatch."""
    return fingerprint(Path(dispatch.__file__).parent)
