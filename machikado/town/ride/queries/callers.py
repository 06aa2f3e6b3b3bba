"""Who is calling? People by telephone number, name or reading, for the desk."""

import re
import unicodedata

from django.db.models import Q, QuerySet

from machikado.town.people.models import ContactPoint, Person

LEAST_DIGITS = 4
MOST = 20


def callers_found(typed: str) -> "QuerySet[Person]":
    """The people whose number holds these digits, or whose name or reading begins so; nobody for nothing."""
    people = Person.objects.filter(pseudonymised_at=None).prefetch_related("contact_points")
    digits = _digits(typed)
    if len(digits) >= LEAST_DIGITS:
        points = ContactPoint.objects.filter(kind=ContactPoint.Kind.PHONE)
        held = [point.person_id for point in points if digits in _digits(point.value)]
        return people.filter(pk__in=held).order_by("family_kana", "given_kana", "pk")[:MOST]
    words = typed.split()
    if not words:
        return people.none()
    for word in words:
        people = people.filter(
            Q(family_name__startswith=word)
            | Q(given_name__startswith=word)
            | Q(family_kana__startswith=word)
            | Q(given_kana__startswith=word)
        )
    return people.order_by("family_kana", "given_kana", "pk")[:MOST]


def _digits(text: str) -> str:
    """The digits of a telephone number, however wide they were typed."""
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", text))


def phone_of(person: Person | None) -> str:
    """The telephone number that is known of somebody, or ""."""
    points = person.contact_points.filter(kind=ContactPoint.Kind.PHONE) if person else ContactPoint.objects.none()
    return points.values_list("value", flat=True).first() or ""


def last_four(person: Person | None) -> str:
    """What somebody tells the driver: the last four digits of their number; "" where none is known."""
    digits = _digits(phone_of(person))
    return digits[-4:] if len(digits) >= LEAST_DIGITS else ""
