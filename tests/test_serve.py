"""`machikado serve` and `run` as a newcomer starts them: the real commands on homes of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

MACHIKADO = str(Path(sys.executable).with_name("machikado"))


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def status(url: str, patience: float = 30) -> int:
    """What the server answers as soon as it listens; 0 if it never does."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            with urlopen(url, timeout=5) as answer:
                return int(answer.status)
        except HTTPError as error:
            return error.code
        except OSError:
            time.sleep(0.2)
    return 0


def test_the_pages_are_served(tmp_path):
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment["MACHIKADO_HOME"] = str(tmp_path)
    served = subprocess.Popen(
        [MACHIKADO, "serve", "--port", str(port), "--workers", "1"], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        assert status(f"http://127.0.0.1:{port}/api/v1/openapi.json") == 200
    finally:
        served.send_signal(signal.SIGTERM)
        served.wait(20)


def test_a_port_that_is_taken_is_refused_in_a_sentence(tmp_path):
    """The web server itself would share it with another one, and both would answer in turns."""
    environment = {**os.environ, "MACHIKADO_HOME": str(tmp_path)}
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        told = subprocess.run(
            [MACHIKADO, "serve", "--port", str(port)], env=environment, capture_output=True, text=True, timeout=60
        )
    assert told.returncode == 1
    assert f"Another program listens on port {port}." in told.stdout
    assert "machikado serve --port 8100" in " ".join(told.stdout.split())


LAY = """
import django; django.setup()
from machikado import processes
from machikado.town.common import clock
from machikado.town.people.actions import town
from demo.cast import TOWN
processes.prepare_database()
town.lay(TOWN, now=clock.now())
"""


@pytest.mark.long
def test_the_logs_of_a_run_are_in_a_file_and_it_says_which_when_something_ends(tmp_path):
    """The day of a town without people ends at once, and the others with it."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"MACHIKADO_HOME": str(tmp_path), "MACHIKADO_DEMO": "1"}
    environment["DJANGO_SETTINGS_MODULE"] = "machikado.town.config.settings"
    subprocess.run([sys.executable, "-c", LAY], env=environment, check=True)
    ran = subprocess.run(
        [MACHIKADO, "run", "--port", str(free_port())], env=environment, capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 1
    assert f"stand in {tmp_path / 'run.log'}" in ran.stdout
    assert "{" not in ran.stdout + ran.stderr
    assert "DoesNotExist" in (tmp_path / "run.log").read_text("utf-8")
