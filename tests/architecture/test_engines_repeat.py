"""Engines answer the same for the same input: no clock, no chance without a seed, nothing read from outside."""

import ast
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

SEEDED = {"Random"}  # of `random`: an object that takes its seed
SEEDED_NUMPY = {"default_rng", "Generator", "SeedSequence", "BitGenerator", "PCG64", "PCG64DXSM", "Philox"}
CLOCKS = {"now", "utcnow", "today"}
MEASURES = {"bench.py"}  # to measure needs a clock
COMPILES = {"compiled.py"}  # tells the compiler by the environment where its files are; answers nothing


def _name(node: ast.AST) -> str:
    """The dotted name of an expression as written, or ''."""
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _imports(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [f"import {alias.name}" for alias in node.names if alias.name in {"time", "os", "secrets", "uuid"}]
    from_ = node.module or ""
    if from_ in {"time", "os", "secrets", "uuid"}:
        return [f"from {from_}"]
    allowed = {"random": SEEDED, "numpy.random": SEEDED_NUMPY}.get(from_)
    return [] if allowed is None else [f"from {from_} import {a.name}" for a in node.names if a.name not in allowed]


def _call(node: ast.Call) -> list[str]:
    name = _name(node.func)
    parts = name.split(".")
    if parts[-1] in CLOCKS and parts[:-1] and parts[-2] in {"datetime", "date"}:
        return [f"{name}() reads the clock"]
    if parts[0] == "random" and parts[-1] not in SEEDED:
        return [f"{name}() has no seed of its own"]
    if len(parts) > 2 and parts[-2] == "random" and parts[-1] not in SEEDED_NUMPY:
        return [f"{name}() is numpy's old, shared generator"]
    if parts[-1] in {"default_rng", "Random", "PCG64", "SeedSequence"} and not (node.args or node.keywords):
        return [f"{name}() without a seed"]
    return [f"{name}() reads from outside"] if name in {"open", "input"} else []


def unrepeatable(source: str) -> list[str]:
    """What in a module's source could make two runs differ."""
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found += _imports(node)
        elif isinstance(node, ast.Call):
            found += _call(node)
    return found


def _engine_files() -> list[Path]:
    files = (ROOT / "machikado" / "engines").rglob("*.py")
    return [path for path in files if "tests" not in path.parts and path.name not in MEASURES | COMPILES]


def test_no_engine_could_answer_differently() -> None:
    found = {str(path): unrepeatable(path.read_text(encoding="utf-8")) for path in _engine_files()}
    assert {path: faults for path, faults in found.items() if faults} == {}


def imports_numba(source: str) -> bool:
    """Whether a module imports numba by itself."""
    nodes = [*ast.walk(ast.parse(source))]
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return any(name.split(".")[0] == "numba" for name in names)


def test_numba_comes_by_one_door() -> None:
    sources = {path: path.read_text(encoding="utf-8") for path in (ROOT / "machikado").rglob("*.py")}
    named = {path: source for path, source in sources.items() if "numba" in source}
    assert [path.name for path, source in named.items() if imports_numba(source)] == ["compiled.py"]
    assert imports_numba("from numba import njit")
    assert not imports_numba("from machikado.engines.compiled import kernel")


@pytest.mark.parametrize(
    "planted",
    [
        "import time\ntime.time()",
        "from time import perf_counter",
        "import datetime\ndatetime.datetime.now()",
        "from datetime import date\ndate.today()",
        "import random\nrandom.shuffle([])",
        "from random import choice",
        "from random import Random\nRandom()",
        "import numpy as np\nnp.random.rand(3)",
        "import numpy\nnumpy.random.seed(1)",
        "import numpy as np\nnp.random.default_rng()",
        "import os",
        "open('x')",
    ],
)
def test_a_planted_source_of_difference_is_found(planted: str) -> None:
    assert unrepeatable(planted)


@pytest.mark.parametrize("fine", ["import random\nrandom.Random(7)", "import numpy as np\nnp.random.default_rng(7)"])
def test_a_seed_is_fine(fine: str) -> None:
    assert unrepeatable(fine) == []
