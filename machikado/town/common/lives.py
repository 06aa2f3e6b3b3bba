"""The life of a noun: one table of the steps it may take; every other step raises."""

from collections.abc import Mapping
from dataclasses import dataclass

from machikado.town.common.errors import CannotStep


@dataclass(frozen=True, slots=True)
class Life:
    """The allowed steps of one noun: state → the states that may follow it."""

    noun: str
    steps: Mapping[str, frozenset[str]]

    def step(self, before: str, after: str) -> str:
        """Return `after` if a row may go there from `before`. Raises CannotStep."""
        if after not in self.steps[before]:
            raise CannotStep(self.noun, before, after)
        return after

    def before(self, after: str) -> frozenset[str]:
        """Return the states from which `after` can be reached: the `WHERE` of a conditional UPDATE."""
        return frozenset(state for state, following in self.steps.items() if after in following)


def life(noun: str, **steps: str) -> Life:
    """Build a Life from `state="next other"` pairs; an empty string marks an end."""
    table = {state: frozenset(following.split()) for state, following in steps.items()}
    unknown = frozenset().union(*table.values()) - table.keys()
    if unknown:
        raise ValueError(f"{noun}: steps to states that have no row: {sorted(unknown)}")
    return Life(noun, table)
