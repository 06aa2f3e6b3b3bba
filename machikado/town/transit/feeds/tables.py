"""Facts → the tables of GTFS with Flex and of GTFS-JP, each a list of rows below the names of its columns.

GTFS Schedule (location_groups, booking_rules and windows in stop_times since 2024) and 標準的なバス情報フォーマット
(GTFS-JP) third edition. Fares stand twice: in zones as GTFS-JP wants them, for adults; and as products for each kind
of rider (`feeds/fares.py`).
"""

from collections.abc import Iterator, Sequence
from datetime import date

import jaconv

from machikado.town.transit.feeds.fares import fare_tables
from machikado.town.transit.feeds.services import Service, name_of, services, trip_of
from machikado.town.transit.feeds.words import FeedFacts, FeedStop, Window, common, zone_code

Row = Sequence[object]
Table = list[Row]  # the first row names the columns
BUS = 3
PHONE_AGENCY, NOT_HERE = 2, 1  # of pickup_type and drop_off_type: to be booked, not possible
RULE = "b-ride"
NOTICE_MINUTES = 1  # the kind "real time" may not say how far ahead one books, so it is the same day with a minute
TRANSLATED = ("table_name", "field_name", "language", "translation", "record_id")


def tables(facts: FeedFacts) -> dict[str, Table]:
    """Return the tables by the name of their file, all but feed_info, which tells the version of the others."""
    running = services(facts.days)
    groups = {service: _groups(facts.stops, service) for service in running}
    trips = [
        (service.name, trip_of(service.name, number)) for service in running for number in range(len(service.windows))
    ]
    found = {
        "agency": _agency(facts),
        "agency_jp": _agency_jp(facts),
        "stops": _stops(facts.stops),
        "routes": _routes(facts),
        "calendar": _calendar(running, facts),
        "calendar_dates": _calendar_dates(running),
        "trips": [TRIP, *([facts.line, service, trip, 1 if facts.wheelchair else 2] for service, trip in trips)],
        "stop_times": _stop_times(running, groups),
        "location_groups": _location_groups(groups),
        "location_group_stops": _location_group_stops(groups),
        "booking_rules": _booking_rules(facts),
        "translations": _translations(facts),
        **fare_tables(facts),
    }
    return {f"{name}.txt": table for name, table in found.items() if len(table) > 1}


TRIP: Row = ("route_id", "service_id", "trip_id", "wheelchair_accessible")


def feed_info(facts: FeedFacts, version: str) -> Table:
    """Who publishes the feed, and from when until when it holds."""
    days = [each.day for each in facts.days]
    names = ("name", "url", "lang", "start_date", "end_date", "version", "contact_url")
    heads = [f"feed_{'publisher_' if name in ('name', 'url') else ''}{name}" for name in names]
    who = facts.publisher
    return [heads, [who.name, who.site, "ja", ymd(days[0]), ymd(days[-1]), version, who.page]]


def ymd(day: date) -> str:
    """A day as GTFS writes it."""
    return f"{day:%Y%m%d}"


def clock(second: int) -> str:
    """A second of the service day as GTFS writes it; it may pass 24:00:00."""
    return f"{second // 3600:02d}:{second % 3600 // 60:02d}:{second % 60:02d}"


def latin(kana: str) -> str:
    """A reading in Latin letters (Hepburn, long vowels as they are spelt), for who reads no kana."""
    spelt = jaconv.kana2alphabet(jaconv.kata2hira(kana)).replace("-", "").replace("・", " ").replace("、", ", ")
    return " ".join(word[:1].upper() + word[1:] for word in spelt.split() if word.isascii())


def _agency(facts: FeedFacts) -> Table:
    who = facts.publisher
    heads = ("agency_id", "agency_name", "agency_url", "agency_timezone", "agency_lang", "agency_phone")
    return [heads, [who.number, who.name, who.site, "Asia/Tokyo", "ja", who.phone]]


def _agency_jp(facts: FeedFacts) -> Table:
    who = facts.publisher
    return [("agency_id", "agency_official_name", "agency_address"), [who.number, who.legal_name, who.address]]


def _stops(stops: Sequence[FeedStop]) -> Table:
    heads = [
        "stop_id",
        "stop_code",
        "stop_name",
        "stop_desc",
        "stop_lat",
        "stop_lon",
        "zone_id",
        "location_type",
        "wheelchair_boarding",
    ]
    rows: Table = [heads]
    for stop in stops:
        place = f"{stop.lat:.7f}", f"{stop.lon:.7f}"
        wheelchair = 1 if stop.wheelchair else 2
        rows.append([stop.code, stop.number, stop.name, stop.note, *place, zone_code(stop.zone), 0, wheelchair])
    return rows


