"""What must hold of call lists, by the rows alone; shares no code with the actions. Codes only, no names."""

from collections.abc import Iterator

from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from machikado.town.ride.models import CallEntry, CallTry, SuspendedRide


def problems() -> list[str]:
    """Calls that ended without a call, rides that are listed and not cancelled, passengers on another's entry."""
    return [*_ends(), *_rides()]


def _ends() -> Iterator[str]:
    last = CallTry.objects.filter(entry=OuterRef("pk")).order_by("-pk").values("outcome")[:1]
    over = CallEntry.objects.exclude(state="open").annotate(last=Coalesce(Subquery(last), Value("nothing")))
    for entry in over.exclude(last=F("state")):
        yield f"call {entry.code} is {entry.state}, and the last try says {entry.last}"
    for code in CallEntry.objects.filter(rides=None).values_list("code", flat=True):
        yield f"call {code} is about no ride"


def _rides() -> Iterator[str]:
    wrong = SuspendedRide.objects.exclude(booking__state="cancelled", booking__cancel_reason="suspend")
    for code in wrong.values_list("booking__code", flat=True):
        yield f"booking {code} stands on a call list and was not cancelled by a suspension"
    known = SuspendedRide.objects.exclude(entry=None).exclude(booking__rider=None)
    for code in known.exclude(booking__rider=F("entry__person")).values_list("booking__code", flat=True):
        yield f"booking {code} is to be told to somebody else than its passenger"
    for code in known.exclude(call_list=F("entry__call_list")).values_list("booking__code", flat=True):
        yield f"booking {code} stands on two call lists"
