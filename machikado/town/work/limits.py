"""How often one address may send an inquiry: counted for an hour, under a digest, so that no address is kept."""

import time

from django.core.cache import cache
from django.utils.crypto import salted_hmac

PER_HOUR = 10
HOUR = 3600


def may_send(address: str | None) -> bool:
    """Take one of the hour's places of this address and say whether one was left.

    Each place is a key of its own, which the database gives once, however many ask at the same moment.
    """
    hour = int(time.time()) // HOUR
    key = f"work.inquiry:{salted_hmac('machikado.inquiry', f'{hour}:{address}').hexdigest()}"
    return any(cache.add(f"{key}:{place}", 1, HOUR) for place in range(PER_HOUR))
