"""`machikado run`: the sample town starts from nothing, serves, prints its links, lives, and stops when asked."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path

import psutil
import pytest

from machikado import processes
from tests.stories.town_processes import free_port, wait_until

BUILD_SECONDS = 400  # about forty on two quiet cores; beside other tests several times that
LINK = re.compile(r"http://127\.0\.0\.1:\d+/demo/as/\S+")


@dataclass
class Running:
    """The sample town as a newcomer starts it."""

    process: "subprocess.Popen[bytes]"
    port: int
    home: Path

    @property
    def said(self) -> str:
        """What it printed so far."""
        return (self.home / "said.txt").read_text()

    def submissions(self) -> int:
        """How many answers were handed in, read from outside."""
        with closing(sqlite3.connect(f"file:{self.home / 'town.sqlite3'}?mode=ro", uri=True, timeout=30)) as database:
            return int(database.execute("SELECT count(*) FROM work_submission").fetchone()[0])

    def is_well(self) -> bool:
        """Whether /healthz says so."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MACHIKADO_", "DATABASE_URL"))}
    port = free_port()
    env |= {"MACHIKADO_HOME": str(tmp_path), "PORT": str(port)}
    with (tmp_path / "said.txt").open("wb") as said, (tmp_path / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            processes.own_command("run"), env=env, stdout=said, stderr=log, start_new_session=True
        )
    try:
        yield Running(process, port, tmp_path)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.long
def test_the_sample_town_starts_lives_and_stops(running: Running):
    wait_until(lambda: running.process.poll() is not None or LINK.search(running.said), BUILD_SECONDS, 0.5)
    assert running.process.poll() is None, (running.home / "log.txt").read_text()[-2000:]
    wait_until(running.is_well)
    links = LINK.findall(running.said)
    assert len(links) >= 4
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    for link in links:
        with browser.open(link, timeout=20) as page:
            assert page.status == 200
            assert "<h1" in page.read().decode()
    before = running.submissions()
    assert before > 0
    wait_until(lambda: running.submissions() > before, 60, 0.5)
    children = psutil.Process(running.process.pid).children(recursive=True)
    assert len(children) >= 5
    os.killpg(running.process.pid, signal.SIGINT)  # what a terminal does at Ctrl-C
    assert running.process.wait(timeout=10) == 0
    assert not running.is_well()
    assert not psutil.wait_procs(children, timeout=5)[1]


def test_a_port_that_is_taken_is_said_in_a_sentence(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        env = {**os.environ, "MACHIKADO_HOME": str(tmp_path), "PORT": str(port)}
        ended = subprocess.run(processes.own_command("run"), env=env, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert f"port {port}" in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr
    assert not (tmp_path / "town.sqlite3").exists()
