"""Where two texts differ, so that a page can mark it: ぶ and ぷ look alike, a blank at a place is easily overlooked."""

from difflib import SequenceMatcher

Pieces = list[tuple[str, bool]]


def pieces(other: str, text: str) -> Pieces:
    """Cut `text` into parts that are the same as in `other` (False) and parts that are not (True)."""
    if other == text:
        return [(text, False)] if text else []
    cut: Pieces = []
    for tag, _i1, _i2, start, end in SequenceMatcher(None, other, text, autojunk=False).get_opcodes():
        if start < end:
            cut.append((text[start:end], tag != "equal"))
    return cut
