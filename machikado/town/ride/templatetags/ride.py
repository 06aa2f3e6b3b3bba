"""Filters that the pages of the bus need: minutes of a service day, a value by its key."""

from collections.abc import Mapping
from typing import Any

from django import template

from machikado.town.ride.card_numbers import grouped, masked
from machikado.town.ride.hours import clock_of

register = template.Library()


@register.filter
def service_clock(minute: int | None) -> str:
    """485 → 8:05, 1470 → 24:30."""
    return "" if minute is None else clock_of(minute)


@register.filter
def of(table: Mapping[Any, Any], key: Any) -> Any:
    """What a table holds under a key, or nothing."""
    return table.get(key, "")


@register.filter
def metres(centimetres: int) -> str:
    """444 → 4.4."""
    return f"{centimetres / 100:.1f}"


@register.filter
def card_number(number: str) -> str:
    """123456 → 123 456."""
    return grouped(number)


@register.filter
def card_masked(number: str) -> str:
    """123456 → ••••56."""
    return masked(number)
