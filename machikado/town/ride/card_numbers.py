"""Numbers of prepaid cards: six digits that are typed, of which the last one finds every slip of one digit."""

import secrets
import unicodedata

LENGTH = 6
# A quasigroup without weak places (H. M. Damm 2004, Total anti-symmetrische Quasigruppen, Marburg): its sum finds each
# single wrong digit and each swap of two neighbours.
_TABLE = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def check_digit(digits: str) -> str:
    """The digit that makes these and it a sound number."""
    interim = 0
    for digit in digits:
        interim = int(_TABLE[interim][int(digit)])
    return str(interim)


def new_number() -> str:
    """A number by chance; whether a card has it already is asked by whoever makes one."""
    digits = "".join(secrets.choice("0123456789") for _place in range(LENGTH - 1))
    return digits + check_digit(digits)


def is_number(text: str) -> bool:
    """Whether these can be the digits of a card."""
    return len(text) == LENGTH and text.isascii() and text.isdigit() and check_digit(text) == "0"


def heard(typed: str) -> str:
    """What was typed or scanned: digits without blanks, however wide; of a scanned address the secret at its end."""
    plain = unicodedata.normalize("NFKC", typed).strip()
    digits = plain.replace(" ", "").replace("-", "")
    return digits if digits.isascii() and digits.isdigit() else plain.rstrip("/").rpartition("/")[2]


def masked(number: str) -> str:
    """The number as a table shows it that leaves the house: the last two digits alone."""
    return "•" * (LENGTH - 2) + number[-2:]


def grouped(number: str) -> str:
    """The number in the groups in which it is read: 123 456."""
    return f"{number[:3]} {number[3:]}"
