"""The clocks of the bench: how long something took on the wall and of the processor, and when time is up."""

import time
from collections.abc import Callable
from typing import TypeVar

from machikado.bench.figures import Cost

Value = TypeVar("Value")


def timed(work: Callable[[], Value]) -> tuple[Value, Cost]:
    """Do something; return what it returned and what it took."""
    wall, cpu = time.perf_counter(), time.process_time()
    value = work()
    return value, Cost(time.process_time() - cpu, time.perf_counter() - wall)


class Budget:
    """So many seconds of wall time from now on."""

    def __init__(self, seconds: float) -> None:
        """Begin to count."""
        self.seconds = seconds
        self.begin = time.perf_counter()

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return self.seconds - (time.perf_counter() - self.begin)

    def over(self) -> bool:
        """Whether no time is left: what a search asks between its rounds."""
        return self.left <= 0
