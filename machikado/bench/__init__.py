"""Measures what Machikado costs, beside what peers were measured to cost: `machikado bench work`, `… ride`."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from rich.console import Console

from machikado.bench import postgres
from machikado.bench.figures import show

# The studies of each bench with the databases on which they are done.
STUDIES = {
    "work": (("load", "postgresql"), ("load", "sqlite"), ("sizes", "postgresql")),
    "ride": (("calls", "postgresql"),),
}


def run_bench(name: str, *, as_json: bool, quick: bool, console: Console) -> int:
    """Measure, print one figure a line (or a table), and return 1 if a demand was missed, 2 for an unknown name."""
    if name not in STUDIES:
        console.print(f"There is no bench called {name}. There is: {', '.join(STUDIES)}.")
        return 2
    return report(_measure(name, quick), as_json=as_json, console=console)


def report(measured: Iterable[dict[str, Any]], *, as_json: bool, console: Console) -> int:
    """Print one figure a line while they come, or a table at the end; return 1 if a demand was missed."""
    lines = []
    for line in measured:
        lines.append(line)
        if as_json:
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
            sys.stdout.flush()
    if not as_json:
        show(lines, console)
    return 1 if any(line["ok"] is False for line in lines) else 0


def _measure(name: str, quick: bool) -> Iterator[dict[str, Any]]:
    """Each study in a database, a home and a process of its own."""
    for study, database in STUDIES[name]:
        if database == "postgresql" and postgres.programs() is None:
            yield _unmeasured(study)
            continue
        with ExitStack() as stack:
            home = stack.enter_context(tempfile.TemporaryDirectory(prefix="machikado-bench-"))
            env = {key: value for key, value in os.environ.items() if not key.startswith("MACHIKADO_")}
            env |= {"MACHIKADO_HOME": home, "DATABASE_URL": f"sqlite:///{Path(home) / 'town.sqlite3'}"}
            if database == "postgresql":
                env["DATABASE_URL"] = stack.enter_context(postgres.cluster())
            yield from _figures([sys.executable, "-m", f"machikado.bench.{name}", study, *["--quick"] * quick], env)


def _figures(command: list[str], env: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Read the figures of a study while it goes on. Raises CalledProcessError if it breaks off."""
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  our own module
        assert process.stdout is not None  # it is a pipe
        yield from map(json.loads, process.stdout)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)


def _unmeasured(study: str) -> dict[str, Any]:
    """A line that says what could not be measured here."""
    missing = {"value": 0, "unit": "", "demand": None, "ok": False, "cpu_s": 0, "wall_s": 0}
    return {"name": f"postgresql: {study}", **missing, "note": "PostgreSQL's programs are not on this machine"}
