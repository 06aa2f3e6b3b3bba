"""What the diary says about the law being kept."""

from dataclasses import dataclass
from typing import ClassVar

from machikado.town.common.diary import DiaryEvent, Visibility


@dataclass(frozen=True)
class RetentionEnded(DiaryEvent):
    """What a rule of retention keeps no longer was erased: `code` is the rule, everything older than `before` went."""

    kind: ClassVar[str] = "law.retention_ended"
    noun: ClassVar[str] = "retention"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    before: str
    rows: int
    files: int
