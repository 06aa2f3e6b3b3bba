"""What happens to a pass: sold to a person, and undone where it was a wrong one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.calendar import town_date, weekday_date
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.models import Person
from machikado.town.people.permissions import require
from machikado.town.ride.actions import last_use
from machikado.town.ride.actions.card_ledger import check_not_own
from machikado.town.ride.events.tickets import PassSold, PassUndone
from machikado.town.ride.models import FarePass, SoldPass
from machikado.town.ride.queries.fares import table_on

MOST_AHEAD_DAYS = 31


class CannotSellPass(Cannot):
    """A pass that cannot be sold or undone so; nothing was changed."""

    sentences = {
        "key": _("This form was sent before with something else in it. Please open the page again and look."),
        "table": _("Other fares are in force on that day. Please choose one of their passes."),
        "day": _("A pass begins today, or on one of the next 31 days."),
        "erased": _("The data of this person were erased."),
        "overlaps": _("They hold a pass of this kind until %(day)s. Please let the new one begin after it."),
        "undone": _("This pass was undone already. Nothing was given back again."),
        "why": _("It was sold before today. Please write why it is undone."),
        "refund": _("At most %(yen)s yen were paid. Please look at the refund again."),
    }


@dataclass(frozen=True, slots=True)
class PassSale:
    """Which pass, for whom, from which day."""

    fare_pass: FarePass
    holder: Person
    first_day: date


@dataclass(frozen=True, slots=True)
class Undoing:
    """Why a pass is undone, and what is given back; None: all of it."""

    why: str = ""
    refunded_yen: int | None = None


def sell(*, sale: PassSale, key: UUID, by: Actor, now: datetime) -> SoldPass:
    """Sell a pass of the fares that are in force on its first day. Sent twice, it is one pass.

    Raises CannotSellPass, CannotUseCard.
    """
    require(by, may="ride.sell_tickets")
    check_not_own(by, sale.holder.pk)
    with transaction.atomic():
        holder = Person.objects.select_for_update().get(pk=sale.holder.pk)
        if (sold := SoldPass.objects.filter(key=key).first()) is not None:
            if (sold.fare_pass, sold.holder, sold.first_day) != (sale.fare_pass, holder, sale.first_day):
                raise CannotSellPass("key")
            return sold
        last_day = _check(sale, holder, now)
        sold = SoldPass.objects.create(
            key=key,
            fare_pass=sale.fare_pass,
            holder=holder,
            first_day=sale.first_day,
            last_day=last_day,
            yen=sale.fare_pass.yen,
            sold_at=now,
        )
        last_use.use(holder, last_day, now)
        days = (sold.first_day.isoformat(), sold.last_day.isoformat())
        record(PassSold(code=sold.code, yen=sold.yen, first_day=days[0], last_day=days[1]), by=by, now=now)
    return sold


def _check(sale: PassSale, holder: Person, now: datetime) -> date:
    """The last day. Raises CannotSellPass."""
    today = town_date(now)
    if holder.pseudonymised_at is not None:
        raise CannotSellPass("erased")
    if not today <= sale.first_day <= today + timedelta(days=MOST_AHEAD_DAYS):
        raise CannotSellPass("day")
    if table_on(sale.fare_pass.table.area, sale.first_day) != sale.fare_pass.table:
        raise CannotSellPass("table")
    last_day = sale.first_day + timedelta(days=sale.fare_pass.days - 1)
    held = SoldPass.objects.filter(holder=holder, undone_at=None, fare_pass__rider=sale.fare_pass.rider)
    in_the_way = held.filter(first_day__lte=last_day, last_day__gte=sale.first_day).order_by("-last_day").first()
    if in_the_way is not None:
        raise CannotSellPass("overlaps", day=weekday_date(in_the_way.last_day))
    return last_day


def undo(*, sold: SoldPass, undoing: Undoing, by: Actor, now: datetime) -> SoldPass:
    """Undo a pass: on the day on which it was sold the desk does it and gives all back, later a manager with a reason.

    Rides that were paid by it stay paid. Sent twice, it is undone once. Raises CannotSellPass, CannotUseCard.
    """
    same_day = town_date(sold.sold_at) == town_date(now)
    require(by, may="ride.sell_tickets" if same_day else "ride.undo_tickets")
    with transaction.atomic():
        held = SoldPass.objects.select_for_update(of=("self",)).get(pk=sold.pk)
        check_not_own(by, held.holder_id)
        yen = held.yen if undoing.refunded_yen is None else undoing.refunded_yen
        why = undoing.why.strip()[:120]
        if held.undone_at is not None:
            if (held.undone_why, held.refunded_yen) == (why, yen):
                return held
            raise CannotSellPass("undone")
        if not same_day and not why:
            raise CannotSellPass("why")
        if not 0 <= yen <= held.yen:
            raise CannotSellPass("refund", yen=held.yen)
        held.undone_at, held.undone_why, held.refunded_yen = now, why, yen
        held.save(update_fields=["undone_at", "undone_why", "refunded_yen"])
        record(PassUndone(code=held.code, refunded_yen=yen, same_day=same_day), by=by, now=now)
    return held
