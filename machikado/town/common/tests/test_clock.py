"""The town's time: real in a real town, faster in the sample town, never backwards."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from machikado.town.common import clock

REAL = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
MORNING = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)


@pytest.fixture
def real(monkeypatch, settings, tmp_path):
    """A sample town at 60×, and a real clock that the test turns."""
    settings.MACHIKADO_DEMO, settings.MACHIKADO_TOWN_SPEED, settings.MACHIKADO_HOME = True, 60, tmp_path

    class Real:
        now = REAL

        def wait(self, seconds: float) -> None:
            """Let time pass while a worker notes the town's time."""
            while seconds > clock.NOTE_SECONDS:
                self.now += timedelta(seconds=clock.NOTE_SECONDS)
                seconds -= clock.NOTE_SECONDS
                clock.note()
            self.now += timedelta(seconds=seconds)

    turned = Real()
    monkeypatch.setattr(clock, "real_now", lambda: turned.now)
    monkeypatch.setattr(clock._Seen, "told", None)
    return turned


def test_a_real_town_has_real_time_and_no_file(settings, tmp_path):
    settings.MACHIKADO_DEMO, settings.MACHIKADO_HOME = False, tmp_path
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.speed() == 1
    clock.slow_down_until(before + timedelta(hours=1))
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(RuntimeError):
        clock.set_speed(60)


def test_the_sample_town_lives_sixty_times_as_fast(real):
    clock.begin(MORNING)
    real.wait(10)
    assert clock.now() == MORNING + timedelta(minutes=10)
    assert clock.speed() == 60


def test_without_a_clock_the_sample_town_begins_now(real):
    assert clock.now() == REAL
    real.wait(1)
    assert clock.now() == REAL + timedelta(minutes=1)


def test_speed_is_switched_without_a_jump(real):
    clock.begin(MORNING)
    real.wait(60)
    clock.set_speed(0)
    stopped = clock.now()
    real.wait(3600)
    assert clock.now() == stopped == MORNING + timedelta(hours=1)
    clock.set_speed(2)
    real.wait(10)
    assert clock.now() == stopped + timedelta(seconds=20)


def test_time_is_real_while_a_visitor_holds_a_task(real):
    clock.begin(MORNING)
    clock.slow_down_until(REAL + timedelta(seconds=30))
    real.wait(10)
    assert clock.now() == MORNING + timedelta(seconds=10)
    assert clock.speed() == 1
    clock.slow_down_until(REAL + timedelta(seconds=40))
    clock.slow_down_until(REAL + timedelta(seconds=20))
    real.wait(31)
    assert clock.now() == MORNING + timedelta(seconds=40 + 60)
    assert clock.speed() == 60


def test_time_never_goes_back(real):
    clock.begin(MORNING)
    real.wait(10)
    told = clock.now()
    real.wait(-5)
    assert clock.now() == told


def test_a_town_that_was_switched_off_goes_on_where_it_was(real):
    clock.begin(MORNING)
    real.wait(100)
    clock.note()
    noted = clock.now()
    real.now += timedelta(hours=8)
    woken = clock.now()
    assert noted <= woken <= noted + clock.AWAKE * 60
    clock.note()
    real.wait(10)
    assert clock.now() == woken + timedelta(minutes=10)


def test_other_processes_see_the_same_time(settings, tmp_path):
    settings.MACHIKADO_DEMO, settings.MACHIKADO_TOWN_SPEED, settings.MACHIKADO_HOME = True, 60, tmp_path
    clock.begin(MORNING)
    clock.set_speed(0)
    program = "import django; django.setup(); from machikado.town.common import clock; print(clock.now().isoformat())"
    environment = {
        "MACHIKADO_DEMO": "1",
        "MACHIKADO_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "machikado.town.config.settings",
    }
    told = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == clock.now().isoformat()
