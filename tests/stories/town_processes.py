"""The town's real processes for tests: granian and the worker on a database of the test, each in a group of its own."""

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

from machikado import processes
from machikado.bench.load import Answer, Browser, Session

WAIT_SECONDS = 60


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_until(true: Callable[[], object], seconds: float = WAIT_SECONDS, pause: float = 0.05) -> None:
    """Ask again and again until it is so; fail when it takes too long."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(pause)


def environment(database: str, home: Path, **more: str) -> dict[str, str]:
    """What a process of this town is started with; nothing of the developer's own town."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("MACHIKADO_")}
    settings = {"DJANGO_SETTINGS_MODULE": "machikado.town.config.settings", "MACHIKADO_HOME": str(home)}
    return {**own, **settings, "DATABASE_URL": database, **more}


class Process:
    """One process of the town with its children."""

    def __init__(self, command: list[str], env: Mapping[str, str]) -> None:
        self.command, self.env = command, env
        self.running = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        silent = subprocess.DEVNULL
        return subprocess.Popen(self.command, env=self.env, stdout=silent, stderr=silent, start_new_session=True)

    def kill(self) -> None:
        """SIGKILL for all of it at once, as a power cut would."""
        if self.running.poll() is None:
            os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait()

    def start_again(self) -> None:
        """Begin anew with the same command line."""
        self.running = self._start()


class Web(Process):
    """granian with two workers, as `machikado serve` starts it."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        super().__init__(processes.web_command(self.port, workers=2), env)

    def answers(self) -> bool:
        """Whether it serves pages."""
        try:
            urllib.request.urlopen(f"{self.url}/sign-in/", timeout=5).close()
        except OSError:
            return False
        return True


class Insistent:
    """One person at a browser who presses the button again, with the same key, until somebody answers."""

    def __init__(self, web: Web, session: Session) -> None:
        self.web, self.session = web, session
        self.browser: Browser | None = None
        self.broken = 0  # how often nobody answered

    def ask(self, path: str, form: dict[str, str] | None = None) -> Answer:
        """Get or post until an answer comes; a form carries what makes it harmless to send twice."""
        end = time.monotonic() + 4 * WAIT_SECONDS  # a server that was killed loads everything anew
        while time.monotonic() < end:
            try:
                self.browser = self.browser or Browser(self.web.port, self.session)
                return self.browser.get(path) if form is None else self.browser.post(path, form)
            except (OSError, KeyError, ValueError, IndexError):
                self.broken += 1
                if self.browser:
                    self.browser.close()
                self.browser = None
                time.sleep(0.1)
        raise AssertionError(f"nobody answered {path}")
