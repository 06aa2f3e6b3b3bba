"""The words of quality: answers in, agreement out."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

MOST_WANTED = 9


class State(StrEnum):
    """How far the answers have come, for one field or for the whole item."""

    AGREED = "agreed"
    OPEN = "open"
    DISPUTED = "disputed"
    UNCHECKED = "unchecked"


@dataclass(frozen=True)
class Answer:
    """What one worker answered. A field that is in neither part was left blank; `unreadable` beats a value."""

    worker: int
    values: Mapping[str, str]
    unreadable: frozenset[str] = frozenset()

    def vote(self, field: str) -> str | None:
        """The normalised value, or None for a field that this worker could not read."""
        return None if field in self.unreadable else self.values.get(field, "")


@dataclass(frozen=True)
class AgreementRule:
    """Which fields are compared, and how many people answer each item (1 to 9)."""

    fields: tuple[str, ...]
    wanted: int

    def __post_init__(self) -> None:
        """Refuse a rule that could never be met."""
        if not 1 <= self.wanted <= MOST_WANTED:
            raise ValueError(f"wanted must be 1 to {MOST_WANTED}, not {self.wanted}")
        if not self.fields or len(set(self.fields)) != len(self.fields):
            raise ValueError("a rule names each of its fields once, and at least one")


@dataclass(frozen=True)
class FieldAgreement:
    """One field: the value that stands and how many said so; while nothing stands, the votes of the leading value."""

    field: str
    value: str | None
    votes: int
    state: State

    @property
    def unreadable(self) -> bool:
        """Whether what stands is that nobody can read it."""
        return self.value is None and self.state in (State.AGREED, State.UNCHECKED)


@dataclass(frozen=True)
class Agreement:
    """One item: its state, its fields in the order of the rule, and who differs from a field that is agreed."""

    state: State
    fields: tuple[FieldAgreement, ...]
    dissenting: tuple[int, ...] = ()

    @property
    def values(self) -> dict[str, str]:
        """The values that stand (agreed, or unchecked), by field."""
        return {each.field: each.value for each in self.fields if each.value is not None}

    @property
    def unreadable(self) -> frozenset[str]:
        """The fields of which it stands that nobody can read them."""
        return frozenset(each.field for each in self.fields if each.unreadable)


@dataclass(frozen=True)
class Share:
    """So many of so many, with the bounds of its interval in ten-thousandths."""

    successes: int
    total: int
    low: int
    high: int

    @property
    def share(self) -> int | None:
        """The share in ten-thousandths, half rounded up; None of nothing."""
        return (20_000 * self.successes + self.total) // (2 * self.total) if self.total else None
