"""Loads what the first booking of a process would wait for: engines, the roads in use, footways, today's plan."""

import gc
import threading
import time
from contextlib import suppress

from django.db import DatabaseError, close_old_connections

from machikado.town.common import clock
from machikado.town.ride.queries.roads import network_in_use

AFTER_SECONDS = 5  # the first pages come first


def warm_later() -> None:
    """Begin in the background, a little after the process has begun.

    The thread is worth as much to the machine as a page: one that asks for what is being loaded waits for it.
    """
    threading.Thread(target=_warm, name="ride-warming", daemon=True).start()


def _warm() -> None:
    time.sleep(AFTER_SECONDS)
    with suppress(DatabaseError):  # a town that is not set up yet has nothing to load
        warm()
    close_old_connections()
    gc.collect()
    gc.freeze()  # what is loaded stays: else a collection looks through all of it, amidst a request, for 0.2 s


def warm() -> None:
    """Load everything now, as a wish for today would; nothing where there are no roads, and so no bus."""
    network, now = network_in_use(), clock.now()
    if network is None:
        return
    from machikado.town.ride import bridge
    from machikado.town.ride.planning import laying, walks

    bridge.ready_roads(network, now)
    walks.footways(network, now)
    laying.exercise()
