"""A rule of law that an app keeps, as an object that the register, the pages and the checks can read."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise  # only the type stubs know this name


class Severity(StrEnum):
    """What the program does when the duty is not kept: it refuses, it warns, or it only prints what the law asks."""

    BLOCK = "block"
    WARN = "warn"
    PRINT = "print"


@dataclass(frozen=True, slots=True)
class Rule:
    """One duty: our code for it, where it stands, since when, how grave, what it asks in one sentence, how sure.

    `certainty` is C (certain), P (probable) or U (unsure); P and U are shown to staff as 要確認.
    """

    code: str
    law: str
    since: date
    severity: Severity
    sentence: "StrPromise"
    certainty: str
