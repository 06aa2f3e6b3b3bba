"""Bundles: worked by hand first, then what must hold of any piles and any minutes."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikado.engines.matching import Bundle, Limits, Pile, Reason, ReasonCode, bundles, problems, shortest

LIMITS = Limits()
MINUTES_25 = 25 * 60
# 寄附の申込書: 3 minutes 30 seconds and 65 yen an item, 40 of them, known and well done.
DONATIONS = Pile(
    job=1, available=40, seconds=210, price_yen=65, price_items=1, done_before=30, checked=30, passed_share=9800
)
# One of five minutes, nothing special about it, known to the worker.
PLAIN = Pile(job=2, available=40, seconds=300, price_yen=90, price_items=1, done_before=5)


def codes(bundle: Bundle) -> list[str]:
    return [reason.code.value for reason in bundle.reasons]


def jobs(seconds: int, *piles: Pile, limits: Limits = LIMITS) -> list[int]:
    return [bundle.job for bundle in bundles(seconds, piles, limits)]


def test_25_minutes_by_hand() -> None:
    # 25 min = 1500 s; 15 % = 225 s stay free; 1275 / 210 = 6.07 → 6 items, 1260 s = 21 min, 390 yen, 4 min to spare.
    assert bundles(MINUTES_25, [DONATIONS]) == [
        Bundle(
            job=1,
            items=6,
            seconds=1260,
            yen=390,
            spare_seconds=240,
            reasons=(
                Reason(ReasonCode.FITS, (("seconds", 1260), ("spare_seconds", 240))),
                Reason(ReasonCode.DONE_WELL, (("done", 30), ("passed_share", 9800))),
                Reason(ReasonCode.STAYS_PAID),
            ),
        )
    ]


@pytest.mark.parametrize(
    ("seconds", "items", "spare"),
    [
        (600, 2, 180),  # 10 min: the 2 minutes outweigh 15 % (90 s); 480 / 210 = 2.3
        (540, 2, 120),  # 420 / 210 = 2 exactly: the margin is whole
        (539, 1, 329),  # one second less
        (330, 1, 120),  # 210 s and the whole margin
        (329, 1, 119),  # an item that fits the bare time is better than none
        (210, 1, 0),
        (50 * 60, 12, 480),  # 3000 s − 450 s = 2550 s; 12.1
        (800, 3, 170),  # 15 % = 120 s exactly: 680 / 210 = 3.2
        (801, 3, 171),  # 15 % = 120.15 s is rounded up to 121
    ],
)
def test_how_many_fit_by_hand(seconds: int, items: int, spare: int) -> None:
    [bundle] = bundles(seconds, [DONATIONS])
    assert (bundle.items, bundle.spare_seconds) == (items, spare)


def test_the_margin_is_rounded_up() -> None:
    # 15 % of 1501 s = 225.15 s → 226 s; 1275 s stay: an item of 1275 s fits whole, one of 1276 s only just.
    assert codes(bundles(1501, [replace(DONATIONS, seconds=1275)])[0])[0] == "fits"
    assert codes(bundles(1501, [replace(DONATIONS, seconds=1276)])[0])[0] == "just_fits"


def test_one_item_without_the_whole_margin_says_so() -> None:
    [bundle] = bundles(329, [DONATIONS])
    assert bundle.reasons[0] == Reason(ReasonCode.JUST_FITS, (("seconds", 210), ("spare_seconds", 119)))


def test_nothing_fits() -> None:
    assert bundles(209, [DONATIONS]) == []
    assert bundles(0, [DONATIONS]) == []
    assert bundles(-60, [DONATIONS]) == []
    assert bundles(MINUTES_25, []) == []
    assert bundles(MINUTES_25, [replace(DONATIONS, available=0)]) == []


def test_the_shortest_item_tells_how_long_anything_takes() -> None:
    nothing_left = replace(DONATIONS, job=3, seconds=5, available=0)
    assert shortest([PLAIN, DONATIONS, nothing_left]) == DONATIONS
    assert shortest([replace(DONATIONS, job=9), DONATIONS]) == DONATIONS
    assert shortest([nothing_left]) is None


def test_no_more_than_there_are_and_no_more_than_one_may_hold() -> None:
    assert bundles(MINUTES_25, [replace(DONATIONS, available=4)])[0].items == 4
    # 1275 s / 5 s = 255 digits, but 200 are the most.
    assert bundles(MINUTES_25, [replace(DONATIONS, available=1797, seconds=5)])[0].items == 200


def test_a_price_below_one_yen_an_item() -> None:
    # 2 yen for 3 items: 200 items earn 133.33 yen, of which 133 are whole.
    digits = replace(DONATIONS, available=1797, seconds=5, price_yen=2, price_items=3)
    assert bundles(MINUTES_25, [digits])[0].yen == 133


def test_each_step_of_the_order_by_hand() -> None:
    def like_plain(job: int, **changes: int) -> Pile:
        return replace(PLAIN, job=job, **changes)

    piles = [
        like_plain(70),  # 4 items of 300 s: 300 s to spare
        like_plain(75, seconds=420, available=3),  # 3 × 420 = 1260 s: 240 s to spare
        like_plain(50, seconds=200, available=2, due_days=9, wanted=325, hands=0),  # nobody there
        like_plain(40, due_days=2),
        like_plain(30, due_days=0),
        like_plain(20, due_days=-1),
        like_plain(10, waiting_drafts=1),
        like_plain(80, done_before=0),
        like_plain(90, seconds=1400),  # just fits: after those that leave the margin
        like_plain(71, done_before=500),  # a tie with 70: known is known, then the smaller number
    ]
    many = replace(LIMITS, places=20)
    expected = [10, 20, 30, 40, 50, 75, 70, 71, 90, 80]
    assert jobs(MINUTES_25, *piles, limits=many) == expected
    assert jobs(MINUTES_25, *reversed(piles), limits=many) == expected


def test_one_of_three_places_is_for_something_new() -> None:
    known = [replace(PLAIN, job=job) for job in (1, 2, 3)]
    new = replace(PLAIN, job=9, done_before=0)
    assert jobs(MINUTES_25, *known, new) == [1, 2, 9]
    assert jobs(MINUTES_25, *known) == [1, 2, 3]


def test_something_new_never_pushes_out_what_presses() -> None:
    new = replace(PLAIN, job=9, done_before=0)
    for pressing in ({"due_days": 1}, {"waiting_drafts": 1}):
        piles = [replace(PLAIN, job=job, **pressing) for job in (1, 2, 3)]
        assert jobs(MINUTES_25, *piles, new) == [1, 2, 3]


def test_something_new_is_not_added_where_it_is_already() -> None:
    new = [replace(PLAIN, job=job, done_before=0) for job in (1, 9)]
    assert jobs(MINUTES_25, replace(new[0], due_days=1), PLAIN, replace(PLAIN, job=3), new[1]) == [1, 2, 3]


def test_a_single_place_goes_to_the_best() -> None:
    assert jobs(MINUTES_25, replace(PLAIN, job=9, done_before=0), PLAIN, limits=replace(LIMITS, places=1)) == [2]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ["fits", "done_before", "stays_paid"]),
        ({"done_before": 0}, ["fits", "new_to_you", "stays_paid"]),
        ({"checked": 20, "passed_share": 9500}, ["fits", "done_well", "stays_paid"]),
        ({"checked": 19, "passed_share": 10_000}, ["fits", "done_before", "stays_paid"]),  # one of one is no habit
        ({"checked": 20, "passed_share": 9499}, ["fits", "done_before", "stays_paid"]),
        ({"passed_share": 0}, ["fits", "done_before", "stays_paid"]),
        ({"due_days": 3}, ["fits", "done_before", "stays_paid"]),
        ({"due_days": 2}, ["fits", "due_soon", "done_before", "stays_paid"]),
        ({"due_days": -4}, ["fits", "past_due", "done_before", "stays_paid"]),
        ({"waiting_drafts": 3}, ["fits", "your_drafts", "done_before", "stays_paid"]),
        # 3 people × 4 days (today, and 3 more) × 7200 s = 86,400 s = 288 items of 300 s.
        ({"due_days": 3, "hands": 3, "wanted": 288}, ["fits", "done_before", "stays_paid"]),
        ({"due_days": 3, "hands": 3, "wanted": 289}, ["fits", "short_of_hands", "done_before", "stays_paid"]),
        ({"hands": 0, "wanted": 1000}, ["fits", "done_before", "stays_paid"]),  # no day, no hurry
        ({"due_days": -3, "hands": 9, "wanted": 0}, ["fits", "past_due", "done_before", "stays_paid"]),
        (
            {"due_days": -1, "hands": 9, "wanted": 1},
            ["fits", "past_due", "short_of_hands", "done_before", "stays_paid"],
        ),
    ],
)
def test_reasons_by_hand(changes: dict[str, int], expected: list[str]) -> None:
    assert codes(bundles(MINUTES_25, [replace(PLAIN, **changes)])[0]) == expected


def test_reasons_carry_the_numbers_of_their_sentence() -> None:
    pile = replace(PLAIN, due_days=-4, waiting_drafts=6, wanted=1000, hands=2)
    numbers = {reason.code: reason.numbers for reason in bundles(MINUTES_25, [pile])[0].reasons}
    assert numbers[ReasonCode.PAST_DUE] == {"days": 4}
    assert numbers[ReasonCode.YOUR_DRAFTS] == {"drafts": 4}  # of six, four fit
    assert numbers[ReasonCode.SHORT_OF_HANDS] == {"wanted": 1000, "hands": 2}
    assert numbers[ReasonCode.DONE_BEFORE] == {"done": 5}


@pytest.mark.parametrize(
    "nonsense",
    [
        {"available": -1},
        {"seconds": 0},
        {"price_items": 0},
        {"price_yen": -1},
        {"done_before": -1},
        {"checked": -1},
        {"waiting_drafts": 41},
    ],
)
def test_a_pile_that_makes_no_sense_is_refused(nonsense: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"no such pile|more drafts"):
        replace(PLAIN, **nonsense)


def test_two_piles_of_one_job_are_refused() -> None:
    with pytest.raises(ValueError, match="one pile"):
        bundles(MINUTES_25, [PLAIN, PLAIN])


def test_the_engine_cannot_know_who_refused_or_who_is_fast() -> None:
    known = {"job", "available", "seconds", "price_yen", "price_items", "due_days"}
    about_the_worker = {"done_before", "checked", "passed_share", "waiting_drafts"}
    assert {field.name for field in fields(Pile)} == known | about_the_worker | {"wanted", "hands"}


@st.composite
def some_piles(draw: st.DrawFn) -> list[Pile]:
    small = st.integers(0, 30)
    make = st.builds(
        Pile,
        job=st.integers(1, 50),
        available=st.integers(4, 300),
        seconds=st.integers(1, 2000),
        price_yen=st.integers(0, 500),
        price_items=st.integers(1, 50),
        due_days=st.none() | st.integers(-3, 10),
        done_before=small,
        checked=small,
        passed_share=st.none() | st.integers(0, 10_000),
        waiting_drafts=st.integers(0, 4),
        wanted=st.integers(0, 5000),
        hands=small,
    )
    return draw(st.lists(make, max_size=12, unique_by=lambda pile: pile.job))


TIMES = st.integers(-10, 4 * 3600)
SOME_LIMITS = st.builds(
    Limits, places=st.integers(1, 5), most_items=st.integers(1, 300), margin_share=st.integers(0, 5000)
)


@given(TIMES, some_piles(), SOME_LIMITS)
def test_all_bundles_are_sound(seconds: int, piles: list[Pile], limits: Limits) -> None:
    assert problems(bundles(seconds, piles, limits), seconds, piles, limits) == []


@given(TIMES, some_piles(), st.randoms(use_true_random=False))
def test_the_order_of_the_piles_does_not_matter(seconds, piles, random) -> None:
    assert bundles(seconds, random.sample(piles, len(piles))) == bundles(seconds, piles)


@given(TIMES, some_piles(), st.none() | st.integers(0, 10_000))
def test_how_much_passed_changes_no_rank_and_no_bundle(seconds: int, piles: list[Pile], share: int | None) -> None:
    def offered(of: list[Pile]) -> list[tuple[int, int, int]]:
        return [(bundle.job, bundle.items, bundle.yen) for bundle in bundles(seconds, of)]

    assert offered([replace(pile, passed_share=share) for pile in piles]) == offered(piles)


@given(TIMES, some_piles())
def test_a_newcomer_is_offered_as_many_bundles_as_anybody(seconds: int, piles: list[Pile]) -> None:
    newcomer = [replace(pile, done_before=0, passed_share=None, waiting_drafts=0) for pile in piles]
    assert len(bundles(seconds, newcomer)) == len(bundles(seconds, piles))


# The checker must see what the algorithm could get wrong: each of these is one lie about the bundle worked by hand.
[TOLD] = bundles(MINUTES_25, [DONATIONS])
LIES = [
    [],
    [TOLD, TOLD],
    [replace(TOLD, job=7)],
    [replace(TOLD, items=5, seconds=1050, yen=325, spare_seconds=450)],  # a sixth would fit
    [replace(TOLD, items=7, seconds=1470, yen=455, spare_seconds=30)],  # eats the margin
    [replace(TOLD, items=8, seconds=1680, yen=520, spare_seconds=-180)],  # longer than the time
    [replace(TOLD, yen=391)],
    [replace(TOLD, yen=389)],
    [replace(TOLD, seconds=1200, spare_seconds=300)],
    [replace(TOLD, spare_seconds=300)],
    [replace(TOLD, reasons=TOLD.reasons[1:])],
    [replace(TOLD, reasons=TOLD.reasons[:-1])],
    [replace(TOLD, reasons=(Reason(ReasonCode.JUST_FITS), *TOLD.reasons[1:]))],
    [replace(TOLD, reasons=(*TOLD.reasons, Reason(ReasonCode.STAYS_PAID)))],
]


@pytest.mark.parametrize("lie", LIES)
def test_the_checker_finds_a_lie(lie: list[Bundle]) -> None:
    assert problems([TOLD], MINUTES_25, [DONATIONS], LIMITS) == []
    assert problems(lie, MINUTES_25, [DONATIONS], LIMITS)


def test_the_checker_counts_places_and_items() -> None:
    two = bundles(MINUTES_25, [DONATIONS, PLAIN])
    assert problems(two, MINUTES_25, [DONATIONS, PLAIN], replace(LIMITS, places=1))
    assert problems([TOLD], MINUTES_25, [replace(DONATIONS, available=5)], LIMITS)
