"""What holds just now → GTFS Realtime 2.0: alerts, cancelled runs, where buses are; one message for each kind.

Nothing follows from a booking: see “Privacy” in the README. The same facts at the same moment are the same bytes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import floor

from google.transit import gtfs_realtime_pb2 as realtime

SQUARE = 0.005  # degrees
Texts = Mapping[str, str]  # by language


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that keeps the bus from running: all of it, or at one stop."""

    name: str
    cause: str  # of GTFS Realtime: WEATHER, CONSTRUCTION …
    begins: datetime
    ends: datetime | None
    stop: str  # "" for the whole line
    head: Texts
    text: Texts


@dataclass(frozen=True, slots=True)
class CancelledRun:
    """A run of the feed that does not happen on a day."""

    trip: str
    day: date


@dataclass(frozen=True, slots=True)
class FreeVan:
    """A bus that nobody sits in and nobody waits for."""

    name: str
    label: str
    lat: float
    lon: float
    at: datetime


def alerts(line: str, notices: Iterable[Notice], now: datetime) -> bytes:
    """Return the message of alerts."""
    message = _message(now)
    for notice in notices:
        alert = message.entity.add(id=notice.name).alert
        period = alert.active_period.add(start=int(notice.begins.timestamp()))
        if notice.ends is not None:
            period.end = int(notice.ends.timestamp())
        alert.informed_entity.add(**({"stop_id": notice.stop} if notice.stop else {"route_id": line}))
        alert.cause = realtime.Alert.Cause.Value(notice.cause)
        alert.effect = realtime.Alert.NO_SERVICE
        for field, texts in ((alert.header_text, notice.head), (alert.description_text, notice.text)):
            for language, text in sorted(texts.items()):
                if text:
                    field.translation.add(text=text, language=language)
    return _bytes(message)


def trip_updates(line: str, cancelled: Iterable[CancelledRun], now: datetime) -> bytes:
    """Return the message of runs that do not happen."""
    message = _message(now)
    for run in cancelled:
        day = f"{run.day:%Y%m%d}"
        trip = message.entity.add(id=f"{run.trip}-{day}").trip_update.trip
        trip.trip_id, trip.route_id, trip.start_date = run.trip, line, day
        trip.schedule_relationship = realtime.TripDescriptor.CANCELED
    return _bytes(message)


def vehicle_positions(vans: Iterable[FreeVan], now: datetime) -> bytes:
    """Return the message of where free buses are, roughly."""
    message = _message(now)
    for van in vans:
        told = message.entity.add(id=van.name).vehicle
        told.vehicle.id, told.vehicle.label = van.name, van.label
        told.position.latitude, told.position.longitude = roughly(van.lat), roughly(van.lon)
        told.timestamp = int(van.at.timestamp()) // 60 * 60
    return _bytes(message)


def roughly(degrees: float) -> float:
    """The middle of its square of the map, which is some five hundred metres wide."""
    return floor(degrees / SQUARE) * SQUARE + SQUARE / 2


def _message(now: datetime) -> realtime.FeedMessage:
    message = realtime.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.incrementality = realtime.FeedHeader.FULL_DATASET
    message.header.timestamp = int(now.timestamp())
    return message


def _bytes(message: realtime.FeedMessage) -> bytes:
    return bytes(message.SerializeToString(deterministic=True))
