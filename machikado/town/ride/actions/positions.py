"""Where a vehicle is, as the tablet of whoever drives it says. What cannot be is kept out, with a remark."""

from datetime import datetime, timedelta
from typing import Any, Unpack

from django.db import transaction
from django.db.models import F

from machikado.town.common.actors import Actor
from machikado.town.people.permissions import require
from machikado.town.ride.fixes import (
    AGREEING,
    FixFacts,
    Grounds,
    Seen,
    Word,
    could_drive,
    fault_of,
    whole_heading,
    whole_speed,
)
from machikado.town.ride.ground import Spot
from machikado.town.ride.hours import moment_of
from machikado.town.ride.models import FixRemark, TrackPoint, VehiclePosition, VehicleShift

TRACK_EVERY = timedelta(seconds=20)
NO_DOUBT = {"doubts": 0, "doubt_at": None, "doubt_lat": None, "doubt_lon": None}


def report_position(*, shift: VehicleShift, by: Actor, now: datetime, **fix: Unpack[FixFacts]) -> Word:
    """Take in where a shift's vehicle is. Only its driver may say so. Returns what became of it; it refuses nothing.

    A tablet that was in a dead zone sends what it kept: a place older than the one that is known goes into the track
    alone. Said twice, it is known once. Positions are no diary rows.
    """
    require(by, may="ride.report_position", on=shift.driver)
    fault = Word.OFF_DUTY if shift.dropped_at is not None else fault_of(fix, _grounds(shift), now)
    with transaction.atomic():
        word = fault or _take_in(shift, fix, now)
        if word in (Word.NEW, Word.LATE):
            _track(shift, fix)
        else:
            _remark(shift, word, now)
    return word


def _grounds(shift: VehicleShift) -> Grounds:
    van = shift.vehicle
    begins, ends = moment_of(shift.day, shift.begins), moment_of(shift.day, shift.ends)
    return Grounds(van.area.polygon, Spot(van.depot_lat, van.depot_lon), begins, ends)


def _take_in(shift: VehicleShift, fix: FixFacts, now: datetime) -> Word:
    """Write the place down if it is newer and can be."""
    columns = _columns(fix, now)
    known = VehiclePosition.objects.select_for_update().filter(shift=shift).first()
    if known is None:
        known, is_new = VehiclePosition.objects.get_or_create(shift=shift, defaults=columns)
        if is_new:
            return Word.NEW
    here = Seen(fix["at"], Spot(fix["lat"], fix["lon"]))
    if here.at <= known.at:
        return Word.LATE if could_drive(_last(known), here) else Word.JUMP
    if not could_drive(_last(known), here) and (doubts := _doubts(known, here)) < AGREEING:
        doubt = {"doubts": doubts, "doubt_at": here.at, "doubt_lat": here.spot.lat, "doubt_lon": here.spot.lon}
        VehiclePosition.objects.filter(pk=known.pk).update(**doubt)
        return Word.JUMP
    VehiclePosition.objects.filter(pk=known.pk).update(**columns, **NO_DOUBT)
    return Word.NEW


def _columns(fix: FixFacts, now: datetime) -> dict[str, Any]:
    return {
        "at": fix["at"],
        "heard_at": now,
        "lat": fix["lat"],
        "lon": fix["lon"],
        "heading_deg": whole_heading(fix["heading_deg"]),
        "speed_kmh": whole_speed(fix["speed_kmh"]),
    }


def _last(known: VehiclePosition) -> Seen:
    return Seen(known.at, Spot(known.lat, known.lon))


def _doubts(known: VehiclePosition, here: Seen) -> int:
    """How many places in a row, this one counted, are far from the known one and agree with each other."""
    if known.doubt_at is None or known.doubt_lat is None or known.doubt_lon is None:
        return 1
    before = Seen(known.doubt_at, Spot(known.doubt_lat, known.doubt_lon))
    return known.doubts + 1 if before.at < here.at and could_drive(before, here) else 1


def _track(shift: VehicleShift, fix: FixFacts) -> None:
    """Keep a point for the day's replay, unless there is one from about that moment."""
    near = {"at__gt": fix["at"] - TRACK_EVERY, "at__lt": fix["at"] + TRACK_EVERY}
    if not TrackPoint.objects.filter(shift=shift, **near).exists():
        point = TrackPoint(shift=shift, at=fix["at"], lat=fix["lat"], lon=fix["lon"])
        TrackPoint.objects.bulk_create([point], ignore_conflicts=True)


def _remark(shift: VehicleShift, word: Word, now: datetime) -> None:
    remark, is_new = FixRemark.objects.get_or_create(shift=shift, code=word, defaults={"last_at": now})
    if not is_new:
        FixRemark.objects.filter(pk=remark.pk).update(times=F("times") + 1, last_at=now)
