"""Which places somebody means by what they typed: names, readings, addresses in every spelling, slips of the pen."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

from machikado.town.common.japanese import address_key, search_key

ALIKE = 72  # of 100, as rapidfuzz counts
LEAST_FUZZY = 3  # characters; of two, every second name is alike
STOP, PLACE = "stop", "place"
# What is said around a name; it is dropped only where the name with it is not known.
_AROUND = re.compile(r"(まで|から|へ|に|で|付近|のあたり|の近く|のまえ|前|お願いします|に行きたい|へ行きたい|です)$")
_MUNICIPALITY = re.compile(r"^(?:[一-鿿]{1,4}郡)?[一-鿿]{1,6}?[市町村](?=[一-鿿ぁ-ん]{2})")
_HOUSE = re.compile(r"(?:-[0-9]+)+$|(?<=[^0-9-])[0-9]+(?:-[0-9]+)*$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One key under which something is known."""

    kind: str
    noun_id: int
    key: str


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """Something that may be meant; the lesser, the likelier."""

    tier: int  # 0 the very name, 1 an address within it, 2 it begins so, 3 it holds it, 4 it is alike
    distance: int
    form: int  # which form of what was typed met it: what was dropped counts only where all of it is not known
    order: int  # a stop before a place of the same name
    noun_id: int
    kind: str


def rank(typed: str, entries: Iterable[Entry], limit: int = 8) -> list[Hit]:
    """Return what may be meant, the likeliest first; each thing once, by the best of its keys."""
    forms = list(dict.fromkeys(_forms(typed)))
    best: dict[tuple[str, int], Hit] = {}
    for entry in entries:
        for number, form in enumerate(forms):
            hit = _hit(form, number, entry)
            known = best.get((entry.kind, entry.noun_id))
            if hit is not None and (known is None or hit < known):
                best[entry.kind, entry.noun_id] = hit
    return sorted(best.values())[:limit]


def _forms(typed: str) -> Iterator[str]:
    """The keys of what was typed: as a name, as an address, without its house number, without words around it."""
    for text in _bared(typed.strip()):
        address = address_key(text)
        local = _MUNICIPALITY.sub("", address)
        yield from (key for key in (search_key(text), address, local, _HOUSE.sub("", local)) if key)


def _bared(text: str) -> Iterator[str]:
    """A text, and what is left of it when the words around it are dropped, one after the other."""
    yield text
    while (less := _AROUND.sub("", text)) != text:
        yield (text := less)


def _hit(form: str, number: int, entry: Entry) -> Hit | None:
    """How well one form meets one key; later forms count a little less."""
    found = _tier(form, entry.key)
    if found is None:
        return None
    tier, distance = found
    return Hit(tier, distance, number, int(entry.kind != STOP), entry.noun_id, entry.kind)


def _tier(form: str, key: str) -> tuple[int, int] | None:
    if form == key:
        return 0, 0
    if len(key) > 1 and form.startswith(key):
        return 1, len(form) - len(key)
    if key.startswith(form):
        return 2, len(key) - len(form)
    if len(form) > 1 and form in key:
        return 3, len(key) - len(form)
    if len(form) >= LEAST_FUZZY and abs(len(form) - len(key)) <= max(2, len(form) // 3):
        alike = fuzz.ratio(form, key, score_cutoff=ALIKE)
        return (4, 100 - int(alike)) if alike else None
    return None
