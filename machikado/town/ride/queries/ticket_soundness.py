"""What must hold of cards, passes and open fares, by the rows alone; shares no code with the actions. Codes only."""

from collections import Counter
from collections.abc import Iterator
from uuid import uuid5

from django.db.models import Exists, F, OuterRef, Q, Sum

from machikado.town.ride.models import Card, CardEntry, CardRide, OpenFare, RunStep, SaleReceipt, SoldPass


def problems() -> list[str]:
    """Cards whose sums are not those of their ledger, lines of no card, fares paid twice, receipts of other yen."""
    return [*_sums(), *_strays(), *_moved(), *_fares(), *_open(), *_receipts(), *_passes()]


def _sums() -> Iterator[str]:
    ledger: dict[str, tuple[int, int]] = {}
    least: dict[str, int] = {}
    for code, paid, bonus in CardEntry.objects.order_by("pk").values_list("card", "paid_yen", "bonus_yen"):
        before = ledger.get(code, (0, 0))
        ledger[code] = (before[0] + paid, before[1] + bonus)
        least[code] = min(least.get(code, 0), *ledger[code])
    for code, paid, bonus in Card.objects.order_by("pk").values_list("code", "paid_yen", "bonus_yen"):
        if ledger.get(code) != (paid, bonus):
            yield f"card {code} has {paid} and {bonus} yen on it, and its ledger {ledger.get(code)}"
        if least.get(code, 0) < 0:
            yield f"card {code}: its ledger was below zero"


def _strays() -> Iterator[str]:
    cards = Card.objects.filter(code=OuterRef("card"))
    for code in CardEntry.objects.filter(~Q(Exists(cards))).order_by("pk").values_list("card", flat=True):
        yield f"a line of the ledger is of card {code}, which is not there"


def _moved() -> Iterator[str]:
    """What left one card came to another one."""
    sums = CardEntry.objects.filter(kind="moved").aggregate(paid=Sum("paid_yen"), bonus=Sum("bonus_yen"))
    if sums["paid"] or sums["bonus"]:
        yield f"of what moved between cards {sums['paid']} and {sums['bonus']} yen are left over"
    for code in Card.objects.filter(state="replaced").exclude(paid_yen=0, bonus_yen=0).values_list("code", flat=True):
        yield f"card {code} was replaced and has something on it"


def _fares() -> Iterator[str]:
    """A card pays a ride once, but for what went back; and what a tablet took by card, a card paid."""
    paid: Counter[str] = Counter()
    back = set(CardEntry.objects.filter(kind="back").values_list("key", flat=True))
    rows = CardRide.objects.filter(entry__kind="fare").order_by("pk")
    for code, key in rows.values_list("booking__code", "entry__key"):
        paid[code] += uuid5(key, "back") not in back
    for code in (code for code, times in paid.items() if times > 1):
        yield f"booking {code} was paid by card {paid[code]} times"
    entries = CardEntry.objects.filter(key=OuterRef("key"), kind="fare")
    steps = RunStep.objects.filter(kind="fare", paid="card", refused="").filter(~Q(Exists(entries)))
    for code in steps.order_by("pk").values_list("booking__code", flat=True):
        yield f"booking {code} was paid by card, and no card paid"


def _open() -> Iterator[str]:
    taken = RunStep.objects.filter(booking=OuterRef("booking"), kind="fare", refused="")
    whole = taken.filter(yen__gte=OuterRef("yen"))
    still = OpenFare.objects.filter(Exists(whole), state="open").exclude(reason="taken_back").exclude(reason="no_pass")
    for code in still.order_by("pk").values_list("booking__code", flat=True):
        yield f"booking {code} is paid, and its fare is open"


def _receipts() -> Iterator[str]:
    wrong = Q(entry__isnull=False) & ~Q(entry__paid_yen=F("yen"))
    wrong |= Q(sold_pass__isnull=False) & ~Q(sold_pass__yen=F("yen"))
    for code in SaleReceipt.objects.filter(wrong).order_by("pk").values_list("code", flat=True):
        yield f"receipt {code} is over other yen than were paid"


def _passes() -> Iterator[str]:
    later = SoldPass.objects.filter(
        holder=OuterRef("holder"),
        fare_pass__rider=OuterRef("fare_pass__rider"),
        undone_at=None,
        first_day__lte=OuterRef("last_day"),
        last_day__gte=OuterRef("first_day"),
    ).exclude(pk=OuterRef("pk"))
    for code in SoldPass.objects.filter(Exists(later), undone_at=None).order_by("pk").values_list("code", flat=True):
        yield f"pass {code} overlaps another one of the same person"
