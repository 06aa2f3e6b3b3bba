"""Every budget is kept by the tree, and each is seen overspent once by a planted file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture import budgets
from tests.architecture.tree import ROOT

Budget = Callable[[Path], list[str]]
DOC = '"""Planted."""\n'


def function(lines: int, signature: str = "") -> str:
    """The source of a module with one function of so many lines."""
    return f"{DOC}def planted({signature}):\n" + "    pass\n" * (lines - 1)


OVERSPENT: list[tuple[Budget, str, str]] = [
    (budgets.long_files, "machikado/town/work/planted.py", DOC + "pass\n" * 400),
    (budgets.long_files, "machikado/town/work/browser/planted.ts", "export {};\n" * 401),
    (budgets.long_files, "machikado/town/work/templates/work/planted.html", "<br>\n" * 401),
    (budgets.long_files, "machikado/town/common/look/planted.css", "a {}\n" * 401),
    (budgets.long_files, "machikado/town/work/tests/test_planted.py", DOC + "pass\n" * 400),
    (budgets.long_functions, "machikado/engines/quality/planted.py", function(41)),
    (budgets.long_functions_in_general, "machikado/engines/quality/planted.py", function(31)),
    (budgets.many_parameters, "demo/planted.py", function(2, "a, b, c, *, d, e, f")),
    (
        budgets.many_parameters,
        "demo/planted.py",
        f"{DOC}class P:\n    def __init__(self, a, b, c, d, e, f):\n        pass\n",
    ),
    (budgets.empty_names, "machikado/town/work/utils.py", DOC),
    (budgets.empty_names, "machikado/town/core/planted.py", DOC),
    (budgets.star_imports, "machikado/cli.py", f"{DOC}from os import *\n"),
    (budgets.without_docstring, "tests/test_planted.py", "x = 1\n"),
]

WITHIN: list[tuple[Budget, str, str]] = [
    (budgets.long_files, "machikado/town/work/planted.py", DOC + "pass\n" * 399),
    (budgets.long_files, "machikado/town/work/migrations/0001_initial.py", DOC + "pass\n" * 900),
    (budgets.long_functions, "machikado/engines/quality/planted.py", function(40)),
    (budgets.long_functions_in_general, "machikado/engines/quality/planted.py", function(30)),
    (
        budgets.many_parameters,
        "demo/planted.py",
        f"{DOC}class P:\n    def x(self, a, b, c, *more, d, e, **rest):\n        pass\n",
    ),
    (budgets.many_parameters, "tests/test_planted.py", f"{DOC}def test_x(a, b, c, d, e, f):\n    pass\n"),
]


def _plant(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


@pytest.mark.smoke
def test_the_tree_keeps_the_budgets() -> None:
    assert [overspent for budget in budgets.BUDGETS for overspent in budget(ROOT)] == []


@pytest.mark.parametrize(("budget", "path", "text"), OVERSPENT)
def test_a_planted_file_overspends_it(tmp_path: Path, budget: Budget, path: str, text: str) -> None:
    _plant(tmp_path, path, text)
    assert len(budget(tmp_path)) == 1


@pytest.mark.parametrize(("budget", "path", "text"), WITHIN)
def test_what_just_fits_is_let_through(tmp_path: Path, budget: Budget, path: str, text: str) -> None:
    _plant(tmp_path, path, text)
    assert budget(tmp_path) == []


def test_every_budget_is_seen_overspent() -> None:
    assert {budget for budget, *_ in OVERSPENT} == {*budgets.BUDGETS}
