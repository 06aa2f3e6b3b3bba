"""Everything that the tablet shows on the road: the visits ahead with riders, turns and the drawn way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from machikado.town.drive.queries.sheet import Rider, Sheet, Visit, sheet_of
from machikado.town.drive.views.way_drawing import Drawing, draw, frame_of
from machikado.town.ride.fare import Rider as Kind
from machikado.town.ride.ground import Spot
from machikado.town.ride.hours import clock_of, moment_at
from machikado.town.ride.models import RoadNetwork, Stop, VehicleShift
from machikado.town.ride.queries.callers import last_four
from machikado.town.ride.queries.roads import network_in_use

if TYPE_CHECKING:
    from machikado.town.ride.planning.ways import TurnLine  # the engine is loaded by whoever draws

WAYS = 5  # so many visits ahead carry their way, for a dead zone of twenty minutes

TURNS: Mapping[str, Any] = {
    "depart": gettext_lazy("Set out"),
    "straight": gettext_lazy("Straight on"),
    "slight_left": gettext_lazy("Slightly left"),
    "left": gettext_lazy("Turn left"),
    "sharp_left": gettext_lazy("Sharply left"),
    "slight_right": gettext_lazy("Slightly right"),
    "right": gettext_lazy("Turn right"),
    "sharp_right": gettext_lazy("Sharply right"),
    "u_turn": gettext_lazy("Turn round"),
    "roundabout": gettext_lazy("Roundabout"),
    "arrive": gettext_lazy("You are there"),
}
ICONS = {"depart": "bus", "arrive": "pin", "u_turn": "back", "roundabout": "refresh", "straight": "up"}


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that a passenger needs or brings."""

    icon: str
    label: str


@dataclass(frozen=True, slots=True)
class RiderCard:
    """One booking at a stop, as the driver sees it: no name but its reading, four digits, needs, fare."""

    code: str
    four: str
    name: str
    people: str
    chips: Sequence[Chip]
    yen: int
    owes: int
    has_pass: bool
    by_pass: int
    state: str
    until_ms: int
    until: str


@dataclass(frozen=True, slots=True)
class TurnRow:
    """One line of the list of turns."""

    code: str
    icon: str
    words: str
    metres: str


@dataclass(frozen=True, slots=True)
class VisitCard:
    """One stop ahead."""

    visit: Visit
    due: str
    begins_ms: int
    leaves_ms: int
    on: Sequence[RiderCard]
    off: Sequence[RiderCard]
    say: str
    turns: Sequence[TurnRow] = ()
    metres: str = ""
    drawing: Drawing | None = None

    @property
    def state(self) -> str:
        """Where the vehicle is: on its way there, there, gone, or resting."""
        if self.visit.is_over:
            return "over"
        return "break" if self.visit.is_break else "here" if self.visit.has_arrived else "ahead"


@dataclass(frozen=True, slots=True)
class RunPage:
    """The sheet as it is shown."""

    sheet: Sheet
    cards: Sequence[VisitCard]
    form_key: str

    @property
    def current(self) -> VisitCard | None:
        """The next visit."""
        return next((card for card in self.cards if card.state != "over"), None)

    @property
    def seats(self) -> Sequence[bool]:
        """Each seat of the usual layout: whether somebody sits there."""
        layout = self.sheet.shift.vehicle.layouts.first()
        count = max(layout.seats if layout else 0, self.sheet.aboard)
        return [number < self.sheet.aboard for number in range(min(count, 12))]


def run_page(shift: VehicleShift, now: datetime) -> RunPage:
    """Ask for everything that the tablet shows."""
    sheet = sheet_of(shift, now)
    network, before = network_in_use(), _start(sheet)
    cards, ways = [], 0
    for visit in sheet.visits:
        card = _card(visit, shift)
        if not visit.is_over and visit.stop is not None:
            if ways < WAYS and network is not None:
                card = _with_way(card, network, (before, _spot(visit.stop)), shift.day)
                ways += 1
            before = _spot(visit.stop)
        cards.append(card)
    return RunPage(sheet, cards, str(uuid4()))


def _start(sheet: Sheet) -> Spot:
    """Where the vehicle stands, as far as it was told."""
    if sheet.last_stop is not None:
        return _spot(sheet.last_stop)
    shift = sheet.shift
    return _spot(shift.start) if shift.start else Spot(shift.vehicle.depot_lat, shift.vehicle.depot_lon)


