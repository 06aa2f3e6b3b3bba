"""What is looked at on a vehicle before it goes out (日常点検), and which faults keep it in the garage."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise  # only the type stubs know this name


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look at; with a fault in one that `forbids`, the vehicle is not driven."""

    code: str
    label: "StrPromise"
    forbids: bool = True


# 自動車点検基準 別表第1（事業用自動車等）, what a van has of it, and what carries passengers.
ITEMS = (
    Item("brakes", _("Brakes: pedal, grip, fluid, parking brake")),
    Item("tyres", _("Tyres: pressure, cracks, depth of the tread, wheel nuts")),
    Item("engine", _("Engine: starts, sounds and pulls as usual; oil and coolant")),
    Item("lights", _("Lights, indicators, reflectors, horn")),
    Item("view", _("Wipers, mirrors, windscreen")),
    Item("doors", _("Doors, steps, seat belts")),
    Item("trouble", _("What was wrong the last time is repaired")),
    Item("battery", _("Battery fluid"), forbids=False),
    Item("washer", _("Washer fluid"), forbids=False),
    Item("wheelchair", _("Ramp or lift, belts for wheelchairs"), forbids=False),
    Item("emergency", _("Fire extinguisher, warning triangle, first aid"), forbids=False),
    Item("tidy", _("Clean inside; nothing that was left behind"), forbids=False),
)
BY_CODE = {item.code: item for item in ITEMS}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one item; `remark` says what is wrong."""

    code: str
    is_good: bool
    remark: str = ""


def may_go_out(findings: "tuple[Finding, ...]") -> bool:
    """Whether a vehicle may be driven: everything that could forbid it was found good."""
    good = {each.code for each in findings if each.is_good}
    return all(item.code in good for item in ITEMS if item.forbids)
