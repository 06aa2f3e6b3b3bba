"""The processes of a running town: web, worker and (in the sample town) the day that plays by itself."""

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import BinaryIO

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from rich.console import Console

from machikado.town.common.errors import Cannot
from machikado.town.config import demo_links
from machikado.town.people.models import Town

GRACE_SECONDS = 15
LOG = "run.log"  # in MACHIKADO_HOME: what web, worker and the day log in the sample town


class CannotServe(Cannot):
    """A server that was not started."""

    sentences = {  # the command line speaks English
        "port_taken": "Another program listens on port %(port)s. End it, or choose another port: %(command)s"
    }


def web_command(port: int, workers: int) -> list[str]:
    """Return the command line of the web server: granian on 127.0.0.1."""
    return [
        str(Path(sys.executable).parent / "granian"),
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        str(workers),
        "--blocking-threads",
        "4",
        "--backlog",
        "1024",
        "--no-ws",
        "--log-level",
        "warning",
        "machikado.town.config.wsgi:application",
    ]


def own_command(*words: str) -> list[str]:
    """Return the command line of another `machikado` command."""
    return [str(Path(sys.executable).parent / "machikado"), *words]


def prepare_database() -> None:
    """Bring the tables up to date; quick when they are."""
    settings.MACHIKADO_HOME.mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def run_sample_town(port: int) -> int:
    """Run the sample town until a signal comes or a process ends; return the exit code.

    Raises CannotServe where another program listens on the port.
    """
    refuse_taken(port, "make run PORT=8100")
    console = Console()
    settings.MACHIKADO_HOME.mkdir(parents=True, exist_ok=True)
    path = settings.MACHIKADO_HOME / LOG
    with path.open("ab") as log:
        code = _run(port, log, console)
    if code:
        console.print(f"Something ended by itself. Its last words stand in {path}", highlight=False, soft_wrap=True)
    return code


def _run(port: int, log: BinaryIO, console: Console) -> int:
    """Build the town if there is none, start its processes and wait; what they log goes into `log`."""
    if not _has_town():
        console.print("見本の街を作っています（約1分） / Building the sample town (about a minute)", highlight=False)
        if code := subprocess.run(own_command("demo"), stderr=log, check=False).returncode:  # noqa: S603  our own
            return code
    prepare_database()
    running = [_start(web_command(port, workers=2), log)]
    _wait_for_port(running[0], port)  # until it is up, it has both cores
    running += [_start(own_command("worker"), log), _start(own_command("simulate"), log)]
    console.print(
        f"\nMachikado: http://127.0.0.1:{port}/   (Ctrl-C stops it; the data stay in {settings.MACHIKADO_HOME})"
    )
    for name, link in demo_links.sign_in_links(port):
        console.print(f"  {name:<24} {link}", highlight=False, soft_wrap=True)
    console.print(f"  記録 / logs: {log.name}", highlight=False, soft_wrap=True)
    return _wait(running)


def _has_town() -> bool:
    """Whether a town lives in the database, which may have no tables yet."""
    return "people_town" in connection.introspection.table_names() and Town.objects.exists()


def _start(command: list[str], log: BinaryIO) -> "subprocess.Popen[bytes]":
    """Start one in a process group of its own: Ctrl-C comes to us alone, as a web server that is told twice hangs."""
    return subprocess.Popen(command, process_group=0, stdout=log, stderr=log)  # noqa: S603  our own command lines


def _wait_for_port(web: "subprocess.Popen[bytes]", port: int) -> None:
    """Wait until the web server takes connections or has ended."""
    while web.poll() is None and not _listens(port):
        time.sleep(0.05)


def refuse_taken(port: int, command: str) -> None:
    """Raise CannotServe where another program has the port: the web server would share it, and both answer in turns."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what a server left behind that ended is free
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as fault:
            if fault.errno == errno.EADDRINUSE:
                raise CannotServe("port_taken", port=port, command=command) from fault


def _listens(port: int) -> bool:
    """Whether a program takes connections on this port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait(running: "list[subprocess.Popen[bytes]]") -> int:
    """Wait for the first process to end or for a signal, then end the others."""
    stopped: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopped.append(number)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    while not stopped and all(process.poll() is None for process in running):
        time.sleep(0.2)
    for process in running:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
    return 0 if stopped else 1
