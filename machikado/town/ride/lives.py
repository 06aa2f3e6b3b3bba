"""The life of a booking: which step may follow which. Everything else raises CannotStep."""

from machikado.town.common.lives import life

BOOKING = life(
    "booking",
    offered="booked",
    refused="booked",  # by one of the nearest times that the refusal named
    booked="aboard cancelled no_show",
    aboard="done cancelled",  # only where their vehicle broke down and no other can come
    done="",
    cancelled="",
    no_show="",
)
