"""A study: a scratch town with its servers, the sizes, and how what it measures is said."""

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from django.db import connection

from demo.cast import Cast
from machikado.bench import scratch, servers
from machikado.bench.figures import Cost, Figure, say
from machikado.bench.servers import Servers

Sizes = TypeVar("Sizes")


@dataclass(frozen=True, slots=True)
class Study(Generic[Sizes]):
    """A scratch town with its servers, and how much of everything there is."""

    cast: Cast
    servers: Servers
    sizes: Sizes

    def say(self, figure: Figure) -> None:
        """Print a figure under the name of its database."""
        say(replace(figure, name=f"{connection.vendor}: {figure.name}"))

    @contextmanager
    def costed(self) -> Iterator[list[Cost]]:
        """Measure what the block costs the servers; the Cost is in the list afterwards."""
        found: list[Cost] = []
        cpu, wall = self.servers.cpu_seconds(), time.perf_counter()
        yield found
        found.append(Cost(self.servers.cpu_seconds() - cpu, time.perf_counter() - wall))


def main(measure: Callable[[Study[Sizes]], None], sizes: Sizes) -> None:
    """Build a town in this process's empty database, start its servers, and measure."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers are ended too
    cast = scratch.found()
    with servers.running() as started:
        measure(Study(cast, started, sizes))
