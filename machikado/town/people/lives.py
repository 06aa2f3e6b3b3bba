"""The life of a worker: which step may follow which. Everything else raises CannotStep."""

from machikado.town.common.lives import life

WORKER = life(
    "worker",
    applied="briefed left",
    briefed="registered left",
    registered="training active left",
    training="certified left",
    certified="active left",
    active="paused graduated left",
    paused="active graduated left",
    graduated="",
    left="",
)
