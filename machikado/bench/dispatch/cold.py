"""What compiling costs: every kernel compiled into an empty folder once, and found there by the next process."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from machikado import engines
from machikado.bench.figures import Cost, Demand, Figure

# Modules are imported before the clock runs: that costs the same with and without kernels.
WARM = """
import json, time
from importlib import import_module
from machikado.engines.compiled import ENGINES
engines = sorted(path.parent.name for path in ENGINES.glob("*/warm.py"))
parts = [import_module(f"machikado.engines.{engine}.warm").PARTS for engine in engines]
wall, cpu = time.perf_counter(), time.process_time()
for each in sum(parts, ()):
    each()
print(json.dumps([time.perf_counter() - wall, time.process_time() - cpu]))
"""


def figures() -> Iterator[Figure]:
    """Compile all engines in a copy of their sources, twice."""
    with tempfile.TemporaryDirectory(prefix="machikado-bench-") as folder:
        sources = Path(engines.__file__).parent
        shutil.copytree(sources, Path(folder) / "machikado" / "engines", ignore=shutil.ignore_patterns("__pycache__"))
        (Path(folder) / "machikado" / "__init__.py").touch()
        env = {**os.environ, "PYTHONPATH": folder}
        cold, warm = _compiled(folder, env), _warmed(folder, env)
    note = (
        "all engines, into an empty folder, by `python -m machikado.engines` as `make install` does, in two processes"
    )
    yield Figure("cold: kernels compiled", round(cold.wall_s, 1), "s", Demand("≤", 60), cold, note)
    note = "the next process: kernels loaded from the folder and called once; imports are not counted"
    yield Figure("cold: kernels found compiled", round(warm.wall_s, 2), "s", Demand("≤", 0.5), warm, note)


def _compiled(folder: str, env: dict[str, str]) -> Cost:
    """Compile every kernel; the processor time is that of all processes that ended meanwhile."""
    wall, before = time.perf_counter(), os.times()
    subprocess.run([sys.executable, "-m", "machikado.engines"], cwd=folder, env=env, check=True)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(cpu, time.perf_counter() - wall)


def _warmed(folder: str, env: dict[str, str]) -> Cost:
    """Call every kernel in a process of its own."""
    command = [sys.executable, "-c", WARM]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=True)  # noqa: S603  ours
    wall, cpu = json.loads(done.stdout)
    return Cost(cpu, wall)
