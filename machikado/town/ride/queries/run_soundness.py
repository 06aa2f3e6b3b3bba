"""What must hold of what drivers told, by the rows alone; shares no code with the actions. Codes only, no names."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q

from machikado.town.ride.models import Booking, RunStep

NEEDED = {"aboard": ("aboard",), "done": ("aboard", "alight"), "no_show": ("no_show",)}


def problems() -> list[str]:
    """Rides of which nobody told, told things that did not happen, times that go back."""
    return [*_rides(), *_strays(), *_times()]


def _told(kind: str) -> Exists:
    return Exists(RunStep.objects.filter(booking=OuterRef("pk"), kind=kind, refused=""))


def _rides() -> Iterator[str]:
    for state, kinds in NEEDED.items():
        for kind in kinds:
            for code in Booking.objects.filter(~Q(_told(kind)), state=state).values_list("code", flat=True):
                yield f"booking {code} is {state}, and no driver told of {kind}"


def _strays() -> Iterator[str]:
    for state in ("booked", "cancelled", "offered", "refused"):
        rows = RunStep.objects.filter(refused="", booking__state=state).values_list("booking__code", "kind")
        for code, kind in rows.order_by("pk"):
            yield f"booking {code} is {state}, and a driver told of {kind}"


def _times() -> Iterator[str]:
    last: dict[int, RunStep] = {}
    for step in RunStep.objects.select_related("shift").order_by("pk"):
        before = last.get(step.shift_id)
        if before is not None and step.at < before.at:
            yield f"shift {step.shift.code}: {step.kind} is told before what happened earlier"
        last[step.shift_id] = step
