"""Telephone numbers as people type them: only a mobile number can be sent an SMS."""

import re
import unicodedata

_MOBILE = re.compile(r"0[6789]0\d{8}")  # 060 is given out since 2026


def digits_of(text: str) -> str:
    """The digits of a telephone number, however wide they were typed."""
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", text))


def mobile_number(typed: str) -> str | None:
    """The eleven digits of a Japanese mobile number, also of one that begins with +81; None for any other."""
    digits = digits_of(typed)
    if unicodedata.normalize("NFKC", typed).strip().startswith("+81"):
        digits = f"0{digits[2:].removeprefix('0')}"
    return digits if _MOBILE.fullmatch(digits) else None


def written(number: str) -> str:
    """A mobile number as it is read: 090-1234-5678."""
    return f"{number[:3]}-{number[3:7]}-{number[7:]}"
