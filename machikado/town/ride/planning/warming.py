"""Loads what the first booking of a process would wait for: engines, the roads in use, footways, today's plan."""

import os
import threading
import time
from contextlib import suppress

from django.db import DatabaseError, close_old_connections

from machikado.town.common import clock
from machikado.town.ride.queries.roads import network_in_use

AFTER_SECONDS = 5  # the first pages come first
GENTLE = 10  # how much less than a page the thread is worth to the machine


def warm_later() -> None:
    """Begin in the background, a little after the process has begun."""
    threading.Thread(target=_warm_gently, name="ride-warming", daemon=True).start()


def _warm_gently() -> None:
    time.sleep(AFTER_SECONDS)
    with suppress(OSError, AttributeError):  # only Linux has threads with a worth of their own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), GENTLE)
    with suppress(DatabaseError):  # a town that is not set up yet has nothing to load
        warm()
    close_old_connections()


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
