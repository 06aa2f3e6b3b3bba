"""What happens when a table of stops is taken in: all of it or nothing, each new or changed stop with its own row."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from machikado.town.common.actors import Actor
from machikado.town.common.diary import DiaryEvent, record, record_many
from machikado.town.common.errors import Cannot
from machikado.town.people.permissions import require
from machikado.town.ride.actions import search_keys, stops
from machikado.town.ride.actions.keeping import kept
from machikado.town.ride.actions.stops import NAMES, CannotChangeStop, StopFacts
from machikado.town.ride.events.stops import StopsImported
from machikado.town.ride.ground import CannotPlace
from machikado.town.ride.models import Kerb, RoadNetwork, ServiceArea, Stop
from machikado.town.ride.queries.roads import network_in_use
from machikado.town.ride.road_facts import KerbFacts
from machikado.town.ride.stop_table import CannotReadStops, Row

Placed = KerbFacts | None
AT_ONCE = 500  # stops that one UPDATE changes
# What is known of a stop ← the column of the table, and how it is read. A column that the table lacks changes nothing.
_READ: Mapping[str, tuple[str, Callable[[Row, str], Any]]] = {
    "number": ("ID", Row.text),
    "name": ("名称", Row.text),
    "lat": ("緯度", Row.number),
    "lon": ("経度", Row.number),
    "kana": ("名称_カナ", Row.reading),
    "residents_name": ("名称_通称", Row.text),
    "address": ("所在地_連結表記", Row.text),
    "bearing": ("向き", Row.degrees),
    "zone": ("運賃ゾーン", Row.text),
    "has_shelter": ("屋根", Row.flag),
    "wheelchair": ("車椅子可", Row.flag),
    "opens": ("開始時間", Row.minute),
    "closes": ("終了時間", Row.minute),
    "note": ("備考", Row.text),
}


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
    before: StopFacts | None  # what is known of the stop; None: it is new
    kerb: Placed = None

    @property
    def is_moved(self) -> bool:
        """Whether the stop lies elsewhere from now on. One that stays may lie where no new one could."""
        return self.before is None or self.before.spot != self.facts.spot


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

    def act() -> TakenIn:
        if stops.lock(area.pk, network).polygon != area.polygon:
            raise CannotReadStops("overtaken")
        return _written(area, network, lines, (by, now))

    return kept(area, act, now)


def _looked_at(area: ServiceArea, rows: Sequence[Row]) -> tuple[list[_Line], list[Fault]]:
    """The lines that can be stops, and why the others cannot."""
    lines, faults, seen = [], [], dict[str, int]()
    known = _known([row.text("ID") for row in rows])
    for row in rows:
        try:
            line = _line(area, row, known.get(row.text("ID")))
            if line.facts.number in seen:
                raise CannotReadStops("twice", number=line.facts.number, line=seen[line.facts.number])
            seen[line.facts.number] = row.line
            lines.append(line)
        except Cannot as reason:
            faults.append(Fault(row.line, reason))
    return lines, faults


def _known(numbers: Sequence[str]) -> dict[str, Stop]:
    return Stop.objects.in_bulk(numbers, field_name="number")


def _line(area: ServiceArea, row: Row, stop: Stop | None) -> _Line:
    """What a line says of a stop, new or known. Raises CannotReadStops, CannotChangeStop, CannotPlace."""
    if stop is not None and stop.area_id != area.pk:
        raise CannotChangeStop("number_taken", name=stop.name, number=stop.number)
    before = stops.facts_of(stop) if stop else None
    line = _Line(row.line, _facts(row, before), before)
    stops.check(line.facts)
    if line.is_moved:
        stops.check_inside(area, line.facts.spot)
    return line


def _facts(row: Row, before: StopFacts | None) -> StopFacts:
    if row.beyond:
        raise CannotReadStops("ragged", text=row.beyond)
    said = {name: read(row, column) for name, (column, read) in _READ.items() if column in row.cells}
    for name, value in said.items():
        most = getattr(Stop._meta.get_field(name), "max_length", None)
        if most and len(value) > most:
            raise CannotReadStops("long", column=_READ[name][0], most=most)
    return replace(before, **said) if before else StopFacts(**said)


def _on_roads(network: RoadNetwork | None, lines: list[_Line], now: datetime) -> tuple[list[_Line], list[Fault]]:
    """The lines with their kerbs, and the moved ones that lie on no road; as they are where there are no roads yet."""
    if network is None:
        return lines, []
    from machikado.town.ride import bridge

    places = bridge.on_kerbs(bridge.ready_roads(network, now), [line.facts.spot for line in lines])
    found, faults = [], []
    for line, place in zip(lines, places, strict=True):
        if not isinstance(place, CannotPlace):
            found.append(replace(line, kerb=place))
        elif line.is_moved:
            faults.append(Fault(line.line, place))
        else:
            found.append(line)
    return found, faults


def _written(
    area: ServiceArea, network: RoadNetwork | None, lines: list[_Line], actor_and_moment: tuple[Actor, datetime]
) -> TakenIn:
    by, now = actor_and_moment
    known = _known([line.facts.number for line in lines])
    before = {number: stops.facts_of(stop) for number, stop in known.items()}
    if before != {line.facts.number: line.before for line in lines if line.before}:
        raise CannotReadStops("overtaken")
    fresh = [(Stop(area=area, made_at=now, **_columns(x.facts)), x) for x in lines if x.before is None]
    differing = [(known[x.facts.number], x) for x in lines if x.before is not None and x.before != x.facts]
    for stop, line in differing:
        for name, value in _columns(line.facts).items():
            setattr(stop, name, value)
    Stop.objects.bulk_create([stop for stop, _ in fresh])
    Stop.objects.bulk_update([stop for stop, _ in differing], NAMES, batch_size=AT_ONCE)
    touched = [*fresh, *differing]
    search_keys.write([stop for stop, _ in touched])
    _keep_kerbs(network, touched)
    told: Iterator[DiaryEvent] = (stops.added_event(stop, line.kerb) for stop, line in fresh)
    record_many(told, by=by, now=now)
    changed = (stops.changed_event(stop, before[stop.number], line.kerb) for stop, line in differing)
    record_many(changed, by=by, now=now)
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
