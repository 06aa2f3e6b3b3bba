"""Shares and their intervals, against worked values and against the equation that defines them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikado.engines.quality import AgreementRule, Answer, Share, accuracy, agree, agreed_at_first, wilson


# By hand with z = 1.96 (z² = 3.8416). 8 of 10: (8 + 1.9208 ± 1.96 √(8·2/10 + 0.9604)) / 13.8416
# = (9.9208 ± 3.13628) / 13.8416 = 0.490157…, 0.943321…; outwards: 4901 and 9434.
# 0 of 10: high = 3.8416 / 13.8416 = 0.277540…; 1 of 1: low = 1 / 4.8416 = 0.206543…
@pytest.mark.parametrize(
    ("successes", "total", "bounds"),
    [(8, 10, (4901, 9434)), (0, 10, (0, 2776)), (10, 10, (7224, 10000)), (1, 1, (2065, 10000)), (0, 0, (0, 10000))],
)
def test_wilson_by_hand(successes: int, total: int, bounds: tuple[int, int]) -> None:
    assert wilson(successes, total) == bounds


def test_a_wider_quantile_gives_a_wider_interval() -> None:
    # z = 1: (8 + 0.5 ± √(1.6 + 0.25)) / 11 = (8.5 ± 1.360147) / 11 = 0.649077…, 0.896377…
    assert wilson(8, 10, z1000=1000) == (6490, 8964)
    assert wilson(8, 10, z1000=2576)[0] < 4901


@pytest.mark.parametrize(("successes", "total", "z1000"), [(-1, 10, 1960), (11, 10, 1960), (1, 2, 0)])
def test_no_share_is_refused(successes: int, total: int, z1000: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(successes, total, z1000)


SHARES = st.integers(1, 10**6).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


def outside(bound: Fraction, successes: int, total: int) -> bool:
    """Whether a true share of `bound` would lie z or more from what was seen: (p̂ − p)² ≥ z² p(1−p)/n."""
    distance = (Fraction(successes, total) - bound) ** 2
    return distance >= Fraction(1960, 1000) ** 2 * bound * (1 - bound) / total


@given(SHARES)
def test_the_bounds_solve_the_equation_of_the_score_interval(share: tuple[int, int]) -> None:
    low, high = wilson(*share)
    step = Fraction(1, 10_000)
    assert 0 <= low * step <= Fraction(*share) <= high * step <= 1
    assert outside(low * step, *share)
    assert outside(high * step, *share)
    # One step further in, the bound would cut off shares that belong to the interval.
    assert low * step + step >= Fraction(*share) or not outside(low * step + step, *share)
    assert high * step - step <= Fraction(*share) or not outside(high * step - step, *share)


@given(SHARES)
def test_failures_mirror_successes(share: tuple[int, int]) -> None:
    low, high = wilson(*share)
    assert wilson(share[1] - share[0], share[1]) == (10_000 - high, 10_000 - low)


def test_agreed_at_first_counts_items_where_nobody_differed() -> None:
    def item(wanted: int, *values: str):
        answers = [Answer(worker, {"digit": value}) for worker, value in enumerate(values)]
        return agree(answers, AgreementRule(("digit",), wanted))

    agreements = [
        item(2, "7", "7"),
        item(3, "1", "1", "1"),
        item(3, "1", "7", "1"),  # agreed, but one differed
        item(2, "1", "7"),  # disputed
        item(2, "1"),  # open: not settled
        item(1, "1"),  # unchecked: nobody compared
    ]
    found = agreed_at_first(agreements)
    assert (found.successes, found.total, found.share) == (2, 4, 5000)
    assert (found.low, found.high) == wilson(2, 4)


def test_accuracy_counts_items_with_a_known_label() -> None:
    found = accuracy({1: "7", 2: "1", 3: "4", 4: "9"}, {1: "7", 2: "7", 3: "4", 5: "0"})
    assert (found.successes, found.total, found.share) == (2, 3, 6667)


def test_a_share_of_nothing_is_unknown() -> None:
    assert accuracy({}, {1: "7"}) == Share(0, 0, 0, 10_000)
    assert accuracy({}, {}).share is None