def _spot(stop: Stop) -> Spot:
    return Spot(stop.lat, stop.lon, stop.bearing)


def _card(visit: Visit, shift: VehicleShift) -> VisitCard:
    return VisitCard(
        visit,
        due=clock_of(visit.begins // 60),
        begins_ms=_ms(moment_at(shift.day, visit.begins)),
        leaves_ms=_ms(moment_at(shift.day, visit.leaves)),
        on=[_rider(rider, is_on=True) for rider in visit.on],
        off=[_rider(rider, is_on=False) for rider in visit.off],
        say=_say(visit),
    )


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _rider(rider: Rider, *, is_on: bool) -> RiderCard:
    booking = rider.booking
    until = rider.no_show_at or moment_at(booking.day, rider.promise.pickup_by)
    done = "aboard" if is_on else "gone"
    return RiderCard(
        code=booking.code,
        four=last_four(booking.rider),
        name=booking.rider.family_kana if booking.rider else "",
        people=_people(booking.riding.people),
        chips=_chips(rider),
        yen=rider.promise.yen,
        owes=rider.owes,
        has_pass=rider.has_pass,
        by_pass=rider.by_pass,
        state=done if rider.is_settled else "waiting" if is_on else "aboard",
        until_ms=_ms(until),
        until=clock_of(-(-(rider.promise.pickup_by) // 60)),
    )


def _people(count: int) -> str:
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": count}


def _chips(rider: Rider) -> list[Chip]:
    riding = rider.booking.riding
    needs, riders = riding.needs, riding.riders
    counted = [
        ("wheelchair", _("Wheelchair"), needs.wheelchairs),
        ("child", _("Pram"), needs.prams),
        ("child", _("Child"), riders.get(Kind.CHILD, 0)),
        ("child", _("Small child"), riders.get(Kind.PRESCHOOL, 0)),
        ("users", _("Companion"), riders.get(Kind.COMPANION, 0)),
    ]
    chips = [Chip(icon, f"{label} {count}" if count > 1 else label) for icon, label, count in counted if count]
    return ([Chip("cane", _("Slowly"))] if needs.slow else []) + chips + _fare_chips(rider)


def _fare_chips(rider: Rider) -> list[Chip]:
    """What the driver is to know of how they pay."""
    if rider.is_paid:
        return []
    by_pass = [Chip("check-circle", _("By pass") if rider.has_pass else _("1 person by pass"))] if rider.by_pass else []
    return by_pass + ([Chip("alert", _("Fare is open"))] if rider.is_open else [])


def _say(visit: Visit) -> str:
    """What the voice says of the next stop."""
    if visit.stop is None:
        return _("Next is your break.")
    said = [_("Next stop: %(stop)s.") % {"stop": visit.stop.kana or visit.stop.name}]
    if visit.people_off:
        said.append(_("Getting off: %(count)s.") % {"count": visit.people_off})
    if visit.people_on:
        said.append(_("Getting on: %(count)s.") % {"count": visit.people_on})
    return " ".join(said)


def _with_way(card: VisitCard, network: RoadNetwork, ends: tuple[Spot, Spot], day: date) -> VisitCard:
    """The card with turns and drawing; without them where no road leads there, or the vehicle is there already."""
    start, goal = ends
    if start == goal or card.state == "here":
        return card
    from machikado.town.ride.planning.ways import streets, way

    found = way(network, start, goal, day)
    if found is None or len(found.line) < 2:
        return card
    frame = frame_of(found.line)
    drawing = draw(found.line, frame, streets(network, frame.box, day))
    turns = [
        TurnRow(turn.code, ICONS.get(turn.code, "turn-left"), _turn_words(turn), metres(turn.metres))
        for turn in found.turns
    ]
    return replace(card, turns=turns, metres=metres(found.metres), drawing=drawing)


def _turn_words(turn: "TurnLine") -> str:
    words = str(TURNS[turn.code])
    if turn.exit:
        words = _("%(turn)s, exit %(number)s") % {"turn": words, "number": turn.exit}
    return f"{words} · {turn.road}" if turn.road else words


def metres(count: int) -> str:
    """280 → 280m, 1240 → 1.2km."""
    return f"{round(count, -1)}m" if count < 950 else f"{count / 1000:.1f}km"
