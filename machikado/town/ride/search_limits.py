"""How often one address may search: counted in the process whose time a search takes, for a minute, then forgotten.

Not in the shared cache, as the limits of sign-in are: its queries would cost more than most searches.
"""

import time
from collections import Counter

PER_MINUTE = 240  # a fast typist asks eight times a second at most; several share the address of an office
MINUTE = 60

_asked: Counter[str] = Counter()
_minute: list[int] = [0]


def may_search(address: str | None) -> bool:
    """Count one search and say whether this address may make it."""
    minute = int(time.monotonic()) // MINUTE
    if minute != _minute[0]:
        forget()
        _minute[0] = minute
    _asked[address or ""] += 1
    return _asked[address or ""] <= PER_MINUTE


def forget() -> None:
    """Begin to count anew."""
    _asked.clear()
