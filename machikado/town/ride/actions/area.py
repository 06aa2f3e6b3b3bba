"""What happens to the service area: founded, changed, its hours set, suspended, run again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.calendar import town_date
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.permissions import require
from machikado.town.ride.events import area as events
from machikado.town.ride.ground import Spot, inside, polygon
from machikado.town.ride.hours import LAST_MINUTE, DayType, Span, clock_of, overlapping
from machikado.town.ride.models import ServiceArea, ServiceHours, Stop, Suspension
from machikado.town.ride.seen import MEANWHILE, mark


class CannotChangeArea(Cannot):
    """A promise that no bus can keep."""

    sentences = {
        "no_name": _("Please give the area a name."),
        "name_taken": _("Another area has this name."),
        "promises": _("Longest wait and longest ride are between 5 and 180 minutes."),
        "boarding": _("Getting on takes 15 minutes (900 seconds) at most."),
        "ahead": _("One can book 60 days ahead at most."),
        "meanwhile": MEANWHILE,
        "stops_outside": _(
            "Stops would lie outside this border: %(count)s. The first is %(number)s %(name)s."
            " Please move them first, or draw the border around them."
        ),
    }


class CannotSetHours(Cannot):
    """Hours at which nothing can run."""

    sentences = {
        "none": _("Please write hours for at least one kind of day. For days without a bus, use a suspension."),
        "backwards": _("%(opens)s–%(closes)s ends before it begins."),
        "late": _("A service day ends at 28:00 at the latest."),
        "overlap": _("%(one)s and %(other)s overlap. Please make one span of them."),
        "past": _("Hours cannot be set for days that have passed. They would be wrong for rides that were made."),
    }


class CannotSuspend(Cannot):
    """A suspension that makes no sense, or has ended."""

    sentences = {
        "backwards": _("The suspension would end before it begins."),
        "over": _("This time has passed already. Please write a later end."),
        "twice": _("The bus is suspended for this time and reason already."),
        "lifted": _("The bus runs again already: this suspension was lifted."),
    }


@dataclass(frozen=True, slots=True)
class Promises:
    """What holds in an area: days ahead, minutes, and seconds to get on by need."""

    book_ahead_days: int = 6
    max_wait_minutes: int = 30
    max_ride_minutes: int = 45
    boarding_seconds: int = 30
    slow_boarding_seconds: int = 60
    pram_boarding_seconds: int = 60
    wheelchair_boarding_seconds: int = 240


@dataclass(frozen=True, slots=True)
class NewArea:
    """A name, a border (GeoJSON Polygon) and what is promised within."""

    name: str
    polygon: Mapping[str, Any]
    promises: Promises = Promises()


def found(*, new: NewArea, by: Actor, now: datetime) -> ServiceArea:
    """Say where the bus runs. Raises CannotChangeArea, CannotDraw."""
    require(by, may="ride.change_area")
    facts = _facts(new)
    with transaction.atomic():
        if ServiceArea.objects.filter(name=facts["name"]).exists():
            raise CannotChangeArea("name_taken")
        area = ServiceArea.objects.create(made_at=now, **facts)
        record(events.AreaFounded(code=area.code, **_told(area)), by=by, now=now)
    return area


def mark_of(area: ServiceArea) -> str:
    """Return the mark of border and promises."""
    return mark((area.name, area.polygon, [getattr(area, name) for name in Promises.__slots__]))


def change(*, area: ServiceArea, new: NewArea, by: Actor, now: datetime, seen: str = "") -> None:
    """Change border or promises; what was promised before stands. `seen` is the mark of what somebody saw.

    Raises CannotChangeArea, CannotDraw.
    """
    require(by, may="ride.change_area", on=area)
    facts = _facts(new)
    with transaction.atomic():
        locked = ServiceArea.objects.select_for_update(no_key=True).get(pk=area.pk)
        if seen and seen != mark_of(locked):
            raise CannotChangeArea("meanwhile", seen=mark_of(locked))
        if ServiceArea.objects.filter(name=facts["name"]).exclude(pk=area.pk).exists():
            raise CannotChangeArea("name_taken")
        _keep_stops_inside(locked, facts["polygon"])
        for name, value in facts.items():
            setattr(locked, name, value)
        locked.save()
        record(events.AreaChanged(code=locked.code, **_told(locked)), by=by, now=now)
    area.refresh_from_db()


def _keep_stops_inside(area: ServiceArea, border: Mapping[str, Any]) -> None:
    """Refuse a border that leaves out what lies within the present one. Raises CannotChangeArea."""
    left = [
        stop
        for stop in Stop.objects.filter(area=area).order_by("number")
        if inside(area.polygon, spot := Spot(stop.lat, stop.lon)) and not inside(border, spot)
    ]
    if left:
        raise CannotChangeArea("stops_outside", count=len(left), number=left[0].number, name=left[0].name)


def _facts(new: NewArea) -> dict[str, Any]:
    promises = {name: getattr(new.promises, name) for name in Promises.__slots__}
    if not new.name.strip():
        raise CannotChangeArea("no_name")
    if not 0 <= promises["book_ahead_days"] <= 60:
        raise CannotChangeArea("ahead")
    if not all(5 <= promises[name] <= 180 for name in ("max_wait_minutes", "max_ride_minutes")):
        raise CannotChangeArea("promises")
    if not all(0 <= value <= 900 for name, value in promises.items() if name.endswith("_seconds")):
        raise CannotChangeArea("boarding")
    return {"name": new.name.strip(), "polygon": polygon(new.polygon), **promises}


def _told(area: ServiceArea) -> dict[str, Any]:
    return {
        "corners": len(area.polygon["coordinates"][0]) - 1,
        "book_ahead_days": area.book_ahead_days,
        "max_wait_minutes": area.max_wait_minutes,
        "max_ride_minutes": area.max_ride_minutes,
    }


@dataclass(frozen=True, slots=True)
class NewHours:
    """When the bus runs from a day on: spans by kind of day, in minutes of the service day."""

    effective_from: date
    spans: Mapping[DayType, Sequence[Span]]


def set_hours(*, area: ServiceArea, hours: NewHours, by: Actor, now: datetime) -> None:
    """Set the hours from a day on, in place of a set that began on that day. Raises CannotSetHours."""
    require(by, may="ride.change_area", on=area)
    rows = [(kind, span) for kind in DayType for span in sorted(hours.spans.get(kind, ()))]
    _check_hours(hours, rows, town_date(now))
    with transaction.atomic():
        ServiceArea.objects.select_for_update(no_key=True).get(pk=area.pk)
        ServiceHours.objects.filter(area=area, effective_from=hours.effective_from).delete()
        ServiceHours.objects.bulk_create(
            ServiceHours(
                area=area,
                effective_from=hours.effective_from,
                day_type=kind.value,
                opens=span.opens,
                closes=span.closes,
            )
            for kind, span in rows
        )
        told: list[list[str | int]] = [[kind.value, span.opens, span.closes] for kind, span in rows]
        event = events.HoursSet(code=area.code, effective_from=hours.effective_from.isoformat(), hours=told)
        record(event, by=by, now=now)


def _check_hours(hours: NewHours, rows: list[tuple[DayType, Span]], today: date) -> None:
    if not rows:
        raise CannotSetHours("none")
    if hours.effective_from < today:
        raise CannotSetHours("past")
    for _kind, span in rows:
        if span.opens >= span.closes:
            raise CannotSetHours("backwards", opens=clock_of(span.opens), closes=clock_of(span.closes))
        if span.closes > LAST_MINUTE:
            raise CannotSetHours("late")
    for kind in DayType:
        if (pair := overlapping(hours.spans.get(kind, ()))) is not None:
            one, other = (f"{clock_of(span.opens)}–{clock_of(span.closes)}" for span in pair)
            raise CannotSetHours("overlap", one=one, other=other)


@dataclass(frozen=True, slots=True)
class NewSuspension:
    """Why the bus does not run, from when until when (None: until further notice), in words for residents."""

    reason: str
    begins_at: datetime
    ends_at: datetime | None = None
    note: str = ""


def suspend(*, area: ServiceArea, new: NewSuspension, by: Actor, now: datetime) -> Suspension:
    """運休: the bus does not run. Raises CannotSuspend."""
    require(by, may="ride.change_area", on=area)
    if new.ends_at is not None and new.ends_at <= new.begins_at:
        raise CannotSuspend("backwards")
    if new.ends_at is not None and new.ends_at <= now:
        raise CannotSuspend("over")
    facts = {"area": area, "reason": Suspension.Reason(new.reason), "begins_at": new.begins_at, "ends_at": new.ends_at}
    with transaction.atomic():
        ServiceArea.objects.select_for_update(no_key=True).get(pk=area.pk)
        if Suspension.objects.filter(**facts, lifted_at=None).exists():
            raise CannotSuspend("twice")
        row = Suspension.objects.create(**facts, note=new.note.strip(), made_at=now)
        event = events.ServiceSuspended(
            code=row.code,
            area=area.code,
            reason=row.reason,
            begins_at=row.begins_at.isoformat(),
            ends_at=row.ends_at.isoformat() if row.ends_at else None,
        )
        record(event, by=by, now=now, detail={"note": row.note} if row.note else None)
    return row


def check_holds(suspension: Suspension, now: datetime) -> None:
    """Raise CannotSuspend for a suspension that was lifted or is over."""
    if suspension.lifted_at is not None or (suspension.ends_at is not None and suspension.ends_at <= now):
        raise CannotSuspend("lifted")


def lift(*, suspension: Suspension, by: Actor, now: datetime) -> None:
    """Let the bus run again before the suspension's end. Raises CannotSuspend."""
    require(by, may="ride.change_area", on=suspension)
    with transaction.atomic():
        row = Suspension.objects.select_for_update().select_related("area").get(pk=suspension.pk)
        check_holds(row, now)
        row.lifted_at = now
        row.save(update_fields=["lifted_at"])
        record(events.SuspensionLifted(code=row.code, area=row.area.code), by=by, now=now)
    suspension.refresh_from_db()
