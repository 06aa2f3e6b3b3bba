"""From what people type to values, and from values to the form in which equal answers are equal."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from machikado.town.common.calendar import ERAS

_YES = frozenset({"true", "1", "on", "yes", "y", "はい", "有", "○"})
_NO = frozenset({"false", "0", "off", "no", "n", "いいえ", "無", "×"})
# The name of an era, or its letter, to the year before its first.
_ERAS = {written: year - 1 for (_, name, year), letter in zip(ERAS, "RHSTM", strict=True) for written in (name, letter)}
_DATE = re.compile("(?P<era>" + "|".join(_ERAS) + r")?(?P<y>\d{1,4}|元)[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?")
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
_MINUS = str.maketrans(dict.fromkeys("‐‑‒–—―−－", "-"))
_LONG = str.maketrans(dict.fromkeys("‐‑‒–—―−－-～~", "ー"))
_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


def clean(text: str) -> str:
    """Drop what no field may hold (control characters, lone surrogates, NUL) and the blanks at both ends."""
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    return "".join(kept).strip()


def read_value(field: Mapping[str, Any], value: Any) -> Any:
    """Return the typed value of what was typed; what cannot be read stays a text, so that the check can speak of it."""
    if isinstance(value, list | dict) or value is None:
        return ""
    if not isinstance(value, str):
        return value
    text = clean(value)
    if "enum" in field:
        return next((choice for choice in field["enum"] if str(choice) == text), text)
    if field.get("type") in {"integer", "number"}:
        return _read_number(text)
    if field.get("type") == "boolean":
        return True if _key(text).lower() in _YES else False if _key(text).lower() in _NO else text
    if field.get("format") == "date":
        return iso_date(text) or text
    if field.get("x-normalise") == "digits":  # a Japanese keyboard types them full-width
        return unicodedata.normalize("NFKC", text).translate(_MINUS)
    return text


def _read_number(text: str) -> int | float | str:
    """A number with full-width digits and thousands commas; the text itself where it is none."""
    plain = unicodedata.normalize("NFKC", text).translate(_MINUS).replace(" ", "")
    if len(plain) > 30 or not _NUMBER.fullmatch(plain):
        return text
    number = Decimal(plain.replace(",", ""))
    return int(number) if number == number.to_integral_value() else float(number)


def iso_date(text: str) -> str:
    """Return 2026-11-23 for that day however it is written (2026/11/23, 令和8年11月23日, R8.11.23), else ""."""
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", text).translate(_MINUS).replace(" ", "").upper())
    if found is None or (found["era"] is None and len(found["y"]) != 4):
        return ""
    year = 1 if found["y"] == "元" else int(found["y"])
    try:
        return date(year + _ERAS.get(found["era"] or "", 0), int(found["m"]), int(found["d"])).isoformat()
    except ValueError:
        return ""


def normal(field: Mapping[str, Any], value: Any) -> str:
    """Return the text that is equal for two answers to this field exactly when they mean the same."""
    value = read_value(field, value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _canonical_number(value)
    how = field.get("x-normalise") or ("kana" if field.get("x-kana") else "")
    if "enum" in field or how == "none":
        return str(value)
    return _FOLDS[how](_key(value))


def _canonical_number(value: float) -> str:
    """1.50 and 1.5 are one number, and so are 7.0 and 7."""
    try:
        return format(Decimal(str(value)).normalize(), "f")
    except InvalidOperation:
        return str(value)


def _key(text: str) -> str:
    """NFKC with one blank where there were many."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _digits(text: str) -> str:
    return "".join(re.findall(r"[0-9]", text)) or text


def _name(text: str) -> str:
    return text.replace(" ", "")


def _kana(text: str) -> str:
    return text.replace(" ", "").translate(_KATAKANA).translate(_LONG)


_FOLDS: dict[str, Callable[[str], str]] = {"": str, "digits": _digits, "name": _name, "kana": _kana}
