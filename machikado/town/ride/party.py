"""Who rides together and what they need: seats, places for wheelchairs and prams, seconds to get on. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from machikado.town.common.errors import Cannot
from machikado.town.ride import fare
from machikado.town.ride.fare import Rider

MOST_RIDERS = 20
MOST_WALK_MINUTES = 60
Load = tuple[int, int, int]  # seats, places for wheelchairs, places for prams


class CannotRide(Cannot):
    """A party that makes no sense."""

    sentences = {
        "nobody": _("Please say who rides: at least one person."),
        "too_many": _("At most %(most)s people can be booked at once. Please telephone the centre for a group."),
        "wheelchairs": _("There are more wheelchairs than people."),
        "prams": _("There are more prams than people."),
        "alone": _("A preschool child rides with somebody older."),
        "walk": _("The way on foot may take an hour at most."),
    }


@dataclass(frozen=True, slots=True)
class Needs:
    """What the party brings along; `slow` is with a stick or a walking frame."""

    wheelchairs: int = 0
    prams: int = 0
    slow: bool = False


@dataclass(frozen=True, slots=True)
class Riding:
    """Who rides, by the kinds that the fare knows, and what they need."""

    riders: Mapping[Rider, int] = field(default_factory=lambda: {Rider.ADULT: 1})
    needs: Needs = Needs()

    @property
    def people(self) -> int:
        """How many they are."""
        return sum(self.riders.values())

    @property
    def load(self) -> Load:
        """What they take of a vehicle; who sits in a wheelchair takes no seat."""
        return self.people - self.needs.wheelchairs, self.needs.wheelchairs, self.needs.prams

    @property
    def party(self) -> fare.Party:
        """The same people as the fares see them."""
        return fare.Party({rider: count for rider, count in self.riders.items() if count})


@dataclass(frozen=True, slots=True)
class BoardingSeconds:
    """How long getting on takes in an area, by need."""

    usual: int
    slow: int
    pram: int
    wheelchair: int

    def of(self, needs: Needs) -> int:
        """Return the seconds for a party: those of whoever takes longest, wheelchairs and prams one after another."""
        alone = self.slow if needs.slow else self.usual
        return max(alone, self.pram * needs.prams + self.wheelchair * needs.wheelchairs)


def check_walk(minutes: int) -> None:
    """Raise CannotRide for a longest way on foot that makes no sense."""
    if not 0 <= minutes <= MOST_WALK_MINUTES:
        raise CannotRide("walk")


def check_riding(riding: Riding) -> None:
    """Raise CannotRide for a party that makes no sense."""
    counts = [*riding.riders.values(), riding.needs.wheelchairs, riding.needs.prams]
    if riding.people < 1 or min(counts) < 0:
        raise CannotRide("nobody")
    if riding.people > MOST_RIDERS:
        raise CannotRide("too_many", most=MOST_RIDERS)
    if riding.needs.wheelchairs > riding.people:
        raise CannotRide("wheelchairs")
    if riding.needs.prams > riding.people:
        raise CannotRide("prams")
    if riding.people == riding.riders.get(Rider.PRESCHOOL, 0):
        raise CannotRide("alone")
