"""The processes of a town that is measured, and what they cost: processor time and memory."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import psutil
from django.conf import settings
from django.db import connection

from machikado import processes

START_SECONDS = 60
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes: resident (pages shared by several processes count in each), and what is each one's own."""

    resident: float
    own: float


@dataclass(frozen=True, slots=True)
class Servers:
    """A town's running processes."""

    port: int
    web: psutil.Process
    worker: psutil.Process
    database: psutil.Process | None

    def cpu_seconds(self) -> float:
        """Processor time of web, worker and database until now."""
        roots = [process for process in (self.web, self.worker, self.database) if process]
        return sum(_cpu_seconds(process) for root in roots for process in _tree(root))

    def memory(self) -> Memory:
        """Memory of web and worker. A database server is not in it: that one may stand elsewhere."""
        found = [each.memory_full_info() for root in (self.web, self.worker) for each in _tree(root)]
        return Memory(sum(each.rss for each in found) / MEGABYTE, sum(each.uss for each in found) / MEGABYTE)


@contextmanager
def running(web_workers: int = 2) -> Iterator[Servers]:
    """Web and worker of this process's town, on 127.0.0.1 and a free port; both are ended afterwards."""
    port = _free_port()
    log = Path(settings.MACHIKADO_HOME) / "servers.log"
    with log.open("wb") as out:
        started = [
            subprocess.Popen(command, stdout=out, stderr=out)  # noqa: S603  our own command lines
            for command in (processes.web_command(port, web_workers), processes.own_command("worker"))
        ]
    try:
        web, worker = (psutil.Process(process.pid) for process in started)
        _wait(port, started, log)
        yield Servers(port, web, worker, _database())
    except Exception:
        sys.stderr.write(f"The last words of the servers:\n{log.read_text()[-4000:]}\n")
        raise
    finally:
        for process in started:
            process.send_signal(signal.SIGTERM)
        for process in started:
            process.wait(timeout=60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(port: int, started: "list[subprocess.Popen[bytes]]", log: Path) -> None:
    """Wait until the pages answer and a worker was seen."""
    until = time.monotonic() + START_SECONDS
    while True:
        if any(process.poll() is not None for process in started) or time.monotonic() > until:
            raise RuntimeError(f"The servers did not start:\n{log.read_text()[-4000:]}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.1)


def _database() -> psutil.Process | None:
    """The first process of PostgreSQL, asked for by its pid file; None on SQLite, which has no process."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        folder = Path(cursor.fetchone()[0])
    return psutil.Process(int((folder / "postmaster.pid").read_text().split()[0]))


def _tree(root: psutil.Process) -> list[psutil.Process]:
    return [root, *root.children(recursive=True)]


def _cpu_seconds(process: psutil.Process) -> float:
    """What a process used, with those of its children that have ended."""
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)


def own_cpu_seconds() -> float:
    """What this process (the clients) used."""
    times = os.times()
    return times.user + times.system
