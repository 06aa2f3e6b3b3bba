"""A throw-away PostgreSQL: for the tests with nothing kept safe, for the bench as it comes."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

START_SECONDS = 60
USER = "machikado"
# A cluster that lives for one run of the tests need not survive a power cut. Measuring with these would be cheating.
UNSAFE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def programs() -> Path | None:
    """The folder that holds initdb and postgres: on the PATH, else Debian's newest, else None."""
    found = shutil.which("initdb")
    if found and shutil.which("postgres"):
        return Path(found).resolve().parent
    debian = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(debian, key=lambda path: int(path.parent.name), default=None)


def _unprivileged() -> dict[str, Any]:
    """Arguments for subprocess: PostgreSQL refuses to run as root, so root lends it to postgres or nobody."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _make(bin_: Path, home: Path, lent: dict[str, Any]) -> None:
    if lent:
        os.chown(home, lent["user"], lent["group"])
    initdb = [f"{bin_}/initdb", "-D", f"{home}/data", "-U", USER, "-A", "trust", "-E", "UTF8", "--no-locale", "-N"]
    made = subprocess.run(initdb, cwd=home, capture_output=True, text=True, **lent)  # noqa: S603  PostgreSQL's own program
    if made.returncode:
        raise RuntimeError(f"initdb failed:\n{made.stdout}{made.stderr}")


def _wait(bin_: Path, home: Path, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    ready = [f"{bin_}/pg_isready", "-q", "-h", str(home), "-U", USER, "-d", "postgres"]
    while subprocess.run(ready).returncode:  # noqa: S603  PostgreSQL's own program
        if server.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"PostgreSQL did not start:\n{(home / 'log').read_text()}")
        time.sleep(0.1)


@contextmanager
def cluster(changed: Sequence[str] = ()) -> Iterator[str]:
    """A running cluster's DATABASE_URL, with its usual settings but for `changed` ("name=value").

    It listens on a socket in a temporary folder only and is gone afterwards. Raises FileNotFoundError without programs.
    """
    bin_ = programs()
    if bin_ is None:
        raise FileNotFoundError("initdb")
    lent = _unprivileged()
    with tempfile.TemporaryDirectory(prefix="machikado-pg-") as folder:
        home = Path(folder)
        _make(bin_, home, lent)
        command = [f"{bin_}/postgres", "-D", f"{home}/data", "-k", folder, "-c", "listen_addresses="]
        command += [word for setting in changed for word in ("-c", setting)]
        with (home / "log").open("wb") as log:
            server = subprocess.Popen(command, cwd=home, stdout=log, stderr=log, start_new_session=True, **lent)  # noqa: S603  PostgreSQL's own program
        try:
            _wait(bin_, home, server)
            yield f"postgres://{USER}@{quote(folder, safe='')}/postgres"
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)
