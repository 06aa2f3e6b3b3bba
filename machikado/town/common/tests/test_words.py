"""Codes, lives, refusals and actors: the small words that every app uses."""

import pytest
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from machikado.town.common.actors import SYSTEM, Actor, ActorKind, Grant
from machikado.town.common.codes import ALPHABET, CodeConverter, heard, is_code, new_code, spoken
from machikado.town.common.errors import Cannot, CannotStep
from machikado.town.common.lives import life

codes = st.builds(new_code)


@given(codes)
def test_a_code_survives_being_read_aloud_and_typed(code):
    assert is_code(code)
    assert heard(spoken(code)) == code
    assert heard(f" {spoken(code).lower()}　") == code
    assert CodeConverter().to_python(code) == CodeConverter().to_url(code) == code


@given(codes, st.integers(0, 9), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_noticed(code, place, character):
    wrong = code[:place] + character + code[place + 1 :]
    assert is_code(wrong) == (wrong == code)


@given(codes, st.integers(0, 8))
def test_every_swap_of_neighbours_is_noticed(code, place):
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert is_code(swapped) == (swapped == code)


@pytest.mark.parametrize("text", ["KX7", "0OIL1OOOOO", "ＫＸ７４ＲＤＭ２Ｐ９", "x" * 10])
def test_what_is_no_code_is_a_plain_404(text):
    assert not is_code(text)
    with pytest.raises(ValueError, match=text):
        CodeConverter().to_python(text)


LAMP = life("lamp", off="on broken", on="off broken", broken="")


def test_a_life_allows_its_steps_and_no_other():
    assert LAMP.step("off", "on") == "on"
    assert LAMP.before("broken") == {"off", "on"}
    with pytest.raises(CannotStep) as refused:
        LAMP.step("broken", "on")
    assert (refused.value.code, refused.value.params["noun"]) == ("illegal_step", "lamp")
    assert refused.value.sentence
    with pytest.raises(ValueError, match="dark"):
        life("lamp", off="dark")


def test_a_refusal_is_a_code_for_programs_and_a_sentence_for_people():
    class CannotLight(Cannot):
        sentences = {"no_oil": gettext_lazy("There is no oil in %(lamp)s.")}

    refusal = CannotLight("no_oil", lamp="lamp 3")
    assert refusal.sentence == "There is no oil in lamp 3."
    assert str(refusal) == "CannotLight(no_oil)"


def test_an_actor_has_the_roles_that_were_granted():
    actor = Actor(kind=ActorKind.PERSON, person_id=1, grants=frozenset({Grant("leader", 5)}))
    assert actor.has("coordinator", "leader")
    assert actor.has_in(5, "leader")
    assert not actor.has_in(6, "leader")
    assert not SYSTEM.has("leader")
