"""What the made-up clients of the sample town order: forms, procedures, prices, and the papers to be keyed."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from PIL import Image

from demo import handwriting, sheets
from machikado.town.work.actions.batches import Upload
from machikado.town.work.actions.jobs import Clause
from machikado.town.work.imports.pictures import UploadedImage

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class Recipe:
    """One kind of order: what is asked, the form, the procedure, the worker's price, and how its papers are made."""

    title: str
    about: str
    unit_yen: int
    price_yen: int
    seconds: int
    schema: Mapping[str, Any]
    clauses: tuple[Clause, ...]
    papers: Callable[[Random, int], Upload]
    redundancy: int = 2

    def called(self, title: str) -> "Recipe":
        """The same work under another name."""
        return replace(self, title=title)


def _png(image: Image.Image) -> io.BytesIO:
    """An image as a small PNG file."""
    content = io.BytesIO()
    image.quantize(24, Image.Quantize.FASTOCTREE).save(content, "PNG")
    content.seek(0)
    return content


def _table(columns: list[str], rows: list[list[Any]]) -> io.BytesIO:
    """A CSV file as a town office's spreadsheet writes it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(rows)
    return io.BytesIO(text.getvalue().encode("utf-8-sig"))


def digit_papers(_chance: Random, count: int) -> Upload:
    """The first `count` handwritten digits of the set, one image each, with the label that is known of them."""
    chosen = handwriting.digits()[:count]
    rows = [[f"{digit.number:04d}", f"{digit.number:04d}.png", digit.label] for digit in chosen]
    images = [UploadedImage(f"{digit.number:04d}.png", _png(handwriting.card(digit))) for digit in chosen]
    return Upload(name="手書きの数字", content=_table(["name", "image", "known:digit"], rows), images=images)


def donation_papers(chance: Random, count: int) -> Upload:
    """Made-up donation forms, filled in with real handwritten digits."""
    made = [sheets.made_up(index, chance) for index in range(count)]
    fields = list(made[0].known)
    names = [f"F-{place:03d}" for place in range(1, count + 1)]  # the client's own: 受付番号 is for people to read
    rows = [[name, f"{name}.png", *each.known.values()] for name, each in zip(names, made, strict=True)]
    images = [
        UploadedImage(f"{name}.png", _png(sheets.draw(each, chance))) for name, each in zip(names, made, strict=True)
    ]
    content = _table(["name", "image", *(f"known:{field}" for field in fields)], rows)
    return Upload(name="寄附の申込書", content=content, images=images)


def goods_papers(chance: Random, count: int) -> Upload:
    """Lines of text to be put in order: an item's name as a shop's old list has it, and what it means."""
    goods = (("ぶどうｼﾞｭｰｽ", "ぶどうジュース", "飲み物"), ("ワイン(赤)720", "赤ワイン 720ml", "酒"),
             ("ｼﾝｼｭｳﾐｿ1k", "信州みそ 1kg", "調味料"), ("漆ﾊｼ 夫婦", "漆のはし 夫婦", "工芸品"))  # fmt: skip
    rows = []
    for index in range(count):
        written, name, kind = chance.choice(goods)
        rows.append([f"S-{index + 1:03d}", written, name, kind])
    return Upload(name="商品の一覧", content=_table(["name", "台帳の文字", "known:name", "known:kind"], rows))


def _snippet(field: str) -> dict[str, list[int]]:
    return {"x-snippet": list(sheets.SNIPPETS[field])}


DIGITS = Recipe(
    title="手書きの数字を入力する",
    about="手書きの数字の画像です。1枚に1つ、書いてある数字を入力してください。研究用に公開されている本物の手書きです。",
    unit_yen=9,
    price_yen=4,
    seconds=9,
    schema={
        "$schema": DIALECT,
        "title": "手書きの数字",
        "type": "object",
        "properties": {
            "digit": {
                "type": "string",
                "title": "書いてある数字",
                "pattern": "^[0-9]$",
                "maxLength": 1,
                "x-normalise": "digits",
                "x-hint": "0から9までの数字を、ひとつ入れます。",
            }
        },
        "required": ["digit"],
    },
    clauses=(
        Clause("1-1", "見えたとおりに入れる", "書いてある数字をひとつ、見えたとおりに入れます。計算や推測はしません。"),
        Clause("1-2", "読めないとき", "どの数字か決められないときは「読めない」を選びます。減点はありません。"),
        Clause("1-3", "1と7", "上の横線があれば7、なければ1とします。"),
    ),
    papers=digit_papers,
)

DONATIONS = Recipe(
    title="寄附の申込書を入力する",
    about="ふるさと寄附の申込書です。氏名・住所・電話はかくしてあります。6つの項目を入力してください。",
    unit_yen=160,
    price_yen=65,
    seconds=210,
    schema={
        "$schema": DIALECT,
        "title": "寄附の申込書",
        "type": "object",
        "properties": {
            "number": {
                "type": "string", "title": "受付番号", "pattern": "^[0-9]{5}$", "maxLength": 5,
                "x-normalise": "digits", "x-hint": "5けたの数字です。", **_snippet("number"),
            },
            "day": {
                "type": "string", "title": "申込日", "format": "date",
                "x-hint": "2026-11-19 のように入れます。", **_snippet("day"),
            },
            "yen": {
                "type": "integer", "title": "寄附の金額", "minimum": 1, "maximum": 10_000_000,
                "x-unit": "円", "x-hint": "数字だけで入れます。カンマはいりません。", **_snippet("yen"),
            },
            "use": {"type": "string", "title": "使い道の番号", "enum": list(sheets.USES), **_snippet("use")},
            "gift": {
                "type": "string", "title": "お礼の品の番号", "pattern": "^[0-9]{4}$", "maxLength": 4,
                "x-normalise": "digits", "x-hint": "4けたの数字です。", **_snippet("gift"),
            },
            "one_stop": {
                "type": "string", "title": "ワンストップ特例", "enum": [*sheets.ONE_STOP, "なし"],
                "x-labels": ["希望する", "希望しない", "どちらにも印がない"], **_snippet("one_stop"),
            },
        },
        "required": ["number", "day", "yen", "use", "gift", "one_stop"],
    },
    clauses=(
        Clause("4-1", "見えたとおりに入れる", "訂正がある項目は、訂正したあとの字を入れます。"),
        Clause("4-2", "金額の書き方", "数字だけを入れます。0の数は、位置で読みます。"),
        Clause("4-3", "印が2つの欄にまたがるとき", "多くかかっている方を選びます。決められなければ「読めない」です。"),
        Clause("4-4", "読めないとき", "読めない字は「読めない」にします。推測で入れません。"),
    ),
    papers=donation_papers,
)  # fmt: skip

GOODS = Recipe(
    title="商品の名前を整える",
    about="古い台帳から写した商品の名前です。正しい書き方と分類を入れてください。",
    unit_yen=40,
    price_yen=18,
    seconds=45,
    schema={
        "$schema": DIALECT,
        "title": "商品の名前",
        "type": "object",
        "properties": {
            "name": {
                "type": "string", "title": "正しい名前", "minLength": 1, "maxLength": 60,
                "x-hint": "カタカナは全角で入れます。",
            },
            "kind": {"type": "string", "title": "分類", "enum": ["飲み物", "酒", "調味料", "工芸品", "そのほか"]},
        },
        "required": ["name", "kind"],
    },
    clauses=(
        Clause("2-1", "書き方", "半角カタカナは全角に直します。容量は ml、重さは kg で書きます。"),
        Clause("2-2", "分類", "ひとつだけ選びます。まようときは「そのほか」にします。"),
    ),
    papers=goods_papers,
)  # fmt: skip
