"""Compiled kernels follow every source they were made from, and are found where nothing may be written."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from machikado.engines import compiled
from machikado.engines.dispatch.chance import roll
from tests.architecture.tree import ROOT

ASK = "from machikado.engines.planted.sums import answer; print(answer(40), sum(answer.stats.cache_hits.values()))"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A package with one engine: a kernel that calls a function of another file. `python -m …engines` compiled it."""
    engines = tmp_path / "machikado" / "engines"
    planted = engines / "planted"
    planted.mkdir(parents=True)
    (engines.parent / "__init__.py").touch()
    for name in ("__init__.py", "__main__.py", "compiled.py"):
        shutil.copy(ROOT / "machikado" / "engines" / name, engines)
    head = '"""Planted."""\n\nfrom machikado.engines.compiled import kernel\n'
    (planted / "more.py").write_text(f"{head}\n@kernel\ndef more(x):\n    return x + 1\n")
    (planted / "part.py").write_text(
        f"{head.replace('kernel', 'borrowing')}\n@borrowing\ndef one(x):\n    return x // x\n\n"
        "@borrowing\ndef nothing(x):\n    return one(x) - 1\n"
    )
    (planted / "sums.py").write_text(
        f"{head}from machikado.engines.planted.more import more\nfrom machikado.engines.planted.part import nothing\n\n"
        "@kernel\ndef answer(x):\n    return more(x) + 1 + nothing(x)\n"
    )
    (planted / "warm.py").write_text(
        "from machikado.engines.planted.sums import answer\n\ndef warm():\n    answer(1)\n\nPARTS = (warm,)\n"
    )
    subprocess.run([sys.executable, "-m", "machikado.engines"], cwd=tmp_path, check=True)
    return tmp_path


def _ask(copy: Path) -> list[str]:
    """The answer, and how often it was found compiled."""
    done = subprocess.run([sys.executable, "-c", ASK], cwd=copy, check=True, capture_output=True, text=True)
    return done.stdout.split()


def test_a_changed_callee_in_another_file_changes_the_answer(copy: Path) -> None:
    assert _ask(copy) == ["42", "1"]
    more = copy / "machikado" / "engines" / "planted" / "more.py"
    more.write_text(more.read_text().replace("x + 1", "x + 9"))
    assert _ask(copy) == ["50", "0"]


def test_what_is_only_a_part_of_kernels_is_kept_in_them_alone(copy: Path) -> None:
    kept = {path.name.split("-")[0] for path in (copy / ".cache" / "numba").rglob("*.nbi")}
    assert kept == {"more.more", "sums.answer"}


def test_python_cannot_call_a_part() -> None:
    with pytest.raises(TypeError, match="only kernels can call roll"):
        roll(np.ones(1, np.uint64), 6)


def test_only_the_newest_folders_stay(tmp_path: Path) -> None:
    for name in ("a", "b", "c", "d", "now"):
        (tmp_path / name).mkdir()
    compiled.forget_old(tmp_path, "now")
    assert len([*tmp_path.iterdir()]) == 1 + compiled.OLDER_KEPT
    assert (tmp_path / "now").exists()


def test_where_nothing_may_be_written_a_copy_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mark").mkdir()
    (tmp_path / "mark" / "kernel.nbi").write_text("compiled")

    def refuse(**where: Path) -> None:
        raise OSError(30, "Read-only file system", str(where["dir"]))

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    place = compiled.folder(tmp_path, "mark")
    assert place.parent != tmp_path
    assert (place / "kernel.nbi").read_text() == "compiled"


def test_tests_and_measurements_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "sums.py").write_text("1")
    before = compiled.fingerprint(tmp_path)
    (tmp_path / "tests" / "test_sums.py").write_text("2")
    (tmp_path / "bench.py").write_text("3")
    assert compiled.fingerprint(tmp_path) == before
    (tmp_path / "sums.py").write_text("4")
    assert compiled.fingerprint(tmp_path) != before


def test_in_a_fresh_process_no_compiler_runs() -> None:
    ask = (
        "from machikado.engines.roads import dijkstra, journeys, kerb, warm; warm.warm();"
        "kernels = [dijkstra._table, dijkstra._from_one, journeys._assemble, kerb._nearest];"
        "print(sum(sum(each.stats.cache_misses.values()) for each in kernels))"
    )
    subprocess.run([sys.executable, "-c", ask], check=True, capture_output=True)
    done = subprocess.run([sys.executable, "-c", ask], check=True, capture_output=True, text=True)
    assert done.stdout == "0\n"


def test_without_pyroutingkit_the_plain_search_serves() -> None:
    ask = (
        "import sys; sys.modules['pyroutingkit'] = None;"
        "from machikado.engines.roads import dijkstra, times, warm; warm.warm();"
        "print(times.quickest is dijkstra.plain)"
    )
    done = subprocess.run([sys.executable, "-c", ask], check=True, capture_output=True, text=True)
    assert done.stdout == "True\n"
