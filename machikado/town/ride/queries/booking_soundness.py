"""What must hold of bookings and plans, by the rows alone; shares no code with the actions. Codes only, no names."""

from collections.abc import Iterator

from django.db.models import Count, Exists, F, Max, OuterRef, Q

from machikado.town.ride.models import Booking, DayPlan, Offer, PlanStep, Receipt, RunStep, SeriesRide


def problems() -> list[str]:
    """Promises without bookings, seats of nobody, plans with gaps, receipts without fares, rides of no series."""
    return [*_promises(), *_steps(), *_plans(), *_replaced(), *_receipts(), *_series()]


def _promises() -> Iterator[str]:
    taken = Count("offers", filter=Q(offers__taken_at__isnull=False))
    for booking in Booking.objects.annotate(taken=taken).exclude(state__in=("offered", "refused")).exclude(taken=1):
        yield f"booking {booking.code} is {booking.state} and has {booking.taken} promises"
    early = Offer.objects.filter(taken_at__isnull=False, booking__state__in=("offered", "refused"))
    for code in early.values_list("booking__code", flat=True):
        yield f"booking {code} has a promise and is not booked"


def _steps() -> Iterator[str]:
    plans = DayPlan.objects.filter(area=OuterRef("area"), day=OuterRef("day"))  # old ones go with their shifts
    counted = Booking.objects.filter(Exists(plans)).annotate(count=Count("steps"))
    for booking in counted.filter(state__in=("booked", "aboard", "done")).exclude(count=2):
        yield f"booking {booking.code} is {booking.state} and has {booking.count} stops in the plan"
    for booking in counted.exclude(state__in=("booked", "aboard", "done")).exclude(count=0):
        yield f"booking {booking.code} is {booking.state} and stands in the plan still"
    strays = PlanStep.objects.exclude(booking=None).exclude(booking__day=F("plan__day"), booking__area=F("plan__area"))
    for code in sorted(set(strays.values_list("booking__code", flat=True))):
        yield f"booking {code} stands in the plan of another day"
    shifts = PlanStep.objects.exclude(shift__day=F("plan__day"), shift__vehicle__area=F("plan__area"))
    for code in sorted(set(shifts.values_list("shift__code", flat=True))):
        yield f"shift {code} stands in the plan of another day"
    for code in sorted(set(PlanStep.objects.exclude(shift__dropped_at=None).values_list("shift__code", flat=True))):
        yield f"shift {code} was dropped and stands in a plan"


def _plans() -> Iterator[str]:
    for plan in DayPlan.objects.annotate(count=Count("changes"), last=Max("changes__version")):
        if not plan.count == plan.last == plan.version:
            yield f"plan of {plan.day}: version {plan.version}, and {plan.count} changes up to {plan.last}"


def _replaced() -> Iterator[str]:
    both = Booking.objects.filter(replaces__isnull=False).exclude(state__in=("offered", "refused"))
    for booking in both.exclude(replaces__state="cancelled").select_related("replaces"):
        yield f"booking {booking.code} took the place of one that is not cancelled"


def _receipts() -> Iterator[str]:
    """What drivers told goes with old shifts; as long as it stands, a receipt says the same."""
    fares = RunStep.objects.filter(booking=OuterRef("booking"), kind="fare", refused="")
    told = Receipt.objects.filter(Exists(fares)).exclude(booking__open_fare__state__in=("cash", "twice", "returned"))
    for receipt in told.exclude(Exists(fares.filter(yen=OuterRef("yen"), paid="cash"))).order_by("pk"):
        yield f"receipt {receipt.code} is over {receipt.yen} yen, and another fare was taken"


def _series() -> Iterator[str]:
    rows = SeriesRide.objects.select_related("series", "booking").order_by("series", "day", "way")
    for row in rows:
        if not row.series.weekdays >> row.day.weekday() & 1:
            yield f"series {row.series.code} has a ride on {row.day}, which is none of its days"
        if row.booking is not None and row.booking.rider_id not in (None, row.series.rider_id):
            yield f"series {row.series.code} has booking {row.booking.code} of somebody else"
