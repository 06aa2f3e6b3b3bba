"""Why there is no bus, in words for whoever asked, and why a fare is open: a sentence for each reason."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise  # only the type stubs know this name

REASONS: dict[str, "StrPromise"] = {
    "same_stop": _("From there to there one walks: both places have the same stop."),
    "no_way": _("No road leads there by bus."),
    "ride_limit": _("The ride would take longer than this bus may."),
    "too_late": _("There is no bus that is in time."),
    "too_far_ahead": _("That day cannot be booked yet."),
    "too_many": _("No bus has room for so many people or wheelchairs."),
    "outside_hours": _("The bus does not run at that time."),
    "nobody_on_duty": _("No bus is out at that time."),
    "full": _("The bus at that time is full."),
    "ride_too_long": _("With the others aboard, your ride would take too long."),
    "promises": _("The buses at that time have promised to fetch others."),
    "suspended": _("The bus is suspended at that time."),
    "no_stop_from": _("There is no stop within your walking distance from where you are."),
    "no_stop_to": _("There is no stop within walking distance of where you want to go."),
}
# Reasons for which a series did not even ask.
NOT_ASKED: dict[str, "StrPromise"] = {
    "skipped": _("You do not ride on this day."),
    "holiday": _("It is a public holiday, and the bus does not run."),
    "no_service": _("No bus runs on that day."),
    "overlaps": _("At that time you ride already."),
    "many": _("You have booked as many rides as one person can."),
    "phone_many": _("With your telephone number as many rides are booked as one number can."),
    "no_last": _("There is no bus back at the end of that day."),
    "no_fares": _("There are no fares for this ride yet."),
}
# Why a fare is open.
OPEN: dict[str, "StrPromise"] = {
    "card_low": _("There was too little on the card."),
    "card_blocked": _("The card was not in use any more."),
    "card_over": _("The last day of the card was over."),
    "card_unknown": _("No card has the number that was typed."),
    "no_pass": _("No pass of theirs was known for that day."),
    "taken_back": _("The fare went back to the card."),
}
OTHERWISE = _("It could not be booked.")


def why_not(reason: str) -> str:
    """The sentence for a reason, in the language that is active now."""
    return str(REASONS.get(reason) or NOT_ASKED.get(reason, OTHERWISE))


# Why somebody does not wait for a seat any more, where it is no reason of the bus.
WAIT_OVER: dict[str, "StrPromise"] = {
    "time": _("Until an hour before, no seat came free."),
    "consent": _("Who asked for it does not book for you any more."),
}


def no_seat_because(reason: str) -> str:
    """The sentence for the end of a waiting, in the language that is active now."""
    return str(WAIT_OVER[reason]) if reason in WAIT_OVER else why_not(reason)


def why_open(reason: str) -> str:
    """The sentence for what was wrong with the card or the pass, in the language that is active now."""
    return str(OPEN[reason])
