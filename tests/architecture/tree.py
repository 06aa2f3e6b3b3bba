"""The files and folders that the tests of the architecture read."""

import ast
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHELVES = ("machikado", "demo", "examples", "tests")
# Made by tools, or by nobody in this house.
NOT_OURS = {"migrations", "locale", "static", "node_modules", "__pycache__"}


def sources(root: Path, *suffixes: str) -> Iterator[Path]:
    """Our own files with one of the suffixes, below the shelves and at the root of the repository."""
    for path in sorted([*root.glob("*"), *(path for shelf in SHELVES for path in (root / shelf).rglob("*"))]):
        if path.suffix in suffixes and not NOT_OURS & set(path.relative_to(root).parts) and path.is_file():
            yield path


@lru_cache(maxsize=1)
def modules(root: Path) -> Sequence[tuple[Path, ast.Module]]:
    """Our Python files, parsed."""
    return [
        (path.relative_to(root), ast.parse(path.read_text(encoding="utf-8"), filename=str(path)))
        for path in sources(root, ".py")
    ]


def packages(folder: str) -> list[str]:
    """The names of the packages directly in a folder of the repository: apps, or engines."""
    return sorted(path.parent.name for path in (ROOT / folder).glob("*/__init__.py"))
