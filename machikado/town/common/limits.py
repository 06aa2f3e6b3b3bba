"""How often something may be tried from one address: counted for an hour under a digest, no address is kept."""

import time

from django.core.cache import cache
from django.utils.crypto import salted_hmac

HOUR = 3600


def take(what: str, address: str | None, per_hour: int) -> str | None:
    """Take one of the hour's places of this address for `what`; None where none is left.

    Each place is a key of its own, which the database gives once, however many ask at the same moment.
    """
    hour = int(time.time()) // HOUR
    key = f"{what}:{salted_hmac('machikado.limits', f'{hour}:{address}').hexdigest()}"
    return next((place for number in range(per_hour) if cache.add(place := f"{key}:{number}", 1, HOUR)), None)


def give_back(place: str) -> None:
    """Give a place back that turned out not to count."""
    cache.delete(place)
