"""What a process of the town carries before anybody asks for roads or rides."""

import os
import subprocess
import sys

import pytest

HEAVY = ("numba", "numpy", "pyroutingkit", "scipy")
LOADED = """
import sys
import machikado.town.config.wsgi, machikado.town.config.urls
from machikado.town.common import worker
print(*[name for name in {heavy!r} if name in sys.modules])
"""


@pytest.mark.smoke
def test_pages_come_without_the_engines_that_weigh_most():
    """numba, scipy and the rest are some 100 MB in each process, so that whoever asks loads them."""
    script = LOADED.format(heavy=HEAVY)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "machikado.town.config.settings"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
