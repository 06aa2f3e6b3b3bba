"""Questions about cards and open fares: the lines of a card, what is open, a month in sums, what is not used yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum

from machikado.town.common.calendar import midnight
from machikado.town.law.queries import parameter
from machikado.town.ride.models import Card, CardEntry, OpenFare, RunStep, SoldPass

LIVING = (Card.State.ACTIVE, Card.State.BLOCKED)
NOTICE_DAYS = ((3, 31), (9, 30))  # 資金決済法 第3条第2項: the base days of each year


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One entry and the balance after it."""

    entry: CardEntry
    balance: int


def ledger_of(card: Card) -> list[LedgerLine]:
    """The lines of a card, the newest first."""
    lines, balance = [], 0
    entries = list(CardEntry.objects.filter(card=card.code).select_related("ride__booking", "receipt"))
    for entry in entries:
        balance += entry.yen
        lines.append(LedgerLine(entry, balance))
    return lines[::-1]


def cards_of(person_id: int) -> "QuerySet[Card]":
    """The cards that bear somebody's name and can be used, or used again."""
    return Card.objects.filter(holder_id=person_id, state__in=LIVING).order_by("sold_at", "pk")


def passes_of(person_id: int, today: date) -> "QuerySet[SoldPass]":
    """The passes of somebody that are not over, and were not undone."""
    rows = SoldPass.objects.filter(holder_id=person_id, undone_at=None, last_day__gte=today)
    return rows.select_related("fare_pass").order_by("first_day", "pk")


def fares_to_settle() -> "QuerySet[OpenFare]":
    """What is open, and what was paid twice, the oldest first."""
    rows = OpenFare.objects.filter(state__in=(OpenFare.State.OPEN, OpenFare.State.TWICE))
    return rows.select_related("booking__rider", "card")


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment until another one."""

    begin: datetime
    end: datetime

    def of(self, name: str) -> Q:
        """The rows whose moment lies in it."""
        return Q(**{f"{name}__gte": self.begin, f"{name}__lt": self.end})


def month_of(first: date) -> Span:
    """The month that begins so."""
    return Span(midnight(first), midnight((first + timedelta(days=31)).replace(day=1)))


@dataclass(frozen=True, slots=True)
class MonthSums:
    """A month of the bus in yen, by kind; what was given back and what expired are positive."""

    bus_cash: int
    bus_tickets: int
    bus_passes: int
    cards_sold: int
    passes_sold: int
    open_cash: int
    cards_refunded: int
    passes_refunded: int
    card_fares_paid: int
    card_fares_bonus: int
    bonus_given: int
    expired_paid: int
    expired_bonus: int
    waived: int

    @property
    def desk_cash(self) -> int:
        """What the desk took in cash, without what it gave back."""
        return self.cards_sold + self.passes_sold + self.open_cash - self.cards_refunded - self.passes_refunded

    @property
    def card_fares(self) -> int:
        """The fares that cards paid."""
        return self.card_fares_paid + self.card_fares_bonus


def sums_of(first: date) -> MonthSums:
    """The sums of the month that begins so; about ten queries."""
    span = month_of(first)
    taken = RunStep.objects.filter(span.of("at"), kind=RunStep.Kind.FARE, refused="")
    told = {paid: _sum(taken.filter(paid=paid), "yen") for paid in RunStep.Paid.values}
    kinds = CardEntry.Kind
    rows = CardEntry.objects.filter(span.of("at")).order_by().values("kind")
    ledger = {
        row["kind"]: (row["paid"], row["bonus"]) for row in rows.annotate(paid=Sum("paid_yen"), bonus=Sum("bonus_yen"))
    }
    paid, bonus = ({kind: ledger.get(kind, (0, 0))[place] for kind in kinds.values} for place in (0, 1))
    settled = OpenFare.objects.filter(span.of("settled_at"))
    states = OpenFare.State
    return MonthSums(
        bus_cash=told["cash"],
        bus_tickets=told["ticket"],
        bus_passes=told["pass"],
        cards_sold=paid[kinds.SOLD] + paid[kinds.CHARGE],
        passes_sold=_sum(SoldPass.objects.filter(span.of("sold_at")), "yen"),
        open_cash=_sum(settled.filter(state__in=(states.CASH, states.TWICE)), "yen"),
        cards_refunded=-paid[kinds.REFUND],
        passes_refunded=_sum(SoldPass.objects.filter(span.of("undone_at")), "refunded_yen"),
        card_fares_paid=-paid[kinds.FARE] - paid[kinds.BACK],
        card_fares_bonus=-bonus[kinds.FARE] - bonus[kinds.BACK],
        bonus_given=bonus[kinds.BONUS],
        expired_paid=-paid[kinds.EXPIRED],
        expired_bonus=-bonus[kinds.EXPIRED],
        waived=_sum(settled.filter(state=states.WAIVED), "yen"),
    )


def _sum(rows: "QuerySet[RunStep] | QuerySet[SoldPass] | QuerySet[OpenFare]", name: str) -> int:
    return rows.aggregate(sum=Sum(name))["sum"] or 0


@dataclass(frozen=True, slots=True)
class Unused:
    """What was on all cards at the end of a day; `must_notify` where the law wants a notification."""

    day: date
    paid: int
    bonus: int
    cards: int
    is_base_day: bool
    must_notify: bool


def unused_on(day: date) -> Unused:
    """The balances at the end of a day (資金決済法 第3条第2項). What was paid in counts; the bonus stands beside it."""
    entries = CardEntry.objects.filter(at__lt=midnight(day + timedelta(days=1)))
    sums = entries.aggregate(paid=Sum("paid_yen"), bonus=Sum("bonus_yen"))
    by_card = entries.order_by().values("card").annotate(left=Sum("paid_yen") + Sum("bonus_yen")).filter(left__gt=0)
    paid, is_base = sums["paid"] or 0, (day.month, day.day) in NOTICE_DAYS
    limit = parameter("prepaid_notice_yen", day)
    count = by_card.aggregate(count=Count("card"))["count"]
    return Unused(day, paid, sums["bonus"] or 0, count, is_base, is_base and paid > limit)


def unused_balances(today: date) -> Sequence[Unused]:
    """Of today, and of the last four base days."""
    days = [date(year, *each) for year in range(today.year, today.year - 3, -1) for each in NOTICE_DAYS[::-1]]
    return [unused_on(today), *map(unused_on, [day for day in days if day < today][:4])]


def entries_in(first: date) -> "QuerySet[CardEntry]":
    """The lines of all cards in a month."""
    return CardEntry.objects.filter(month_of(first).of("at"))
