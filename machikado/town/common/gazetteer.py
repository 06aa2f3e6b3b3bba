"""The places of a town as its list tells them, each with the keys under which it is found by what people say."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.errors import Cannot
from machikado.town.common.japanese import address_key, kana, search_key
from machikado.town.common.models import Alias, Place, SearchKey

KIND = "place"
CHUNK = 500
_COLUMNS = {"kind", "name", "lat", "lon"}


class CannotLoadPlaces(Cannot):
    """A gazetteer that cannot be read."""

    sentences = {
        "columns": _("The first line must name the columns %(missing)s."),
        "line": _(
            "Line %(line)s is not a place: kind and name must stand there, lat and lon must be numbers in Japan."
        ),
    }


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A place as a town's list tells it: position in degrees (WGS 84), `source` is the credit."""

    kind: str
    name: str
    lat: float
    lon: float
    kana: str = ""
    address: str = ""
    source: str = ""
    aliases: tuple[str, ...] = ()


def load_places(rows: Iterable[NewPlace]) -> int:
    """Take places in, those known already are brought up to date; a second time changes nothing. Returns how many."""
    count, chunk = 0, []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            count, chunk = count + _load(chunk), []
    return count + _load(chunk)


def read_csv(lines: Iterable[str]) -> Iterator[NewPlace]:
    """Read kind, name, kana, address, lat, lon, source, aliases (parted by “;”). Raises CannotLoadPlaces."""
    reader = csv.DictReader(lines)
    if missing := _COLUMNS - set(reader.fieldnames or ()):
        raise CannotLoadPlaces("columns", missing=", ".join(sorted(missing)))
    for row in reader:
        try:
            place = NewPlace(
                kind=row["kind"].strip(),
                name=row["name"].strip(),
                lat=float(row["lat"]),
                lon=float(row["lon"]),
                kana=kana(row.get("kana") or ""),
                address=(row.get("address") or "").strip(),
                source=(row.get("source") or "").strip(),
                aliases=tuple(name.strip() for name in (row.get("aliases") or "").split(";") if name.strip()),
            )
        except (ValueError, TypeError, AttributeError) as broken:
            raise CannotLoadPlaces("line", line=reader.line_num) from broken
        if not (place.kind and place.name and 20 <= place.lat <= 46 and 122 <= place.lon <= 154):
            raise CannotLoadPlaces("line", line=reader.line_num)
        yield place


@transaction.atomic
def _load(rows: list[NewPlace]) -> int:
    by_identity = {(row.kind, row.name, row.address): row for row in rows}
    Place.objects.bulk_create(
        [
            Place(kind=r.kind, name=r.name, kana=r.kana, address=r.address, lat=r.lat, lon=r.lon, source=r.source)
            for r in by_identity.values()
        ],
        update_conflicts=True,
        unique_fields=["kind", "name", "address"],
        update_fields=["kana", "lat", "lon", "source"],
    )
    names = {row.name for row in rows}
    places = {(p.kind, p.name, p.address): p for p in Place.objects.filter(name__in=names)}
    known = {identity: places[identity] for identity in by_identity}
    pks = [place.pk for place in known.values()]
    Alias.objects.filter(place__in=pks).delete()
    Alias.objects.bulk_create(
        [Alias(place=known[identity], name=name) for identity, row in by_identity.items() for name in row.aliases]
    )
    SearchKey.objects.filter(kind=KIND, noun_id__in=pks).delete()
    SearchKey.objects.bulk_create(
        [SearchKey(kind=KIND, key=key, noun_id=known[i].pk) for i, row in by_identity.items() for key in _keys_of(row)]
    )
    return len(rows)


def _keys_of(row: NewPlace) -> list[str]:
    names = [row.name, row.kana, *row.aliases]
    keys = {search_key(name) for name in names} | {address_key(row.address), search_key(row.address)}
    return sorted(key[:200] for key in keys if key)
