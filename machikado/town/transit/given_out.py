"""What anybody may fetch is made once in a while and kept, so that no stranger makes the town work by asking again."""

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache

from machikado.town.common import clock

Thing = TypeVar("Thing")


def kept(name: str, seconds: int, make: Callable[[], Thing]) -> Thing:
    """What was made under this name within so many real seconds; else it is made, by one of all who ask at once.

    While somebody makes it, the others get what was made before, as long as that is no older than twice as much.
    """
    key, now = f"transit.given_out.{name}", clock.real_now().timestamp()
    before: tuple[float, Thing] | None = cache.get(key)
    if before is not None and now - before[0] < seconds:
        return before[1]
    if not cache.add(f"{key}.making", True, timeout=seconds) and before is not None:
        return before[1]
    thing = make()
    cache.set(key, (now, thing), timeout=2 * seconds)
    return thing
