"""Who is calling? People by telephone number, name or reading, for the desk; who shares a number."""

import unicodedata
from functools import reduce
from operator import or_

import jaconv
from django.db.models import Q, QuerySet

from machikado.town.people.models import ContactPoint, Person
from machikado.town.people.telephone import digits_of

LEAST_DIGITS = 4
MOST = 20


def callers_found(typed: str) -> "QuerySet[Person]":
    """The people whose number holds these digits, or whose name or reading begins so; nobody for nothing."""
    people = _callers().select_related("guest").prefetch_related("contact_points")
    digits = digits_of(typed)
    if len(digits) >= LEAST_DIGITS:
        points = ContactPoint.objects.filter(kind=ContactPoint.Kind.PHONE)
        held = [point.person_id for point in points if digits in digits_of(point.value)]
        return people.filter(pk__in=held).order_by("family_kana", "given_kana", "pk")[:MOST]
    words = typed.split()
    if not words:
        return people.none()
    for word in words:
        people = people.filter(reduce(or_, (_begins(spelling) for spelling in _spellings(word))))
    return people.order_by("family_kana", "given_kana", "pk")[:MOST]


def _callers() -> "QuerySet[Person]":
    """Everybody who has a name: to whose number only a code was sent may be somebody whom another typed in."""
    return Person.objects.filter(pseudonymised_at=None).exclude(guest__is_named=False)


def _begins(word: str) -> Q:
    return (
        Q(family_name__startswith=word)
        | Q(given_name__startswith=word)
        | Q(family_kana__startswith=word)
        | Q(given_kana__startswith=word)
    )


def _spellings(word: str) -> set[str]:
    """A word in hiragana and in katakana, however wide it was typed."""
    wide = unicodedata.normalize("NFKC", word)
    return {wide, jaconv.kata2hira(wide), jaconv.hira2kata(wide)}


def people_with_number(phone: str) -> "QuerySet[Person]":
    """Those who can be reached under this very number, however it is written; a land line may be shared."""
    digits = digits_of(phone)
    last = digits[-LEAST_DIGITS:]
    ends = Q(value__endswith=last) | Q(value__endswith=jaconv.h2z(last, digit=True))  # so that few are read
    points = ContactPoint.objects.filter(ends, kind=ContactPoint.Kind.PHONE, person__pseudonymised_at=None)
    held = [point.person_id for point in points if digits_of(point.value) == digits]
    return _callers().filter(pk__in=held if digits else []).order_by("pk")


def sharing_number(person: Person) -> list[Person]:
    """Everybody who has a telephone number of this person, and the person."""
    points = person.contact_points.filter(kind=ContactPoint.Kind.PHONE)
    people = {other.pk: other for point in points for other in people_with_number(point.value)}
    return list({**people, person.pk: person}.values())


def phone_of(person: Person | None) -> str:
    """The telephone number that is known of somebody, or ""."""
    points = person.contact_points.filter(kind=ContactPoint.Kind.PHONE) if person else ContactPoint.objects.none()
    return points.values_list("value", flat=True).first() or ""


def last_four(person: Person | None) -> str:
    """What somebody tells the driver: the last four digits of their number; "" where none is known."""
    digits = digits_of(phone_of(person))
    return digits[-4:] if len(digits) >= LEAST_DIGITS else ""
