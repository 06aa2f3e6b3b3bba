"""Public data that is no part of the project: tests that read it are skipped, with the reason, where it is not."""

import os
from pathlib import Path

import pytest


def path(name: str) -> Path:
    """The file or folder below MACHIKADO_DATA."""
    folder = os.environ.get("MACHIKADO_DATA")
    if not folder:
        pytest.skip("MACHIKADO_DATA is not set: this was not tried on public data.")
    found = Path(folder) / name
    if not found.exists():
        pytest.skip(f"{name} is not in MACHIKADO_DATA: this was not tried on it.")
    return found
