"""Makes what tests of transit begin with: a small feed as a ZIP file, any table of it changed."""

import io
import zipfile

from machikado.town.common.actors import SYSTEM
from machikado.town.ride.tests.makings import NOON
from machikado.town.transit.actions import readings, timetables
from machikado.town.transit.models import FeedReading

# Trains from the station in the north of the small town of `riding.py` to the city, on weekdays; one passes midnight.
FEED = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\n1,見本鉄道,https://x.example/,Asia/Tokyo\n",
    "stops.txt": (
        "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
        "N,北の駅,36.12300,137.94175,0,\nC,市の駅,36.20000,137.95000,0,\nM,中の駅,36.16000,137.94500,0,\n"
    ),
    "routes.txt": "route_id,agency_id,route_long_name,route_type\nr,1,見本線,2\n",
    "calendar.txt": (
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "w,1,1,1,1,1,0,0,20261101,20270331\n"
    ),
    "calendar_dates.txt": "service_id,date,exception_type\nw,20261126,2\nw,20261128,1\n",
    "trips.txt": "route_id,service_id,trip_id,trip_headsign\nr,w,t1,市の駅\nr,w,t2,市の駅\nr,w,t3,\n",
    "stop_times.txt": (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "t1,10:30:00,10:30:00,N,1\nt1,,,M,2\nt1,10:50:00,10:50:00,C,3\n"
        "t2,11:30:00,11:30:00,N,1\nt2,11:50:00,11:50:00,C,2\n"
        "t3,23:50:00,23:50:00,N,1\nt3,24:10:00,24:12:00,M,2\nt3,24:20:00,24:20:00,C,3\n"
    ),
}


def a_feed(**tables: str | None) -> bytes:
    """The feed with other tables (`stops=…` is stops.txt), or without one (None)."""
    held = {**FEED, **{f"{name}.txt": text for name, text in tables.items()}}
    return packed({name: text for name, text in held.items() if text is not None})


def packed(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def changed(table: str, old: str, new: str) -> bytes:
    """The feed with one thing changed in a table."""
    text = FEED[f"{table}.txt"]
    assert old in text
    return a_feed(**{table: text.replace(old, new)})


def a_timetable(data: bytes | None = None, used: bool = True):
    row = timetables.bring_in(name="trains.zip", data=data or a_feed(), by=SYSTEM, now=NOON)
    if used:
        timetables.use(timetable=row, by=SYSTEM, now=NOON)
    return row


def a_reading(data: bytes) -> FeedReading:
    """A feed that was sent and read to its end, whatever came of it."""
    reading = readings.send(name="trains.zip", data=data, by=SYSTEM, now=NOON)
    readings.read_feed.call(code=reading.code)
    reading.refresh_from_db()
    return reading
