"""Where does somebody want to go? Stops and places of the gazetteer by what was typed; four queries, whatever it is."""

from dataclasses import dataclass

from machikado.town.common.models import Place, SearchKey
from machikado.town.ride.models import Stop
from machikado.town.ride.ranking import PLACE, STOP, Entry, Hit, rank

MOST_KEYS = 50_000  # a town of 10,000 places, the stops first; what is beyond is not looked at
LIMIT = 8


@dataclass(frozen=True, slots=True)
class Found:
    """Something that may be meant: a stop or a place, with its position."""

    kind: str
    code: str
    name: str
    kana: str
    note: str  # what residents call it, or its address
    lat: float
    lon: float


def found_places(typed: str, limit: int = LIMIT) -> list[Found]:
    """Return what may be meant, the likeliest first; nothing for nothing."""
    rows = (
        SearchKey.objects.filter(kind__in=(STOP, PLACE)).order_by("-kind", "pk").values_list("kind", "noun_id", "key")
    )
    hits = rank(typed, (Entry(*row) for row in rows[:MOST_KEYS]), limit)
    stops = Stop.objects.in_bulk([hit.noun_id for hit in hits if hit.kind == STOP])
    places = Place.objects.in_bulk([hit.noun_id for hit in hits if hit.kind == PLACE])
    return [each for hit in hits if (each := _found(hit, stops, places)) is not None]


def _found(hit: Hit, stops: dict[int, Stop], places: dict[int, Place]) -> Found | None:
    if (stop := stops.get(hit.noun_id)) and hit.kind == STOP:
        note = stop.residents_name or stop.address
        return Found(STOP, stop.code, stop.name, stop.kana, note, stop.lat, stop.lon)
    if (place := places.get(hit.noun_id)) and hit.kind == PLACE:
        return Found(PLACE, place.code, place.name, place.kana, place.address, place.lat, place.lon)
    return None
