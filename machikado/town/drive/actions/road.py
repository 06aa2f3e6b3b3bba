"""What a tablet tells of the road, press by press in order; what cannot be done is said, and the next one goes on."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.errors import Cannot
from machikado.town.drive.models import Departure
from machikado.town.drive.presses import Clocks, Told
from machikado.town.ride.actions import running, stop_notes
from machikado.town.ride.actions.running import Press, Taken
from machikado.town.ride.models import Booking, RunStep, Stop, StopNote, VehicleShift


class CannotTell(Cannot):
    """A press about something that the tablet cannot know."""

    sentences = {
        "not_out": _("The vehicle has not gone out yet."),
        "unknown": _("This ride or stop is not known here. Please call the centre."),
    }


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a press: "" where it was done, else why not."""

    key: str
    refusal: str = ""


def tell_all(*, shift: VehicleShift, presses: list[Told], clocks: Clocks, by: Actor) -> list[Outcome]:
    """Do each press in its own transaction, in order. A server that dies between two has done the first ones."""
    return [_outcome(shift, told, clocks, by) for told in presses]


def _outcome(shift: VehicleShift, told: Told, clocks: Clocks, by: Actor) -> Outcome:
    try:
        if not Departure.objects.filter(shift=shift).exists():
            raise CannotTell("not_out")
        _tell(shift, told, clocks, by)
    except Cannot as refusal:
        return Outcome(str(told.key), refusal.sentence)
    return Outcome(str(told.key))


def _tell(shift: VehicleShift, told: Told, clocks: Clocks, by: Actor) -> None:
    now = clocks.town
    press = Press(shift, told.key, clocks.moment_of(told.at, told.offset), told.at)
    if told.kind in ("arrive", "note"):
        stop = Stop.objects.filter(area=shift.vehicle.area_id, code=told.on).first()
        if stop is None or (told.kind == "note" and told.what not in StopNote.Kind.values):
            raise CannotTell("unknown")
        if told.kind == "arrive":
            running.arrive(press=press, stop=stop, by=by, now=now)
        else:
            stop_notes.note(press=press, stop=stop, kind=told.what, by=by, now=now)
        return
    rows = Booking.objects.filter(area=shift.vehicle.area_id, day=shift.day, booked_at__isnull=False)
    booking = rows.filter(code=told.on).first()
    if booking is None or (told.kind == "fare" and told.paid not in RunStep.Paid.values):
        raise CannotTell("unknown")
    if told.kind == "fare":
        taken = Taken(told.yen, told.paid, told.card)
        running.take_fare(press=press, booking=booking, taken=taken, by=by, now=now)
        return
    steps = {"aboard": running.aboard, "no_show": running.no_show, "alight": running.alight}
    steps[told.kind](press=press, booking=booking, by=by, now=now)
