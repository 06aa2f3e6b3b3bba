"""Regular expressions that clients write: which of them are quick on every text that a field may hold.

Python's matcher backtracks. The number of ways in which a pattern can match a prefix bounds its steps: at most the
product of (the lengths that each repeat can take), times the start positions if it is not anchored. Repeats inside
repeats multiply without bound, so they are refused outright (Kirrage, Rathnayake, Thielecke 2013,
doi:10.1007/978-3-642-38631-2_11, describe the attack).
"""

import re
from importlib import import_module
from typing import Any

# Python's own reading of a pattern; its modules are private, so no type stubs know them.
words: Any = import_module("re._constants")
parser: Any = import_module("re._parser")

PATTERN_LENGTH = 200
INPUT_LENGTH = 400
STEPS = 200_000

_PLAIN = {words.LITERAL, words.NOT_LITERAL, words.ANY, words.IN, words.AT}
_REPEATS = {words.MAX_REPEAT, words.MIN_REPEAT}


class _Slow(Exception):
    """The pattern has a part whose cost cannot be bounded."""


def fault_of(pattern: str, max_length: int | None) -> str:
    """Return "" for a pattern that is sound and quick, else `pattern_broken` or `pattern_slow`."""
    try:
        re.compile(pattern)
        tree = parser.parse(pattern)
    except (re.error, OverflowError, RecursionError):
        return "pattern_broken"
    length = min(max_length or INPUT_LENGTH, INPUT_LENGTH)
    starts = 1 if _is_anchored(tree) else length
    try:
        return "" if starts * _ways(tree, length) <= STEPS else "pattern_slow"
    except _Slow:
        return "pattern_slow"


def _is_anchored(tree: Any) -> bool:
    """Whether a match can begin at the beginning of the text only."""
    return bool(tree) and tree[0] == (words.AT, words.AT_BEGINNING)


def _ways(tree: Any, length: int) -> int:
    """An upper bound of the ways in which the parts of `tree` can match one text of `length` characters."""
    ways = 1
    for kind, value in tree:
        if kind in _REPEATS:
            low, high, inner = value
            ways *= _repeat_ways(inner, min(low, length), min(high, length), length)
        elif kind is words.SUBPATTERN:
            ways *= _ways(value[-1], length)
        elif kind is words.BRANCH:
            ways *= sum(_ways(branch, length) for branch in value[1])
        elif kind not in _PLAIN:
            raise _Slow  # references back, looking around: not needed for the forms of a field
    return ways


def _repeat_ways(inner: Any, low: int, high: int, length: int) -> int:
    """The ways of one repeat: the counts it may take, with an inside that matches in one way (or few, if short)."""
    inside = _ways(inner, length)
    if inside == 1:
        return high - low + 1
    if inside**high > STEPS:
        raise _Slow
    return sum(inside**count for count in range(low, high + 1))
