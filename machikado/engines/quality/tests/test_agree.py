"""Agreement: worked by hand first, then what must hold of any answers."""

from dataclasses import replace
from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikado.engines.quality import Agreement, AgreementRule, Answer, FieldAgreement, State, agree, problems


def said(*values: str | None) -> list[Answer]:
    """One answer for the field `amount` from workers 1, 2, …; None is a worker who could not read it."""
    return [
        Answer(worker, {} if value is None else {"amount": value}, frozenset() if value else frozenset({"amount"}))
        for worker, value in enumerate(values, start=1)
    ]


def amount(wanted: int) -> AgreementRule:
    return AgreementRule(("amount",), wanted)


# wanted 3 needs 2 equal, wanted 4 needs 3, wanted 5 needs 3: more than half, counted on one's fingers.
BY_HAND = [
    (1, [], State.OPEN, None, 0),
    (1, ["390"], State.UNCHECKED, "390", 1),
    (2, ["390"], State.OPEN, None, 1),
    (2, ["390", "390"], State.AGREED, "390", 2),
    (2, ["390", "360"], State.DISPUTED, None, 1),
    (3, ["390", "390"], State.AGREED, "390", 2),  # decided early: the third cannot change it
    (3, ["390", "360"], State.OPEN, None, 1),
    (3, ["390", "360", "390"], State.AGREED, "390", 2),
    (3, ["390", "360", "300"], State.DISPUTED, None, 1),
    (4, ["390", "390"], State.OPEN, None, 2),  # half is no majority
    (4, ["390", "390", "360"], State.OPEN, None, 2),
    (4, ["390", "390", "360", "360"], State.DISPUTED, None, 2),
    (4, ["390", "360", "300"], State.DISPUTED, None, 1),  # 1 + 1 awaited = 2 < 3: sure before the last
    (5, ["390", "360", "300"], State.OPEN, None, 1),  # 1 + 2 awaited = 3
    (5, ["390", "360", "300", "100"], State.DISPUTED, None, 1),
    (5, ["390", "360", "390", "360", "390"], State.AGREED, "390", 3),
    (9, ["390"] * 5, State.AGREED, "390", 5),
    (9, ["390"] * 4 + ["360"] * 4, State.OPEN, None, 4),
    (9, ["390"] * 4 + ["360"] * 4 + ["300"], State.DISPUTED, None, 4),
]


@pytest.mark.parametrize(("wanted", "values", "state", "value", "votes"), BY_HAND)
def test_by_hand(wanted: int, values: list[str], state: State, value: str | None, votes: int) -> None:
    found = agree(said(*values), amount(wanted))
    assert found.fields == (FieldAgreement("amount", value, votes, state),)
    assert found.state is state


def test_unreadable_is_a_value_of_its_own() -> None:
    found = agree(said(None, "390", None), amount(3))
    assert found.fields == (FieldAgreement("amount", None, 2, State.AGREED),)
    assert found.unreadable == {"amount"}
    assert found.values == {}
    assert found.dissenting == (2,)


def test_unreadable_is_not_blank() -> None:
    blank, unreadable = Answer(1, {}), Answer(2, {}, frozenset({"amount"}))
    assert agree([blank, unreadable], amount(2)).state is State.DISPUTED
    assert agree([blank, Answer(2, {"amount": ""})], amount(2)).values == {"amount": ""}


def test_a_value_typed_before_it_was_marked_unreadable_does_not_count() -> None:
    marked = Answer(1, {"amount": "390"}, frozenset({"amount"}))
    assert agree([marked, Answer(2, {"amount": "390"})], amount(2)).state is State.DISPUTED


def test_nothing_stands_while_it_is_open_or_disputed() -> None:
    for answers in (said("390"), said("390", "360")):
        found = agree(answers, amount(2))
        assert (found.values, found.unreadable, found.dissenting) == ({}, frozenset(), ())


def test_fields_are_settled_one_by_one() -> None:
    # name: 3 × 中島; amount: 390, 360, 390 → worker 2 differs; date: three different dates → a leader decides.
    rule = AgreementRule(("name", "amount", "date"), 3)
    answers = [
        Answer(1, {"name": "中島", "amount": "390", "date": "11-23"}),
        Answer(2, {"name": "中島", "amount": "360", "date": "11-28"}),
        Answer(3, {"name": "中島", "amount": "390", "date": "11-25"}),
    ]
    found = agree(answers, rule)
    assert [each.state for each in found.fields] == [State.AGREED, State.AGREED, State.DISPUTED]
    assert found.state is State.DISPUTED
    assert found.values == {"name": "中島", "amount": "390"}
    assert found.dissenting == (2,)


def test_an_agreed_and_an_open_field_wait_for_the_next_answer() -> None:
    answers = [Answer(1, {"name": "中島", "date": "11-23"}), Answer(2, {"name": "中島", "date": "11-28"})]
    assert agree(answers, AgreementRule(("name", "date"), 3)).state is State.OPEN