def _routes(facts: FeedFacts) -> Table:
    heads = ("route_id", "agency_id", "route_long_name", "route_type", "route_url")
    return [heads, [facts.line, facts.publisher.number, facts.name, BUS, facts.publisher.booking]]


def _calendar(running: Sequence[Service], facts: FeedFacts) -> Table:
    weekdays = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    first, last = ymd(facts.days[0].day), ymd(facts.days[-1].day)
    rows: Table = [("service_id", *weekdays, "start_date", "end_date")]
    for service in running:
        if service.weekdays:
            rows.append([service.name, *(int(day in service.weekdays) for day in range(7)), first, last])
    return rows


def _calendar_dates(running: Sequence[Service]) -> Table:
    rows: Table = [("service_id", "date", "exception_type")]
    for service in running:
        differing = sorted([*((day, 1) for day in service.added), *((day, 2) for day in service.removed)])
        rows.extend([service.name, ymd(day), kind] for day, kind in differing)
    return rows


Groups = dict[Window | None, list[str]]  # codes of stops by their own hours


def _groups(stops: Sequence[FeedStop], service: Service) -> Groups:
    """The stops that are open on the days of a service; None are those without hours of their own."""
    found: Groups = {}
    for stop in stops:
        if stop.code not in service.closed:
            found.setdefault(stop.hours, []).append(stop.code)
    return dict(sorted(found.items(), key=lambda each: each[0] or (-1, -1)))


def _group_name(codes: Sequence[str]) -> str:
    return name_of("g", sorted(codes))


def _stop_times(running: Sequence[Service], groups: dict[Service, Groups]) -> Table:
    """For each window of a day: every group of stops first to get on, then every group to get off."""
    ends = ("start_pickup_drop_off_window", "end_pickup_drop_off_window")
    rules = ("pickup_booking_rule_id", "drop_off_booking_rule_id")
    rows: Table = [("trip_id", "location_group_id", "stop_sequence", *ends, "pickup_type", "drop_off_type", *rules)]
    for service in running:
        for number, window in enumerate(service.windows):
            trip = trip_of(service.name, number)
            open_then = [(codes, both) for hours, codes in groups[service].items() if (both := common(window, hours))]
            kinds = ((PHONE_AGENCY, NOT_HERE), (NOT_HERE, PHONE_AGENCY))
            calls = [(codes, both, kind) for kind in kinds for codes, both in open_then]
            for sequence, (codes, (opens, closes), kind) in enumerate(calls, 1):
                booked = [RULE if each == PHONE_AGENCY else "" for each in kind]
                rows.append([trip, _group_name(codes), sequence, clock(opens), clock(closes), *kind, *booked])
    return rows


def _every_group(groups: dict[Service, Groups]) -> dict[str, list[str]]:
    return {_group_name(codes): codes for each in groups.values() for codes in each.values()}


def _location_groups(groups: dict[Service, Groups]) -> Table:
    return [("location_group_id",), *([name] for name in sorted(_every_group(groups)))]


def _location_group_stops(groups: dict[Service, Groups]) -> Table:
    rows = [[name, code] for name, codes in sorted(_every_group(groups).items()) for code in sorted(codes)]
    return [("location_group_id", "stop_id"), *rows]


def _booking_rules(facts: FeedFacts) -> Table:
    heads = ["booking_rule_id", "booking_type", "prior_notice_duration_min", "prior_notice_start_day"]
    heads += ["prior_notice_start_time", "message", "phone_number", "info_url", "booking_url"]
    ahead = [facts.book_ahead_days, "00:00:00"] if facts.book_ahead_days else ["", ""]
    who = facts.publisher
    return [heads, [RULE, 1, NOTICE_MINUTES, *ahead, _message(facts)[0], who.phone, who.page, who.booking]]


def _message(facts: FeedFacts) -> tuple[str, str]:
    """What one is told before booking, in Japanese and in English."""
    days = facts.book_ahead_days
    when = f"乗る日の{days}日前から" if days else "乗る日に"
    english = f"Please book, at the earliest {days} days before." if days else "Please book on the day."
    return f"{when}予約できます。予約がないと、バスは来ません。", f"{english} No bus comes without a booking."


def _translations(facts: FeedFacts) -> Table:
    who = facts.publisher
    rows: Table = [TRANSLATED]
    rows += _spoken("agency", "agency_name", who.number, who.kana)
    rows.append(["routes", "route_long_name", "en", "On-demand bus", facts.line])
    for stop in facts.stops:
        rows += _spoken("stops", "stop_name", stop.code, stop.kana)
    rows.append(["booking_rules", "message", "en", _message(facts)[1], RULE])
    return rows


def _spoken(table: str, field: str, code: str, kana: str) -> Iterator[Row]:
    """A name as it is read, in kana and in Latin letters."""
    if kana:
        yield [table, field, "ja-Hrkt", kana, code]
    if latin(kana):
        yield [table, field, "en", latin(kana), code]
