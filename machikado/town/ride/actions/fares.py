"""What happens to fares: a version comes into force, days are free."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.calendar import town_date
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.permissions import require
from machikado.town.ride.events.fares import FaresSet, FreePeriodEnded, FreePeriodSet
from machikado.town.ride.fare import WHOLE, Rider, Tariff, zones
from machikado.town.ride.models import FarePass, FareTable, FreePeriod, RiderShare, Section, ServiceArea, ZonePair

MOST_YEN = 100_000
MOST_SHORT, MOST_NAME, MOST_NOTE = 8, 40, 200  # characters: of sections and zones, of passes, of the note


class CannotSetFares(Cannot):
    """A table by which nothing can be paid."""

    sentences = {
        "no_section": _("Please write at least one section with its yen."),
        "yen": _("A section costs between 0 and 100,000 yen."),
        "no_pair": _("Please say for at least one pair of zones which section it is."),
        "unknown_section": _("The pair %(one)s–%(other)s names the section %(section)s, which is not in the table."),
        "shares": _("Please say for every kind of rider what they pay, from 0 to 100 per cent."),
        "round": _("Shares are rounded up to 1, 10, 50 or 100 yen."),
        "pair_twice": _("The pair %(one)s–%(other)s stands twice, there and back. Please keep one of them."),
        "passes": _("A pass has a name, a price and lasts 1 to 366 days."),
        "pass_twice": _("The pass %(name)s stands twice for the same kind of rider. Please keep one of them."),
        "long": _("“%(text)s” is too long: here are at most %(most)s characters. Please shorten it."),
        "past": _("Fares come into force today at the earliest: what was paid before stays as it was."),
        "same_day": _("Another version comes into force on that day already (no. %(number)s)."),
        "later": _("Version no. %(number)s is in force from %(day)s already. A new one begins later than that."),
    }


class CannotFree(Cannot):
    """Free days that make no sense."""

    sentences = {
        "no_name": _("Please write why these days are free, for example 無料お試し期間."),
        "backwards": _("The last day lies before the first."),
        "past": _("These days have passed already."),
        "twice": _("These free days are set already."),
        "over": _("This free period is over."),
    }


@dataclass(frozen=True, slots=True)
class NewPass:
    """A pass: for whom, for how much, for how many days."""

    name: str
    rider: Rider
    yen: int
    days: int


@dataclass(frozen=True, slots=True)
class NewFares:
    """A version of the fares from a day on."""

    effective_from: date
    tariff: Tariff
    passes: tuple[NewPass, ...] = field(default=())
    note: str = ""


def put_in_force(*, area: ServiceArea, new: NewFares, by: Actor, now: datetime) -> FareTable:
    """Set a new version of the fares; versions never change. Raises CannotSetFares."""
    require(by, may="ride.set_fares", on=area)
    _check(new)
    if new.effective_from < town_date(now):
        raise CannotSetFares("past")
    with transaction.atomic():
        ServiceArea.objects.select_for_update(no_key=True).get(pk=area.pk)
        _check_order(area, new.effective_from)
        last = FareTable.objects.filter(area=area).aggregate(last=Max("number"))["last"] or 0
        table = FareTable.objects.create(
            area=area,
            number=last + 1,
            effective_from=new.effective_from,
            round_up_yen=new.tariff.round_up_yen,
            note=new.note.strip(),
            made_at=now,
        )
        _write(table, new)
        record(_told(table, new), by=by, now=now)
    return table


def _check(new: NewFares) -> None:
    tariff = new.tariff
    if not tariff.sections:
        raise CannotSetFares("no_section")
    if not all(0 <= yen <= MOST_YEN for yen in tariff.sections.values()):
        raise CannotSetFares("yen")
    if not tariff.pairs:
        raise CannotSetFares("no_pair")
    for (one, other), section in tariff.pairs.items():
        if section not in tariff.sections:
            raise CannotSetFares("unknown_section", one=one, other=other, section=section)
        if one != other and (other, one) in tariff.pairs:
            raise CannotSetFares("pair_twice", one=one, other=other)
    if set(tariff.shares) != set(Rider) or not all(0 <= share <= WHOLE for share in tariff.shares.values()):
        raise CannotSetFares("shares")
    if tariff.round_up_yen not in (1, 10, 50, 100):
        raise CannotSetFares("round")
    if not all(each.name.strip() and 0 <= each.yen <= MOST_YEN and 1 <= each.days <= 366 for each in new.passes):
        raise CannotSetFares("passes")
    _check_texts(new)


def _check_texts(new: NewFares) -> None:
    """Refuse what the columns do not hold, and passes that nobody could tell apart."""
    short = [*new.tariff.sections, *(zone for pair in new.tariff.pairs for zone in pair)]
    names = [(each.name.strip(), each.rider) for each in new.passes]
    for most, texts in ((MOST_SHORT, short), (MOST_NAME, [name for name, _rider in names]), (MOST_NOTE, [new.note])):
        if (text := next((text for text in texts if len(text.strip()) > most), None)) is not None:
            raise CannotSetFares("long", text=text[:20], most=most)
    if (twice := next((name for name in names if names.count(name) > 1), None)) is not None:
        raise CannotSetFares("pass_twice", name=twice[0])


def _check_order(area: ServiceArea, effective_from: date) -> None:
    newest = FareTable.objects.filter(area=area).order_by("-effective_from").first()
    if newest is None or newest.effective_from < effective_from:
        return
    code = "same_day" if newest.effective_from == effective_from else "later"
    raise CannotSetFares(code, number=newest.number, day=newest.effective_from)


def _write(table: FareTable, new: NewFares) -> None:
    sections = {
        name: Section.objects.create(table=table, name=name, yen=yen) for name, yen in new.tariff.sections.items()
    }
    pairs = {zones(*pair): section for pair, section in new.tariff.pairs.items()}
    ZonePair.objects.bulk_create(
        ZonePair(table=table, one=one, other=other, section=sections[section])
        for (one, other), section in pairs.items()
    )
    RiderShare.objects.bulk_create(
        RiderShare(table=table, rider=rider.value, share=share) for rider, share in new.tariff.shares.items()
    )
    FarePass.objects.bulk_create(
        FarePass(table=table, name=each.name.strip(), rider=each.rider.value, yen=each.yen, days=each.days)
        for each in new.passes
    )


def _told(table: FareTable, new: NewFares) -> FaresSet:
    tariff = new.tariff
    return FaresSet(
        code=table.code,
        area=table.area.code,
        number=table.number,
        effective_from=table.effective_from.isoformat(),
        sections=dict(tariff.sections),
        shares={rider.value: share for rider, share in tariff.shares.items()},
        pairs=sorted([*zones(*pair), section] for pair, section in tariff.pairs.items()),
        round_up_yen=tariff.round_up_yen,
        passes=[[each.rider.value, each.yen, each.days] for each in new.passes],
    )


@dataclass(frozen=True, slots=True)
class NewFreePeriod:
    """Why and when nobody pays."""

    name: str
    first_day: date
    last_day: date


def set_free(*, area: ServiceArea, new: NewFreePeriod, by: Actor, now: datetime) -> FreePeriod:
    """Let everybody ride free for some days. Raises CannotFree."""
    require(by, may="ride.set_fares", on=area)
    if not new.name.strip():
        raise CannotFree("no_name")
    if new.last_day < new.first_day:
        raise CannotFree("backwards")
    if new.first_day < town_date(now):
        raise CannotFree("past")
    facts = {"area": area, "name": new.name.strip(), "first_day": new.first_day, "last_day": new.last_day}
    with transaction.atomic():
        ServiceArea.objects.select_for_update(no_key=True).get(pk=area.pk)
        if FreePeriod.objects.filter(**facts).exists():
            raise CannotFree("twice")
        row = FreePeriod.objects.create(**facts)
        event = FreePeriodSet(
            code=row.code, area=area.code, first_day=row.first_day.isoformat(), last_day=row.last_day.isoformat()
        )
        record(event, by=by, now=now)
    return row


def end_free(*, period: FreePeriod, by: Actor, now: datetime) -> None:
    """End a free period: one to come goes, of one that runs today is the last day. Raises CannotFree."""
    require(by, may="ride.set_fares", on=period)
    today = town_date(now)
    with transaction.atomic():
        row = FreePeriod.objects.select_for_update().select_related("area").filter(pk=period.pk).first()
        if row is None or row.last_day < today:
            raise CannotFree("over")
        if row.first_day > today:
            row.delete()
        else:
            row.last_day = today
            row.save(update_fields=["last_day"])
        record(FreePeriodEnded(code=period.code, area=period.area.code), by=by, now=now)
