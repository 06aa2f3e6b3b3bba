"""The processes of a running town: web, worker and (in the sample town) the day that plays by itself."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.core.management import call_command
from rich.console import Console

from demo import town as sample_town
from machikado.town.config import demo_links
from machikado.town.people.models import Town

GRACE_SECONDS = 15


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
    """Run the sample town until a signal comes or a process ends; return the exit code."""
    console = Console()
    prepare_database()
    if not Town.objects.exists():
        sample_town.build(digits=200, console=console)
    running = [
        subprocess.Popen(command)  # noqa: S603  our own command lines
        for command in (web_command(port, workers=2), own_command("worker"), own_command("simulate"))
    ]
    console.print(
        f"\nMachikado: http://127.0.0.1:{port}/   (Ctrl-C stops it; the data stay in {settings.MACHIKADO_HOME})"
    )
    for name, link in demo_links.sign_in_links(port):
        console.print(f"  {name:<24} {link}", highlight=False, soft_wrap=True)
    return _wait(running)


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
            process.kill()
    return 0 if stopped else 1


def rerun_as_sample_town() -> None:
    """Start `machikado run` again with the sample town switched on, where it is not."""
    if not settings.MACHIKADO_DEMO:
        os.execve(sys.argv[0], sys.argv, {**os.environ, "MACHIKADO_DEMO": "1"})  # noqa: S606  our own command line
