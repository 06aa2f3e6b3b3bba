"""What the diary says of a consent: who agreed to whom stands in details, which go with the consent.

A row of the diary is never deleted and would tell for ever who cares for whom. Who of the staff took or ended a consent
stands in the row.
"""

from collections.abc import Iterable
from datetime import datetime

from machikado.town.common import diary
from machikado.town.common.actors import Actor
from machikado.town.common.diary import DiaryEvent
from machikado.town.ride.actions import ride_diary
from machikado.town.ride.models import BookingConsent, ConsentInvitation
from machikado.town.ride.queries.bookings import DESK


def write(event: DiaryEvent, consent: BookingConsent, *, by: Actor, now: datetime) -> None:
    """Write what happened to a consent, in the caller's transaction."""
    people = {"rider": consent.rider.code, "proxy": consent.proxy.code, "by": by.person_id}
    is_desk = by.has(*DESK) and by.person_id not in (consent.rider_id, consent.proxy_id)
    diary.record(event, by=by if is_desk else by.unnamed, now=now, detail=people)


def write_invitation(event: DiaryEvent, invitation: ConsentInvitation, *, by: Actor, now: datetime) -> None:
    """Write that a passenger invites somebody, in the caller's transaction."""
    diary.record(event, by=by.unnamed, now=now, detail={"rider": invitation.rider.code})


def forget(codes: Iterable[str]) -> None:
    """Erase who it was from the rows of consents and invitations (codes); the rows and their chain stay."""
    ride_diary.forget(codes, "consent", "consent_invitation")
