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

# Modules are imported before the clock runs, also those of numba's own that it leaves to the first call: that costs the
# same with and without kernels. How much the latter take is told.
WARM = """
import json, time
from importlib import import_module
from machikado.engines.compiled import ENGINES
engines = sorted(path.parent.name for path in ENGINES.glob("*/warm.py"))
parts = [import_module(f"machikado.engines.{engine}.warm").PARTS for engine in engines]
before = time.process_time()
from numba.core.registry import cpu_target
cpu_target.typing_context.refresh()
cpu_target.target_context.refresh()
wall, cpu = time.perf_counter(), time.process_time()
for each in sum(parts, ()):
    each()
print(json.dumps([time.perf_counter() - wall, time.process_time() - cpu, cpu - before]))
"""


def figures() -> Iterator[Figure]:
    """Compile all engines in a copy of their sources, twice."""
    with tempfile.TemporaryDirectory(prefix="machikado-bench-") as folder:
        sources = Path(engines.__file__).parent
        shutil.copytree(sources, Path(folder) / "machikado" / "engines", ignore=shutil.ignore_patterns("__pycache__"))
        (Path(folder) / "machikado" / "__init__.py").touch()
        env = {**os.environ, "PYTHONPATH": folder}
        cold, (warm, imports) = _compiled(folder, env), _warmed(folder, env)
    note = (
        "all engines, into an empty folder, by `python -m machikado.engines` as `make install` does, in two processes"
    )
    yield Figure("cold: kernels compiled", round(cold.wall_s, 1), "s", Demand("≤", 60), cold, note)
    note = "the next process: kernels loaded from the folder and called once; imports are not counted, "
    note += f"nor those that numba makes at its first call: {imports:.2f} s of processor"
    yield Figure("cold: kernels found compiled", round(warm.wall_s, 2), "s", Demand("≤", 0.5), warm, note)


def _compiled(folder: str, env: dict[str, str]) -> Cost:
    """Compile every kernel; the processor time is that of all processes that ended meanwhile."""
    wall, before = time.perf_counter(), os.times()
    subprocess.run([sys.executable, "-m", "machikado.engines"], cwd=folder, env=env, check=True)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(cpu, time.perf_counter() - wall)


def _warmed(folder: str, env: dict[str, str]) -> tuple[Cost, float]:
    """Call every kernel in a process of its own; and what numba's late imports take of the processor."""
    command = [sys.executable, "-c", WARM]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=True)  # noqa: S603  ours
    wall, cpu, imports = json.loads(done.stdout)
    return Cost(cpu, wall), imports
