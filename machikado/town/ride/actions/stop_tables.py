"""What happens when a table of stops is taken in: all of it or nothing, each new or changed stop with its own row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from machikado.town.common.actors import Actor
from machikado.town.common.diary import DiaryEvent, record, record_many
from machikado.town.common.errors import Cannot
from machikado.town.people.permissions import require
from machikado.town.ride.actions import search_keys, stops
from machikado.town.ride.actions.stops import NAMES, StopFacts
from machikado.town.ride.events.stops import StopsImported
from machikado.town.ride.ground import CannotPlace
from machikado.town.ride.models import Kerb, RoadNetwork, ServiceArea, Stop
from machikado.town.ride.queries.roads import network_in_use
from machikado.town.ride.road_facts import KerbFacts
from machikado.town.ride.stop_table import CannotReadStops, Row

Placed = KerbFacts | None


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line cannot be taken in."""

    line: int
    reason: Cannot


class CannotImportStops(CannotReadStops):
    """Lines that cannot be taken in; nothing was."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        first = faults[0]
        super().__init__("faults", count=len(faults), line=first.line, sentence=first.reason.sentence)
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class TakenIn:
    """How many stops are new, changed, and as they were."""

    added: int
    changed: int
    same: int


@dataclass(frozen=True, slots=True)
class _Line:
    line: int
    facts: StopFacts
    kerb: Placed = None


def take_in(*, area: ServiceArea, rows: Sequence[Row], by: Actor, now: datetime) -> TakenIn:
    """Add the stops of a table, and change those whose ID is known. Stops that are not in it stay as they are.

    Raises CannotImportStops with every bad line, and then nothing is taken in.
    """
    require(by, may="ride.change_stops", on=area)
    network = network_in_use()
    lines, faults = _looked_at(area, rows)
    lines, off = _on_roads(network, lines, now)
    if faults or off:
        raise CannotImportStops(sorted([*faults, *off], key=lambda fault: fault.line))
    with transaction.atomic():
        stops.lock(area.pk, network)
        return _written(area, network, lines, (by, now))


def _looked_at(area: ServiceArea, rows: Sequence[Row]) -> tuple[list[_Line], list[Fault]]:
    """The lines that can be stops, and why the others cannot."""
    lines, faults, seen = [], [], dict[str, int]()
    for row in rows:
        try:
            facts = _facts(row)
            stops.check(area, facts)
            if facts.number in seen:
                raise CannotReadStops("twice", number=facts.number, line=seen[facts.number])
            seen[facts.number] = row.line
            lines.append(_Line(row.line, facts))
        except Cannot as reason:
            faults.append(Fault(row.line, reason))
    return lines, faults


def _facts(row: Row) -> StopFacts:
    return StopFacts(
        number=row.text("ID")[:20],
        name=row.text("名称")[:80],
        lat=row.number("緯度"),
        lon=row.number("経度"),
        kana=row.reading("名称_カナ")[:160],
        residents_name=row.text("名称_通称")[:80],
        address=row.text("所在地_連結表記")[:200],
        bearing=row.degrees("向き"),
        zone=row.text("運賃ゾーン")[:8],
        has_shelter=row.flag("屋根"),
        wheelchair=row.flag("車椅子可"),
        opens=row.minute("開始時間"),
        closes=row.minute("終了時間"),
        note=row.text("備考")[:200],
    )


def _on_roads(network: RoadNetwork | None, lines: list[_Line], now: datetime) -> tuple[list[_Line], list[Fault]]:
    """The lines with their kerbs, and those that lie on no road; as they are where there are no roads yet."""
    if network is None:
        return lines, []
    from machikado.town.ride import bridge

    places = bridge.on_kerbs(bridge.ready_roads(network, now), [line.facts.spot for line in lines])
    pairs = list(zip(lines, places, strict=True))
    faults = [Fault(line.line, place) for line, place in pairs if isinstance(place, CannotPlace)]
    return [_Line(x.line, x.facts, kerb) for x, kerb in pairs if not isinstance(kerb, CannotPlace)], faults


def _written(
    area: ServiceArea, network: RoadNetwork | None, lines: list[_Line], actor_and_moment: tuple[Actor, datetime]
) -> TakenIn:
    by, now = actor_and_moment
    known = Stop.objects.filter(area=area).in_bulk([line.facts.number for line in lines], field_name="number")
    fresh = [(Stop(area=area, made_at=now, **_columns(x.facts)), x) for x in lines if x.facts.number not in known]
    differing = [
        (known[x.facts.number], x)
        for x in lines
        if x.facts.number in known and stops.facts_of(known[x.facts.number]) != x.facts
    ]
    before = {stop.pk: stops.facts_of(stop) for stop, _ in differing}
    for stop, line in differing:
        for name, value in _columns(line.facts).items():
            setattr(stop, name, value)
    Stop.objects.bulk_create([stop for stop, _ in fresh])
    Stop.objects.bulk_update([stop for stop, _ in differing], NAMES)
    touched = [*fresh, *differing]
    search_keys.write([stop for stop, _ in touched])
    _keep_kerbs(network, touched)
    told: Iterator[DiaryEvent] = (stops.added_event(stop, line.kerb) for stop, line in fresh)
    record_many(told, by=by, now=now)
    record_many((stops.changed_event(stop, before[stop.pk], line.kerb) for stop, line in differing), by=by, now=now)
    counts = TakenIn(len(fresh), len(differing), len(lines) - len(touched))
    whole = StopsImported(code=area.code, added=counts.added, changed=counts.changed, same=counts.same)
    record(whole, by=by, now=now)
    return counts


def _columns(facts: StopFacts) -> dict[str, object]:
    return {name: getattr(facts, name) for name in NAMES}


def _keep_kerbs(network: RoadNetwork | None, touched: Sequence[tuple[Stop, _Line]]) -> None:
    if network is not None:
        Kerb.objects.filter(network=network, stop__in=[stop for stop, _ in touched]).delete()
        Kerb.objects.bulk_create(line.kerb.row(network, stop.pk) for stop, line in touched if line.kerb)
