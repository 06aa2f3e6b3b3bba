"""Fares → tables: by zones for adults as GTFS-JP wants them, and as products for each kind of rider (Fares v2)."""

from collections.abc import Iterator, Mapping, Sequence

from machikado.town.ride.fare import Rider
from machikado.town.transit.feeds.words import FeedFacts, zone_code

Row = Sequence[object]
NAMES = {
    Rider.ADULT: "大人",
    Rider.CHILD: "小児",
    Rider.DISABLED: "障がいのある方",
    Rider.COMPANION: "介助者",
    Rider.PRESCHOOL: "未就学児",
}
ON_BOARD = 0


def fare_tables(facts: FeedFacts) -> dict[str, list[Row]]:
    """Return all tables of the fares; each pair of zones there and back."""
    fares, zones = facts.fares, {stop.zone: zone_code(stop.zone) for stop in facts.stops}
    pairs = [
        (zones[one], zones[other], section)
        for one, other, section in _both_ways(fares.pairs)
        if {one, other} <= zones.keys()
    ]
    sections = sorted(fares.yen)
    prices = [(section, rider, yen) for section in sections for rider, yen in fares.yen[section].items()]
    legs = [[one, other, section, facts.line] for one, other, section in pairs]
    return {
        "fare_attributes": [
            ("fare_id", "price", "currency_type", "payment_method", "transfers", "agency_id"),
            *([each, fares.yen[each][Rider.ADULT], "JPY", ON_BOARD, 0, facts.publisher.number] for each in sections),
        ],
        "fare_rules": [
            ("fare_id", "route_id", "origin_id", "destination_id"),
            *([section, facts.line, one, other] for one, other, section in pairs),
        ],
        "areas": [("area_id", "area_name"), *([code, zone] for zone, code in sorted(zones.items()))],
        "stop_areas": [("area_id", "stop_id"), *([zones[stop.zone], stop.code] for stop in facts.stops)],
        "networks": [("network_id", "network_name"), [facts.line, facts.name]],
        "route_networks": [("network_id", "route_id"), [facts.line, facts.line]],
        "rider_categories": [
            ("rider_category_id", "rider_category_name", "is_default_fare_category"),
            *([rider, name, int(rider is Rider.ADULT)] for rider, name in NAMES.items()),
        ],
        "fare_products": [
            ("fare_product_id", "fare_product_name", "rider_category_id", "amount", "currency"),
            *([section, section, rider, yen, "JPY"] for section, rider, yen in prices),
        ],
        "fare_leg_rules": [("from_area_id", "to_area_id", "fare_product_id", "network_id"), *legs],
    }


def _both_ways(pairs: Mapping[tuple[str, str], str]) -> Iterator[tuple[str, str, str]]:
    for (one, other), section in sorted(pairs.items()):
        yield one, other, section
        if one != other:
            yield other, one, section
