"""Japanese text made comparable: one key for every way to write a name, one for every way to write an address."""

import re
import unicodedata
from collections.abc import Callable

import jaconv

# Variant characters of names and, below each, the one of everyday writing, as the 縮退マップ of the MJ character set
# (文字情報技術促進協議会) and the tables of 法務省 and 国税庁 shrink them. Only what NFKC does not already fold.
_VARIANTS = str.maketrans(
    "髙﨑嵜邉邊澤濵濱嶋嶌廣國圀櫻萬惠壽榮德眞條圓桒𠮷槇瀨瀧曾靜豐學實縣區驛應關黑淺冨峯埜渕齋齊莊彌禮祿龍藏晉戶兒橫"
    "內靑淸增郞舘單與餘總緖鐵鄕鹽澁涉步每會寶寳假勳亞惡爲劍劒曻舩栁栢髮蘆嶽來繩顯穗佛拂數團圖藝醫樂聲變當氣傳體點舊",
    "高崎崎辺辺沢浜浜島島広国国桜万恵寿栄徳真条円桑吉槙瀬滝曽静豊学実県区駅応関黒浅富峰野淵斎斉荘弥礼禄竜蔵晋戸児横"
    "内青清増郎館単与余総緒鉄郷塩渋渉歩毎会宝宝仮勲亜悪為剣剣昇船柳柏髪芦岳来縄顕穂仏払数団図芸医楽声変当気伝体点旧",
)

# Kana that are heard or typed alike: small and large ones, and those that are spoken the same today.
_KANA = str.maketrans("ぁぃぅぇぉっゃゅょゎゕゖゐゑをぢづゔ", "あいうえおつやゆよわかけいえおじずぶ")
_SMALL_GA = re.compile(r"(?<=[一-鿿々])[ヶケがガヵゖけ](?=[一-鿿])")
_REPEATED = re.compile(r"([一-鿿])々")

_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")}
_TENS = {"十": 10, "百": 100, "千": 1000}
_NUMBER = "[〇一二三四五六七八九十百千]+"
_UNIT = "丁目|番地|番|号|条|線|区"
_KANJI_NUMBER = re.compile(f"({_NUMBER})(?={_UNIT}|の{_NUMBER}|の[0-9])")
_LAST_KANJI_NUMBER = re.compile(f"(?<=[0-9][-の])({_NUMBER})(?![一-鿿])")
_HYPHENS = re.compile(r"(?<=[0-9])[-‐‑‒–—―−ー－ｰ~〜のノ](?=[0-9])")
_STEPS = re.compile(r"(?<=[0-9])(?:丁目|番地の?|番(?!町)|号)")
_PREFECTURE = re.compile(r"^(?:東京都|北海道|京都府|大阪府|[一-鿿]{2,3}県)(?=.)")
_POSTAL = re.compile(r"^(?:〒\s*[0-9]{3}-?[0-9]{4}|[0-9]{3}-[0-9]{4})\s*")


def search_key(text: str) -> str:
    """Return what two ways to write one name have in common: width, case, kana, variant characters, marks folded.

    `search_key(search_key(x)) == search_key(x)`; letters and digits of every script stay, all else goes.
    """
    return _settled(text, _fold)


def address_key(text: str) -> str:
    """Return what two ways to write one address have in common: 大門七番町４番３号 and 大字大門7番町4-3 have one key.

    Prefecture, postal code, 大字 and 字 are optional; 丁目, 番地, 番, 号 become hyphens. Idempotent.
    """
    return _settled(text, _fold_address)


def kana(text: str) -> str:
    """Return a reading as it is kept: full-width katakana, one blank between words."""
    return " ".join(jaconv.hira2kata(unicodedata.normalize("NFKC", text)).split())


def kanji_number(text: str) -> int:
    """Return the value of 二十四, 二四 or 百七. Characters must be of 〇一二三四五六七八九十百千."""
    if not any(character in _TENS for character in text):
        return int("".join(str(_DIGITS[character]) for character in text))
    total = digit = 0
    for character in text:
        if character in _TENS:
            total, digit = total + (digit or 1) * _TENS[character], 0
        else:
            digit = _DIGITS[character]
    return total + digit


def _in_digits(found: re.Match[str]) -> str:
    return str(kanji_number(found[1]))


def _settled(text: str, fold: Callable[[str], str]) -> str:
    """Fold until nothing changes: what one step leaves side by side may fold once more."""
    while (folded := fold(text)) != text:
        text = folded
    return text


def _fold(text: str) -> str:
    letters = unicodedata.normalize("NFKC", text).casefold().translate(_VARIANTS)
    letters = _REPEATED.sub(r"\1\1", _SMALL_GA.sub("け", letters))
    spoken = jaconv.kata2hira(letters).translate(_KANA)
    return "".join(character for character in spoken if character.isalnum() and character != "ー")


def _fold_address(text: str) -> str:
    plain = _PREFECTURE.sub("", _POSTAL.sub("", unicodedata.normalize("NFKC", text).strip().translate(_VARIANTS)))
    numbered = _KANJI_NUMBER.sub(_in_digits, plain)
    stepped = _LAST_KANJI_NUMBER.sub(_in_digits, _STEPS.sub("-", "".join(numbered.split())))
    stepped = _HYPHENS.sub("-", stepped)
    named = re.sub("大字|小字|(?<!文)字", "", stepped)
    return "-".join(key for part in named.split("-") if (key := _fold(part)))
