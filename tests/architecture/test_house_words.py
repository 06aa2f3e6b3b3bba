"""The project speaks of itself alone: no address of a registry, no path of somebody's machine, no workshop talk."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

# Split, so that this file does not contain what it looks for.
REGISTRIES = ["pypi" + r"\.org", "python" + r"hosted\.org", "registry" + r"\.npmjs", "deb" + r"\.debian\.org"]
MACHINES = [
    "/ro" + "ot/",
    "/wo" + "rk/(main|shared)",
    r"\.\./sha" + "red/",
    "/tmp/(ho" + "use|bash)",
    "/fa" + "rm/",
    r"/home/[a-z]+/",
]
WORKSHOP = [
    "agent se" + "ssion",
    "sub-?" + "agent",
    "Clau" + "de",
    "Anth" + "ropic",
    "another se" + "ssion",
    r"(?<!\w)issue #?\d" + r"(?!\d)",
]
BANNED = re.compile("|".join([*REGISTRIES, *MACHINES, *WORKSHOP]), re.IGNORECASE)


def faults(path: str, text: str) -> list[str]:
    """Lines that hold a banned word."""
    return [
        f"{path}:{number}: {line.strip()[:120]}"
        for number, line in enumerate(text.splitlines(), 1)
        if BANNED.search(line)
    ]


def _ours() -> list[Path]:
    """Tracked files, and new ones that are about to be."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file() and not path.is_symlink()]


@pytest.mark.skipif(
    not (ROOT / ".git").exists() or not shutil.which("git"), reason="not a git clone: which files are ours is not known"
)
def test_our_files_speak_of_the_project_alone() -> None:
    found: list[str] = []
    for path in _ours():
        content = path.read_bytes()
        if b"\0" not in content:
            found += faults(str(path.relative_to(ROOT)), content.decode("utf-8"))
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "https://py" + "pi.org/simple",
        "see /wo" + "rk/main/x",
        "in /ro" + "ot/x",
        "../sha" + "red/data",
        "an agent se" + "ssion",
        "as iss" + "ue 2 says",
    ],
)
def test_a_planted_word_is_found(line: str) -> None:
    assert faults("planted", f"fine\n{line}\n") == [f"planted:2: {line}"]


@pytest.mark.parametrize("line", ["machikado/town/work/views.py", "a sign-in session", "/home/", "issued 3 letters"])
def test_common_words_are_let_through(line: str) -> None:
    assert faults("fine", line) == []
