"""How often one address may send an inquiry: counted for an hour, under a digest, so that no address is kept."""

import time

from django.core.cache import cache
from django.utils.crypto import salted_hmac

PER_HOUR = 10
HOUR = 3600


def may_send(address: str | None) -> bool:
    """Count one more inquiry from this address and say whether it is still within the limit."""
    hour = int(time.time()) // HOUR
    key = f"work.inquiry:{salted_hmac('machikado.inquiry', f'{hour}:{address}').hexdigest()}"
    count = int(cache.get(key, 0)) + 1
    cache.set(key, count, HOUR)  # not `incr`, which would shorten its life to the cache's own five minutes
    return count <= PER_HOUR
