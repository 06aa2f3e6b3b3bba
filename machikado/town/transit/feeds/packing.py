"""Tables → one ZIP whose bytes are the same for the same facts, whenever and wherever it is packed."""

import csv
import hashlib
import io
import zipfile
from dataclasses import dataclass

from machikado.town.transit.feeds.tables import Table, feed_info, tables
from machikado.town.transit.feeds.words import FeedFacts

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP can say: when it was packed changes no byte


@dataclass(frozen=True, slots=True)
class Feed:
    """A packed feed, its version (which follows from its tables) and how many rows each table has."""

    data: bytes
    version: str
    counts: dict[str, int]


def packed(facts: FeedFacts) -> Feed:
    """Return the feed. It is stored, not deflated: packers of other machines deflate to other bytes."""
    found = tables(facts)
    texts = {name: _written(table) for name, table in found.items()}
    digest = hashlib.sha256(b"\0".join(text for _name, text in sorted(texts.items()))).hexdigest()
    version = f"{facts.days[0].day:%Y%m%d}-{digest[:12]}"
    found["feed_info.txt"] = feed_info(facts, version)
    texts["feed_info.txt"] = _written(found["feed_info.txt"])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, text in sorted(texts.items()):
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, text)
    return Feed(out.getvalue(), version, {name: len(table) - 1 for name, table in sorted(found.items())})


def _written(table: Table) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(table)
    return out.getvalue().encode()
