"""The slips that people make when they key: a like sign, a nought too few, the day before, the other box."""

from datetime import date, timedelta
from random import Random
from typing import Any

from machikado.town.work.kinds import Field

# What people take for each other, in both directions. Two forms that a form's check takes for one (full width, half
# width) are no slip.
LIKE = dict(zip("0123456789", "6773945318", strict=True))
ALIKE = (
    "ソン シツ クワ ヌス マム コユ チテ ルレ ばぱ びぴ ぶぷ べぺ ぼぽ バパ ビピ ブプ ベペ ボポ さき はほ ぬめ ねれ "
    "るろ 赤亦 白自 大太 夫失 上土 小少 日目 田由 木本 千干 未末 村材 沢択 原厚 斉斎 崎埼 mn uv gq kh"
)
LIKE |= {pair[place]: pair[1 - place] for pair in ALIKE.split() for place in (0, 1)}


def slip(field: Field, true: Any, chance: Random) -> Any:
    """Return a wrong value as people make them. Only where a field has one single choice, nothing wrong can be said."""
    if field.choices:
        others = [choice.value for choice in field.choices if choice.value != str(true)]
        return chance.choice(others) if others else true
    if isinstance(true, bool):
        return not true
    if isinstance(true, int):
        return true // 10 if true >= 10_000 else true * 10 or 1
    if field.kind == "date":
        return (date.fromisoformat(str(true)) - timedelta(days=1)).isoformat()
    return _misread(str(true), chance)


def _misread(text: str, chance: Random) -> str:
    """One character taken for a like one; where none has its like, a character too few, or one twice."""
    places = [place for place, character in enumerate(text) if character in LIKE]
    if places:
        place = chance.choice(places)
        return text[:place] + LIKE[text[place]] + text[place + 1 :]
    place = chance.randrange(len(text))
    return text[:place] + text[place + 1 :] if len(text) > 1 else text + text
