"""Two at one moment, on real connections: two first askers make one guest, and a code opens for one of them."""

import threading
from datetime import UTC, datetime

from django.core.cache import cache
from django.db import connection

from machikado.town.common.errors import Cannot
from machikado.town.people.models import Guest, Message
from machikado.town.people.tests.guesting import sent_to, typed

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def both(act) -> list[str]:
    """What the two were told."""
    told, begin = list[str](), threading.Barrier(2)

    def run() -> None:
        begin.wait()
        try:
            act()
            told.append("yes")
        except Cannot as refusal:
            told.append(refusal.code)
        except BaseException as fault:
            told.append(repr(fault))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


def test_one_guest_one_message_one_way_in(transactional_db, town):
    cache.clear()
    assert both(lambda: sent_to(now=NOON)) == ["yes", "yes"]
    assert (Guest.objects.count(), Message.objects.count()) == (1, 1)
    digits = Message.objects.get().params["digits"]
    assert both(lambda: typed(digits, now=NOON)) == ["wrong", "yes"]
