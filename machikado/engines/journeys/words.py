"""The words of the engine: a timetable, a question, a journey. Stops are numbers from 0, times whole seconds."""

from dataclasses import dataclass

NEVER = 1 << 40


@dataclass(frozen=True, slots=True)
class Call:
    """A trip is at a stop from `arrives` until `leaves`; one may get on, off, or only pass through."""

    stop: int
    arrives: int
    leaves: int
    boards: bool = True
    alights: bool = True


@dataclass(frozen=True, slots=True)
class Trip:
    """One run of a train or bus: calls in order, no time earlier than the one before."""

    name: str
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Footpath:
    """So many seconds on foot to another stop, to change there."""

    stop: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Timetable:
    """All trips of the days that matter, and from each stop the footpaths to others (none: nobody changes on foot)."""

    stops: int
    trips: tuple[Trip, ...]
    footpaths: tuple[tuple[Footpath, ...], ...] = ()

    def paths_from(self, stop: int) -> tuple[Footpath, ...]:
        """The footpaths from a stop."""
        return self.footpaths[stop] if self.footpaths else ()


@dataclass(frozen=True, slots=True)
class Reach:
    """A way between a door and a stop, by whatever means (`name`): it begins at `opens` or later, ends by `closes`."""

    name: str
    stop: int
    seconds: int
    opens: int = -NEVER
    closes: int = NEVER


@dataclass(frozen=True, slots=True)
class Question:
    """From a door to a door, not before `second`; with `arrives`, there at `second` at the latest.

    Whoever takes a trip is at its stop `board_seconds` before it leaves.
    """

    origins: tuple[Reach, ...]
    goals: tuple[Reach, ...]
    second: int
    arrives: bool = False
    board_seconds: int = 120
    most_rides: int = 4


@dataclass(frozen=True, slots=True)
class Ride:
    """Get on a trip (by its number in the timetable) at one of its calls, and off at a later one."""

    trip: int
    board: int
    alight: int


@dataclass(frozen=True, slots=True)
class Walk:
    """On foot from one stop to another, between two rides."""

    origin: int
    goal: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Journey:
    """From door to door: rides, and walks between two of them. It leaves as late and arrives as early as these let."""

    origin: Reach
    legs: tuple[Ride | Walk, ...]
    goal: Reach
    leaves: int
    arrives: int

    @property
    def rides(self) -> int:
        """How many vehicles one takes."""
        return sum(isinstance(leg, Ride) for leg in self.legs)
