"""The budgets of the house, as functions from a tree to the sentences that say where one is overspent."""

import ast
import math
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.architecture.tree import modules, sources

FILE_LINES = 400
FUNCTION_LINES = 40
FUNCTION_LINES_P90 = 30
PARAMETERS = 5
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "misc", "core", "base", "manager"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def is_test(path: Path) -> bool:
    """Whether a file belongs to the tests."""
    return "tests" in path.parts or path.name == "conftest.py"


def functions(tree: ast.Module) -> Iterator[Function]:
    """Every function and method of a module, the inner ones too."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def _lines(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _called_by_pytest(path: Path, function: Function) -> bool:
    """Tests and fixtures take what they ask for by name, as many as they like."""
    decorators = " ".join(ast.unparse(decorator) for decorator in function.decorator_list)
    return is_test(path) and (function.name.startswith("test_") or "fixture" in decorators or "given" in decorators)


def long_files(root: Path) -> list[str]:
    """Files past their lines."""
    lengths = (
        (path, len(path.read_text("utf-8").splitlines())) for path in sources(root, ".py", ".ts", ".css", ".html")
    )
    return [f"{path.relative_to(root)}: {lines} lines" for path, lines in lengths if lines > FILE_LINES]


def long_functions(root: Path) -> list[str]:
    """Functions past their lines, tests included."""
    return [
        f"{path}:{function.lineno} {function.name}: {_lines(function)} lines"
        for path, tree in modules(root)
        for function in functions(tree)
        if _lines(function) > FUNCTION_LINES
    ]


def long_functions_in_general(root: Path) -> list[str]:
    """One sentence where the ninetieth percentile of all functions outside the tests is too long."""
    lengths = sorted(_lines(f) for path, tree in modules(root) if not is_test(path) for f in functions(tree))
    p90 = lengths[math.ceil(len(lengths) * 0.9) - 1] if lengths else 0
    return [f"one function in ten has {p90} lines or more"] if p90 > FUNCTION_LINES_P90 else []


def many_parameters(root: Path) -> list[str]:
    """Functions with too many parameters; keyword-only ones count, self, cls, *args and **kwargs do not."""
    found = []
    for path, tree in modules(root):
        for function in functions(tree):
            arguments = function.args
            names = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
            count = len(names) - (names[:1] in (["self"], ["cls"]))
            if count > PARAMETERS and not _called_by_pytest(path, function):
                found.append(f"{path}:{function.lineno} {function.name}: {count} parameters")
    return found


def empty_names(root: Path) -> list[str]:
    """Modules and folders whose name does not say what is in them."""
    paths = [path.relative_to(root) for path in sources(root, ".py", ".ts")]
    return [str(path) for path in paths if NAMES_THAT_SAY_NOTHING & {*path.with_suffix("").parts}]


def star_imports(root: Path) -> list[str]:
    """`from x import *` hides where a name comes from."""
    return [
        f"{path}:{node.lineno}"
        for path, tree in modules(root)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    ]


def without_docstring(root: Path) -> list[str]:
    """Modules that do not say in their first line what they are for."""
    return [str(path) for path, tree in modules(root) if not ast.get_docstring(tree)]


BUDGETS: list[Callable[[Path], list[str]]] = [
    long_files,
    long_functions,
    long_functions_in_general,
    many_parameters,
    empty_names,
    star_imports,
    without_docstring,
]
