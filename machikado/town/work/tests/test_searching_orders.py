"""The search among orders finds what a coordinator remembers: words in any order, a name, a number, half a code."""

import pytest

from machikado.town.common.actors import SYSTEM
from machikado.town.common.codes import spoken
from machikado.town.work.actions import orders
from machikado.town.work.models import Order
from machikado.town.work.queries.staff_orders import found_orders
from machikado.town.work.tests.makings import NOON, inquiry, viewer
from tests.examples import Cast


@pytest.fixture
def order(cast: Cast) -> Order:
    return orders.inquire(inquiry=inquiry(phone="０２６３（52）0280"), by=SYSTEM, now=NOON)


@pytest.fixture
def found(cast: Cast, order: Order):
    other = inquiry(
        organisation_name="隣町商会", person_name="古畑", about="名札", email="f@example.org", phone="0263111111"
    )
    orders.inquire(inquiry=other, by=SYSTEM, now=NOON)
    return lambda words: list(found_orders(viewer(cast, "momose"), "", words))


@pytest.mark.parametrize(
    "words",
    [
        "角田 納品書",
        "納品書　角田",
        "滝澤",
        "滝澤 入力",
        "takizawa@example",
        "0263-52-0280",
        "0263520280",
        "５２−０２８０".replace("−", "－"),
        "520280 角田",
    ],
)
def test_every_word_counts_wherever_it_stands(order: Order, found, words: str):
    assert found(words) == [order]


@pytest.mark.parametrize("words", ["角田 名札", "古畑 納品書", "0263-99", "0263 滝澤商店", "...."])
def test_a_word_that_stands_nowhere_finds_nothing(found, words: str):
    assert found(words) == []


def test_a_part_of_a_code_is_enough(order: Order, found):
    first, second, third = spoken(order.code).split("-")
    for typed in (second, f"{first}-{second}", f"{second}-{third}".lower(), f"{first} {second} {third}", order.code):
        assert order in found(typed)


def test_the_most_words_that_fit_are_one_answer(found):
    assert found("あ " * 60) == []
