"""The lives of a booking and of a place in line: which step may follow which. Everything else raises CannotStep."""

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
WAITING = life(
    "waiting",
    waiting="booked let_go over",
    booked="",
    let_go="waiting",  # whoever thinks again waits anew, behind the others
    over="waiting",
)
