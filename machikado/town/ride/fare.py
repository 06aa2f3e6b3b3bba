"""What a ride costs: a pure function of the table, the zones and who rides, with the reason for each yen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from machikado.town.common.calendar import Rounding, round_yen
from machikado.town.common.errors import Cannot

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise  # only the type stubs know this name

WHOLE = 10_000


class Rider(StrEnum):
    """Who rides, as far as the fare asks."""

    ADULT = "adult"
    CHILD = "child"
    DISABLED = "disabled"
    COMPANION = "companion"  # of somebody with a disability: one for each of them
    PRESCHOOL = "preschool"


class Why(StrEnum):
    """Why somebody pays what they pay."""

    FULL = "full"
    SHARE = "share"
    FREE = "free"
    PASS = "pass"  # noqa: S105  a ticket, not a password
    PERIOD = "period"
    NOBODY_TO_ACCOMPANY = "nobody_to_accompany"


SENTENCES: dict[Why, "StrPromise"] = {
    Why.FULL: _("the fare of the section"),
    Why.SHARE: _("%(percent)s %% of the section's fare, rounded up"),
    Why.FREE: _("free of charge"),
    Why.PASS: _("holds a pass"),
    Why.PERIOD: _("free period: %(period)s"),
    Why.NOBODY_TO_ACCOMPANY: _("a companion more than there are people with a disability: the adult's fare"),
}


class CannotPrice(Cannot):
    """A ride that this table has no fare for."""

    sentences = {
        "no_zone": _("The stop %(stop)s is in no zone of the fares. Please give it one."),
        "no_pair": _("The fares know no section between zone %(one)s and zone %(other)s. Please add it to the table."),
        "nobody": _("Please say who rides: at least one person."),
        "too_many": _("At most %(most)s people can be priced at once."),
        "passes": _("There are more passes than people of that kind."),
    }


MOST_RIDERS = 60


@dataclass(frozen=True, slots=True)
class Tariff:
    """One version of the fares. `pairs` holds each pair of zones once, in the order of `zones(one, other)`."""

    sections: Mapping[str, int]
    pairs: Mapping[tuple[str, str], str]
    shares: Mapping[Rider, int]
    round_up_yen: int = 10


@dataclass(frozen=True, slots=True)
class Party:
    """Who rides together, and how many of each kind hold a pass that is valid."""

    riders: Mapping[Rider, int]
    passes: Mapping[Rider, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """So many people of one kind pay so much each, and why."""

    rider: Rider
    people: int
    yen_each: int
    why: Why
    percent: int = 100

    @property
    def yen(self) -> int:
        """What they pay together."""
        return self.people * self.yen_each


@dataclass(frozen=True, slots=True)
class Fare:
    """What a party pays for a ride within a section."""

    section: str
    section_yen: int
    lines: tuple[Line, ...]
    period: str = ""

    @property
    def yen(self) -> int:
        """What all pay together."""
        return sum(line.yen for line in self.lines)

    def sentence(self, line: Line) -> str:
        """Why a line costs what it costs, in the language that is active now."""
        return str(SENTENCES[line.why]) % {"percent": line.percent, "period": self.period}


def zones(one: str, other: str) -> tuple[str, str]:
    """Return a pair of zones in the one order in which it is kept: there and back cost the same."""
    return (one, other) if one <= other else (other, one)


def fare(tariff: Tariff, ride: tuple[str, str], party: Party, free_period: str = "") -> Fare:
    """Return what a party pays from zone to zone (`ride`). `free_period` is the name of one that holds on that day.

    Raises CannotPrice.
    """
    _check(party)
    pair = zones(*ride)
    if pair not in tariff.pairs:
        raise CannotPrice("no_pair", one=ride[0], other=ride[1])
    section = tariff.pairs[pair]
    yen = tariff.sections[section]
    lines = [line for rider in Rider for line in _lines(tariff, yen, rider, party)]
    if free_period:
        lines = [Line(line.rider, line.people, 0, Why.PERIOD) for line in lines]
    return Fare(section, yen, tuple(lines), free_period)


def _check(party: Party) -> None:
    people = sum(party.riders.values())
    if people < 1 or min(party.riders.values()) < 0:
        raise CannotPrice("nobody")
    if people > MOST_RIDERS:
        raise CannotPrice("too_many", most=MOST_RIDERS)
    if any(not 0 <= count <= party.riders.get(rider, 0) for rider, count in party.passes.items()):
        raise CannotPrice("passes")


def _lines(tariff: Tariff, section_yen: int, rider: Rider, party: Party) -> list[Line]:
    """The lines of one kind of rider: those with a pass, those who pay, companions beyond their number."""
    held = party.passes.get(rider, 0)
    paying = party.riders.get(rider, 0) - held
    beyond = max(0, paying - max(0, party.riders.get(Rider.DISABLED, 0) - held)) if rider is Rider.COMPANION else 0
    share = tariff.shares[rider]
    yen = _share_of(section_yen, share, tariff.round_up_yen)
    why = Why.FREE if yen == 0 else Why.FULL if yen == section_yen else Why.SHARE
    found = [
        Line(rider, held, 0, Why.PASS),
        Line(rider, paying - beyond, yen, why, share // 100),
        Line(rider, beyond, section_yen, Why.NOBODY_TO_ACCOMPANY),
    ]
    return [line for line in found if line.people]


def _share_of(yen: int, share: int, step: int) -> int:
    """A share in ten-thousandths, rounded up to whole steps, never above the whole: half of 50 in tens is 30."""
    return min(yen, round_yen(Fraction(yen * share, WHOLE * step), Rounding.UP) * step)
