"""Real handwriting: the digits that ship with scikit-learn (Alpaydin & Kaynak 1998, UCI, CC BY 4.0), as ink on paper.

1,797 digits by 43 people, 8 × 8 pixels of 17 greys each.
"""

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image, ImageFilter

INK = (39, 50, 79)
PAPER = (255, 253, 246)
RULE = (185, 172, 147)


@dataclass(frozen=True, slots=True)
class Digit:
    """One handwritten digit: its number in the set, what it says, and its pixels (8 × 8, 0 white to 16 ink)."""

    number: int
    label: int
    pixels: "np.ndarray[tuple[int, int], np.dtype[np.float64]]"


@cache
def digits() -> tuple[Digit, ...]:
    """Return all 1,797 digits in the order of the set; the library, which takes seconds to import, is not."""
    library = find_spec("sklearn")
    assert library is not None  # the sample town's requirements hold it
    assert library.submodule_search_locations is not None
    rows = np.loadtxt(Path(library.submodule_search_locations[0], "datasets", "data", "digits.csv.gz"), delimiter=",")
    return tuple(Digit(number, int(row[-1]), row[:-1].reshape(8, 8)) for number, row in enumerate(rows))


@cache
def _by_label() -> dict[str, tuple[Digit, ...]]:
    """The digits by what they say."""
    return {str(label): tuple(digit for digit in digits() if digit.label == label) for label in range(10)}


def ink(digit: Digit, height: int) -> Image.Image:
    """Return the digit as a mask (mode L, 255 = ink), `height` pixels high and as wide as the hand wrote it."""
    small = Image.fromarray(np.pad(digit.pixels / 16 * 255, 1).astype(np.uint8))  # a rim, so that no stroke is cut
    large = small.resize((height, height), Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(height / 32))
    mask = large.point(lambda grey: max(0, min(255, (grey - 105) * 4)))
    left, _top, right, _bottom = mask.getbbox() or (0, 0, height, height)
    return mask.crop((left, 0, right, height))


def write(sheet: Image.Image, text: str, place: tuple[int, int], height: int, chance: Random) -> None:
    """Write the digits of `text` onto `sheet` from `place` (left, top), each by a hand that chance picks."""
    left, top = place
    for character in text:
        if character.isdigit():
            mask = ink(chance.choice(_by_label()[character]), height)
            sheet.paste(INK, (left, top + chance.randint(-height // 24, height // 24)), mask)
            left += mask.width + height // 9
        else:
            left += height // 4


def card(digit: Digit, size: int = 320) -> Image.Image:
    """Return one digit in a ruled box, `size` × `size` pixels."""
    sheet = Image.new("RGB", (size, size), PAPER)
    edge = size // 16
    for inset in range(2):
        box = (edge + inset, edge + inset, size - edge - inset, size - edge - inset)
        sheet.paste(RULE, (box[0], box[1], box[2], box[1] + 1))
        sheet.paste(RULE, (box[0], box[3] - 1, box[2], box[3]))
        sheet.paste(RULE, (box[0], box[1], box[0] + 1, box[3]))
        sheet.paste(RULE, (box[2] - 1, box[1], box[2], box[3]))
    height = int(size * 0.62)
    mask = ink(digit, height)
    sheet.paste(INK, ((size - mask.width) // 2, (size - height) // 2), mask)
    return sheet
