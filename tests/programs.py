"""Programs that tests need and that a machine may not have: a sentence at home, a failure in CI."""

import os
import shutil

import pytest


def chromium() -> str | None:
    """The path of Debian's chromium, or of a browser that behaves like it."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def do_without(sentence: str) -> None:
    """Skip the present test with the sentence that says what was not tried; with CI=true, fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)
