"""What a process of the town carries before anybody asks for roads or rides."""

import os
import subprocess
import sys

import pytest

HEAVY = ("numba", "numpy", "pyroutingkit", "scipy")
WEB = "import machikado.town.config.wsgi, machikado.town.config.urls"
COMMAND = "import django; django.setup(); import machikado.cli; from machikado.town.common import worker"


@pytest.mark.smoke
@pytest.mark.parametrize("imports", [WEB, COMMAND], ids=["web", "command"])
def test_no_process_begins_with_the_engines_that_weigh_most(imports: str):
    """numba, scipy and the rest are some 100 MB in each process, so that whoever asks loads them."""
    script = f"{imports}\nimport sys\nprint(*[name for name in {HEAVY!r} if name in sys.modules])"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "machikado.town.config.settings"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
