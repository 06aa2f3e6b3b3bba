"""What happens to the map of roads: a file comes into use, and every stop is put on its kerb."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from machikado.town.common import files
from machikado.town.common.actors import Actor
from machikado.town.common.diary import record
from machikado.town.people.permissions import require
from machikado.town.ride.actions import mishaps
from machikado.town.ride.events.roads import RoadsImported
from machikado.town.ride.ground import CannotPlace, Spot
from machikado.town.ride.models import Kerb, RoadNetwork, ServiceArea, Stop
from machikado.town.ride.road_facts import CannotReadRoads, RoadFacts

MOST_BYTES = 500 * 2**20


def bring_in(*, name: str, data: bytes, by: Actor, now: datetime) -> RoadNetwork:
    """Read a map file (osm.pbf, osm, geojson …) and use it from now on. Raises CannotReadRoads, CannotStore.

    The same bytes a second time are the same version, which comes into use again. Bytes that are no map have no use,
    so that the next sweep takes them (files.remove_strays).
    """
    from machikado.town.ride import bridge

    require(by, may="ride.import_roads")
    kind = bridge.kind_of(name)
    if len(data) > MOST_BYTES:
        raise files.CannotStore("too_large", name=files.plain_name(name), limit_mb=MOST_BYTES // 2**20)
    stored = files.store(data, media_type="application/octet-stream", now=now)
    ready, facts = bridge.read(stored.sha256, kind, now)
    drawing = files.store(facts.drawing, media_type="application/geo+json", now=now)
    stops = list(Stop.objects.order_by("pk"))
    places = bridge.on_kerbs(ready, [_spot(stop) for stop in stops])
    with transaction.atomic():
        list(ServiceArea.objects.select_for_update(no_key=True).order_by("pk"))
        if [_spot(stop) for stop in Stop.objects.order_by("pk")] != [_spot(stop) for stop in stops]:
            raise CannotReadRoads("moved")
        network = RoadNetwork.objects.select_for_update().filter(sha256=stored.sha256).first()
        if network is None:
            network = _new(stored.sha256, facts, now)
            network.file = files.attach(stored, noun="roads", noun_id=network.pk, name=name, now=now)
            network.drawing = files.attach(drawing, noun="roads", noun_id=network.pk, name="roads.geojson", now=now)
        network.in_use_since = now
        network.save()
        Kerb.objects.filter(network=network).delete()
        rows = [
            place.row(network, stop.pk)
            for stop, place in zip(stops, places, strict=True)
            if not isinstance(place, CannotPlace)
        ]
        Kerb.objects.bulk_create(rows)
        record(_told(network, len(stops), rows), by=by, now=now)
    for area in ServiceArea.objects.order_by("pk"):
        mishaps.follow(area, now)
    return network


def _spot(stop: Stop) -> Spot:
    return Spot(stop.lat, stop.lon, stop.bearing)


def _new(sha256: str, facts: RoadFacts, now: datetime) -> RoadNetwork:
    last = RoadNetwork.objects.aggregate(last=Max("number"))["last"] or 0
    south, west, north, east = facts.box
    return RoadNetwork.objects.create(
        number=last + 1,
        sha256=sha256,
        kind=facts.kind,
        island_metres=facts.island_metres,
        remark_counts=facts.remark_counts,
        remark_lines=facts.remark_lines,
        is_synthetic=facts.is_synthetic,
        south=south,
        west=west,
        north=north,
        east=east,
        made_at=now,
        in_use_since=now,
        **facts.counts,
    )


def _told(network: RoadNetwork, stops: int, kerbs: list[Kerb]) -> RoadsImported:
    return RoadsImported(
        code=network.code,
        sha256=network.sha256,
        ways=network.ways,
        arcs=network.arcs,
        km=network.km,
        islands=len(network.island_metres),
        remarks=sum(network.remark_counts.values()),
        stops=len(kerbs),
        unreachable=sum(not kerb.is_reachable for kerb in kerbs),
        off=stops - len(kerbs),
    )
