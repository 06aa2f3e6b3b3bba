"""Starts a throw-away PostgreSQL, runs a command with its DATABASE_URL, stops it: `python tests/postgres.py CMD…`."""

import os
import signal
import subprocess
import sys

from machikado.bench import postgres


def main(command: list[str]) -> int:
    """Run the command on a fresh cluster and return its exit status."""
    if postgres.programs() is None:
        print("PostgreSQL's programs are not on this machine: the tests that touch the database ran on SQLite only.")
        return 1 if os.environ.get("CI") == "true" else 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with postgres.cluster(postgres.UNSAFE) as url:
        print(f"PostgreSQL: {url}", flush=True)
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
