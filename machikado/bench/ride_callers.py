"""People who book a ride in the web: a wish, a look at the offers, a moment to think, a promise."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random
from uuid import uuid4

from machikado.bench.load import Browser, Session, together
from machikado.bench.ride_town import Town, Trip
from machikado.town.ride.hours import clock_of

BOOK = "/ride/book/"
OFFERS = re.compile(r"/ride/bookings/([0-9A-Z]{10})/offers/$")
OFFER = re.compile(rb'name="offer" value="([0-9A-Z]{10})"')
PROMISE = re.compile(r"/ride/bookings/([0-9A-Z]{10})/$")


@dataclass
class Calls:
    """What callers saw: seconds until offers and until the promise stood on the page, codes, refusals, failures."""

    offered: list[float] = field(default_factory=list)
    accepted: list[float] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    refused: int = 0
    taken: int = 0  # the seat was somebody else's meanwhile
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who telephones with the web: each trip is another resident's, each with a session."""

    trips: Sequence[tuple[Session, Trip]]


def call(port: int, town: Town, callers: Sequence[Caller], think_s: float) -> Calls:
    """Each thinks before a wish and before a promise: so long in the mean, from half to one and a half of it."""
    whole = Calls()
    for calls in together([partial(_call, port, town, (number, each), think_s) for number, each in enumerate(callers)]):
        whole.offered += calls.offered
        whole.accepted += calls.accepted
        whole.codes += calls.codes
        whole.refused += calls.refused
        whole.taken += calls.taken
        whole.failures += calls.failures
    return whole


def _call(port: int, town: Town, which: tuple[int, Caller], think_s: float) -> Calls:
    number, caller = which
    calls, chance = Calls(), Random(number)  # noqa: S311  a measurement
    think = partial(_think, chance, think_s)
    browser = Browser(port, caller.trips[0][0])
    for session, trip in caller.trips:
        think()
        browser.session = session
        _book(browser, town, trip, calls, think)
    browser.close()
    return calls


def _think(chance: Random, mean_s: float) -> None:
    time.sleep(mean_s * chance.uniform(0.5, 1.5))


def _book(browser: Browser, town: Town, trip: Trip, calls: Calls, think: Callable[[], None]) -> None:
    sent = browser.post(BOOK, _form(town, trip))
    led_to = OFFERS.search(sent.location) if sent.is_redirect else None
    if led_to is None:
        calls.failures.append(f"book: {sent.status} {sent.location}")
        return
    page = browser.get(sent.location)
    calls.offered.append(sent.seconds + page.seconds)
    offers = OFFER.findall(page.body)
    if not offers:
        calls.refused += 1
        return
    think()
    _accept(browser, led_to[0], offers[0].decode(), calls)


def _accept(browser: Browser, path: str, offer: str, calls: Calls) -> None:
    sent = browser.post(path, {"offer": offer})
    promise = PROMISE.search(sent.location) if sent.is_redirect else None
    if promise is None:
        calls.taken += sent.status < 500
        if sent.status >= 500:
            calls.failures.append(f"accept: {sent.status} {sent.location}")
        return
    page = browser.get(sent.location)
    calls.accepted.append(sent.seconds + page.seconds)
    calls.codes.append(promise[1])


def _form(town: Town, trip: Trip) -> dict[str, str]:
    """The form of a wish as the page sends it."""
    return {
        "start": trip.start.name,
        "start_code": trip.start.code,
        "goal": trip.goal.name,
        "goal_code": trip.goal.code,
        "when": "leave",
        "day": town.day.isoformat(),
        "minute": clock_of(trip.minute),
        "adults": "1",
        "sent_key": str(uuid4()),
    }
