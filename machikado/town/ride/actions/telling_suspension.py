"""What passengers are told when a suspension takes their ride: why, and when the bus runs again."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from machikado.town.common.calendar import town_date, town_zone, weekday_date
from machikado.town.people.actions.messages import NewMessage, tell_many
from machikado.town.people.queries import languages_of
from machikado.town.people.sentences import Words
from machikado.town.ride.hours import clock_of
from machikado.town.ride.models import Booking, Suspension

SUSPENDED, FOR_NOW = "ride.suspended", "ride.suspended_for_now"
SENTENCES: dict[str, Words] = {
    SUSPENDED: Words(
        _("The bus of %(day)s does not run"),
        _(
            "Your bus of %(day)s at %(begin)s from “%(stop)s” does not run. The reason: %(reason)s. It costs nothing. "
            "The bus runs again from %(again)s. You can book then.%(note)s"
        ),
    ),
    FOR_NOW: Words(
        _("The bus of %(day)s does not run"),
        _(
            "Your bus of %(day)s at %(begin)s from “%(stop)s” does not run. The reason: %(reason)s. It costs nothing. "
            "Nobody knows yet from when the bus runs again.%(note)s"
        ),
    ),
}


def tell_suspended(rides: Sequence[Booking], suspension: Suspension, again: datetime | None, now: datetime) -> None:
    """Tell whoever was to ride, in their own language; `again` is when the bus runs first after it."""
    languages = languages_of(ride.rider_id for ride in rides if ride.rider_id is not None)
    to_tell = []
    for ride in rides:
        if ride.rider is not None:
            with translation.override(languages[ride.rider.pk]):
                to_tell.append((ride.rider, _message(ride, suspension, again)))
    tell_many(to_tell, now=now)


def _message(ride: Booking, suspension: Suspension, again: datetime | None) -> NewMessage:
    promise = ride.promise
    params = {
        "day": weekday_date(ride.day),
        "begin": clock_of(promise.pickup_from // 60),
        "stop": promise.pickup_stop.name,
        "reason": str(suspension.get_reason_display()),
        "note": f" {suspension.note}" if suspension.note else "",
        **({"again": moment_words(again)} if again is not None else {}),
    }
    kind = SUSPENDED if again is not None else FOR_NOW
    return NewMessage(kind, params, reverse("ride:booking", args=[ride.code]))


def moment_words(at: datetime) -> str:
    """A moment as people speak of it: 11月26日（木） 7:00."""
    local = at.astimezone(town_zone())
    return f"{weekday_date(town_date(at))} {local.hour}:{local.minute:02d}"
