"""HTTP clients that cost little: one keep-alive connection, one signed-in person, no more than a browser must send."""

import re
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

TIMEOUT = 60
HEAD_END = b"\r\n\r\n"
SENT_KEY = re.compile(rb'name="sent_key" value="([0-9a-f-]{36})"')

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Session:
    """The cookies of one signed-in person: a session, and the secret against forged forms."""

    session_key: str
    csrf: str

    @property
    def cookie(self) -> str:
        """As a browser sends it."""
        return f"sessionid={self.session_key}; csrftoken={self.csrf}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and after how many seconds."""

    status: int
    location: str
    body: bytes
    seconds: float

    @property
    def is_redirect(self) -> bool:
        """Whether the server did it and sends the browser on."""
        return self.status in (302, 303)


class Browser:
    """One connection that stays open. Sending and receiving are apart, so that two can press a button at one moment."""

    def __init__(self, port: int, session: Session) -> None:
        self.port = port
        self.session = session
        self._host = f"127.0.0.1:{port}"
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._rest = b""
        self._began = 0.0

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        self._send(f"GET {path} HTTP/1.1\r\n{self._head()}\r\n".encode())
        return self.receive()

    def post(self, path: str, form: Mapping[str, str] | None = None) -> Answer:
        """Send a form and wait for the answer."""
        self.send_form(path, form or {})
        return self.receive()

    def send_form(self, path: str, form: Mapping[str, str]) -> None:
        """Send a form, with the secret that the page would have had in it."""
        body = urlencode({"csrfmiddlewaretoken": self.session.csrf, **form})
        length = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        self._send(f"POST {path} HTTP/1.1\r\n{self._head()}{length}\r\n{body}".encode())

    def receive(self) -> Answer:
        """Wait for the answer to what was sent last. Raises ConnectionError when there comes none."""
        head, _, body = self._until(HEAD_END).partition(HEAD_END)
        lines = head.decode("latin-1").split("\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        length = int(fields["content-length"])
        while len(body) < length:
            body += self._more()
        self._rest = body[length:]
        seconds = time.perf_counter() - self._began
        return Answer(int(lines[0].split()[1]), fields.get("location", ""), body[:length], seconds)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _head(self) -> str:
        return f"Host: {self._host}\r\nCookie: {self.session.cookie}\r\n"

    def _send(self, request: bytes) -> None:
        self._began = time.perf_counter()
        self._socket.sendall(request)

    def _until(self, mark: bytes) -> bytes:
        found = self._rest
        while mark not in found:
            found += self._more()
        return found

    def _more(self) -> bytes:
        received = self._socket.recv(65536)
        if not received:
            raise ConnectionError("the server hung up")
        return received


def together(jobs: Sequence[Callable[[], Result]]) -> list[Result]:
    """Do all these at one moment, each in a thread of its own. Raises the first exception that came up in any."""
    results: dict[int, Result] = {}
    faults: list[BaseException] = []
    gate = threading.Barrier(len(jobs))

    def run(number: int, job: Callable[[], Result]) -> None:
        try:
            gate.wait()
            results[number] = job()
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run, args=each) for each in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return [results[number] for number in sorted(results)]


def sent_key(page: bytes) -> str:
    """The key that a task page was made with. Raises LookupError on a page without one."""
    found = SENT_KEY.search(page)
    if found is None:
        raise LookupError("the page holds no sent_key")
    return found[1].decode()
