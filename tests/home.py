"""Gives the tests a home and a clean environment, before the settings are read (`-p tests.home` in pyproject.toml).

What a test finds is never in ./var, and never depends on how the developer's own town is switched.
The database is chosen by DATABASE_URL only; public data lies where MACHIKADO_DATA says (tests/public_data.py).
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

SHARED = "MACHIKADO_TESTS_HOME"
KEPT = {SHARED, "MACHIKADO_DATA"}

if SHARED not in os.environ:  # else this is a worker of xdist: the first process made the folder and will remove it
    os.environ[SHARED] = tempfile.mkdtemp(prefix="machikado-tests-")
    atexit.register(shutil.rmtree, os.environ[SHARED], ignore_errors=True)

for name in [name for name in os.environ if name.startswith("MACHIKADO_") and name not in KEPT]:
    del os.environ[name]

home = Path(os.environ[SHARED]) / os.environ.get("PYTEST_XDIST_WORKER", "one")
home.mkdir(exist_ok=True)
os.environ["MACHIKADO_HOME"] = str(home)
# A file, as in a real town: a database in memory would put all threads of a live server on one connection.
os.environ["MACHIKADO_TEST_DATABASE"] = str(home / "test.sqlite3")
