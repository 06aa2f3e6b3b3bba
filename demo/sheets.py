"""Synthetic paper: a donation form of the sample town, printed by us and filled in with real handwritten digits.

Names, addresses and telephone numbers are covered, as they are for everybody without clearance.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw, ImageFont

from demo import handwriting

WIDTH, HEIGHT = 1120, 1380
PRINT = (87, 79, 62)
COVER = (217, 210, 195)
FONT = "node_modules/@expo-google-fonts/biz-udpgothic/400Regular/BIZUDPGothic_400Regular.ttf"

USES = ("1", "2", "3", "4", "5")
ONE_STOP = ("希望する", "希望しない")

# Rows of the form: (label, top); each is ROW pixels high.
LEFT, MIDDLE, RIGHT, ROW = 80, 340, 1040, 112
ROWS = (
    ("申込日", 300),
    ("氏名・ふりがな", 412),
    ("住所", 524),
    ("電話", 636),
    ("寄附の金額", 748),
    ("使い道の番号", 860),
    ("お礼の品の番号", 972),
    ("ワンストップ特例", 1084),
)

# Where a field stands on the sheet, in thousandths: left, top, width, height.
SNIPPETS = {
    "number": (620, 40, 330, 90),
    "day": (60, 212, 880, 90),
    "yen": (60, 536, 880, 90),
    "use": (60, 617, 880, 90),
    "gift": (60, 698, 880, 90),
    "one_stop": (60, 780, 880, 90),
}


@dataclass(frozen=True, slots=True)
class Donation:
    """What stands on one form; `one_stop` is empty where no mark was made."""

    number: str
    day: str
    yen: int
    use: str
    gift: str
    one_stop: str

    @property
    def known(self) -> dict[str, str | int]:
        """The true answer, as the form kind writes it."""
        return {
            "number": self.number,
            "day": self.day,
            "yen": self.yen,
            "use": self.use,
            "gift": self.gift,
            "one_stop": self.one_stop or "なし",
        }


def made_up(index: int, chance: Random) -> Donation:
    """Return a made-up donation."""
    return Donation(
        number=f"{4100 + index:05d}",
        day=f"2026-11-{chance.randint(1, 20):02d}",
        yen=chance.choice((3, 5, 8, 10, 10, 12, 15, 20, 30, 50)) * 1000,
        use=chance.choice(USES),
        gift=f"{chance.randint(2001, 2120)}",
        one_stop=chance.choice((*ONE_STOP, "")) if chance.random() < 0.2 else chance.choice(ONE_STOP),
    )


def draw(donation: Donation, chance: Random) -> Image.Image:
    """Return the filled-in form as a picture of WIDTH × HEIGHT pixels."""
    sheet = Image.new("RGB", (WIDTH, HEIGHT), handwriting.PAPER)
    pen = ImageDraw.Draw(sheet)
    _print_form(pen)
    handwriting.write(sheet, donation.number, (816, 66), 64, chance)
    year, month, day = donation.day.split("-")
    for text, left in ((year, 372), (month, 660), (day, 840)):
        handwriting.write(sheet, text, (left, 324), 64, chance)
    handwriting.write(sheet, f"{donation.yen:,}", (440, 768), 72, chance)
    handwriting.write(sheet, donation.gift, (380, 996), 64, chance)
    _tick(pen, 372 + 124 * USES.index(donation.use), 892, chance)
    if donation.one_stop:
        _ring(pen, 360 + 240 * ONE_STOP.index(donation.one_stop), chance)
    return sheet


def _print_form(pen: ImageDraw.ImageDraw) -> None:
    """Print everything that stands on the empty form."""
    pen.text((LEFT, 80), "ふるさと寄附 申込書", font=_font(38), fill=PRINT)
    pen.text((LEFT, 150), "見本の町の、つくりものの用紙です。", font=_font(22), fill=PRINT)
    pen.text((700, 90), "受付番号", font=_font(22), fill=PRINT)
    pen.rectangle((800, 56, RIGHT, 142), outline=handwriting.RULE, width=2)
    pen.text((LEFT, 236), "つぎのとおり寄附を申し込みます。", font=_font(22), fill=PRINT)
    for label, top in ROWS:
        pen.rectangle((LEFT, top, RIGHT, top + ROW), outline=handwriting.RULE, width=2)
        pen.line((MIDDLE, top, MIDDLE, top + ROW), fill=handwriting.RULE, width=2)
        pen.text((LEFT + 24, top + 42), label, font=_font(24), fill=PRINT)
    for top in (412, 524, 636):
        pen.rounded_rectangle((372, top + 28, 372 + 380, top + 84), 8, fill=COVER)
        pen.text((392, top + 44), "かくしています", font=_font(22), fill=PRINT)
    for text, left in (("年", 610), ("月", 780), ("日", 960)):
        pen.text((left, 345), text, font=_font(24), fill=PRINT)
    pen.text((960, 792), "円", font=_font(30), fill=PRINT)
    for place, use in enumerate(USES):
        pen.rectangle((372 + 124 * place, 892, 372 + 124 * place + 52, 944), outline=PRINT, width=2)
        pen.text((372 + 124 * place + 66, 905), use, font=_font(26), fill=PRINT)
    for place, words in enumerate(ONE_STOP):
        pen.text((392 + 240 * place, 1126), words, font=_font(26), fill=PRINT)
    pen.text((LEFT, 1236), "個人番号（マイナンバー）は書かないでください。", font=_font(22), fill=PRINT)


def _tick(pen: ImageDraw.ImageDraw, left: int, top: int, chance: Random) -> None:
    """Tick a box by hand."""
    wobble = chance.randint(-6, 6)
    points = [(left + 6, top + 26 + wobble), (left + 22, top + 46), (left + 60, top - 12 + wobble)]
    pen.line(points, fill=handwriting.INK, width=7, joint="curve")


def _ring(pen: ImageDraw.ImageDraw, left: int, chance: Random) -> None:
    """Draw a ring around one of two answers."""
    shift = chance.randint(-8, 8)
    pen.ellipse((left + shift, 1104, left + 190 + shift, 1180), outline=handwriting.INK, width=5)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    """BIZ UDPGothic, the universal-design font of town offices, from the npm package."""
    return ImageFont.truetype(str(Path(__file__).resolve().parents[1] / FONT), size)
