"""Sayable public codes: random, nothing sequential, with a check character."""

import re
import secrets
from typing import TYPE_CHECKING, Any

from django.db import models
from django.urls.converters import StringConverter

# No 0/O, 1/I/L: what is read aloud over a telephone must be writable. 31 symbols is a prime number, so that one
# weighted sum catches every single wrong character and every swap of two neighbours.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 10
PATTERN = f"[{ALPHABET}]{{{LENGTH}}}"

_VALUES = {character: value for value, character in enumerate(ALPHABET)}


def check_character(body: str) -> str:
    """Return the character that makes `body` + it a sound code. Raises KeyError on a foreign character."""
    return ALPHABET[-sum(weight * _VALUES[c] for weight, c in enumerate(body, start=2)) % len(ALPHABET)]


def new_code() -> str:
    """Return a fresh code of `LENGTH` characters, the last of which is its check character."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return body + check_character(body)


def is_code(text: str) -> bool:
    """Say whether `text` is a code as stored: right length, right alphabet, right check character."""
    return re.fullmatch(PATTERN, text) is not None and check_character(text[:-1]) == text[-1]


def spoken(code: str) -> str:
    """Return the code in the groups in which people read it aloud: `KX7-4RD-M2P9`."""
    return f"{code[:3]}-{code[3:6]}-{code[6:]}"


def heard(text: str) -> str:
    """Return what a person typed as a stored code: upper case, without hyphens and blanks (also full-width ones)."""
    return re.sub(r"[\s\-‐－ー]", "", text).upper()


if TYPE_CHECKING:
    TextField = models.CharField[str, str]  # only the type stubs know that it is generic
else:
    TextField = models.CharField


class CodeField(TextField):
    """A unique public code, filled when the row is made."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        usual = {"max_length": LENGTH, "unique": True, "editable": False, "default": new_code}
        super().__init__(*args, **{**usual, **kwargs})


class CodeConverter:
    """Lets a URL match only codes, so that anything else is a plain 404 before a query is made."""

    regex = PATTERN

    def to_python(self, value: str) -> str:
        """Return the code, or raise ValueError (which Django turns into 404) when its check character is wrong."""
        if not is_code(value):
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        """Return the code as it stands in a URL."""
        return value


class DigestConverter(StringConverter):
    """Lets a URL match only SHA-256 digests as they are written here: 64 hexadecimal digits, small letters."""

    regex = "[0-9a-f]{64}"
