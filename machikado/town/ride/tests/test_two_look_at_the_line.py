"""Two workers look through one waiting list at one moment, on real connections: one ride for each seat, one message."""

import threading

from django.db import OperationalError, connection

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.people.models import Message
from machikado.town.ride.actions import bookings
from machikado.town.ride.actions.waiting import serve
from machikado.town.ride.models import ServiceArea
from machikado.town.ride.queries import booking_soundness, waiting_soundness
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import TOMORROW, a_rider, booked
from machikado.town.ride.tests.waiters import one_seat, states, waits

WORKERS = 3


def test_of_three_workers_one_promises_the_seat_and_the_second_in_line_waits_on(transactional_db, cast, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)
    area = one_seat(cast)
    taken = booked(area, cast.hara)
    first, second = waits(area, cast.yoda), waits(area, a_rider())
    bookings.cancel(booking=taken, by=SYSTEM, now=NOON)
    begin, faults = threading.Barrier(WORKERS), list[str]()

    def run() -> None:
        try:
            here = ServiceArea.objects.get(pk=area.pk)
            begin.wait()
            serve(here, TOMORROW, NOON)
        except OperationalError:  # the database is busy: a chore goes on later
            pass
        except BaseException as fault:
            faults.append(repr(fault))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _worker in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    serve(area, TOMORROW, NOON)
    assert faults == []
    assert states(first, second) == [("booked", "booked"), ("refused", "waiting")]
    assert Message.objects.filter(kind="ride.seat_found").count() == 1
    assert [*booking_soundness.problems(), *waiting_soundness.problems()] == []
