"""The words of matching: piles of tasks in, bundles that fit the minutes out."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Pile:
    """The tasks of one job as one worker sees them. Nothing here tells how fast they are or what they refused."""

    job: int
    available: int  # items that this worker may take now, waiting drafts included
    seconds: int  # expected per item, from the job's timed pilot
    price_yen: int  # earned …
    price_items: int  # … for this many items
    due_days: int | None = None  # days until the job is due; below 0: past due
    done_before: int = 0  # items of its kind that this worker has handed in
    checked: int = 0  # of those, checked; becomes a reason, never a rank
    passed_share: int | None = None  # of those checked, ten-thousandths that passed; becomes a reason, never a rank
    waiting_drafts: int = 0  # items that this worker began and let go of
    wanted: int = 0  # answers that the job still lacks from anybody
    hands: int = 0  # people who worked on it lately

    def __post_init__(self) -> None:
        """Refuse a pile that makes no sense, before a worker is promised something."""
        worker = (self.done_before, self.checked, self.waiting_drafts)
        if (
            min(self.available, self.price_yen, *worker, self.wanted, self.hands) < 0
            or self.seconds < 1
            or self.price_items < 1
        ):
            raise ValueError(f"no such pile: {self}")
        if self.waiting_drafts > self.available:
            raise ValueError(f"job {self.job}: more drafts than items")


@dataclass(frozen=True)
class Limits:
    """What the centre holds to be careful, soon, or well done."""

    places: int = 3  # bundles to choose from
    most_items: int = 200  # in one bundle, so that one person does not hold a whole batch
    margin_share: int = 1500  # of the time, ten-thousandths kept free …
    margin_seconds: int = 120  # … and never less than this
    soon_days: int = 2  # due within so many days is soon
    seconds_a_day: int = 7200  # what one pair of hands gives a job in a day, for "short of hands"
    well_share: int = 9500  # passed, ten-thousandths …
    well_items: int = 20  # … of so many checked: of fewer, one that did not pass would already be more than 5 %


class ReasonCode(StrEnum):
    """Why a bundle is offered; the page has a sentence for each."""

    FITS = "fits"  # seconds, spare_seconds
    JUST_FITS = "just_fits"  # seconds, spare_seconds: one item, less spare than the margin
    YOUR_DRAFTS = "your_drafts"  # drafts
    PAST_DUE = "past_due"  # days
    DUE_SOON = "due_soon"  # days
    SHORT_OF_HANDS = "short_of_hands"  # wanted, hands
    DONE_WELL = "done_well"  # done, passed_share
    DONE_BEFORE = "done_before"  # done
    NEW_TO_YOU = "new_to_you"
    STAYS_PAID = "stays_paid"


@dataclass(frozen=True)
class Reason:
    """One reason with the numbers of its sentence, by name."""

    code: ReasonCode
    pairs: tuple[tuple[str, int], ...] = ()

    @property
    def numbers(self) -> dict[str, int]:
        """The numbers as a sentence takes them."""
        return dict(self.pairs)


@dataclass(frozen=True)
class Bundle:
    """Some items of one job that fit the time. `yen` is the least that they earn: fractions of a yen come on top."""

    job: int
    items: int
    seconds: int
    yen: int
    spare_seconds: int
    reasons: tuple[Reason, ...]
