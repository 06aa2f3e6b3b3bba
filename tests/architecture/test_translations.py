"""Every sentence of the code has its Japanese: extracted anew from a copy, none is missing, guessed or empty."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from tests.architecture.tree import ROOT
from tests.programs import do_without

TOWN = ROOT / "machikado" / "town"
READ = {".py", ".html", ".txt", ".po"}
CATALOGUE = Path("locale/ja/LC_MESSAGES/django.po")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The town's texts in a folder of their own; every app with a place for its catalogue."""
    if shutil.which("xgettext") is None:
        do_without("gettext's programs are not on this machine: the translations were not compared with the code.")
    for source in TOWN.rglob("*"):
        path = source.relative_to(TOWN)
        if source.suffix in READ and not {"tests", "static", "__pycache__"} & set(path.parts):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, tmp_path / path)
    for app in tmp_path.glob("*/__init__.py"):
        (app.parent / "locale").mkdir(exist_ok=True)
    return tmp_path


def untranslated(copy: Path) -> list[str]:
    """`app: msgid` for each sentence of the code without a Japanese one."""
    command = [sys.executable, "-m", "django", "makemessages", "-l", "ja", "--no-location", "--no-wrap"]
    env = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(command, cwd=copy, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return [
        f"{app.name}: {entry.msgid}"
        for app in sorted(copy.iterdir())
        if (app / CATALOGUE).exists()
        for entry in polib.pofile(str(app / CATALOGUE))
        if not entry.obsolete and not entry.translated()
    ]


def test_every_sentence_has_its_japanese(copy: Path) -> None:
    assert untranslated(copy) == []


def test_a_planted_sentence_is_found(copy: Path) -> None:
    planted = "Nobody has said this before"
    (copy / "work" / "planted.py").write_text(f'from django.utils.translation import gettext\ngettext("{planted}")\n')
    (copy / "common" / "planted.html").write_text("{% load i18n %}{% translate 'Nor this one' %}")
    assert {f"work: {planted}", "common: Nor this one"} <= {*untranslated(copy)}


def test_equal_sentences_have_equal_japanese() -> None:
    """Django reads all catalogues into one; where two differ, one app would speak with the words of another."""
    found: dict[tuple[str | None, str], dict[str, str]] = {}
    for catalogue in TOWN.glob(f"*/{CATALOGUE}"):
        for entry in polib.pofile(str(catalogue)):
            if not entry.obsolete:
                words = entry.msgstr or str(entry.msgstr_plural)
                found.setdefault((entry.msgctxt, entry.msgid), {})[catalogue.parts[-5]] = words
    assert {key: said for key, said in found.items() if len(set(said.values())) > 1} == {}


# One word per idea (docs/words.md): where the English sentence has the word, the Japanese one has this.
ONE_WORD = {r"\bclauses?\b": "条項", r"\bInquiry\b|\binquir(y|ies)\b": "相談"}
OTHER_WORDS = re.compile("引き合い|様式|コーディネーター|条番号|項目番号|(?<!入力)フォーム")


def test_one_word_per_idea() -> None:
    faults = []
    for entry in (entry for path in TOWN.glob(f"*/{CATALOGUE}") for entry in polib.pofile(str(path))):
        said = entry.msgstr or " ".join(entry.msgstr_plural.values())
        faults += [entry.msgid for told, word in ONE_WORD.items() if re.search(told, entry.msgid) and word not in said]
        faults += [said] if OTHER_WORDS.search(said) else []
    assert faults == []
