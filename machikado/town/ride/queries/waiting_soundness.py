"""What must hold of the waiting list, by the rows alone; shares no code with the actions. Codes only, no names."""

from collections.abc import Iterator

from django.db.models import Count, F, Q

from machikado.town.ride.models import Waiting


def problems() -> list[str]:
    """Places of nobody, two places of one passenger at one moment, seats that were promised to nobody or elsewhen."""
    return [*_open(), *_served(), *_overtaken()]


def _open() -> Iterator[str]:
    waits = Waiting.objects.filter(state="waiting")
    for code in waits.exclude(booking__state="refused").values_list("booking__code", flat=True).order_by("pk"):
        yield f"booking {code} waits for a seat and was not refused"
    for code in waits.filter(booking__rider=None).values_list("booking__code", flat=True).order_by("pk"):
        yield f"booking {code} of nobody waits for a seat"
    same = ("booking__rider", "booking__day", "booking__when", "booking__wish_second")
    twice = waits.values(*same).annotate(count=Count("pk")).filter(count__gt=1, booking__rider__isnull=False)
    for row in twice.order_by("booking__day", "booking__wish_second"):
        yield f"one passenger waits {row['count']} times for one moment of {row['booking__day']}"


def _served() -> Iterator[str]:
    unpromised = Waiting.objects.filter(state="booked", booking__booked_at=None)
    for code in unpromised.values_list("booking__code", flat=True).order_by("pk"):
        yield f"booking {code} got a seat from the waiting list and has no promise"


def _overtaken() -> Iterator[str]:
    """A seat that came free was promised in the moment in which the waiting ended."""
    late = Waiting.objects.filter(state="booked").exclude(
        Q(booking__booked_at=F("ended_at")) | Q(booking__booked_at=None)
    )
    for code in late.values_list("booking__code", flat=True).order_by("pk"):
        yield f"booking {code} was promised at another moment than its waiting ended"
