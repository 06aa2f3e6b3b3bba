"""A yes and the end of the consent at one moment, on real connections: one comes after the other, and both are told."""

import threading

import pytest
from django.db import connection

from machikado.town.common.errors import Cannot
from machikado.town.ride.actions import asking, bookings, consents
from machikado.town.ride.models import Booking, BookingConsent, Offer, PlanStep
from machikado.town.ride.queries import booking_soundness
from machikado.town.ride.tests.agreeing import a_consent, a_proxy
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import a_rider, a_riding_town, actor_of, wish

ROUNDS = 4


def both_at_once(offer: Offer, consent: BookingConsent) -> str:
    """What the proxy was told: yes, or why not."""
    told, begin = list[str](), threading.Barrier(2)

    def run(act, says: bool) -> None:
        begin.wait()
        try:
            act()
            told.extend(["yes"] if says else [])
        except Cannot as refusal:
            told.append(refusal.code)
        except BaseException as fault:
            told.append(repr(fault))
        finally:
            connection.close()

    by, rider = actor_of(consent.proxy), actor_of(consent.rider)
    acts = [
        (lambda: bookings.accept(offer=offer, by=by, now=NOON), True),
        (lambda: consents.end(consent=consent, by=rider, now=NOON), False),
    ]
    threads = [threading.Thread(target=run, args=each) for each in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (word,) = told
    return word


def test_a_yes_and_the_end_of_the_consent_come_one_after_the_other(transactional_db, cast):
    area = a_riding_town(cast)
    for number in range(ROUNDS):
        rider, proxy = a_rider(f"母{number}"), a_proxy(f"娘{number}")
        consent, new = a_consent(rider, proxy), wish(channel="proxy", minute=540 + 60 * number)
        asked = asking.ask(area=area, rider=rider, wish=new, by=actor_of(proxy), now=NOON)
        word = both_at_once(asked.offers.select_related("booking__area", "booking__rider").get(number=1), consent)
        assert word in {"yes", "not_allowed"}
        asked.refresh_from_db()
        assert asked.state == ("booked" if word == "yes" else "offered")
        assert BookingConsent.objects.get(pk=consent.pk).ended_as == "rider", "the end is never refused"
        with pytest.raises(Cannot) as refusal:
            bookings.accept(offer=asked.offers.get(number=2), by=actor_of(proxy), now=NOON)
        assert refusal.value.code == "not_allowed"
    assert PlanStep.objects.count() == 2 * Booking.objects.filter(state="booked").count()
    assert booking_soundness.problems() == []
