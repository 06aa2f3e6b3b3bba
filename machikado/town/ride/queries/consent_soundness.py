"""What must hold of consents, by the rows alone; shares no code with the actions. Codes only, no names."""

from collections.abc import Iterator

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate

from machikado.town.common.calendar import town_zone
from machikado.town.ride.models import Booking, ConsentInvitation


def problems() -> list[str]:
    """Rides that somebody booked for another without their consent, or when it was over; digits used by the wrong."""
    return [*_without_consent(), *_wrong_consent(), *_out_of_force(), *_invitations()]


def _by_others() -> "QuerySet[Booking]":
    """What proxies asked for; of erased people it is not known any more who it was."""
    return Booking.objects.filter(channel="proxy", rider__isnull=False, booked_by__isnull=False)


def _without_consent() -> Iterator[str]:
    for code in _by_others().filter(consent=None).values_list("code", flat=True):
        yield f"booking {code} was made by somebody else, and no consent stands at it"
    rest = Booking.objects.exclude(consent=None).exclude(channel="proxy")
    for code in rest.values_list("code", flat=True):
        yield f"booking {code} has a consent and was not made by somebody else"


def _wrong_consent() -> Iterator[str]:
    rows = _by_others().exclude(consent=None)
    right = Q(consent__rider=F("rider"), consent__proxy=F("booked_by"))
    for code in rows.exclude(right).values_list("code", flat=True):
        yield f"booking {code} stands on a consent of other people"


def _out_of_force() -> Iterator[str]:
    """A ride was accepted, and a wish asked for, while its consent held."""
    moment = Coalesce("booked_at", "asked_at")
    rows = _by_others().exclude(consent=None).annotate(moment=moment, on=TruncDate(moment, tzinfo=town_zone()))
    over = Q(consent__ended_at__lt=F("moment")) | Q(consent__ends_on__lt=F("on"))
    for code in rows.filter(over | Q(consent__begins_at__gt=F("moment"))).values_list("code", flat=True):
        yield f"booking {code} was made without a consent in force"


def _invitations() -> Iterator[str]:
    used = ConsentInvitation.objects.exclude(consent=None)
    for code in used.exclude(rider=F("consent__rider")).values_list("code", flat=True):
        yield f"invitation {code} made a consent of another passenger"
