"""How often one address may send an inquiry: counted for an hour, under a digest, so that no address is kept."""

from django.core.cache import cache
from django.utils.crypto import salted_hmac

PER_HOUR = 10
HOUR = 3600


def may_send(address: str | None) -> bool:
    """Count one more inquiry from this address and say whether it is still within the limit."""
    key = f"work.inquiry:{salted_hmac('machikado.inquiry', address or '').hexdigest()}"
    cache.add(key, 0, HOUR)
    return cache.incr(key) <= PER_HOUR
