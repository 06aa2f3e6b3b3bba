"""The paper of the story: ten made-up slips as pictures, their table, their form, the procedure."""

import csv
import json
from dataclasses import dataclass
from io import BytesIO, StringIO

from PIL import Image, ImageDraw

KANA = ["リンゴ", "ブドウ", "ワサビ", "ソバ", "ナシ", "モモ", "カキ", "クリ", "ウメ", "アンズ"]
SCHEMA = json.dumps(
    {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "amount": {
                "type": "integer",
                "title": "金額",
                "minimum": 0,
                "x-unit": "円",
                "x-snippet": [50, 100, 500, 300],
            },
            "kana": {"type": "string", "title": "フリガナ", "maxLength": 60, "x-kana": True},
            "paid": {"type": "string", "title": "支払い", "enum": ["cash", "card"], "x-labels": ["現金", "カード"]},
        },
        "required": ["amount", "paid"],
    },
    ensure_ascii=False,
    indent=2,
)
CLAUSES = [("金額", "数字だけを入れます。"), ("フリガナ", "カタカナで入れます。")]


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip of paper and what truly stands on it."""

    name: str
    amount: int
    kana: str
    paid: str

    @property
    def image(self) -> bytes:
        """A picture of it, as a scanner would give one."""
        sheet = Image.new("L", (600, 400), 245)
        pen = ImageDraw.Draw(sheet)
        pen.rectangle((10, 10, 590, 390), outline=90, width=3)
        pen.text((60, 80), str(self.amount), fill=20, font_size=72)
        pen.text((60, 240), f"{self.name}  {self.paid}", fill=20, font_size=40)
        out = BytesIO()
        sheet.save(out, "PNG", optimize=True)
        return out.getvalue()


SLIPS = {
    slip.name: slip
    for slip in (
        Slip(f"slip-{number:02}", 1_000 + 137 * number, kana, "card" if number % 3 == 0 else "cash")
        for number, kana in enumerate(KANA, start=1)
    )
}


def table() -> bytes:
    """The table as a client's office would save it: UTF-8 with a byte order mark."""
    lines = StringIO()
    writer = csv.writer(lines)
    writer.writerow(["name", "image", "店"])
    writer.writerows([slip.name, f"{slip.name}.png", "角田商店"] for slip in SLIPS.values())
    return lines.getvalue().encode("utf-8-sig")
