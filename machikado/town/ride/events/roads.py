"""What the diary says about the map of roads."""

from dataclasses import dataclass
from typing import ClassVar

from machikado.town.common.diary import DiaryEvent, Visibility


@dataclass(frozen=True)
class RoadsImported(DiaryEvent):
    """A map of roads came into use. `stops` lie on it, `unreachable` of them cannot be served, `off` lie off it."""

    kind: ClassVar[str] = "ride.roads_imported"
    noun: ClassVar[str] = "roads"
    visibility: ClassVar[Visibility] = Visibility.STAFF
    sha256: str
    ways: int
    arcs: int
    km: int
    islands: int
    remarks: int
    stops: int
    unreachable: int
    off: int
