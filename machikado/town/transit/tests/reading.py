"""Reads a feed as somebody else would: the ZIP and its tables, nothing of the code that writes them."""

import csv
import io
import zipfile
from datetime import date, timedelta

# table.column → table.column that it must be found in, by the reference of GTFS
FOREIGN = {
    "routes.agency_id": "agency.agency_id",
    "agency_jp.agency_id": "agency.agency_id",
    "trips.route_id": "routes.route_id",
    "stop_times.trip_id": "trips.trip_id",
    "stop_times.location_group_id": "location_groups.location_group_id",
    "stop_times.pickup_booking_rule_id": "booking_rules.booking_rule_id",
    "stop_times.drop_off_booking_rule_id": "booking_rules.booking_rule_id",
    "location_group_stops.location_group_id": "location_groups.location_group_id",
    "location_group_stops.stop_id": "stops.stop_id",
    "fare_attributes.agency_id": "agency.agency_id",
    "fare_rules.fare_id": "fare_attributes.fare_id",
    "fare_rules.route_id": "routes.route_id",
    "fare_rules.origin_id": "stops.zone_id",
    "fare_rules.destination_id": "stops.zone_id",
    "stop_areas.area_id": "areas.area_id",
    "stop_areas.stop_id": "stops.stop_id",
    "route_networks.network_id": "networks.network_id",
    "route_networks.route_id": "routes.route_id",
    "fare_products.rider_category_id": "rider_categories.rider_category_id",
    "fare_leg_rules.from_area_id": "areas.area_id",
    "fare_leg_rules.to_area_id": "areas.area_id",
    "fare_leg_rules.fare_product_id": "fare_products.fare_product_id",
    "fare_leg_rules.network_id": "networks.network_id",
}
Tables = dict[str, list[dict[str, str]]]


def read(data: bytes) -> Tables:
    """The tables by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        texts = {name: archive.read(name).decode("utf-8") for name in archive.namelist()}
    return {name.removesuffix(".txt"): list(csv.DictReader(io.StringIO(text))) for name, text in texts.items()}


def unknown_keys(tables: Tables) -> list[str]:
    """What points to nothing."""
    found = []
    for source, target in FOREIGN.items():
        (table, column), (home, key) = source.split("."), target.split(".")
        known = {row[key] for row in tables.get(home, [])}
        values = {row[column] for row in tables.get(table, [])} - {""}
        found += [f"{source}: {value}" for value in sorted(values - known)]
    services = {row["service_id"] for name in ("calendar", "calendar_dates") for row in tables.get(name, [])}
    return found + [f"trips: {row['service_id']}" for row in tables["trips"] if row["service_id"] not in services]


def running(tables: Tables, day: date) -> set[str]:
    """The services of a day."""
    weekday = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")[day.weekday()]
    said = day.strftime("%Y%m%d")
    rows = tables.get("calendar", [])
    found = {row["service_id"] for row in rows if row[weekday] == "1" and row["start_date"] <= said <= row["end_date"]}
    for row in tables.get("calendar_dates", []):
        if row["date"] == said:
            (found.add if row["exception_type"] == "1" else found.discard)(row["service_id"])
    return found


def bookable(tables: Tables, day: date) -> dict[str, set[tuple[str, str]]]:
    """From and until when one can get on at each stop (by its code on the sign) on a day."""
    names = {row["stop_id"]: row["stop_code"] for row in tables["stops"]}
    members: dict[str, set[str]] = {}
    for row in tables["location_group_stops"]:
        members.setdefault(row["location_group_id"], set()).add(row["stop_id"])
    trips = {row["trip_id"] for row in tables["trips"] if row["service_id"] in running(tables, day)}
    found: dict[str, set[tuple[str, str]]] = {}
    for row in tables["stop_times"]:
        if row["trip_id"] in trips and row["pickup_type"] == "2":
            window = (row["start_pickup_drop_off_window"], row["end_pickup_drop_off_window"])
            for stop in members[row["location_group_id"]]:
                found.setdefault(names[stop], set()).add(window)
    return found


def days(first: date, count: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]
