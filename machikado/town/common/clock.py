"""What time it is in the town: real time, or in the sample town a faster one that every process agrees on."""

import fcntl
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

# The sample town's time goes on only while a worker (or the day that plays) notes it every few seconds: a town that
# was switched off, however rudely, goes on where it was.
NOTE_SECONDS = 5
AWAKE = timedelta(seconds=6 * NOTE_SECONDS)


@dataclass(frozen=True, slots=True)
class Anchor:
    """At `real` it was `town`; since then `speed` times as fast, but no faster than real time until `slow_until`."""

    real: datetime
    town: datetime
    speed: float
    slow_until: datetime

    def town_at(self, real: datetime) -> datetime:
        """Return the town's time at a real moment."""
        passed = min(max(real - self.real, timedelta(0)), AWAKE)
        slow = min(passed, max(self.slow_until - self.real, timedelta(0)))
        return self.town + slow * min(self.speed, 1) + (passed - slow) * self.speed

    def moved_to(self, real: datetime) -> "Anchor":
        """Return the same clock, anchored at a later real moment."""
        return replace(self, real=max(real, self.real), town=self.town_at(real))


class _Seen:
    """What this process last read from the file, and the latest time it told: town time never goes back."""

    lock = threading.Lock()
    mark: tuple[str, int, int] | None = None
    anchor: Anchor | None = None
    told: datetime | None = None


def real_now() -> datetime:
    """Return the real time (UTC): for sign-in sessions, leases, limits and beats."""
    return datetime.now(UTC)


def now() -> datetime:
    """Return the town's time (UTC). Outside the sample town it is the real time, without a look at any file."""
    if not settings.MACHIKADO_DEMO:
        return real_now()
    with _Seen.lock:
        at = (_read() or _begin_now()).town_at(real_now())
        _Seen.told = max(at, _Seen.told or at)
        return _Seen.told


def speed() -> float:
    """Return how many times faster than real time the town lives at this moment."""
    if not settings.MACHIKADO_DEMO:
        return 1.0
    with _Seen.lock:
        anchor = _read() or _begin_now()
    return min(anchor.speed, 1) if real_now() < anchor.slow_until else anchor.speed


def begin(town: datetime) -> None:
    """Let the sample town's time begin at `town`. Only for an empty town: it may set the time back."""
    with _rewriting() as write:
        real = real_now()
        write(Anchor(real, town, settings.MACHIKADO_TOWN_SPEED, real))
    _Seen.told = None


def set_speed(speed: float) -> None:
    """Let the town live `speed` times as fast from now on; 0 stops its time."""
    with _rewriting() as write:
        write(replace(_current().moved_to(real_now()), speed=speed))


def slow_down_until(real: datetime) -> None:
    """Keep the town at real time until `real` at least: a visitor holds a task. In a real town it does nothing."""
    if not settings.MACHIKADO_DEMO or _current().slow_until >= real:
        return
    with _rewriting() as write:
        anchor = _current()
        write(replace(anchor.moved_to(real_now()), slow_until=max(real, anchor.slow_until)))


def note() -> None:
    """Write down how late it is in the sample town, so that its time goes on; in a real town it does nothing."""
    if settings.MACHIKADO_DEMO:
        with _rewriting() as write:
            write(_current().moved_to(real_now()))


def _path() -> Path:
    return Path(settings.MACHIKADO_HOME) / "clock.json"


def _read() -> Anchor | None:
    """Return the anchor; the file is read again only when it was replaced (one `stat` a call)."""
    path = _path()
    try:
        status = path.stat()
        mark = (str(path), status.st_ino, status.st_mtime_ns)
        if mark != _Seen.mark:
            told = json.loads(path.read_text("utf-8"))
            moments = {name: datetime.fromisoformat(told[name]) for name in ("real", "town", "slow_until")}
            _Seen.anchor, _Seen.mark = Anchor(speed=float(told["speed"]), **moments), mark
    except FileNotFoundError:
        _Seen.anchor = _Seen.mark = None
    return _Seen.anchor


def _begin_now() -> Anchor:
    """Anchor a sample town that has no clock yet at the present moment, unless another process was faster."""
    with _rewriting() as write:
        anchor = _current()
        if _Seen.mark is None:
            write(anchor)
    return anchor


def _current() -> Anchor:
    """Return the anchor, or the one with which a town without a clock would begin."""
    real = real_now()
    return _read() or Anchor(real, real, settings.MACHIKADO_TOWN_SPEED, real)


class _Write:
    """Replaces the file in one step, so that no reader ever sees half of it."""

    def __call__(self, anchor: Anchor) -> None:
        told = {
            "real": anchor.real.isoformat(),
            "town": anchor.town.isoformat(),
            "speed": anchor.speed,
            "slow_until": anchor.slow_until.isoformat(),
        }
        fresh = _path().with_suffix(f".{os.getpid()}.{threading.get_ident()}")
        fresh.write_text(json.dumps(told), "utf-8")
        fresh.replace(_path())


@contextmanager
def _rewriting() -> Iterator[_Write]:
    """Hold the clock's lock, which all processes of this home share, while the anchor is read and replaced."""
    if not settings.MACHIKADO_DEMO:
        raise RuntimeError("A real town has real time.")
    _path().parent.mkdir(parents=True, exist_ok=True)
    with _path().with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield _Write()
