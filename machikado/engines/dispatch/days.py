"""The words of a simulated day: who calls and how people are, and what came of it."""

from collections import Counter
from dataclasses import dataclass, field

from machikado.engines.dispatch.promises import APART, MINDED, Agenda, Apart, Weights, Wish
from machikado.engines.dispatch.rebalance import Expected
from machikado.engines.dispatch.words import Matrix


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody asks, at that moment, for a ride at a time that may be now or days ahead."""

    at: int
    wish: Wish


@dataclass(frozen=True, slots=True)
class Habits:
    """How people and roads are, so many times in a thousand; a drive takes up to `slow` thousandths longer."""

    decline: int = 50  # says no to any offer
    decline_each_600_seconds: int = 100  # and that much more for each ten minutes that the offer is off the wish
    cancel: int = 50
    no_show: int = 10
    slow: int = 150
    breakdown: int = 0  # at each departure


@dataclass(frozen=True, slots=True, eq=False)
class Day:
    """What is simulated. `metres[a, b]` are driven for `travel[a, b]` seconds; vehicles wait where `expected` says.

    After each change a search of so many rounds improves the plan.
    """

    travel: Matrix
    metres: Matrix
    calls: tuple[Call, ...]
    habits: Habits = Habits()
    weights: Weights = MINDED
    apart: Apart = APART
    expected: tuple[Expected, ...] = ()
    rounds: int = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log: when what happened to whom, with numbers (a seed, a vehicle's number, times)."""

    time: int
    what: str
    who: str
    numbers: tuple[int, ...] = ()


@dataclass(slots=True)
class Figures:
    """What came of a day, as counts and sums; times in seconds."""

    calls: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    declined: int = 0
    accepted: int = 0
    from_waiting_list: int = 0
    cancelled: int = 0
    no_shows: int = 0
    lost: int = 0
    served: int = 0
    pooled: int = 0  # served with somebody else aboard at some time
    wait: int = 0  # all passengers: from the wished time to the pickup, at the stop
    ride: int = 0
    direct: int = 0  # what the rides would have taken without others
    walk: int = 0
    driven_seconds: int = 0
    driven_metres: int = 0
    moved: int = 0  # promises that had to be moved, by a delay or breakdown
    told: int = 0  # messages that a pickup moved within its promise
    broken: int = 0  # promises broken without a word: must be 0
    breakdowns: int = 0
    events: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Simulated:
    """The figures, the log, and the agenda when everything was over."""

    figures: Figures
    log: tuple[Entry, ...]
    agenda: Agenda
