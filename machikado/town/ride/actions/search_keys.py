"""Keeps the keys under which stops are found: name, reading, what residents say, number, address."""

from collections.abc import Sequence

from machikado.town.common.japanese import address_key, search_key
from machikado.town.common.models import SearchKey
from machikado.town.ride.models import Stop

KIND = "stop"


def write(stops: Sequence[Stop]) -> None:
    """Replace the keys of these stops, in the caller's transaction."""
    SearchKey.objects.filter(kind=KIND, noun_id__in=[stop.pk for stop in stops]).delete()
    SearchKey.objects.bulk_create(
        SearchKey(kind=KIND, key=key, noun_id=stop.pk) for stop in stops for key in _keys_of(stop)
    )


def _keys_of(stop: Stop) -> list[str]:
    names = (stop.name, stop.kana, stop.residents_name, stop.number)
    keys = {search_key(name) for name in names} | {address_key(stop.address), address_key(stop.name)}
    return sorted(key[:200] for key in keys if key)
