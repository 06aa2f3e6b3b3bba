"""A text that a spreadsheet would run goes out with an apostrophe and comes in without it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikado.town.common.spreadsheets import guarded, unguarded


@pytest.mark.parametrize("text", ["=1+1", "+81 263", "-abc", "@x", "\tx", "\rx"])
def test_what_a_spreadsheet_would_run_has_an_apostrophe(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "塩尻", "-5", "+5.25", "'quoted'", "a=b"])
def test_the_rest_stays_as_it_is(text):
    assert guarded(text) == unguarded(text) == text


@given(st.text(max_size=20))
def test_what_goes_out_comes_in_the_same(text):
    if not (text.startswith("'") and unguarded(text) != text):  # somebody typed the apostrophe: it looks as if we had
        assert unguarded(guarded(text)) == text