def test_a_disputed_field_needs_a_leader_even_while_another_is_open() -> None:
    # name: 2 and 2 of 5, the last decides; date: four different, 1 + 1 awaited = 2 < 3.
    answers = [
        Answer(worker, {"name": name, "date": f"11-2{worker}"})
        for worker, name in enumerate(["中島", "中島", "中嶋", "中嶋"])
    ]
    found = agree(answers, AgreementRule(("name", "date"), 5))
    assert [each.state for each in found.fields] == [State.OPEN, State.DISPUTED]
    assert found.state is State.DISPUTED


def test_a_field_that_the_rule_does_not_name_is_not_compared() -> None:
    answers = [Answer(1, {"amount": "390", "note": "smudged"}), Answer(2, {"amount": "390"})]
    assert agree(answers, amount(2)).state is State.AGREED


@pytest.mark.parametrize("answers", [said("390", "390", "390"), [Answer(7, {}), Answer(7, {})]])
def test_more_answers_than_wanted_or_a_worker_twice_is_refused(answers: list[Answer]) -> None:
    with pytest.raises(ValueError, match=r"wanted|once"):
        agree(answers, amount(2))


@pytest.mark.parametrize(("fields", "wanted"), [((), 2), (("a", "a"), 2), (("a",), 0), (("a",), 10)])
def test_a_rule_that_could_never_be_met_is_refused(fields: tuple[str, ...], wanted: int) -> None:
    with pytest.raises(ValueError, match=r"wanted|names"):
        AgreementRule(fields, wanted)


# Few fields and values, so that majorities, ties and disputes are all common.
FIELDS = ("name", "amount")
VOTES = st.fixed_dictionaries({field: st.sampled_from(["1", "2", "", None]) for field in FIELDS})


@st.composite
def items(draw: st.DrawFn) -> tuple[list[Answer], AgreementRule]:
    wanted = draw(st.integers(1, 9))
    votes = draw(st.lists(VOTES, max_size=wanted))
    answers = [
        Answer(
            worker,
            {field: value for field, value in vote.items() if value is not None},
            frozenset(field for field, value in vote.items() if value is None),
        )
        for worker, vote in enumerate(votes, start=100)
    ]
    return answers, AgreementRule(FIELDS, wanted)


@given(items())
def test_every_agreement_is_sound(item: tuple[list[Answer], AgreementRule]) -> None:
    answers, rule = item
    assert problems(agree(answers, rule), answers, rule) == []


@given(items(), st.randoms(use_true_random=False))
def test_the_order_of_answers_does_not_matter(item, random) -> None:
    answers, rule = item
    shuffled = random.sample(answers, len(answers))
    assert agree(shuffled, rule) == agree(answers, rule)


@given(items())
def test_what_is_decided_stays_decided(item: tuple[list[Answer], AgreementRule]) -> None:
    answers, rule = item
    steps = [agree(answers[:count], rule) for count in range(len(answers) + 1)]
    for before, after in pairwise(steps):
        assert before.state in (State.OPEN, after.state)
        for field, later in zip(before.fields, after.fields, strict=True):
            assert field.state in (State.OPEN, later.state)
            assert field.state is not State.AGREED or field.value == later.value


@given(items())
def test_when_all_have_answered_nothing_is_open(item: tuple[list[Answer], AgreementRule]) -> None:
    answers, rule = item
    if len(answers) == rule.wanted:
        assert agree(answers, rule).state is not State.OPEN


def test_all_orders_of_a_tie_say_the_same() -> None:
    answers = said("390", "360", "390", "360")
    assert {agree(order, amount(5)) for order in permutations(answers)} == {agree(answers, amount(5))}


# The checker must see what the algorithm could get wrong: each of these is one lie about an item worked by hand.
TOLD = agree(said("390", "360", "390"), amount(3))
LIES = [
    replace(TOLD, state=State.OPEN),
    replace(TOLD, dissenting=()),
    replace(TOLD, dissenting=(1,)),
    replace(TOLD, fields=()),
    replace(TOLD, fields=(FieldAgreement("amount", "360", 2, State.AGREED),)),
    replace(TOLD, fields=(FieldAgreement("amount", "390", 3, State.AGREED),)),
    replace(TOLD, fields=(FieldAgreement("amount", None, 2, State.AGREED),)),
    Agreement(State.DISPUTED, (FieldAgreement("amount", None, 2, State.DISPUTED),)),
]


@pytest.mark.parametrize("lie", LIES)
def test_the_checker_finds_a_lie(lie: Agreement) -> None:
    assert problems(lie, said("390", "360", "390"), amount(3))


def test_the_checker_finds_a_dispute_declared_too_early() -> None:
    early = Agreement(State.DISPUTED, (FieldAgreement("amount", None, 1, State.DISPUTED),))
    assert problems(early, said("390", "360"), amount(3))
    assert problems(early, said("390", "360"), amount(2)) == []
