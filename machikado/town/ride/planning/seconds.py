"""Reads the seconds between the places of a day from their file: numpy alone, so that whoever gives back waits not."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from machikado.town.common import files
from machikado.town.ride.models import TravelTable

NO_WAY = -1
Seconds = npt.NDArray[np.int64]


def seconds_of(table: TravelTable) -> Seconds:
    """Return the seconds between all places of a table; NO_WAY where no road leads."""
    assert table.file is not None
    return _loaded(table.file.file.sha256)


@lru_cache(maxsize=16)
def _loaded(sha256: str) -> Seconds:
    with files.path_of(sha256).open("rb") as content:
        seconds: Seconds = np.load(content, allow_pickle=False).astype(np.int64)
    seconds.setflags(write=False)
    return seconds
