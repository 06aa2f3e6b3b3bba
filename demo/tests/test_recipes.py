"""The forms of the sample town are such as a coordinator could have written in the table."""

import pytest

from demo.recipes import DIGITS, DONATIONS, GOODS
from machikado.town.work.form_rows import rows_of, schema_of


@pytest.mark.parametrize("recipe", [DIGITS, DONATIONS, GOODS], ids=lambda recipe: recipe.title)
def test_the_forms_of_the_sample_town_can_be_written_in_the_table(recipe):
    rows = rows_of(recipe.schema)
    assert rows is not None
    again = schema_of(recipe.schema["title"], rows)
    assert again["properties"] == recipe.schema["properties"]
    assert list(again["properties"]) == list(recipe.schema["properties"])
    assert again["required"] == recipe.schema["required"]
