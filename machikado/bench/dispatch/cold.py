"""What compiling costs: every kernel compiled into an empty folder once, and found there by the next process."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from machikado import engines
from machikado.bench.figures import Cost, Demand, Figure

# Modules are imported before the clock runs: that costs the same with and without kernels.
WARM = """
import json, time
from importlib import import_module
from machikado.engines.compiled import ENGINES
warm = [import_module(f"machikado.engines.{path.parent.name}.warm").warm for path in sorted(ENGINES.glob("*/warm.py"))]
wall, cpu = time.perf_counter(), time.process_time()
for each in warm:
    each()
print(json.dumps([time.perf_counter() - wall, time.process_time() - cpu]))
"""


def figures() -> Iterator[Figure]:
    """Compile all engines in a copy of their sources, twice."""
    with tempfile.TemporaryDirectory(prefix="machikado-bench-") as folder:
        sources = Path(engines.__file__).parent
        shutil.copytree(sources, Path(folder) / "machikado" / "engines", ignore=shutil.ignore_patterns("__pycache__"))
        (Path(folder) / "machikado" / "__init__.py").touch()
        cold, warm = _warmed(folder), _warmed(folder)
    note = "all engines, in an empty folder, as `make install` does"
    yield Figure("cold: kernels compiled", round(cold.wall_s, 1), "s", Demand("≤", 60), cold, note)
    note = "the next process: kernels loaded from the folder and called once; imports are not counted"
    yield Figure("cold: kernels found compiled", round(warm.wall_s, 2), "s", Demand("≤", 0.5), warm, note)


def _warmed(folder: str) -> Cost:
    """Call every kernel in a process of its own."""
    env = {**os.environ, "PYTHONPATH": folder}
    command = [sys.executable, "-c", WARM]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=True)  # noqa: S603  ours
    wall, cpu = json.loads(done.stdout)
    return Cost(cpu, wall)
