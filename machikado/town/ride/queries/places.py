"""Where does somebody want to go? Stops and places of the gazetteer by what was typed; four queries, whatever it is."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from machikado.town.common.japanese import search_key
from machikado.town.common.models import Place, SearchKey
from machikado.town.ride.ground import Spot, metres
from machikado.town.ride.models import Booking, Passenger, Stop
from machikado.town.ride.ranking import PLACE, STOP, Entry, Hit, rank

MOST_KEYS = 50_000  # a town of 10,000 places, the stops first; what is beyond is not looked at
LIMIT = 8
TOGETHER_M = 100  # a stop and the place that it is called after
HOME = "home"  # stands where the code of a place would


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
        return _of_stop(stop)
    if (place := places.get(hit.noun_id)) and hit.kind == PLACE:
        return _of_place(place)
    return None


def _of_stop(stop: Stop) -> Found:
    return Found(STOP, stop.code, stop.name, stop.kana, stop.residents_name or stop.address, stop.lat, stop.lon)


def _of_place(place: Place) -> Found:
    return Found(PLACE, place.code, place.name, place.kana, place.address, place.lat, place.lon)


def home_of(passenger: Passenger | None) -> Found | None:
    """The home that a passenger told, or None."""
    if passenger is None or passenger.home_lat is None or passenger.home_lon is None:
        return None
    return Found(HOME, HOME, passenger.home_name, "", "", passenger.home_lat, passenger.home_lon)


def passenger_of(person_id: int | None) -> Passenger | None:
    """What the bus knows of somebody, or None."""
    return Passenger.objects.filter(person=person_id).first() if person_id is not None else None


def said_ends(booking: Booking, passenger: Passenger | None) -> tuple[str, str]:
    """From where to where, as others than the passenger may read it: home is called so, whatever name it has."""
    home = home_of(passenger)

    def said(name: str, code: str, degrees: tuple[float, float]) -> str:
        return said_home() if code == HOME or (home and degrees == (home.lat, home.lon)) else name

    return (
        said(booking.from_name, booking.from_code, (booking.from_lat, booking.from_lon)),
        said(booking.to_name, booking.to_code, (booking.to_lat, booking.to_lon)),
    )


def said_home() -> str:
    """What the home of a passenger is called before others."""
    return _("Their home")


def place_by_code(code: str, passenger: Passenger | None) -> Found | None:
    """The stop or place with a code, or somebody's own home; None for what is no such thing."""
    if code == HOME:
        return home_of(passenger)
    if stop := Stop.objects.filter(code=code).first():
        return _of_stop(stop)
    place = Place.objects.filter(code=code).first()
    return _of_place(place) if place else None


def meant(typed: str, passenger: Passenger | None) -> list[Found]:
    """What may be meant by a name that was typed and not chosen: those that are called so, else all that may be.

    A stop and a place of one name that lie together are one; two that do not are for whoever typed it to choose.
    """
    key, home = search_key(typed), home_of(passenger)
    if home is not None and key == search_key(home.name):
        return [home]
    found = found_places(typed)
    called = [each for each in found if key in (search_key(each.name), search_key(each.kana))]
    return _apart(called) or found


def _apart(places: Iterable[Found]) -> list[Found]:
    """Those of them that do not lie together with one before."""
    kept: list[Found] = []
    for each in places:
        if all(metres(Spot(each.lat, each.lon), Spot(other.lat, other.lon)) > TOGETHER_M for other in kept):
            kept.append(each)
    return kept
