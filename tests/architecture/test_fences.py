"""Each fence stands on the tree as it is, and falls in a copy where somebody climbs over it."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, packages

APPS = [app for app in packages("machikado/town") if app != "config"]

# (contract, the module that does it, what it imports or None where to exist is enough)
VIOLATIONS = [
    ("shelves", "machikado.engines.quality.planted", "machikado.town.common"),
    ("shelves", "machikado.stray", None),
    ("engines-plain", "machikado.engines.quality.planted", "socket"),
    ("engines-plain", "machikado.engines.matching.planted", "django.db"),
    ("engines-layers", "machikado.engines.quality.planted", "machikado.engines.matching"),
    ("engines-layers", "machikado.engines.stray.planted", None),
    ("apps", "machikado.town.common.planted", "machikado.town.people"),
    ("apps", "machikado.town.law.planted", "machikado.town.work"),
    ("apps", "machikado.town.stray.planted", None),
    ("grammar", "machikado.town.work.actions.planted", "machikado.town.work.forms"),
    ("grammar", "machikado.town.people.models.planted", "machikado.town.people.actions"),
    ("sample", "machikado.town.config.planted", "demo.town"),
    ("bridges", "machikado.town.work.actions.planted", "machikado.engines.matching"),
    ("bridges", "machikado.town.config.planted", "machikado.engines.quality"),
    *((f"own-{app}", "machikado.town.config.planted", f"machikado.town.{app}.views") for app in APPS),
    *((f"own-{app}", "machikado.town.config.planted", f"machikado.town.{app}.bridge") for app in APPS),
]


def _place(copy: Path, module: str) -> Path:
    """The module's file in the copy; folders on the way become packages, a module that has children becomes one."""
    *parents, name = module.split(".")
    folder = copy
    for parent in parents:
        folder = folder / parent
        folder.mkdir(exist_ok=True)
        plain = folder.with_suffix(".py")
        if plain.exists():
            plain.rename(folder / "__init__.py")
        (folder / "__init__.py").touch()
    return folder / name / "__init__.py" if (folder / name).is_dir() else folder / f"{name}.py"


def _plant(copy: Path, module: str, imported: str | None) -> None:
    if imported and imported.startswith("machikado."):
        _place(copy, imported).touch()
    with _place(copy, module).open("a", encoding="utf-8") as file:
        file.write(f"\nimport {imported}\n" if imported else "")


def _lint(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--config", ".importlinter", *arguments],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
    )


def _sections(said: str) -> dict[str, str]:
    """What was said of each broken contract, by its name."""
    _before, _line, broken = said.partition("Broken contracts\n")
    found = re.split(r"^(.+)\n-+\n", broken, flags=re.MULTILINE)
    return dict(zip(found[1::2], found[2::2], strict=True))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The Python of the package and its fences, in a folder of their own."""
    for source in (ROOT / "machikado").rglob("*.py"):
        target = tmp_path / source.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    shutil.copyfile(ROOT / ".importlinter", tmp_path / ".importlinter")
    return tmp_path


@pytest.mark.smoke
def test_the_fences_stand_and_each_violation_that_is_planted_breaks_its_contract(copy: Path) -> None:
    done = _lint(copy)
    assert done.returncode == 0, done.stdout + done.stderr
    for _contract, module, imported in VIOLATIONS:
        _plant(copy, module, imported)
    done = _lint(copy)
    assert done.returncode == 1, done.stdout + done.stderr
    fences, said = _fences(), _sections(done.stdout)
    unseen = [
        violation
        for violation in VIOLATIONS
        if _said_of(*violation[1:]) not in said.get(fences[f"importlinter:contract:{violation[0]}"]["name"], "")
    ]
    assert unseen == [], done.stdout


def _said_of(module: str, imported: str | None) -> str:
    """How a violation is told: the import (of a package of others, the package), or what should not be there."""
    if imported is None:
        return module.removesuffix(".planted")
    return f"{module} -> {imported if imported.startswith('machikado.') else imported.partition('.')[0]}"


def _fences() -> configparser.ConfigParser:
    fences = configparser.ConfigParser()
    fences.read(ROOT / ".importlinter", encoding="utf-8")
    return fences


def test_every_app_is_fenced() -> None:
    fences = _fences()
    grammar = fences["importlinter:contract:grammar"]["containers"].split()
    assert sorted(grammar) == [f"machikado.town.{app}" for app in APPS]
    for app in APPS:
        own = fences[f"importlinter:contract:own-{app}"]
        assert own["protected_modules"].split() == [f"machikado.*.{app}.views", f"machikado.*.{app}.bridge"]
        assert own["allowed_importers"].split() == [f"machikado.town.{app}"]


def test_every_contract_is_seen_falling() -> None:
    contracts = {section.rpartition(":")[2] for section in _fences().sections() if ":contract:" in section}
    assert contracts == {contract for contract, *_ in VIOLATIONS}


def test_no_contract_ignores_an_import() -> None:
    assert "ignore_imports" not in (ROOT / ".importlinter").read_text(encoding="utf-8")
